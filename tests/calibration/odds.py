"""Whether the odds come true: of what is said to be so likely, that share is so; exit code 1 where it is not.

python -m tests.calibration.odds [--runs 400]

Axes: runs, V variants, S seeds, N test periods. Every variant's true difference to the reference is drawn anew for each run, as far
from 0 as its standard error makes hard to tell; losses are those of `simulated`.
"""

import argparse
import itertools
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from tasks.numerics.statistics.influence import Scored
from tasks.numerics.statistics.intervals import difference
from tasks.numerics.statistics.odds import choices, chosen, draws, expected, odds
from tests.calibration.simulated import LOSS, autoregressive, told

SEEDS, PERIODS, MEMORIES = (10, 30), (30, 60, 200), (0.0, 0.3, 0.7)
FEW_PERIODS = (3, 5, 7)
"""Test periods that are too few for an interval."""
VARIANTS, REACH, REGION = 3, 6.0, 0.02
"""Variants beside the reference, the farthest true difference in standard errors, and the region as a share of the reference's loss."""
PARTS = {"seeds": 0.3, "periods": 0.5, "both": 1.0}
"""Standard deviations of what each seed, each period and both together add to a loss."""
TENTHS, WITHIN, SURE = np.linspace(0, 1, 11), 0.03, 2.576
"""Bounds of the classes, points that an observed share may be off, and the normal quantile of its own error."""


def losses(random, seeds, periods, memory):
    """Losses (V + 1, S, N) of the reference and its equals."""
    shape = (VARIANTS + 1, seeds, periods)
    of_seed = random.standard_normal((VARIANTS + 1, seeds, 1))
    of_period = autoregressive(random, (VARIANTS + 1, 1, periods), memory)
    both = autoregressive(random, shape, memory)
    return LOSS + PARTS["seeds"] * of_seed + PARTS["periods"] * of_period + PARTS["both"] * both


def standard_error(seeds, periods, memory):
    """Of a difference between two of them: what the parts of the mean come to."""
    inflation = (1 + memory) / (1 - memory)
    variance = PARTS["seeds"] ** 2 / seeds + inflation * (
        PARTS["periods"] ** 2 / periods + PARTS["both"] ** 2 / (seeds * periods)
    )
    return np.sqrt(2 * variance)


def one_run(random, seeds, periods, memory):
    """Pairs (said, is so) of the odds and of being the best; expected and true loss of the choice."""
    made = losses(random, seeds, periods, memory)
    truth = random.uniform(-REACH, REACH, size=VARIANTS) * standard_error(seeds, periods, memory)
    made[1:] += truth[:, None, None]
    scored = [Scored(one.mean(axis=1), one - one.mean(axis=1, keepdims=True)) for one in made]
    found = [difference((str(at), "rmse"), one, scored[0]) for at, one in enumerate(scored[1:])]
    known, region = expected(found, LOSS), REGION * LOSS
    said = []
    for one, true in zip(odds(known, region), truth, strict=True):
        said += [(one.better, true < -region), (one.same, abs(true) <= region), (one.worse, true > region)]
    every = choices(draws(known, 4000), region)
    options = np.array([0.0, *truth])
    best = [(share, at == options.argmin()) for at, share in enumerate(every.best)]
    choice = int(chosen(known.mean, region, np.full(VARIANTS, True)))
    return said, best, (every.regret[choice], options[choice] - options.min())


def many_runs(seeds, periods, memory, runs):
    """The same of many runs together."""
    random = np.random.default_rng([seeds, periods, round(10 * memory)])
    found = [one_run(random, seeds, periods, memory) for _ in range(runs)]
    said, best = (np.array([pair for run in found for pair in run[which]], np.float64) for which in (0, 1))
    return said, best, np.array([run[2] for run in found])


def by_tenth(pairs):
    """Mean said, share that is so, and how many, of each tenth of what is said."""
    place = np.minimum((10 * pairs[:, 0]).astype(int), 9)
    return [
        (pairs[place == tenth, 0].mean(), pairs[place == tenth, 1].mean(), int((place == tenth).sum()))
        for tenth in range(10)
        if (place == tenth).any()
    ]


def furthest(pairs):
    """By how many points a tenth is off, beyond its own error where that is larger than `WITHIN`."""
    gaps = []
    for said, share, number in by_tenth(pairs):
        allowed = max(WITHIN, SURE * np.sqrt(said * (1 - said) / number))
        gaps.append(abs(share - said) - allowed)
    return max(gaps)


def shown(console, title, pairs):
    """Prints a table of tenths."""
    table = Table("said", "is so", "how many", title=title)
    for said, share, number in by_tenth(pairs):
        table.add_row(f"{said:.1%}", f"{share:.1%}", f"{number:,}")
    console.print(table)


def main(runs):
    """Prints all tables; 0 where every bound holds."""
    console, start = Console(width=None if sys.stdout.isatty() else 120), time.perf_counter()
    cells = [many_runs(*cell, runs) for cell in itertools.product(SEEDS, PERIODS, MEMORIES)]
    said, best, lost = (np.concatenate([cell[which] for cell in cells]) for which in range(3))
    shown(
        console, f"Odds of better, as good and worse: {len(cells)} cells of {runs} runs, {VARIANTS} variants each", said
    )
    shown(console, "Odds of being the best of all", best)
    few = np.concatenate([many_runs(10, periods, 0.3, runs)[0] for periods in FEW_PERIODS])
    shown(console, f"With {', '.join(map(str, FEW_PERIODS))} test periods, too few for an interval", few)
    extreme = few[few[:, 0] > 0.9]
    ratio = lost[:, 1].mean() / lost[:, 0].mean()
    held = {
        f"odds are off by {furthest(said) + WITHIN:.1%} at most in any tenth, bound {WITHIN:.0%} or their own error": furthest(
            said
        )
        <= 0,
        f"odds of the best are off by {furthest(best) + WITHIN:.1%} at most, same bound": furthest(best) <= 0,
        f"with few periods, of what is said to be over 90 % likely {extreme[:, 1].mean():.1%} is so, bound 90 %": extreme[
            :, 1
        ].mean()
        >= 0.9,
        # Student's t is wider than what it stands for is on average: with few degrees of freedom the loss is said too high.
        f"the choice costs {ratio:.2f} times what is expected, bound 1.1": ratio <= 1.1,
    }
    return told(console, held, start)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400, help="simulated comparisons a cell")
    sys.exit(main(parser.parse_args().runs))
