"""Choices by the size of a network; `make benchmark` shows where they cross."""

import numpy as np

TINY = 8
"""Units up to which the replicas are laid out last."""


def is_tiny(layers: tuple[int, ...]) -> bool:
    """Whether products over a contiguous replica axis are faster than batched matrix products."""
    return max(layers) <= TINY


def replicas_a_program(layers: tuple[int, ...], steps: int, batch: int) -> int:
    """How many replicas one program trains: few of big networks, so that their numbers stay in the processor's cache."""
    if is_tiny(layers):
        return 128
    kept = sum(12 * units * steps * batch + 16 * units * units for units in layers)
    return int(np.clip(2_000_000 // kept, 1, 32))
