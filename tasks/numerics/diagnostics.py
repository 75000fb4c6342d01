"""What trained networks do inside, on the windows that they were trained on: units that are dead, activations that are flat.

One more forward pass at the end of training, with the slope of each activation. Axes as in `layouts`.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from tasks.numerics.activations import Activation, value_and_slope
from tasks.numerics.gradients import activations_of, layer_weights
from tasks.numerics.layouts import Layout
from tasks.numerics.lstm import Activations, LayerWeights, gates_of, in_chunks, loop, write
from tasks.numerics.networks import Architecture

Tensor = Any

DEAD = 1e-7
"""A unit whose output never leaves 0 by more is dead."""
FLAT = 0.1
"""An activation is saturated where its slope is below this share of its greatest."""
USUAL = np.linspace(-1, 1, 201, dtype=np.float32)
"""Where the greatest slope is looked for: an exponential's would be anywhere else."""
QUANTILES = (0.05, 0.5, 0.95, 1.0)
"""Of the gradients' norms over training."""


class Seen(NamedTuple):
    """Of one layer over time, each (n,) and gathered over all time steps; shares are sums until they are divided."""

    peak: Tensor
    """Largest distance of the output from 0."""
    flat_gates: Tensor
    """Saturated gates, of three a step."""
    flat_cells: Tensor
    """Saturated cell activations, of two a step."""
    low: Tensor
    """Least cell state."""
    high: Tensor
    """Greatest cell state."""


def shapes_of(architecture: Architecture, replicas: int, test_windows: int) -> dict[str, list[int]]:
    """Shape of all that `diagnose` finds: `forecasts` (R, N_test), `dead_units` (R, layers), the others (R,)."""
    whole = ("saturated_gates", "saturated_cells", "cell_low", "cell_high")
    layers = len(architecture.network.layers)
    return {
        "forecasts": [replicas, test_windows],
        "dead_units": [replicas, layers],
        **{name: [replicas] for name in whole},
    }


def diagnose(
    layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor, test_windows: Tensor
) -> dict[str, Tensor]:
    """`forecasts` (R, N_test) of the test windows, and diagnostics on the training windows (N, T, F) as in `shapes_of`.

    `dead_units`: share of a layer's units whose output is 0 in every window at every time step. `saturated_gates`,
    `saturated_cells`: share of all evaluations of the gate (i, f, o) and the cell activation (candidate and output) that are
    flat. `cell_low`, `cell_high`: the least and the greatest cell state of any unit. All in one pass: half the compilation.
    """
    N, T, _ = windows.shape
    together = tf.concat([windows, test_windows], axis=0)
    R, places = layout.over_replica(weights[-1]).shape[0], in_chunks(together.shape[0])
    trained = tf.constant(np.arange(places.size).reshape(places.shape) < N)
    layers = architecture.network.layers
    start = {
        "forecasts": tf.zeros([len(places), R, places.shape[1]]),
        "peaks": [tf.zeros([R, units]) for units in layers],
        "sums": tf.zeros([2, R]),
        "low": tf.fill([R], np.float32(np.inf)),
        "high": tf.fill([R], np.float32(-np.inf)),
    }

    def chunk(k: Tensor, found: Any) -> Any:
        batch, own = tf.gather(together, tf.constant(places)[k]), trained[k]
        values, seen = _look(layout, architecture, weights, tf.broadcast_to(batch[None], [R, *batch.shape]))
        by_unit = [Seen(*(layout.by_unit(value, R, batch.shape[0]) for value in one)) for one in seen]
        shares = [
            tf.add_n([tf.reduce_sum(tf.where(own, one[place], 0.0), axis=[1, 2]) for one in by_unit])
            for place in (1, 2)
        ]
        low = [tf.reduce_min(tf.where(own, one.low, np.inf), [1, 2]) for one in by_unit]
        high = [tf.reduce_max(tf.where(own, one.high, -np.inf), [1, 2]) for one in by_unit]
        peaks = [tf.reduce_max(tf.where(own, one.peak, 0.0), 2) for one in by_unit]
        return k + 1, {
            "forecasts": tf.tensor_scatter_nd_update(found["forecasts"], [[k]], layout.targets(values)[None]),
            "peaks": [tf.maximum(*pair) for pair in zip(found["peaks"], peaks, strict=True)],
            "sums": found["sums"] + tf.stack(shares),
            "low": tf.reduce_min([found["low"], *low], axis=0),
            "high": tf.reduce_max([found["high"], *high], axis=0),
        }

    found = loop(len(places), chunk, [0, start])[1]
    dead = [tf.reduce_mean(tf.cast(peak <= DEAD, tf.float32), axis=1) for peak in found["peaks"]]
    gates, cells = tf.unstack(found["sums"] / float(N * T * sum(layers)))
    return {
        "forecasts": tf.reshape(tf.transpose(found["forecasts"], [1, 0, 2]), [R, -1])[:, N : together.shape[0]],
        "dead_units": tf.stack(dead, axis=1),
        "saturated_gates": gates / 3,
        "saturated_cells": cells / 2,
        "cell_low": found["low"],
        "cell_high": found["high"],
    }


def _look(
    layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor
) -> tuple[Tensor, list[Seen]]:
    R, B, T, _ = windows.shape
    activations = activations_of(architecture)
    sequence, found = layout.sequence(windows), []
    for layer in layer_weights(architecture, weights):
        hidden, seen = _layer(layout, layer, layout.project(sequence, layer.kernel, layer.bias, T), activations)
        found.append(seen)
        sequence = layout.hidden_sequence(hidden, R, B)
    return layout.head(hidden[-1], *weights[-2:]), found


def _layer(layout: Layout, weights: LayerWeights, projected: Tensor, activations: Activations) -> tuple[Tensor, Seen]:
    T, _, n = projected.shape
    zeros = tf.zeros([n])
    least_gate, least_cell = (FLAT * greatest_slope(one) for one in (activations.gate, activations.cell))

    def flat(slope: Tensor, least: float) -> Tensor:
        return tf.cast(tf.abs(slope) < least, tf.float32)

    def step(t: Tensor, hidden: Tensor, cell: Tensor, kept: Tensor, seen: Seen) -> Any:
        z = gates_of(layout, weights, projected, t, hidden)
        gates, gate_slopes = value_and_slope(activations.gate, tf.stack([z[0], z[1], z[3]]))
        g, dg = value_and_slope(activations.cell, z[2])
        cell = gates[1] * cell + gates[0] * g
        a, da = value_and_slope(activations.cell, cell)
        hidden = gates[2] * a
        output = activations.between(hidden) if activations.between else hidden
        seen = Seen(
            tf.maximum(seen.peak, tf.abs(output)),
            seen.flat_gates + tf.reduce_sum(flat(gate_slopes, least_gate), axis=0),
            seen.flat_cells + flat(dg, least_cell) + flat(da, least_cell),
            tf.minimum(seen.low, cell),
            tf.maximum(seen.high, cell),
        )
        return t + 1, hidden, cell, write(kept, output, t), seen

    nothing = Seen(zeros, zeros, zeros, zeros + np.inf, zeros - np.inf)
    _, _, _, kept, seen = loop(T, step, [0, zeros, zeros, tf.zeros([T, n]), nothing])
    return kept, seen


@cache
def greatest_slope(activation: Activation) -> float:
    """The activation's steepest slope, up or down, between -1 and 1."""
    # A tape records nothing there, so the slope is that between neighbouring points.
    with tf.init_scope():
        y = np.asarray(activation(USUAL))
    return float(np.abs(np.diff(y) / np.diff(USUAL)).max())
