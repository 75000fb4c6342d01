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
BIG_UNITS, BIG_BATCH = 100, 16
"""Units, and windows of a batch, from which on the units stand first: 1.15 to 1.5 times as fast.

In programs of one replica and several time steps they do at any size: 1.1 to 1.3 times as fast (64 to 200 units), with one
window a batch 1.5 times (200 units) to 7 times (256), with four 0.9 times (200 units).
"""
ONE_STEP_BATCH = 32
"""Windows of a batch from which on the units stand first in networks of one time step: 1.1 to 2.5 times as fast."""
MOST_REPLICAS = 128
IN_TURN = 3
"""Replicas that a lane trains one after another, about, where they stop early."""
LEAST_LANES = 2
"""XLA multiplies the matrices of one replica alone otherwise: more slowly, and its last bits differ."""
KEPT = 1_000_000
"""Numbers that a program keeps at once, about, so that they stay in the processor's cache."""


def layout_name(layers: tuple[int, ...], steps: int, batch: int) -> LayoutName:
    """The layout whose products are fastest at this size."""
    if _is_tiny(layers, steps, batch):
        return "replica_last"
    return "units_first" if _is_big(layers, steps, batch) else "replica_first"


def _is_big(layers: tuple[int, ...], steps: int, batch: int) -> bool:
    if steps == 1:
        return batch >= ONE_STEP_BATCH
    alone = replicas_a_program(layers, steps, batch) == 1
    return alone or (max(layers, default=1) >= BIG_UNITS and batch >= BIG_BATCH)


def _is_tiny(layers: tuple[int, ...], steps: int, batch: int) -> bool:
    units = max(layers, default=1)
    if steps == 1:
        return units <= TINY_UNITS and units * batch <= TINY_ROWS
    return units * batch <= TINY_STATE


def replicas_a_program(layers: tuple[int, ...], steps: int, batch: int) -> int:
    """How many replicas one program trains: few of big networks, so that their numbers stay in the processor's cache."""
    kept = sum(12 * units * steps * batch + 16 * units * units for units in layers)
    return int(np.clip(KEPT // kept, 1, MOST_REPLICAS))


def replicas_a_block(layers: tuple[int, ...], steps: int, batch: int, patience: int) -> int:
    """How many replicas are trained one beside or after the other, and kept together: with early stopping they take turns."""
    return replicas_a_program(layers, steps, batch) * (IN_TURN if patience else 1)


def lanes(layers: tuple[int, ...], steps: int, batch: int, patience: int, replicas: int) -> int:
    """How many of so many replicas are trained at once: with early stopping fewer than a program would hold.

    So there are others to take the lanes of those that have stopped, and few lanes are idle at the end.
    """
    if not patience:
        return replicas
    most = replicas_a_program(layers, steps, batch)
    return min(replicas, most, max(LEAST_LANES, -(-most // IN_TURN)))
