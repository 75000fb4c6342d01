"""What is kept of a variant that was trained on a series of the Atlas, and the windows that it was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.atlas.order import Visit
from tasks.numerics.atlas.settings import NETWORKS
from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import chosen
from tasks.numerics.networks.variants import Variant
from tasks.numerics.series.windows import Windows, make_windows


@dataclass(frozen=True)
class Measured:
    """A variant on a series, S seeds at each of C learning rates."""

    variant: str
    forecasts: NDArray[np.float64]
    """Of the test part, in the series' unit (C, S, N)."""
    losses: NDArray[np.float64]
    """Validation losses (C, S); NaN for a seed that diverged."""
    dead_units: NDArray[np.float64]
    """Share of each layer's units whose output is always 0 (C, S, layers)."""
    seconds: float
    """Training and compiling."""

    @classmethod
    def joined(cls, parts: "Sequence[Measured]") -> "Measured":
        """The same with the seeds of several parts, one after another."""
        return cls(
            parts[0].variant,
            forecasts=np.concatenate([one.forecasts for one in parts], axis=1),
            losses=np.concatenate([one.losses for one in parts], axis=1),
            dead_units=np.concatenate([one.dead_units for one in parts], axis=1),
            seconds=sum(one.seconds for one in parts),
        )

    @property
    def choice(self) -> int:
        """The learning rate that is best on validation loss over all seeds, as its number."""
        return int(chosen(self.losses))

    @property
    def tuned(self) -> NDArray[np.float64]:
        """Forecasts (S, N) at the rate that was chosen."""
        found: NDArray[np.float64] = self.forecasts[self.choice]
        return found


def windows_of(visit: Visit) -> Windows:
    """The windows of a visit, cut from the last values of its series; raises InputError where they can't be."""
    (windows,) = make_windows(visit.visited.series.array[-visit.visited.size :], NETWORKS[visit.network].windows)
    return windows


def measured(visit: Visit, variant: Variant, windows: Windows, blocks: Sequence[TrainedBlock]) -> Measured:
    """Trained blocks of a variant that together hold the seeds of a visit at every candidate."""
    replicas = Replicas({variant: list(blocks)}, NETWORKS[visit.network].training, (windows,), visit.seeds)
    forecasts = replicas.table(lambda block: block.forecasts)
    return Measured(
        variant.name,
        forecasts[0, :, 0, :, :, 0].astype(np.float64),
        replicas.kept[0, :, 0].astype(np.float64),
        replicas.table(lambda block: block.diagnostics["dead_units"])[0, :, 0].astype(np.float64),
        sum(block.seconds + block.compile_seconds for block in blocks),
    )
