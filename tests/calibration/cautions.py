"""On how many bundled series a first comparison ends with every variant trained to its best: no best learning rate at the edge of the grid, no validation loss that still falls at the last epoch.

python -m tests.calibration.cautions [--seeds 10] [--series nile,sunspots] [--fixed]

With the settings that a first comparison has, but for the number of seeds; with `--fixed` as most tutorials train: 100 epochs at
Keras' rate and those around it, whatever the validation loss does. Exit code 1 where half of the series or more have either caution.
"""

import argparse
import sys
import time
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from flows.comparison.pipeline import find
from flows.studies.study import Study
from flows.training.runners import Alone
from tasks.numerics.findings.evidence import Evidence
from tasks.numerics.findings.training_length import overfitted, unfinished
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems.overview import Overview
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.training_settings import TrainingSpec
from tests.benchmarks.machine import described

FIXED = TrainingSpec(epochs=100, patience=0, learning_rate=0.001, learning_rate_moves=0)


@dataclass(frozen=True)
class Ended:
    """How a comparison ended."""

    series: str
    rates: int
    """Learning rates that were tried."""
    at_an_edge: bool
    still_learning: bool
    overfitted: bool
    half_width: float
    """Of the widest interval of a variant's relative difference in RMSE."""
    words: str
    """The verdicts' first letters, variant by variant: h helps, H hurts, s same, u undecided."""
    seconds: float


def ended(name: str, seeds: int, training: TrainingSpec) -> Ended:
    """A comparison of a bundled series, and what is to be cautioned of."""
    begun = time.perf_counter()
    study = Study(data=SeriesSpec(series=name), training=training, comparison=ComparisonSpec(seeds=seeds))
    overview = Overview.of(find(study, Alone()).result)
    evidence, result = Evidence(overview), overview.result
    judged = [one for one in result.verdicts if one.metric == "rmse"]
    reference = float(result.scores["rmse"].sel(variant="stock").mean())
    return Ended(
        name,
        len({one.learning_rate for one in Chosen(overview).candidates}),
        bool(Chosen(overview).edges),
        unfinished(evidence) is not None,
        overfitted(evidence) is not None,
        max((one.high - one.low) / 2 / reference for one in judged),
        "".join("H" if one.word == "hurts" else one.word[0] for one in judged),
        time.perf_counter() - begun,
    )


def table_of(found: list[Ended]) -> Table:
    """A row a series."""
    table = Table(
        "series", "rates", "at an edge", "still learning", "overfitted", "half-width", "verdicts", "seconds", box=None
    )
    for one in found:
        marks = ["yes" if mark else "" for mark in (one.at_an_edge, one.still_learning, one.overfitted)]
        table.add_row(
            one.series, str(one.rates), *marks, f"{100 * one.half_width:.1f} %", one.words, f"{one.seconds:.0f}"
        )
    return table


def main() -> int:
    """The table, and how many series end with neither caution."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--seeds", type=int, default=10)
    flags.add_argument("--series", default=",".join(catalogue()))
    flags.add_argument("--fixed", action="store_true")
    wishes = flags.parse_args()
    training = FIXED if wishes.fixed else TrainingSpec()
    names, found, console = wishes.series.split(","), list[Ended](), Console(width=110)
    with Progress(console=Console(stderr=True)) as progress:
        for name in progress.track(names, description="Comparing"):
            found.append(ended(name, wishes.seeds, training))
            console.print(table_of(found[-1:]))
    console.print(table_of(found))
    clean = sum(not (one.at_an_edge or one.still_learning) for one in found)
    console.print(
        f"{clean} of {len(found)} series end with neither caution; {sum(one.at_an_edge for one in found)} have a best rate at an edge, "
        f"{sum(one.still_learning for one in found)} still learn at the last epoch, {sum(one.overfitted for one in found)} are overfitted."
    )
    console.print(described())
    return int(clean <= len(found) / 2)


if __name__ == "__main__":
    sys.exit(main())
