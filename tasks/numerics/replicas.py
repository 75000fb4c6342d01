"""Trained replicas as tables: every number at its variant, candidate, origin and seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tasks.numerics.blocks import TrainedBlock, TrainingWindows
from tasks.numerics.settings import TrainingSpec
from tasks.numerics.tuning import candidates
from tasks.numerics.variants import Variant

Array = np.ndarray


@dataclass(frozen=True)
class Replicas:
    """The replicas of a comparison, by variant, candidate, origin and seed (V, C, O, S)."""

    blocks: Mapping[Variant, list[TrainedBlock]]
    training: TrainingSpec
    origins: tuple[TrainingWindows, ...]
    seeds: range

    def table(self, value: Callable[[TrainedBlock], Array]) -> Array:
        """A value of every replica (V, C, O, S, ...), NaN after the end of what early stopping made shorter."""
        tried = candidates(self.training)
        found = [
            {
                (candidate, block.origin, seed): value(block)[block.replica(candidate, seed)]
                for block in trained
                for candidate in block.candidates
                for seed in block.seeds
            }
            for trained in self.blocks.values()
        ]
        places = [(one, origin, seed) for one in tried for origin in range(len(self.origins)) for seed in self.seeds]
        stacked = padded([one[place] for one in found for place in places])
        return stacked.reshape(len(found), len(tried), len(self.origins), len(self.seeds), *stacked.shape[1:])

    def kept_loss(self, watched: Array, diverged: Array) -> Array:
        """Validation loss (V, C, O, S) of the weights that were kept, from that of every epoch (V, C, O, S, E).

        The lowest where seeds may stop early, else the last; NaN for a seed that diverged (V, C, O, S).
        """
        kept = np.fmin.reduce(watched, axis=-1) if self.training.patience else watched[..., -1]
        return np.where(diverged, np.nan, kept)


def at(choice: Array, table: Array) -> Array:
    """A table (V, C, O, ...) at the choices (V, O): (V, O, ...)."""
    index = choice.reshape(len(choice), 1, -1, *[1] * (table.ndim - 3))
    return np.take_along_axis(table, index, axis=1)[:, 0]


def padded(parts: list[Array]) -> Array:
    """Stacked (k, ..., E); NaN after the end of those that early stopping made shorter."""
    longest = max(part.shape[-1] for part in parts) if parts[0].ndim else 0
    if not parts[0].ndim or all(part.shape[-1] == longest for part in parts):
        return np.stack(parts)
    return np.stack(
        [
            np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, longest - part.shape[-1])], constant_values=np.nan)
            for part in parts
        ]
    )
