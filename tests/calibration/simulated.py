"""Whether the verdict keeps what it promises, on scores and forecasts whose truth is known; exit code 1 where it does not.

python -m tests.calibration.simulated [--runs 2000]

Axes: runs, S seeds, N test periods. Losses are mean + seed + period + seed x period, the last two AR(1) over time; the parts
of the seed and of the period correlate between variant and reference (pairing).
"""

import argparse
import itertools
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.signal import lfilter

from tasks.numerics.statistics.influence import JUDGED, scored
from tasks.numerics.statistics.intervals import gap_of
from tasks.numerics.statistics.metrics import naive_scale
from tasks.numerics.statistics.variance_components import components
from tasks.numerics.statistics.verdicts import EQUIVALENT, ERROR, word_for

SEASONS = (4, 12)
"""At whose lag losses depend in the table of seasons, on so many periods and as strongly:"""
SEASONAL_PERIODS, SEASONAL_MEMORIES = (30, 60, 200), (0.3, 0.7)
SEEDS, PERIODS, MEMORIES, PAIRINGS = (10, 30, 100), (30, 60, 200), (0.0, 0.3, 0.7), (0.0, 0.8)
LOSS = 10.0
"""The reference's mean loss."""
PRECISIONS = (0.05, 0.15, 0.3, 0.5)
"""Standard errors of a difference, in half widths of the region of equivalence, at which `same` is tried."""
EFFECTS = (0.0, 0.02, 0.05, 0.1)
SHOWN = tuple(metric for metric in JUDGED if metric not in ("mase", "rmsse"))
"""MASE and RMSSE are multiples of MAE and RMSE."""
TEST_PERIODS = 60
"""Of the table of power."""
AT_ONCE = 1_000_000
"""Values simulated together: few enough to stay in the processor's cache and in memory."""
LOW, HIGH, FALSE_SAME = 0.93, 0.97, 0.05


def autoregressive(random, shape, memory, lag=1):
    """Autoregression on one lag, of variance 1 from the start, along the last axis."""
    noise = random.standard_normal(shape)
    if memory:
        noise[..., lag:] *= np.sqrt(1 - memory**2)
        noise = lfilter([1], [1, *[0] * (lag - 1), -memory], noise, axis=-1)
    return noise


def paired_parts(random, shape, memory, pairing, lag=1):
    """A part of variant and of reference, variance 1 each, correlated."""
    common, *own = (autoregressive(random, shape, memory, lag) for _ in range(3))
    return (np.sqrt(pairing) * common + np.sqrt(1 - pairing) * each for each in own)


def losses(random, shape, memory, pairing, lag=1):
    """Losses (runs, S, N) of variant and reference of equal accuracy, less their mean."""
    runs, seeds, periods = shape
    of_seed = paired_parts(random, (runs, seeds, 1), 0.0, pairing)
    of_period = paired_parts(random, (runs, 1, periods), memory, pairing, lag)
    return (s + p + autoregressive(random, shape, memory, lag) for s, p in zip(of_seed, of_period, strict=True))


def chunks(runs, size):
    """Numbers of runs to be simulated together, of `size` values each."""
    most = max(AT_ONCE // size, 1)
    return [min(most, runs - done) for done in range(0, runs, most)]


def cell(seeds, periods, memory, pairing, runs):
    """Coverage of the interval and of the one over retraining, and the shares of `same` by precision: at the edge, at 0."""
    random = np.random.default_rng([seeds, periods, round(10 * memory), round(10 * pairing)])
    found = []
    for number in chunks(runs, seeds * periods):
        own, reference = losses(random, (number, seeds, periods), memory, pairing)
        gap = own - reference
        parts = components(gap)
        margins = (parts.margin(1 - ERROR), parts.retraining_margin(1 - ERROR))
        found.append(np.stack([gap.mean(axis=(1, 2)), reference.mean(axis=(1, 2)), *margins]))
    mean, level, margin, retraining = np.concatenate(found, axis=1)
    edge = EQUIVALENT * LOSS
    same = {}
    for precision, truth in itertools.product(PRECISIONS, (edge, 0.0)):
        # The same scores in a smaller unit: what was seen is the truth plus noise of this standard error.
        unit = precision * edge / mean.std()
        region = EQUIVALENT * (LOSS + unit * level)
        seen = truth + unit * mean
        words = map(word_for, seen - unit * margin, seen + unit * margin, np.ones(runs), region)
        same[precision, truth > 0] = np.mean([word == "same" for word in words])
    return np.mean(np.abs(mean) <= margin), np.mean(np.abs(mean) <= retraining), same


def forecasts(random, shape, worse):
    """Forecasts (runs, S, N) of variant and reference of an AR(1), with actual and previous values (N,) each a run."""
    runs, seeds, periods = shape
    actual = autoregressive(random, (runs, 1, periods + 1), 0.8)
    shared = 0.8 * actual[..., :-1] - actual[..., 1:]
    of_seed = paired_parts(random, (runs, seeds, 1), 0.0, 0.5)
    of_period = paired_parts(random, (runs, 1, periods), 0.5, 0.5)
    made = []
    for s, p, factor in zip(of_seed, of_period, (worse, 1.0), strict=True):
        error = shared + 0.1 * s + 0.2 * p + 0.2 * random.standard_normal(shape)
        made.append(actual[..., 1:] + factor * error)
    return (*made, actual[..., 1:], actual[..., :-1])


def judged_runs(seeds, periods, effect, runs, metrics):
    """For each metric: the share of intervals that hold 0, and the share of `helps` and of `hurts`."""
    random = np.random.default_rng([seeds, periods, round(100 * effect)])
    scale = naive_scale(np.array([0.0, 1.0, 0.0]), 1)
    words = {metric: [] for metric in metrics}
    for number in chunks(runs, seeds * periods):
        own, reference, actual, previous = forecasts(random, (number, seeds, periods), 1 - effect)
        for run in range(number):
            given = (actual[run, 0], previous[run, 0], scale)
            ours, theirs = scored(own[run], *given), scored(reference[run], *given)
            for metric in metrics:
                gap = gap_of(metric, ours[metric], theirs[metric])
                parts, mean = components(gap), gap.mean()
                margin, p = parts.margin(1 - ERROR), parts.p(mean)
                region = EQUIVALENT * theirs[metric].value.mean() if metric == "rmse" else 0.0
                words[metric].append((abs(mean) <= margin, word_for(mean - margin, mean + margin, p, region)))
    return {
        metric: (
            np.mean([held for held, _ in rows]),
            *(np.mean([w == word for _, w in rows]) for word in ("helps", "hurts")),
        )
        for metric, rows in words.items()
    }


def coverage_tables(console, runs):
    """Prints coverage and shares of `same`; the coverage of every cell and the largest share of false `same`."""
    coverage, false_same = [], []
    table = Table("S", "N", *(f"rho {m:g}\npaired {k:g}" for m in MEMORIES for k in PAIRINGS))
    table.title = f"Coverage of the 95 % interval over seeds and test periods, {runs} runs a cell"
    alone, small = [], {key: [] for key in itertools.product(PRECISIONS, (True, False))}
    for seeds, periods in itertools.product(SEEDS, PERIODS):
        row = []
        for memory, pairing in itertools.product(MEMORIES, PAIRINGS):
            held, held_alone, same = cell(seeds, periods, memory, pairing, runs)
            row.append(held)
            alone.append(held_alone)
            for key, share in same.items():
                small[key].append(share)
        coverage += row
        table.add_row(str(seeds), str(periods), *(f"{value:.1%}" for value in row))
    console.print(table)
    console.print(
        f"Overall {np.mean(coverage):.1%}, cells {min(coverage):.1%} to {max(coverage):.1%}. "
        f"The interval over retraining alone would cover {np.mean(alone):.1%} of new periods."
    )
    table = Table("standard error / region", "false, mean of cells", "false, worst cell", "true effect 0: found")
    table.title = "`same` when the true effect is at the region's edge, and when there is none"
    for precision in PRECISIONS:
        false, true = small[precision, True], small[precision, False]
        false_same += false
        table.add_row(f"{precision:g}", f"{np.mean(false):.1%}", f"{max(false):.1%}", f"{np.mean(true):.1%}")
    console.print(table)
    return coverage, max(false_same)


def seasonal_table(console, runs):
    """Prints the coverage where losses depend on those a season before; its values."""
    columns = (f"{periods} periods\nrho {memory:g}" for periods in SEASONAL_PERIODS for memory in SEASONAL_MEMORIES)
    table = Table("season", *columns, title=f"Coverage where losses are seasonal, 30 seeds, {runs} runs a cell")
    found = []
    for season in SEASONS:
        row = []
        for periods, memory in itertools.product(SEASONAL_PERIODS, SEASONAL_MEMORIES):
            random = np.random.default_rng([season, periods, round(10 * memory)])
            own, reference = losses(random, (runs, 30, periods), memory, 0.5, season)
            gap = own - reference
            row.append(np.mean(np.abs(gap.mean(axis=(1, 2))) <= components(gap, season).margin(1 - ERROR)))
        found += row
        table.add_row(str(season), *(f"{value:.1%}" for value in row))
    console.print(table)
    return found


def metric_table(console, runs):
    """Prints the coverage of every metric for a variant that is the reference's equal; its values."""
    table = Table("N", *SHOWN, title=f"Coverage by metric, forecasts of equal variants, 30 seeds, {runs} runs a cell")
    found = []
    for periods in PERIODS:
        row = [held for held, *_ in judged_runs(30, periods, 0.0, runs, SHOWN).values()]
        found += row
        table.add_row(str(periods), *(f"{value:.1%}" for value in row))
    console.print(table)
    return found


def power_table(console, runs):
    """Prints how often planted effects on RMSE are found; the share of `helps` and `hurts` where there is none."""
    table = Table("true effect", *(f"{seeds} seeds" for seeds in SEEDS))
    table.title = f"Share of `helps` on RMSE, {TEST_PERIODS} test periods, {runs} runs a cell (0 %: `helps` or `hurts`)"
    false = []
    for effect in EFFECTS:
        shares = []
        for seeds in SEEDS:
            _, helps, hurts = judged_runs(seeds, TEST_PERIODS, effect, runs, ("rmse",))["rmse"]
            shares.append(helps if effect else helps + hurts)
        false += [] if effect else shares
        table.add_row(f"{effect:.0%}", *(f"{share:.1%}" for share in shares))
    console.print(table)
    return false


def main(runs):
    """Prints all tables; 0 where every bound holds."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    start = time.perf_counter()
    coverage, false_same = coverage_tables(console, runs)
    seasonal = seasonal_table(console, max(runs // 2, 1))
    by_metric = metric_table(console, max(runs // 4, 1))
    false = power_table(console, max(runs // 4, 1))
    held = {
        f"coverage overall {np.mean(coverage):.1%} within {LOW:.0%} and {HIGH:.0%}": LOW <= np.mean(coverage) <= HIGH,
        f"coverage with a season {min(seasonal):.1%} to {max(seasonal):.1%}, overall {np.mean(seasonal):.1%} within the same": LOW
        <= np.mean(seasonal)
        <= HIGH,
        f"coverage by metric overall {np.mean(by_metric):.1%} within the same": LOW <= np.mean(by_metric) <= HIGH,
        f"false `same` at most {false_same:.1%} in any cell, bound {FALSE_SAME:.0%}": false_same <= FALSE_SAME,
        f"`helps` or `hurts` without an effect {np.mean(false):.1%}, bound {ERROR:.0%}": np.mean(false) <= ERROR,
    }
    return told(console, held, start)


def told(console, held, start):
    """Prints which bounds hold, and the seconds since `start`; 0 where all do."""
    for words, good in held.items():
        console.print(f"{'holds' if good else 'FAILS'}: {words}", soft_wrap=True)
    console.print(f"{time.perf_counter() - start:.0f} s")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=2000, help="simulated comparisons a cell; a quarter of it for forecasts"
    )
    sys.exit(main(parser.parse_args().runs))
