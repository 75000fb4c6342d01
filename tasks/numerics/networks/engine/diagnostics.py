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

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.chain.layers import Activation
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.chain.stacks import all_units
from tasks.numerics.networks.engine.activations import Activation as Function
from tasks.numerics.networks.engine.activations import activation_function, value_and_slope
from tasks.numerics.networks.engine.cells import CELLS, Activations
from tasks.numerics.networks.engine.gradients import entered, layers_of
from tasks.numerics.networks.engine.layouts import ReplicaFirst
from tasks.numerics.networks.engine.passes import pass_through
from tasks.numerics.networks.engine.values import Place, Values
from tasks.numerics.networks.initialisation import Weights

Tensor = Any

DEAD = 1e-7
"""A unit whose output never leaves 0 by more is dead."""
FLAT = 0.1
"""An activation is saturated where its slope is below this share of its greatest."""
USUAL = np.linspace(-1, 1, 201, dtype=np.float32)
"""Where the greatest slope is looked for: an exponential's would be anywhere else."""
LAYOUT = ReplicaFirst()
TOGETHER = 2**21
"""Numbers (R, B, T, U) of a layer that go forward at once: some arrays of 8 MB each."""


class Evaluations:
    """An activation in a forward pass: its value, and at what points it was evaluated."""

    def __init__(self, name: str) -> None:
        """An activation by its Keras name."""
        self._function, self.points = activation_function(name), list[Tensor]()
        self.shown: Tensor | None = None
        """Who sees the step that is evaluated (R, B), where not all do."""
        self._counts = list[Tensor]()

    def __call__(self, points: Tensor) -> tuple[Tensor, float]:
        """Its value; no slope is wanted on the way."""
        self.points.append(points)
        self._counts.append(tf.ones(points.shape[:2], bool) if self.shown is None else self.shown)
        return self._function(points), 0.0

    def flat(self, windows: int) -> NDArray[np.int64]:
        """How many evaluations on the first windows were flat, and how many there were (2, R)."""
        if not self.points:
            return np.zeros((2, 1), np.int64)  # a cell without gates
        points = tf.stack(self.points)[:, :, :windows]
        slopes = np.abs(value_and_slope(self._function, points)[1])
        counts = np.broadcast_to(np.stack(self._counts)[:, :, :windows, None], slopes.shape)
        flat = (slopes < FLAT * greatest_slope(self._function)) & counts
        return np.stack([np.count_nonzero(one, axis=(0, 2, 3)) for one in (flat, counts)])


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
    size = max(1, TOGETHER // (len(weights[-1]) * max(all_units(architecture.chain)) * windows.shape[1]))
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
    R, chain, seen = len(weights[-1]), architecture.chain, list[Seen]()
    values = entered(LAYOUT, tf.broadcast_to(windows, [R, *windows.shape]))
    layers = list(layers_of(architecture, weights))
    for number, (layer, _, of_layer) in enumerate(layers):
        if not isinstance(layer, Recurrent | Bidirectional):
            values = pass_through(layer, of_layer, values)
            continue
        layer_pass = LayerPass(layer, of_layer)
        above = chain[number + 1] if number + 1 < len(chain) else None
        # What stands straight after a layer makes its units dead or alive.
        after = activation_function(above.activation) if isinstance(above, Activation) else None
        there = None if values.there is None else tf.unstack(values.there, axis=2)
        outputs = layer_pass(tf.unstack(values.whole, axis=2), there)
        seen += [layer_pass.seen(own, [after(output) for output in outputs] if after else outputs)] if own else []
        given = outputs if layer_pass.inner.return_sequences else layer_pass.last(outputs)
        whole = tf.stack(given, axis=2)
        shown = values.there if layer_pass.inner.return_sequences else None
        values = Values(Place(LAYOUT, R, len(windows), len(given)), "whole", whole, there=shown)
    return values.whole.numpy(), seen


class LayerPass:
    """A forward pass through one recurrent layer, in one direction or both."""

    def __init__(self, layer: Recurrent | Bidirectional, weights: Sequence[Tensor]) -> None:
        """Before its first time step."""
        self.layer = layer
        self.inner = layer.layer if isinstance(layer, Bidirectional) else layer
        twins = layer.twins if isinstance(layer, Bidirectional) else (layer,)
        size = len(weights) // len(twins)
        self.directions = [
            DirectionPass(twin, weights[number * size : (number + 1) * size]) for number, twin in enumerate(twins)
        ]

    def __call__(self, sequence: Sequence[Tensor], there: Sequence[Tensor] | None = None) -> list[Tensor]:
        """Outputs (R, B, U) of each time step, from inputs (R, B, I) of each; `there` (R, B) says who sees a step, if not all do."""
        outputs = [direction(sequence, there) for direction in self.directions]
        if not isinstance(self.layer, Bidirectional):
            return outputs[0]
        pairs = zip(outputs[0], reversed(outputs[1]), strict=True)
        return [merged(self.layer, *pair) for pair in pairs]

    def last(self, outputs: list[Tensor]) -> list[Tensor]:
        """The only output of a layer that gives no sequence: each direction's own last."""
        if not isinstance(self.layer, Bidirectional):
            return outputs[-1:]
        return [merged(self.layer, *(direction.outputs[-1] for direction in self.directions))]

    def seen(self, windows: int, outputs: Sequence[Tensor]) -> Seen:
        """What is seen on the first windows; the outputs are those of each time step, as they are read above."""
        given = np.stack(outputs)[:, :, :windows]
        states = np.stack([state for one in self.directions for state in one.states])[:, :, :windows]
        gates = [one.of_gates.flat(windows) for one in self.directions]
        cells = [part.flat(windows) for one in self.directions for part in (one.of_candidate, one.of_squash)]
        low, high = states.min(axis=(0, 2, 3)), states.max(axis=(0, 2, 3))
        return Seen(np.abs(given).max(axis=(0, 2)), sum(gates[1:], gates[0]), sum(cells[1:], cells[0]), low, high)


class DirectionPass:
    """A forward pass through one recurrent layer in its own direction."""

    def __init__(self, layer: Recurrent, weights: Sequence[Tensor]) -> None:
        """Before its first time step."""
        self.layer, self.cell = layer, CELLS[layer.cell]
        self.kernel, self.recurrent, *biases = weights
        self.bias, self.recurrent_bias = (*biases, None, None)[:2]
        candidate, squash = layer.halves
        self.of_candidate, self.of_squash = Evaluations(candidate), Evaluations(squash)
        self.of_gates = Evaluations(layer.recurrent_activation)
        self.states, self.outputs = list[Tensor](), list[Tensor]()

    def __call__(self, sequence: Sequence[Tensor], there: Sequence[Tensor] | None = None) -> list[Tensor]:
        """Outputs (R, B, U) of each time step in the order in which they are read."""
        activations = Activations(self.of_candidate, self.of_gates, self.of_squash)
        shape = [*sequence[0].shape[:2], self.recurrent.shape[1]]
        state: tuple[Tensor, ...] = (tf.zeros(shape),) * self.cell.states
        seen: Sequence[Tensor | None] = there or [None] * len(sequence)
        steps = list(zip(sequence, seen, strict=True))
        for inputs, shown in reversed(steps) if self.layer.go_backwards else steps:
            for evaluations in (self.of_candidate, self.of_squash, self.of_gates):
                evaluations.shown = shown
            projected = _affine(inputs, self.kernel, self.bias)
            recurred = _affine(state[0], self.recurrent, self.recurrent_bias)
            projected, recurred = (tf.split(one, self.cell.gates, axis=2) for one in (projected, recurred))
            new = self.cell.step(projected, recurred, state, activations).state
            state = (
                new
                if shown is None
                else tuple(tf.where(shown[..., None], *both) for both in zip(new, state, strict=True))
            )
            self.states.append(state[-1])
            self.outputs.append(state[0])
        return self.outputs


def _affine(inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    product = tf.matmul(inputs, kernel)
    return product if bias is None else product + bias[:, None]


def merged(layer: Bidirectional, forward: Tensor, backward: Tensor) -> Tensor:
    """What both directions give of one time step (R, B, U)."""
    match layer.merge_mode:
        case "concat":
            return tf.concat([forward, backward], axis=2)
        case "mul":
            return forward * backward
        case "sum":
            return forward + backward
        case "ave":
            return (forward + backward) / 2


@cache
def greatest_slope(activation: Function) -> float:
    """The activation's steepest slope, up or down, between -1 and 1."""
    y = np.asarray(activation(USUAL))
    return float(np.abs(np.diff(y) / np.diff(USUAL)).max())
