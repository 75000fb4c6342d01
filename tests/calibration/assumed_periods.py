"""How much test periods differ in the Atlas, against what is assumed where there are too few of them to tell; exit code 1 where that is another value.

python -m tests.calibration.assumed_periods [--atlas data/atlas]

A row's variance over periods, times its number of periods, is that of a single one. What is assumed has Student's t distribution with few
degrees of freedom, as a variance has that is no better known: the scale of that t is found at which a share of the Atlas' rows vary by less
than it takes for possible with the same probability.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.statistics.odds import ASSUMED_FREEDOM, LEAST, UNKNOWN
from tests.calibration.simulated import told

SHARES = (0.25, 0.5, 0.75, 0.9, 0.95)
UPPER = SHARES[2:]
"""Those by which the scale is found: what is assumed has to hold where periods differ much."""
FEWEST, MOST = 3, 7
"""Test periods of which the own differences are asked, and no interval is told."""


def single_periods(rows):
    """Standard deviation (K,) of the effect over single test periods, dependence in time included."""
    return np.sqrt((rows["periods_variance"] * rows["test_windows"]).to_numpy(np.float64))


def scales(spreads):
    """The scale of the assumed t by each share of the spreads (K,)."""
    known = np.quantile(spreads, SHARES)
    # The variance behind a t with f degrees of freedom is its scale's times f over a chi-square of f.
    ratios = np.sqrt(ASSUMED_FREEDOM / stats.chi2.ppf(1 - np.array(SHARES), ASSUMED_FREEDOM))
    return dict(zip(SHARES, zip(known, known / ratios, strict=True), strict=True))


def main(folder):
    """Prints the table; 0 where what is assumed is what the Atlas says."""
    console, start = Console(width=None if sys.stdout.isatty() else 120), time.perf_counter()
    rows = Atlas.read(folder).effects
    spreads = single_periods(rows[rows["variant"] != STOCK.name])
    found = scales(spreads)
    table = Table("share of rows", "standard deviation of a period", "scale of the t", title=f"{len(spreads):,} rows")
    for share, (spread, scale) in found.items():
        table.add_row(f"{share:.0%}", f"{spread:.2f}", f"{scale:.2f}")
    console.print(table)
    console.print(
        f"Of {len(spreads):,} rows {(spreads == 0).mean():.0%} have no variance over periods beyond that over seeds."
    )
    derived = round(float(np.median([found[share][1] for share in UPPER])), 1)
    below = [float((spreads / np.sqrt(periods) < LEAST).mean()) for periods in (FEWEST, MOST)]
    return told(
        console,
        {
            f"assumed of single periods {UNKNOWN:g}, by the upper half of the Atlas {derived:g}": derived == UNKNOWN,
            f"the least that is assumed of {FEWEST} to {MOST} periods, {LEAST:g}, is more than {below[0]:.0%} to {below[1]:.0%} of rows have, "
            "bound a third to two thirds": 1 / 3 <= below[0] <= below[1] <= 2 / 3,
        },
        start,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", type=Path, default=Path("data/atlas"))
    sys.exit(main(parser.parse_args().atlas))
