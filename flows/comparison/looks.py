"""Seeds, trained and looked at: once, or again and again until the verdicts are decided."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import xarray as xr

from flows.comparison.study import Study
from flows.comparison.training import train_variants
from tasks.collect import Grid, collect
from tasks.evaluate import ONLY_LOOK, decided
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.variants import Variant
from tasks.numerics.problems.forecasting.results import Outcome
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import Windows
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.group_sequential import Look, look


@dataclass(frozen=True)
class Looked:
    """What was trained in the end, and the look at which the verdicts are taken."""

    blocks: dict[Variant, list[TrainedBlock]]
    outcome: Outcome
    look: Look


def train_and_look(
    study: Study,
    variants: list[Variant],
    series: Series,
    origins: tuple[Windows, ...],
    baselines: Callable[[], xr.Dataset],
) -> Looked:
    """Trains the seeds of the first look, and more while a verdict on the primary metric is undecided and a look is left.

    `baselines` is called when the seeds are trained: it may wait.
    """
    for seeds, now in looks_at(study.comparison, variants):
        blocks = train_variants(study, variants, origins, seeds)
        grid = Grid(blocks, study.training, origins, seeds)
        outcome = collect(series, grid, study.network, baselines())
        if study.comparison.until_decided and decided(
            series, origins[0].training_rows, outcome.forecasts, study.comparison, now
        ):
            break
    return Looked(blocks, outcome, now)


def looks_at(comparison: ComparisonSpec, variants: list[Variant]) -> Iterator[tuple[range, Look]]:
    """The seeds of each look, in order, and the errors with which it is taken."""
    looks = comparison.looks
    if not comparison.until_decided:
        yield looks[0], ONLY_LOOK
        return
    for number, seeds in enumerate(looks, 1):
        yield seeds, look([len(one) for one in looks[:number]], len(looks[-1]), max(len(variants) - 1, 1))
