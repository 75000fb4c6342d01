"""Choices by the size of a network; `tests/benchmarks/run.py --only layouts` shows where they cross."""

import numpy as np

TINY_UNITS = 8
"""Units up to which the replicas are laid out last, in networks of one time step."""
TINY_ROWS = 64
"""Units times windows of a batch up to which they are, with one time step."""
TINY_STATE = 6
"""Units times windows of a batch up to which they are, with several: each step multiplies by the recurrent kernel."""
MOST_REPLICAS = 128
KEPT = 1_000_000
"""Numbers that a program keeps at once, about, so that they stay in the processor's cache."""


def is_tiny(layers: tuple[int, ...], steps: int, batch: int) -> bool:
    """Whether products over a contiguous replica axis are faster than batched matrix products."""
    units = max(layers)
    if steps == 1:
        return units <= TINY_UNITS and units * batch <= TINY_ROWS
    return units * batch <= TINY_STATE


def replicas_a_program(layers: tuple[int, ...], steps: int, batch: int) -> int:
    """How many replicas one program trains: few of big networks, so that their numbers stay in the processor's cache."""
    kept = sum(12 * units * steps * batch + 16 * units * units for units in layers)
    return int(np.clip(KEPT // kept, 1, MOST_REPLICAS))
