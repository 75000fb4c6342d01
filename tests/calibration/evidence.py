"""Which split of a fixed amount of training over seeds, origins and test share gives the narrowest honest interval; exit code 1 where one is not honest.

python -m tests.calibration.evidence [--runs 300] [--series nile,uk_gas,sunspots]

Every split trains as much as 30 seeds at one origin with the last fifth of the windows tested: windows to train on times seeds
times origins. Simulated, where the truth is known, and on trained networks, where it is seen too what the mean score suffers from
shorter training parts. Axes: runs, S seeds, N test periods, O origins.
"""

import argparse
import itertools
import sys
import time
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from tasks.numerics.statistics.variance_components import components
from tasks.numerics.statistics.verdicts import ERROR
from tests.benchmarks.machine import described
from tests.calibration.simulated import autoregressive, told

SHARES, ORIGINS = (0.2, 0.35, 0.5, 0.65), (1, 2, 4, 8)
SEEDS = 30
"""Of the split that the others are held against: the last fifth tested, one origin."""
LENGTHS, MEMORIES = (100, 300), (0.0, 0.5)
"""Windows of simulated series, and how their losses depend on those of the period before."""
OF_ORIGIN = (0.0, 0.3)
"""Standard deviation of what a training part does to all seeds that are trained on it, where that of a period is 1."""
ALIKE = 0.5
"""Correlation of what a seed does at two origins."""
LOW, HIGH, LOWEST = 0.93, 0.985, 0.9


@dataclass(frozen=True, order=True)
class Division:
    """How training is divided."""

    share: float
    """Of the windows that is tested."""
    origins: int

    @property
    def seeds(self) -> int:
        """As many as the same training allows."""
        return round(SEEDS * (1 - USUAL.share) / (1 - self.share) / self.origins)

    @property
    def networks(self) -> int:
        """A variant and learning rate."""
        return self.seeds * self.origins


USUAL = Division(0.2, 1)
DIVISIONS = tuple(itertools.starmap(Division, itertools.product(SHARES, ORIGINS)))


def differences(random, runs, division, windows, memory, of_origin):
    """Differences (runs, S, N) of two equals: parts of a seed at an origin, of a training part, of a period, and of a seed's period."""
    S, N = division.seeds, round(division.share * windows)
    origin = np.arange(N) * division.origins // N
    common, own = (random.standard_normal((runs, S, count)) for count in (1, division.origins))
    seeds = np.sqrt(ALIKE) * common + np.sqrt(1 - ALIKE) * own
    parts = of_origin * random.standard_normal((runs, 1, division.origins))
    of_period = autoregressive(random, (runs, 1, N), memory)
    return (seeds + parts)[..., origin] + of_period + autoregressive(random, (runs, S, N), memory)


def simulated_cell(division, runs, of_origin):
    """Coverage and mean half width of the 95 % interval, each a length and memory."""
    found = []
    for number, (windows, memory) in enumerate(itertools.product(LENGTHS, MEMORIES)):
        random = np.random.default_rng([number, round(100 * division.share), division.origins, round(10 * of_origin)])
        gap = differences(random, runs, division, windows, memory, of_origin)
        margin = components(gap).margin(1 - ERROR)
        found.append((np.mean(np.abs(gap.mean(axis=(1, 2))) <= margin), margin.mean()))
    return np.array(found).T


def table_of(title, cells):
    """A row a share, a column a number of origins: what is said of each division, with the seeds that it leaves."""
    table = Table("test", *(f"{origins} origin{'s' * (origins > 1)}" for origins in ORIGINS), title=title)
    for share in SHARES:
        row = (Division(share, origins) for origins in ORIGINS)
        table.add_row(f"{share:g}", *(f"{one.seeds} seeds: {cells[one]}" if one in cells else "" for one in row))
    return table


def simulated_tables(console, runs):
    """Prints coverage and width of every division; the coverage (divisions, cases) without a part of the origin."""
    honest = []
    for of_origin in OF_ORIGIN:
        cells = {one: simulated_cell(one, runs, of_origin) for one in DIVISIONS}
        widths = {one: np.exp(np.log(width / cells[USUAL][1]).mean()) for one, (_, width) in cells.items()}
        what = f"what a training part does to all its seeds {of_origin:g} of what a period does"
        shown = {one: f"{widths[one]:.2f} ({cells[one][0].mean():.0%})" for one in DIVISIONS}
        title = f"Simulated: width against 30 seeds, 1 origin, test 0.2 (and coverage); {what}, {runs} runs a case"
        console.print(table_of(title, shown))
        if not of_origin:
            honest = np.array([cells[one][0] for one in DIVISIONS])
    return honest


def main(runs, names):
    """Prints all tables; 0 where coverage holds its bounds."""
    console, start = Console(width=None if sys.stdout.isatty() else 140), time.perf_counter()
    coverage = simulated_tables(console, runs)
    if names:
        from tests.calibration.evidence_trained import trained_tables

        trained_tables(console, names)
    console.print(f"{described()}; {time.process_time():.0f} s of processor time", soft_wrap=True)
    held = {
        f"coverage overall {coverage.mean():.1%} within {LOW:.0%} and {HIGH:.1%}": LOW <= coverage.mean() <= HIGH,
        f"of no division below {LOWEST:.0%}: least {coverage.mean(axis=1).min():.1%}": coverage.mean(axis=1).min()
        >= LOWEST,
    }
    return told(console, held, start)


if __name__ == "__main__":
    from flows.environment import set_environment

    set_environment()  # before TensorFlow is imported
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="simulated comparisons a length and memory")
    parser.add_argument("--series", default="nile,uk_gas,sunspots", help="bundled series to train on; none where empty")
    given = parser.parse_args()
    sys.exit(main(given.runs, [name for name in given.series.split(",") if name]))
