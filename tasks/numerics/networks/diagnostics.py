"""What trained networks forecast, and what they do inside on their training windows: units that are dead, activations that are flat.

One plain forward pass at the end of training, with the slope of each activation. It is not compiled: it runs once, and a
compiler would take longer over it than over the training itself.

Axes: R replicas, N windows, B of them at once, T time steps, F features, U units, G gates, S steps and O outputs of the head.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.activations import Activation, keras_activations, value_and_slope
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.cells import CELLS, Activations, Cell
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.recurrent_layers import LayerWeights, weights_of_layers
from tasks.numerics.networks.variants import Variant

Tensor = Any

DEAD = 1e-7
"""A unit whose output never leaves 0 by more is dead."""
FLAT = 0.1
"""An activation is saturated where its slope is below this share of its greatest."""
USUAL = np.linspace(-1, 1, 201, dtype=np.float32)
"""Where the greatest slope is looked for: an exponential's would be anywhere else."""
TOGETHER = 2**21
"""Numbers (R, B, T, U) of a layer that go forward at once: some arrays of 8 MB each."""


class Evaluations:
    """An activation in a forward pass: its value, and at what points it was evaluated."""

    def __init__(self, name: str) -> None:
        """An activation by its Keras name."""
        self._function, self.points = keras_activations()[name], list[Tensor]()

    def __call__(self, points: Tensor) -> tuple[Tensor, float]:
        """Its value; no slope is wanted on the way."""
        self.points.append(points)
        return self._function(points), 0.0

    def flat(self, windows: int) -> NDArray[np.int64]:
        """How many evaluations on the first windows were flat, and how many there were (2, R)."""
        if not self.points:
            return np.zeros((2, 1), np.int64)  # a cell without gates
        points = tf.stack(self.points)[:, :, :windows]
        slopes = np.abs(value_and_slope(self._function, points)[1])
        flat = np.count_nonzero(slopes < FLAT * greatest_slope(self._function), axis=(0, 2, 3))
        return np.stack([flat, np.full(len(flat), slopes[:, 0].size)])


class Seen(NamedTuple):
    """Of one layer on some windows."""

    peak: NDArray[np.float32]
    """Largest distance of a unit's output from 0 (R, U)."""
    gates: NDArray[np.int64]
    """How many evaluations of the gate activation were flat, and how many there were (2, R)."""
    cells: NDArray[np.int64]
    """The same of the cell activation (2, R)."""
    low: NDArray[np.float32]
    """Least cell state, of a cell without one hidden state (R,)."""
    high: NDArray[np.float32]
    """Greatest one (R,)."""


def diagnose(
    architecture: Architecture, weights: Weights, windows: NDArray[np.float32], test_windows: NDArray[np.float32]
) -> dict[str, NDArray[np.float32]]:
    """`forecasts` of the test windows (R, N_test, S, O), and diagnostics on the training windows (N, T, F).

    `dead_units` (R, layers): share of a layer's units whose output is 0 in every window at every time step.
    `saturated_gates`, `saturated_cells` (R,): share of all evaluations of the gate activation and the cell activation (an
    LSTM's twice a step) that are flat, NaN where there are no gates. `cell_low`, `cell_high` (R,): the least and the greatest
    cell state of any unit, hidden state where there is no other.
    """
    together, N = np.concatenate([windows, test_windows]), len(windows)
    size = max(1, TOGETHER // (len(weights[-1]) * max(place.units for place in architecture.places) * windows.shape[1]))
    with tf.device("CPU"):
        constants = [tf.constant(weight) for weight in weights]
        passes = [
            _forward(architecture, constants, together[start : start + size], max(0, N - start))
            for start in range(0, len(together), size)
        ]
    layers = list(zip(*(seen for _, seen in passes if seen), strict=True))
    gates, cells = (sum(getattr(seen, name) for layer in layers for seen in layer) for name in ("gates", "cells"))
    with np.errstate(invalid="ignore"):
        saturated = {"saturated_gates": gates[0] / gates[1], "saturated_cells": cells[0] / cells[1]}
    dead = [np.max([seen.peak for seen in layer], axis=0) <= DEAD for layer in layers]
    found = {
        "dead_units": np.stack([layer.mean(axis=1) for layer in dead], axis=1),
        **{name: np.broadcast_to(share, len(weights[-1])) for name, share in saturated.items()},
        "cell_low": np.min([seen.low for layer in layers for seen in layer], axis=0),
        "cell_high": np.max([seen.high for layer in layers for seen in layer], axis=0),
    }
    forecasts = np.concatenate([output for output, _ in passes], axis=1)[:, N:]
    return {"forecasts": forecasts, **{name: value.astype(np.float32) for name, value in found.items()}}


def _forward(
    architecture: Architecture, weights: list[Tensor], windows: NDArray[np.float32], own: int
) -> tuple[NDArray[np.float32], list[Seen]]:
    """What the head makes of windows (B, T, F): (R, B, S, O); and what is seen in each layer on the first `own`, if any."""
    cell, R, places = CELLS[architecture.network.cell], weights[-1].shape[0], architecture.places
    B, T, F = windows.shape
    sequence, seen = [tf.broadcast_to(windows[:, t], [R, B, F]) for t in range(T)], []
    for place, layer in zip(places, weights_of_layers(cell, weights[:-2]), strict=True):
        pass_layer = LayerPass(architecture.variant, cell, layer)
        sequence = pass_layer([sequence[-1]] * T if place.reads_last else sequence)
        seen += [pass_layer.seen(own)] if own else []
    given = sequence[-1:] if places[-1].gives_last else sequence
    return np.stack([tf.matmul(one, weights[-2]) + weights[-1][:, None] for one in given], axis=2), seen


class LayerPass:
    """A forward pass through one layer."""

    def __init__(self, variant: Variant, cell: Cell, weights: LayerWeights) -> None:
        """Before its first time step."""
        self.cell, self.weights = cell, weights
        self.of_cell, self.of_gates = Evaluations(variant.cell_activation), Evaluations(variant.gate_activation)
        self.between = keras_activations()[variant.between_activation]
        self.states, self.outputs = list[Tensor](), list[Tensor]()

    def __call__(self, sequence: Sequence[Tensor]) -> list[Tensor]:
        """Outputs (R, B, U) of each time step, from inputs (R, B, I) of each."""
        weights, activations = self.weights, Activations(self.of_cell, self.of_gates, None)
        shape = [*sequence[0].shape[:2], weights.recurrent_kernel.shape[1]]
        state: tuple[Tensor, ...] = (tf.zeros(shape),) * self.cell.states
        for inputs in sequence:
            projected = tf.matmul(inputs, weights.kernel) + weights.bias[:, None]
            recurred = tf.matmul(state[0], weights.recurrent_kernel)
            if weights.recurrent_bias is not None:
                recurred += weights.recurrent_bias[:, None]
            projected, recurred = (tf.split(one, self.cell.gates, axis=2) for one in (projected, recurred))
            state = self.cell.step(projected, recurred, state, activations).state
            self.states.append(state[-1])
            self.outputs.append(self.between(state[0]))
        return self.outputs

    def seen(self, windows: int) -> Seen:
        """What is seen on the first windows."""
        outputs, states = (np.stack(several)[:, :, :windows] for several in (self.outputs, self.states))
        return Seen(
            np.abs(outputs).max(axis=(0, 2)),
            self.of_gates.flat(windows),
            self.of_cell.flat(windows),
            states.min(axis=(0, 2, 3)),
            states.max(axis=(0, 2, 3)),
        )


@cache
def greatest_slope(activation: Activation) -> float:
    """The activation's steepest slope, up or down, between -1 and 1."""
    y = np.asarray(activation(USUAL))
    return float(np.abs(np.diff(y) / np.diff(USUAL)).max())
