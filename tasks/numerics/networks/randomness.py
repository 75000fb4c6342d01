"""Randomness that depends on a replica's own seed alone, so that it is the same alone and in a crowd."""

import zlib

import numpy as np
from numpy.typing import NDArray


def generator(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """A generator keyed by seed, purpose and number: counter-based, so streams never overlap (Salmon et al. 2011)."""
    # A list of numbers as large as these would become floats, and neighbours the same.
    key = np.array([seed, (zlib.crc32(purpose.encode()) << 32) + number], np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


class BatchOrder:
    """Shuffles of the windows, epoch after epoch, each replica's from its own seed."""

    def __init__(self, seeds: list[int], windows: int, batch: int, repeats: int = 1, places: int = 0) -> None:
        """Begins at the first epoch of `windows` windows in batches of `batch`; all seeds stand `repeats` times in a row.

        With more `places` than windows, steps follow that none trains.
        """
        self._generators = [generator(seed, "shuffle") for seed in seeds]
        self._windows, self._batch, self._repeats = windows, batch, repeats
        self._steps = -(-max(windows, places) // batch)

    def draw(self, epochs: int, rows: int) -> NDArray[np.int32]:
        """The next `epochs` shuffles, in an array for `rows` epochs: (E, S, R, B), the last step filled up with window 0."""
        steps = self._steps
        order = np.zeros((rows, steps * self._batch, len(self._generators)), np.int32)
        in_turn = np.tile(np.arange(self._windows, dtype=np.int32), (epochs, 1))
        for replica, random in enumerate(self._generators):
            order[:epochs, : self._windows, replica] = random.permuted(in_turn, axis=1)
        by_step = order.reshape(rows, steps, self._batch, len(self._generators)).transpose(0, 1, 3, 2)
        return np.ascontiguousarray(np.tile(by_step, (1, 1, self._repeats, 1)))
