"""Choices by the size of a network; `tests/benchmarks/run.py --only layouts` shows where they cross."""

from typing import Literal

import numpy as np

LayoutName = Literal["replica_last", "replica_first", "units_first"]

TINY_UNITS = 8
"""Units up to which the replicas are laid out last, in networks of one time step."""
TINY_ROWS = 64
"""Units times windows of a batch up to which they are, with one time step."""
TINY_STATE = 6
"""Units times windows of a batch up to which they are, with several: each step multiplies by the recurrent kernel."""
BIG_UNITS = 100
"""Units up to which they stand first, in programs of one replica and several time steps.

There it is 1.2 to 1.3 times as fast (64 and 100 units), from 128 units on and with one time step 0.8 to 0.9 times; with more
replicas, whose gates would have to be transposed, it is faster at some sizes and slower at most.
"""
MOST_REPLICAS = 128
KEPT = 1_000_000
"""Numbers that a program keeps at once, about, so that they stay in the processor's cache."""


def layout_name(layers: tuple[int, ...], steps: int, batch: int) -> LayoutName:
    """The layout whose products are fastest at this size."""
    if _is_tiny(layers, steps, batch):
        return "replica_last"
    alone = replicas_a_program(layers, steps, batch) == 1
    return "units_first" if alone and steps > 1 and max(layers) <= BIG_UNITS else "replica_first"


def _is_tiny(layers: tuple[int, ...], steps: int, batch: int) -> bool:
    units = max(layers)
    if steps == 1:
        return units <= TINY_UNITS and units * batch <= TINY_ROWS
    return units * batch <= TINY_STATE


def replicas_a_program(layers: tuple[int, ...], steps: int, batch: int) -> int:
    """How many replicas one program trains: few of big networks, so that their numbers stay in the processor's cache."""
    kept = sum(12 * units * steps * batch + 16 * units * units for units in layers)
    return int(np.clip(KEPT // kept, 1, MOST_REPLICAS))
