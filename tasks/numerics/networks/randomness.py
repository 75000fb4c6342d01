"""Randomness that depends on a replica's own seed alone, so that it is the same alone and in a crowd."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def generator(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """A generator keyed by seed, purpose and number: counter-based, so streams never overlap (Salmon et al. 2011)."""
    # A list of numbers as large as these would become floats, and neighbours the same.
    key = np.array([seed, (zlib.crc32(purpose.encode()) << 32) + number], np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


class BatchOrder:
    """Shuffles of the windows, epoch after epoch, each replica's from its own seed."""

    def __init__(self, seeds: list[int], windows: int, batch: int, places: int = 0) -> None:
        """Begins at the first epoch of `windows` windows in batches of `batch`, of replicas with these seeds.

        With more `places` than windows, steps follow that none trains.
        """
        self._generators = [generator(seed, "shuffle") for seed in seeds]
        self._windows, self._batch = windows, batch
        self._steps = -(-max(windows, places) // batch)

    def draw(
        self, epochs: int, rows: int, members: Sequence[int] | NDArray[np.intp] | None = None
    ) -> NDArray[np.int32]:
        """The next `epochs` shuffles of all replicas, or of those at some places, in an array for `rows` epochs: (E, S, R, B).

        The last step is filled up with window 0.
        """
        steps, drawn = self._steps, self._generators if members is None else [self._generators[at] for at in members]
        order = np.zeros((rows, len(drawn), steps * self._batch), np.int32)
        in_turn = np.tile(np.arange(self._windows, dtype=np.int32), (epochs, 1))
        for replica, random in enumerate(drawn):
            order[:epochs, replica, : self._windows] = random.permuted(in_turn, axis=1)
        return np.ascontiguousarray(order.reshape(rows, len(drawn), steps, self._batch).transpose(0, 2, 1, 3))
