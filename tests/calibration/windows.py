"""Whether intervals keep what they promise where test windows overlap and where there are several series; exit code 1 where not.

python -m tests.calibration.windows [--runs 200]

Axes: S seeds, W test windows of a series, H steps of a window, P = W H points. Variant and reference are equals: their
forecasts miss by what nobody could know, by a part of each period and by a part of each seed, drawn alike for both.
"""

import argparse
import itertools
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from tasks.numerics.statistics.influence import PairedForecasts
from tasks.numerics.statistics.intervals import gap_of
from tasks.numerics.statistics.metrics import NaiveScale
from tasks.numerics.statistics.overlapping_forecasts import fewest_windows
from tasks.numerics.statistics.paired_panels import PairedPanel
from tasks.numerics.statistics.scored_points import Points
from tasks.numerics.statistics.variance_components import components
from tasks.numerics.statistics.verdicts import ERROR
from tests.calibration.simulated import SHOWN, autoregressive, told

SEEDS = 30
HORIZONS, LENGTHS = (2, 6, 12, 24), (4, 8, 16)
"""Steps of a window, and how many horizons the test part is long; no fewer windows than:"""
FEWEST = 24
SERIES, ALIKE, WINDOWS = (2, 5, 20), (0.0, 0.8), (30, 100)
"""Series of a panel, how their periods correlate, and test windows of the longest."""
PANEL_HORIZONS = (1, 6)
MEMORY = 0.5
"""Of what each period adds to the misses of a variant."""
LOW, HIGH, LOWEST = 0.93, 0.985, 0.85


def periods(random, number, series, alike, memory):
    """A part of every period of every series (series, periods), variance 1, correlated between series."""
    common, own = (autoregressive(random, (count, number), memory) for count in (1, series))
    return np.sqrt(alike) * common + np.sqrt(1 - alike) * own


def ahead(values, windows, horizon):
    """What windows hold of values (..., W + H - 1): (..., W, H)."""
    return np.lib.stride_tricks.sliding_window_view(values, horizon, axis=-1)[..., :windows, :]


def compared(random, windows, horizon, series=1, alike=0.0):
    """One comparison: a `PairedForecasts` for one series, a `PairedPanel` for several, each shorter than the one before."""
    length = windows + horizon - 1
    level = periods(random, length + 1, series, alike, 0.8)
    steps = np.arange(horizon) + 1
    parts = {name: periods(random, length, series, alike, MEMORY) for name in ("stock", "other")}
    of_seed = {name: random.standard_normal((SEEDS, 1, 1)) for name in parts}
    members, moments = [], []
    for number in range(series):
        begin = windows * number // (2 * series)
        kept = windows - begin
        previous = np.repeat(level[number, begin:windows, None], horizon, axis=1)
        actual = ahead(level[number, begin + 1 :], kept, horizon)
        forecasts = {}
        for name, part in parts.items():
            noise = ahead(random.standard_normal((SEEDS, length - begin)), kept, horizon)
            missed = 0.1 * of_seed[name] + 0.2 * ahead(part[number, begin:], kept, horizon) + 0.2 * noise
            forecasts[name] = (0.8**steps * previous + missed).reshape(SEEDS, -1)
        points = Points.of_one_series(actual.size, horizon)
        scale = NaiveScale(1.0 + number, 2.0 * (1 + number) ** 2)
        factor = scale.absolute
        members.append(
            PairedForecasts(
                {name: factor * own for name, own in forecasts.items()},
                factor * actual.ravel(),
                factor * previous.ravel(),
                scale,
                "stock",
                points,
            )
        )
        moments.append(np.arange(begin, windows))
    return members[0] if series == 1 else PairedPanel(tuple(one.in_naive_errors for one in members), tuple(moments))


def coverage(runs, *case):
    """For each metric the share of 95 % intervals that hold 0."""
    random = np.random.default_rng([round(10 * number) for number in case])
    held = dict.fromkeys(SHOWN, 0)
    for _ in range(runs):
        paired = compared(random, *case)
        ours, theirs = paired.scored("other"), paired.scored("stock")
        for metric in SHOWN:
            gap = gap_of(metric, ours[metric], theirs[metric])
            held[metric] += abs(gap.mean()) <= components(gap, *paired.memory, paired.draws).margin(1 - ERROR)
    return {metric: count / runs for metric, count in held.items()}


def table_of(console, title, names, cases, runs):
    """Prints the coverage of every case by metric; its values."""
    table = Table(*names, *SHOWN, title=f"{title}, {SEEDS} seeds, {runs} runs a row")
    found = []
    for labels, case in cases:
        row = coverage(runs, *case).values()
        found += row
        table.add_row(*map(str, labels), *(f"{value:.1%}" for value in row))
    console.print(table)
    return found


def main(runs):
    """Prints both tables; 0 where every bound holds."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    start = time.perf_counter()
    long = [
        ((horizon, windows), (windows, horizon))
        for horizon, length in itertools.product(HORIZONS, LENGTHS)
        if (windows := horizon * length) >= max(FEWEST, fewest_windows(horizon))
    ]
    panels = [
        ((series, f"{alike:g}", horizon, windows), (windows, horizon, series, alike))
        for series, alike, horizon, windows in itertools.product(SERIES, ALIKE, PANEL_HORIZONS, WINDOWS)
    ]
    overlapping = table_of(console, "Coverage where windows overlap", ("H", "W"), long, runs)
    several = table_of(console, "Coverage over several series", ("series", "alike", "H", "W"), panels, runs)
    held = {}
    for what, values in (("overlapping windows", overlapping), ("panels", several)):
        bound = f"coverage of {what} {np.mean(values):.1%} within {LOW:.0%} and {HIGH:.1%}"
        held[bound] = LOW <= np.mean(values) <= HIGH
        held[f"its cells {min(values):.1%} to {max(values):.1%}, none below {LOWEST:.0%}"] = min(values) >= LOWEST
    return told(console, held, start)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="simulated comparisons a row")
    sys.exit(main(parser.parse_args().runs))
