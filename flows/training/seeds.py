"""Seeds, trained and looked at: once, or again and again until the verdicts are decided."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flows.studies.study import Study
from flows.training.runners import Runner
from flows.training.training import train_variants
from tasks.evaluate import collect, decided
from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.variants import Variant
from tasks.numerics.problems.problem import Origins
from tasks.numerics.problems.results import Outcome
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.group_sequential import Look, look
from tasks.numerics.statistics.verdicts import ONLY_LOOK


@dataclass(frozen=True)
class Trained:
    """What was trained in the end, and the look at which the verdicts are taken."""

    blocks: dict[Variant, list[TrainedBlock]]
    outcome: Outcome
    look: Look


def train_until_decided(
    study: Study, variants: list[Variant], data: tuple[Series, Origins], baselines: Callable[[], Any], runner: Runner
) -> Trained:
    """Trains the seeds of the first look, and more while a verdict on the primary metric is undecided and a look is left.

    `baselines` is called when the seeds are trained: it may wait.
    """
    series, origins = data
    for seeds, now in looks_at(study.comparison, variants):
        blocks = train_variants(study, variants, origins.trained, seeds, runner)
        replicas = Replicas(blocks, study.training, origins.trained, seeds)
        outcome = collect(series, origins, replicas, study.network, baselines())
        if study.comparison.until_decided and decided(data, study.network, outcome, study.comparison, now):
            break
    return Trained(blocks, outcome, now)


def looks_at(comparison: ComparisonSpec, variants: list[Variant]) -> Iterator[tuple[range, Look]]:
    """The seeds of each look, in order, and the errors with which it is taken."""
    looks = comparison.looks
    if not comparison.until_decided:
        yield looks[0], ONLY_LOOK
        return
    for number, seeds in enumerate(looks, 1):
        yield seeds, look([len(one) for one in looks[:number]], len(looks[-1]), max(len(variants) - 1, 1))
