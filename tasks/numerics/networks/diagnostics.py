"""What trained networks do inside, on the windows that they were trained on: units that are dead, activations that are flat.

One more forward pass at the end of training, with the slope of each activation. Axes as in `layouts`.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from tasks.numerics.networks.activations import Activation
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.cells import CELLS, Activations, Step
from tasks.numerics.networks.gradients import activations_of, through
from tasks.numerics.networks.layouts import Layout
from tasks.numerics.networks.recurrent_layers import Layer, in_chunks, loop, write

Tensor = Any

DEAD = 1e-7
"""A unit whose output never leaves 0 by more is dead."""
FLAT = 0.1
"""An activation is saturated where its slope is below this share of its greatest."""
USUAL = np.linspace(-1, 1, 201, dtype=np.float32)
"""Where the greatest slope is looked for: an exponential's would be anywhere else."""


class Seen(NamedTuple):
    """Of one layer over time, each (n,) and gathered over all time steps; shares are sums until they are divided."""

    peak: Tensor
    """Largest distance of the output from 0."""
    flat_gates: Tensor
    """Saturated gates."""
    flat_cells: Tensor
    """Saturated cell activations."""
    low: Tensor
    """Least cell state, of a cell without one hidden state."""
    high: Tensor
    """Greatest one."""


def shapes_of(architecture: Architecture, replicas: int, test_windows: tuple[int, int]) -> dict[str, list[int]]:
    """Shape of all that `diagnose` finds: `forecasts` (R, N_test, S, O), `dead_units` (R, layers), the others (R,).

    `test_windows` is how many and of how many time steps.
    """
    whole = ("saturated_gates", "saturated_cells", "cell_low", "cell_high")
    return {
        "forecasts": [replicas, test_windows[0], architecture.output_steps(test_windows[1]), architecture.outputs],
        "dead_units": [replicas, len(architecture.places)],
        **{name: [replicas] for name in whole},
    }


def diagnose(
    layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor, test_windows: Tensor
) -> dict[str, Tensor]:
    """`forecasts` of the test windows, and diagnostics on the training windows (N, T, F), as in `shapes_of`.

    `dead_units`: share of a layer's units whose output is 0 in every window at every time step. `saturated_gates`,
    `saturated_cells`: share of all evaluations of the gate activation and the cell activation (an LSTM's twice a step) that
    are flat, NaN where there are no gates. `cell_low`, `cell_high`: the least and the greatest cell state of any unit, hidden
    state where there is no other. All in one pass: half the compilation.
    """
    N, T, _ = windows.shape
    together = tf.concat([windows, test_windows], axis=0)
    R, places = layout.over_replica(weights[-1]).shape[0], in_chunks(together.shape[0])
    trained = tf.constant(np.arange(places.size).reshape(places.shape) < N)
    layers = [place.units for place in architecture.places]
    shapes = shapes_of(architecture, R, (places.shape[1], T))
    start = {
        "forecasts": tf.zeros([len(places), *shapes["forecasts"]]),
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
            "forecasts": tf.tensor_scatter_nd_update(found["forecasts"], [[k]], values[None]),
            "peaks": [tf.maximum(*pair) for pair in zip(found["peaks"], peaks, strict=True)],
            "sums": found["sums"] + tf.stack(shares),
            "low": tf.reduce_min([found["low"], *low], axis=0),
            "high": tf.reduce_max([found["high"], *high], axis=0),
        }

    found = loop(len(places), chunk, [0, start])[1]
    dead = [tf.reduce_mean(tf.cast(peak <= DEAD, tf.float32), axis=1) for peak in found["peaks"]]
    evaluations = np.array([CELLS[architecture.network.cell].evaluations], np.float32).T
    gates, cells = tf.unstack(found["sums"] / float(N * T * sum(layers)) / evaluations)
    forecasts = tf.reshape(tf.transpose(found["forecasts"], [1, 0, 2, 3, 4]), [R, -1, *shapes["forecasts"][2:]])
    return {
        "forecasts": forecasts[:, N : together.shape[0]],
        "dead_units": tf.stack(dead, axis=1),
        "saturated_gates": gates,
        "saturated_cells": cells,
        "cell_low": found["low"],
        "cell_high": found["high"],
    }


def _look(
    layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor
) -> tuple[Tensor, list[Seen]]:
    activations, found = activations_of(architecture), []

    def pass_layer(layer: Layer, sequence: Tensor, projected: Tensor) -> Tensor:
        output, seen = _layer(layer, projected, activations)
        found.append(seen)
        return output

    output = through(layout, architecture, weights, windows, pass_layer)
    B, T = windows.shape[1:3]
    return layout.outputs(output, architecture.output_steps(T), B), found


def _layer(layer: Layer, projected: Tensor, activations: Activations) -> tuple[Tensor, Seen]:
    T, _, n = projected.shape
    zeros = tf.zeros([n])
    least_gate, least_cell = (FLAT * greatest_slope(one) for one in (activations.gate, activations.cell))

    def more(flat: Tensor, slopes: tuple[Tensor, ...], least: float) -> Tensor:
        for slope in slopes:
            flat = flat + tf.cast(tf.abs(slope) < least, tf.float32)
        return flat

    def see(t: Tensor, step: Step, before: tuple[Tensor, Seen]) -> tuple[Tensor, Seen]:
        (kept, seen), hidden, state = before, step.state[0], step.state[-1]
        output = activations.between(hidden) if activations.between else hidden
        seen = Seen(
            tf.maximum(seen.peak, tf.abs(output)),
            more(seen.flat_gates, step.gate_slopes, least_gate),
            more(seen.flat_cells, step.cell_slopes, least_cell),
            tf.minimum(seen.low, state),
            tf.maximum(seen.high, state),
        )
        return write(kept, output, t), seen

    nothing = Seen(zeros, zeros, zeros, zeros + np.inf, zeros - np.inf)
    kept, seen = layer.steps(projected, activations, see, (tf.zeros([T, n]), nothing))
    return kept, Seen(*seen)


@cache
def greatest_slope(activation: Activation) -> float:
    """The activation's steepest slope, up or down, between -1 and 1."""
    # A tape records nothing there, so the slope is that between neighbouring points.
    with tf.init_scope():
        y = np.asarray(activation(USUAL))
    return float(np.abs(np.diff(y) / np.diff(USUAL)).max())
