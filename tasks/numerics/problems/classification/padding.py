"""Windows of several lengths as one array: what is missing stands at the end, and a layer in front of the network masks it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.chain.layers import Masking
from tasks.numerics.networks.forms import ChainForm, Form
from tasks.numerics.networks.outlines import Outline

Windows = tuple[NDArray[np.float32], ...]
"""Of T time steps each (T, F), scaled, in single precision as networks read them."""
MASK: Final = -1e3
"""What stands in time steps that a window has not, unless a true one is the same in every feature."""


def free_value(windows: Windows) -> float:
    """A number that no true time step has in every feature: `MASK`, or twice, four times as much."""
    value = MASK
    while masked_steps(windows, value):
        value *= 2
    return value


def masked_steps(windows: Windows, value: float) -> int:
    """How many true time steps have a number in every feature."""
    return sum(int((window == np.float32(value)).all(axis=1).sum()) for window in windows)


def own_mask(form: Form) -> float | None:
    """What a network that begins with a Masking layer masks; None where it does not."""
    if isinstance(form, Outline):
        return form.mask_value
    first = form.chain[0] if isinstance(form, ChainForm) else None
    return first.mask_value if isinstance(first, Masking) else None


def padded(windows: Windows, steps: int, value: float) -> NDArray[np.float32]:
    """Windows of so many time steps (N, T, F), a value in every feature after the end of each, as Keras' `pad_sequences` with `post` has it."""
    found = np.full((len(windows), steps, windows[0].shape[1]), value, np.float32)
    for place, window in zip(found, windows, strict=True):
        place[: len(window)] = window
    return found
