"""How many windows have room in a compiled program, so that series of other lengths, and one that grows, share it.

A program takes arrays of a few sizes; how many windows there really are is an argument. Room costs memory alone: what is not
there is neither trained nor forecast.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.engine.optimizers import BETA_2

LEAST: Final = 16
DOUBLED_UP_TO: Final = 2048
"""Beyond it, room is a fourth more than is needed at most."""
FORWARD_BATCH: Final = 128
"""Windows that go forward at once: what fits the cache."""


def room(count: int) -> int:
    """The least size that holds so many windows: a power of two, of many windows a multiple of an eighth to a fourth of that."""
    power = 1 << max(count - 1, LEAST - 1).bit_length()
    if power <= DOUBLED_UP_TO:
        return power
    return -(-count // (power // 8)) * (power // 8)


def forward_batch(places: int) -> int:
    """How many windows go forward at once, where there is room for so many: a divisor of it, that leaves few unused."""
    return min(FORWARD_BATCH, max(LEAST, places // 8))


def in_room(array: NDArray[np.float32], places: int) -> NDArray[np.float32]:
    """The array (N, ...) with zeros behind it, up to so many places."""
    return np.pad(array, [(0, places - len(array)), *[(0, 0)] * (array.ndim - 1)])


def count_arguments(windows: int, batch: int, places: int, watched: int) -> dict[str, Any]:
    """What a program must know of how many training windows there are, in batches, and how many that are watched.

    `steps` an epoch; `shares` (S, B): what each place of each step's batch counts in its mean, 0 where the last batch is
    filled up; `sizes` (S,) windows in each batch; `kept`: the share of Adam's second moments that an epoch keeps; `watched`.
    """
    steps = -(-windows // batch)
    filled = (np.arange(-(-places // batch) * batch) < windows).reshape(-1, batch)
    sizes = filled.sum(axis=1, keepdims=True)
    return {
        "steps": np.int32(steps),
        "shares": (filled / np.maximum(sizes, 1)).astype(np.float32),
        "sizes": sizes[:, 0].astype(np.float32),
        "kept": np.float32(BETA_2**steps),
        "watched": np.int32(watched),
    }
