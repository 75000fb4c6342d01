"""One LSTM layer of every replica, forward and backward, in Keras' terms.

Axes as in `layouts`: T time steps, n = every unit of every window of every replica, flat.
The backward pass is written out: the loops over time hold one product each, and the weights' gradients are one
product over all time steps afterwards. The activations' derivatives are kept from the forward pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.compiler.tf2xla.python import xla

from tasks.numerics.activations import Activation, value_and_slope
from tasks.numerics.layouts import Layout

Tensor = Any
FORWARD_BATCH = 128
"""Windows that go forward together where no gradient is wanted."""


@dataclass(frozen=True)
class Activations:
    """The activations of one variant, as functions."""

    cell: Activation
    gate: Activation
    between: Activation | None


class LayerWeights(NamedTuple):
    """Keras' weights of an LSTM layer: kernel (R, I, 4U), recurrent kernel (R, U, 4U), bias (R, 4U), as laid out."""

    kernel: Tensor
    recurrent_kernel: Tensor
    bias: Tensor


class Trace(NamedTuple):
    """What the backward pass needs of the forward pass."""

    hidden: Tensor
    """(T, n)."""
    slopes: Tensor
    """(T, 6, n): dc/dz of the gates i, f, c; dh/dz of the gate o; dc/dc of the step before; dh/dc.

    One array, as the loop over time would copy each array of zeros that it starts from.
    """


def step(z: Tensor, cell: Tensor, activations: Activations) -> tuple[Tensor, Tensor]:
    """Hidden and cell state (n,) after one time step, from the gates' inputs z (4, n)."""
    i, f, o = (activations.gate(z[gate]) for gate in (0, 1, 3))
    cell = f * cell + i * activations.cell(z[2])
    return o * activations.cell(cell), cell


def traced_step(z: Tensor, cell: Tensor, activations: Activations) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
    """`step`, with the derivatives that the backward pass needs, in the order of `Trace.slopes`."""
    (i, di), (f, df), (o, do) = (value_and_slope(activations.gate, z[gate]) for gate in (0, 1, 3))
    g, dg = value_and_slope(activations.cell, z[2])
    cell_before, cell = cell, f * cell + i * g
    a, da = value_and_slope(activations.cell, cell)
    return o * a, cell, (g * di, cell_before * df, i * dg, a * do, f, o * da)


def forward(layout: Layout, weights: LayerWeights, projected: Tensor, activations: Activations) -> Tensor:
    """Hidden states (T, n) from the projected inputs (T, 4, n)."""
    T, _, n = projected.shape
    zeros = tf.zeros([n])
    if T == 1:
        return step(projected[0], zeros, activations)[0][None]

    def body(t: Tensor, hidden: Tensor, cell: Tensor, kept: Tensor) -> tuple[Tensor, ...]:
        z = gates_of(layout, weights, projected, t, hidden)
        hidden, cell = step(z, cell, activations)
        return t + 1, hidden, cell, write(kept, hidden, t)

    return loop(T, body, [0, zeros, zeros, tf.zeros([T, n])])[3]


def traced_forward(layout: Layout, weights: LayerWeights, projected: Tensor, activations: Activations) -> Trace:
    """`forward`, with all that the backward pass needs."""
    T, _, n = projected.shape
    zeros = tf.zeros([n])
    if T == 1:
        hidden, _, slopes = traced_step(projected[0], zeros, activations)
        return Trace(hidden[None], tf.stack(slopes)[None])

    def body(t: Tensor, hidden: Tensor, cell: Tensor, kept: Tensor, traced: Tensor) -> tuple[Tensor, ...]:
        z = gates_of(layout, weights, projected, t, hidden)
        hidden, cell, slopes = traced_step(z, cell, activations)
        return t + 1, hidden, cell, write(kept, hidden, t), write_each(traced, slopes, t)

    return Trace(*loop(T, body, [0, zeros, zeros, tf.zeros([T, n]), tf.zeros([T, 6, n])])[3:])


def backward(layout: Layout, weights: LayerWeights, trace: Trace, gradient: Tensor, last_step_only: bool) -> Tensor:
    """Gradients of the gates' inputs (T, 4, n) from that of the hidden states: (T, n), or (n,) for the last alone."""
    T, n = trace.hidden.shape
    zeros = tf.zeros([n])
    if T == 1:
        hidden = gradient if last_step_only else gradient[0]
        return tf.stack(_gate_gradients(trace.slopes, 0, hidden, hidden * trace.slopes[0, 5]))[None]

    def body(k: Tensor, hidden: Tensor, cell: Tensor, gates: Tensor) -> tuple[Tensor, ...]:
        t = T - 1 - k
        if not last_step_only:
            hidden = hidden + gradient[t]
        cell = cell + hidden * trace.slopes[t, 5]
        gates = write_each(gates, _gate_gradients(trace.slopes, t, hidden, cell), t)
        return k + 1, layout.recur_back(gates[t], weights.recurrent_kernel), cell * trace.slopes[t, 4], gates

    start = gradient if last_step_only else zeros
    return loop(T, body, [0, start, zeros, tf.zeros([T, 4, n])])[3]


def weight_gradients(
    layout: Layout, weights: LayerWeights, sequence: Tensor, hidden_before: Tensor | None, rows: tuple[Tensor, Tensor]
) -> LayerWeights:
    """Gradients of a layer's weights from its input, the hidden states before each step but the first, and the gates'."""
    all_rows, later_rows = rows
    recurrent = tf.zeros_like(weights.recurrent_kernel)
    if hidden_before is not None:
        recurrent = layout.kernel_gradient(hidden_before, later_rows)
    return LayerWeights(layout.kernel_gradient(sequence, all_rows), recurrent, layout.bias_gradient(all_rows))


def loop(count: Any, body: Callable[..., Any], start: list[Tensor]) -> Any:
    """`tf.while_loop` over 0 ... count-1, the counter first in `start`."""
    return tf.while_loop(lambda k, *_: k < count, body, start, maximum_iterations=count)


def gates_of(layout: Layout, weights: LayerWeights, projected: Tensor, t: Tensor, hidden: Tensor) -> list[Tensor]:
    """Inputs (n,) of the four gates at time t, from the projected inputs (T, 4, n) and the hidden state (n,) before."""
    recurred = layout.recur(hidden, weights.recurrent_kernel)
    return [projected[t, gate] + recurred[gate] for gate in range(4)]


def in_chunks(windows: int) -> NDArray[np.int32]:
    """Places of so many windows in chunks that fit the cache (K, B), the last one filled up with the last window."""
    batch = min(windows, FORWARD_BATCH)
    chunks = -(-windows // batch)
    return np.minimum(np.arange(chunks * batch), windows - 1).reshape(chunks, batch).astype(np.int32)


def write(buffer: Tensor, value: Tensor, *place: Any) -> Tensor:
    """`buffer` (..., n) with the row `value` (n,) at `place`, in place inside a compiled program."""
    row = tf.reshape(value, [1] * len(place) + [-1])
    return xla.dynamic_update_slice(buffer, row, tf.stack([*place, 0]))


def write_each(buffer: Tensor, values: Sequence[Tensor], t: Tensor) -> Tensor:
    """`buffer` (T, K, n) with the K rows `values` at time t."""
    for number, value in enumerate(values):
        buffer = write(buffer, value, t, number)
    return buffer


def _gate_gradients(slopes: Tensor, t: Any, hidden: Tensor, cell: Tensor) -> list[Tensor]:
    return [*(cell * slopes[t, gate] for gate in range(3)), hidden * slopes[t, 3]]
