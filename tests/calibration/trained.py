"""Whether the verdict keeps what it promises on trained networks: `stock` against itself under other seeds; exit code 1 where not.

python -m tests.calibration.trained [--comparisons 800] [--learning-rates 1]

Both sides of a comparison are the same network, so that the true difference is 0 in every metric, and whatever `helps` or
`hurts` is false. No network is in two comparisons. Axes: C candidates, S seeds, N test periods.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from scipy.stats import binomtest

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.seed_blocks import Block
from tasks.numerics.networks.tuning import candidates, chosen
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.statistics.group_sequential import look
from tasks.numerics.statistics.influence import JUDGED, PairedForecasts
from tasks.numerics.statistics.metrics import naive_scale
from tasks.numerics.statistics.verdicts import EQUIVALENT, ERROR, ONLY_LOOK, Verdict, verdicts
from tasks.numerics.training_settings import TrainingSpec
from tests.benchmarks.machine import described
from tests.calibration.series import BUNDLED, SIMULATED, WINDOWS, bundled, simulated

NETWORK = NetworkSpec((4,))
TRAINING = TrainingSpec(epochs=50, batch_size=32, learning_rate=0.01, learning_rates=1, patience=0)
LOOKS = (10, 20, 30)
"""Seeds of each side at the looks of `--until-decided`; the last is how many there are."""
LEVELS = [look(LOOKS[:number], LOOKS[-1]) for number in range(1, len(LOOKS) + 1)]
PRIMARY = "rmse"
SERIES_APART = 1_000_000
"""Between the first seeds of two series."""
UNLIKELY = 0.01
"""Binomial p below which a count is no chance, divided by the number of series where each is tried."""


@dataclass(frozen=True)
class Judged:
    """One comparison: the verdict in each metric, and whether a look along the way said `helps` or `hurts`."""

    by_metric: dict[str, Verdict]
    found_at_a_look: bool
    diverged: int

    def false(self, metric=PRIMARY):
        """Whether the verdict is `helps` or `hurts`, which cannot be."""
        return self.by_metric[metric].word in ("helps", "hurts")

    def held(self, metric=PRIMARY):
        """Whether the interval holds 0, the true difference."""
        return self.by_metric[metric].low <= 0 <= self.by_metric[metric].high

    def held_over_retraining(self, metric=PRIMARY):
        """Whether the interval over retraining alone does."""
        found = self.by_metric[metric].found
        return found.retraining_low <= 0 <= found.retraining_high


def train_side(case, seeds, training):
    """Forecasts (S, N) of `stock` under these seeds, in the series' unit, at the learning rate that the product would choose."""
    from flows.environment import COMPILED
    from tasks.train import train_block

    architecture, block = (
        Architecture(NETWORK, STOCK, 1, steps=case.windows.inputs.shape[1]),
        Block(seeds[0], seeds[-1]),
    )
    # One candidate a program: the same program for all of them.
    blocks = [
        train_block(architecture, training, case.windows, (block, (one,)), lambda done, epochs: None, COMPILED)
        for one in candidates(training)
    ]
    forecasts = np.stack([block.forecasts[..., 0] for block in blocks])
    loss = np.stack([block.validation_loss[:, -1] for block in blocks])
    forecasts[~np.isfinite(forecasts)] = np.nan
    return forecasts[chosen(np.where(np.isfinite(forecasts).all(axis=-1), loss, np.nan))]


def judge(case, reference, other):
    """The verdicts on forecasts (S, N) of both sides, judged as the product does."""
    rows = case.windows.test_rows
    given = (
        case.values[rows],
        case.values[rows.start - 1 : rows.stop - 1],
        naive_scale(case.values[: case.windows.rows_before_validation], case.season_length),
    )

    def judged_at(seeds, at):
        paired = PairedForecasts({"stock": reference[:seeds], "other seeds": other[:seeds]}, *given)
        return {one.metric: one for one in verdicts(paired, EQUIVALENT, at.error, at.interval_error)}

    looked = [judged_at(seeds, at)[PRIMARY].word for seeds, at in zip(LOOKS, LEVELS, strict=True)]
    diverged = sum(int(np.isnan(side).any(axis=-1).sum()) for side in (reference, other))
    return Judged(judged_at(LOOKS[-1], ONLY_LOOK), bool({"helps", "hurts"} & set(looked)), diverged)


def first_seed(place, number):
    """The first seed of comparison `number` of the series at this place: twice as many seeds as a side has follow it."""
    return place * SERIES_APART + number * 2 * LOOKS[-1]


def compared(cases, each, training):
    """`each` comparisons of every series, one a series in turn; trained in as many threads as there are cores."""
    sides, cores = LOOKS[-1], os.cpu_count() or 1
    jobs = [(place, number) for number in range(each) for place in range(len(cases))]

    def train(job):
        begin = first_seed(*job)
        return [train_side(cases[job[0]], range(first, first + sides), training) for first in (begin, begin + sides)]

    pool = ThreadPoolExecutor(cores)
    try:
        for job, both in zip(jobs, pool.map(train, jobs), strict=True):
            yield cases[job[0]].name, judge(cases[job[0]], *both)
    finally:
        pool.shutdown(cancel_futures=True)


def share(values):
    """A share in words."""
    return f"{np.mean(list(values)):.1%}"


def chance(count, number, alternative):
    """Binomial p of a count of what should happen in 5 %."""
    return float(binomtest(int(count), number, ERROR, alternative).pvalue)


def print_tables(console, cases, found):
    """One row a series, and one a metric."""
    columns = ("helps\nor hurts", "binomial p", "same", "interval\nholds 0", "over retraining\nholds 0", "at any look")
    table = Table("series", "frequency", "periods", "tested", *columns)
    each = len(found[cases[0].name])
    table.title = f"`stock` against itself under other seeds, {PRIMARY.upper()}: {each} comparisons a series"
    everything = [one for judged in found.values() for one in judged]
    rows = [(case.name, case.frequency, str(len(case.values)), str(case.windows.split.test)) for case in cases]
    for row, judged in zip([*rows, ("all", "", "", "")], [*found.values(), everything], strict=True):
        table.add_row(
            *row,
            share(one.false() for one in judged),
            f"{chance(sum(one.false() for one in judged), len(judged), 'greater'):.2g}",
            share(one.by_metric[PRIMARY].word == "same" for one in judged),
            share(one.held() for one in judged),
            share(one.held_over_retraining() for one in judged),
            share(one.found_at_a_look for one in judged),
        )
    console.print(table)
    table = Table("metric", "helps or hurts", "worst series", "interval holds 0", "over retraining holds 0")
    for metric in JUDGED:
        table.add_row(
            metric,
            share(one.false(metric) for one in everything),
            f"{max(np.mean([one.false(metric) for one in judged]) for judged in found.values()):.1%}",
            share(one.held(metric) for one in everything),
            share(one.held_over_retraining(metric) for one in everything),
        )
    console.print(table)


def bounds(found):
    """Every bound: in words, and whether it holds."""
    everything = [one for judged in found.values() for one in judged]
    number, level = len(everything), UNLIKELY / len(found)
    false = sum(one.false() for one in everything)
    upper = binomtest(false, number).proportion_ci().high
    worst = min(chance(sum(one.false() for one in judged), len(judged), "greater") for judged in found.values())
    everywhere = np.mean([one.false(metric) for one in everything for metric in JUDGED])
    looked = np.mean([one.found_at_a_look for one in everything])
    held = np.mean([one.held() for one in everything])
    retraining = sum(one.held_over_retraining() for one in everything)
    odd = chance(number - retraining, number, "two-sided")
    return (
        (
            f"`helps` or `hurts` in {false / number:.1%} of {number} comparisons, bound {ERROR:.0%} "
            f"(the true share is at most {upper:.1%}: Clopper and Pearson, 95 %)",
            false <= ERROR * number,
        ),
        (
            f"in no series in more than {ERROR:.0%} but by chance: least binomial p {worst:.2g}, bound {level:.2g}",
            worst > level,
        ),
        (f"over all metrics in {everywhere:.1%}, bound {ERROR:.0%}", everywhere <= ERROR),
        (f"at any of the looks at {LOOKS} seeds in {looked:.1%}, bound {ERROR:.0%}", looked <= ERROR),
        (f"the interval holds 0 in {held:.1%}, bound {1 - ERROR:.0%}", held >= 1 - ERROR),
        (
            f"the interval over retraining holds 0 in {retraining / number:.1%}, neither more nor less than "
            f"{1 - ERROR:.0%} but by chance: binomial p {odd:.2g}, bound {UNLIKELY}",
            odd > UNLIKELY,
        ),
    )


def main(comparisons, training=TRAINING, cases=None):
    """Prints both tables; 0 where every bound holds."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    cases, start = cases or [*map(bundled, BUNDLED), *map(simulated, SIMULATED)], time.perf_counter()
    each = max(-(-comparisons // len(cases)), 1)
    found: dict[str, list[Judged]] = {case.name: [] for case in cases}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name, judged in progress.track(compared(cases, each, training), each * len(cases), description="Comparing"):
            found[name].append(judged)
    print_tables(console, cases, found)
    held = bounds(found)
    for words, good in held:
        console.print(f"{'holds' if good else 'FAILS'}: {words}", soft_wrap=True)
    diverged = sum(one.diverged for judged in found.values() for one in judged)
    rates = [one.name for one in candidates(training)]
    networks = each * len(cases) * 2 * LOOKS[-1] * len(rates)
    console.print(
        f"LSTM({NETWORK.layers[0]}), lookback {WINDOWS.lookback}, {training.epochs} epochs, batch {training.batch_size}, "
        f"learning rate {', '.join(rates)}; {networks:,} networks, {diverged} diverged. {LOOKS[-1]} seeds a side; seeds of "
        f"series k (from 0): {SERIES_APART:,} k to {SERIES_APART:,} k + {first_seed(0, each) - 1:,}. "
        f"{described()}; {time.perf_counter() - start:.0f} s",
        soft_wrap=True,
    )
    return 0 if all(good for _, good in held) else 1


if __name__ == "__main__":
    from flows.environment import set_environment

    set_environment()  # before TensorFlow is imported
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comparisons", type=int, default=800, help="in all, as many of every series")
    parser.add_argument("--learning-rates", type=int, default=1, help="tried on each side, the better one compared")
    given = parser.parse_args()
    sys.exit(main(given.comparisons, replace(TRAINING, learning_rates=given.learning_rates)))
