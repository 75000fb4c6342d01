"""What is kept of a variant that was trained on a series of the Atlas, and the windows that it was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.atlas.order import Visit
from tasks.numerics.atlas.settings import NETWORKS
from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import candidates, chosen
from tasks.numerics.networks.variants import Variant
from tasks.numerics.series.windows import Windows, make_windows


@dataclass(frozen=True)
class Measured:
    """A variant on a series, each of S seeds at the learning rate that was chosen of C."""

    variant: str
    rate: float
    forecasts: NDArray[np.float64]
    """Of the test part, in the series' unit (S, N)."""
    losses: NDArray[np.float64]
    """Validation losses (C, S); NaN for a seed that diverged."""
    dead_units: NDArray[np.float64]
    """Share of each layer's units whose output is always 0 (S, layers)."""
    seconds: float
    """Training and compiling."""

    @property
    def trainings(self) -> int:
        """Networks that were trained for it."""
        return int(self.losses.size)


def windows_of(visit: Visit) -> Windows:
    """The windows of a visit, cut from the last values of its series; raises InputError where they can't be."""
    (windows,) = make_windows(visit.visited.series.array[-visit.visited.size :], NETWORKS[visit.network].windows)
    return windows


def measured(
    visit: Visit, variant: Variant, windows: Windows, blocks: Sequence[TrainedBlock], seeds: range
) -> Measured:
    """Trained blocks of a variant that together hold the seeds at every candidate, tuned as in every comparison."""
    training = NETWORKS[visit.network].training
    replicas = Replicas({variant: list(blocks)}, training, (windows,), seeds)
    forecasts = replicas.table(lambda block: block.forecasts)
    diverged = ~np.isfinite(forecasts).all(axis=(-2, -1))
    losses = replicas.kept_loss(replicas.table(lambda block: block.validation_loss), diverged)[0, :, 0]
    choice = int(chosen(losses))
    return Measured(
        variant.name,
        candidates(training)[choice].learning_rate,
        forecasts[0, choice, 0, :, :, 0].astype(np.float64),
        losses.astype(np.float64),
        replicas.table(lambda block: block.diagnostics["dead_units"])[0, choice, 0].astype(np.float64),
        sum(block.seconds + block.compile_seconds for block in blocks),
    )
