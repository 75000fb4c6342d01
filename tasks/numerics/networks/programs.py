"""The compiled programs: training of every replica of a variant for a segment of epochs.

What shapes the program is static in `ProgramSpec`; what varies (weights, batch orders, learning rates, data) are its
arguments, so that one compilation serves every seed, learning rate and series of that shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.gradients import forecast, losses_and_gradients
from tasks.numerics.networks.layout_choice import LayoutName
from tasks.numerics.networks.layouts import Layout, ReplicaFirst, ReplicaLast
from tasks.numerics.networks.recurrent_layers import in_chunks, loop
from tasks.numerics.networks.units_first_layout import UnitsFirst

Tensor = Any
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Adam's, as in Keras
LAYOUTS: dict[LayoutName, Layout] = {
    "replica_last": ReplicaLast(),
    "replica_first": ReplicaFirst(),
    "units_first": UnitsFirst(),
}


@dataclass(frozen=True)
class ProgramSpec:
    """Everything that is compiled in, beside the arguments' shapes."""

    architecture: Architecture
    batch: int
    windows: int
    """Training windows (N)."""
    patience: int
    clips: bool
    """Whether any replica's gradients are clipped; by how much is an argument."""
    layout_name: LayoutName

    @property
    def layout(self) -> Layout:
        """The layout that the program uses inside."""
        return LAYOUTS[self.layout_name]

    @property
    def steps(self) -> int:
        """Steps an epoch (S); the last may be a smaller batch."""
        return -(-self.windows // self.batch)


class Rates(NamedTuple):
    """What differs between replicas in training, beside weights and batch order."""

    learning_rate: Tensor
    """(R,)"""
    clip_norm: Tensor
    """(R,), 0: not clipped."""


def initial_state(spec: ProgramSpec, weights: list[NDArray[np.float32]]) -> dict[str, Any]:
    """State of a training that has not begun: weights (R, ...), Adam's moments and the early stopping's memory."""
    replicas = len(weights[0])
    zeros = [np.zeros_like(weight) for weight in weights]
    state = {"weights": weights, "mean": zeros, "square": zeros, "step": np.int32(0)}
    if spec.patience:
        state |= {
            "best_weights": weights,
            "best_loss": np.full(replicas, np.inf, np.float32),
            "best_epoch": np.zeros(replicas, np.int32),
            "stopped": np.zeros(replicas, bool),
        }
    return state


@cache
def segment_program(spec: ProgramSpec) -> Any:
    """The compiled program: (state, data, batch order (E, S, R, B), `Rates`, first epoch, epochs) to (state, course).

    `epochs` is how many of the E epochs it runs. The course (3, E, R) is each epoch's training loss, validation loss and
    root mean square of its gradients' norms, as clipped.
    """

    def run(state: Any, data: Any, order: Tensor, rates: Rates, first_epoch: Tensor, epochs: Tensor) -> Any:
        layout = spec.layout
        state = _for_weights(layout.enter, state)
        course = tf.zeros([3, *order.shape[:1], order.shape[2]])

        def epoch(e: Tensor, state: Any, course: Tensor) -> Any:
            state, loss, norm = _epoch(spec, state, data, order[e], rates)
            watched = _validation_loss(spec, state["weights"], data)
            if spec.patience:
                state = watch(spec, state, watched, first_epoch + e)
            places = [[row, e] for row in range(3)]
            return e + 1, state, tf.tensor_scatter_nd_update(course, places, tf.stack([loss, watched, norm]))

        _, state, course = tf.while_loop(
            lambda e, *_: e < epochs, epoch, [0, state, course], maximum_iterations=order.shape[0]
        )
        return _for_weights(layout.leave, state), course

    return tf.function(run, jit_compile=True, autograph=False)


def _for_weights(change: Callable[[Tensor], Tensor], state: Any) -> Any:
    """The state with every weight and moment changed."""
    return {
        name: [change(weight) for weight in part] if isinstance(part, list) else part for name, part in state.items()
    }


def _epoch(spec: ProgramSpec, state: Any, data: Any, order: Tensor, rates: Rates) -> Any:
    layout, architecture = spec.layout, spec.architecture
    shares = tf.constant(batch_shares(spec))

    def step(s: Tensor, state: Any, total: Tensor) -> Any:
        chosen, targets = order[s], tf.gather(data["targets"], order[s])
        each = 1 / float(np.prod(targets.shape[2:]))
        share = tf.constant(each / spec.batch, tf.float32)
        if spec.windows % spec.batch:
            share = layout.sequence(tf.broadcast_to(each * shares[s][None, :, None, None], targets.shape))
        windows, targets = tf.gather(data["windows"], chosen), layout.sequence(targets)
        loss, gradients = losses_and_gradients(layout, architecture, state["weights"], windows, targets, share)
        count = tf.minimum(spec.windows - s * spec.batch, spec.batch)
        return s + 1, adam(spec, state, gradients, rates), total + loss * tf.cast(count, tf.float32)

    zeros = tf.zeros([order.shape[1]])
    _, ended, total = loop(spec.steps, step, [0, state, zeros])
    return ended, total / spec.windows, _gradient_norm(spec, state["square"], ended["square"])


def _gradient_norm(spec: ProgramSpec, begun: list[Tensor], ended: list[Tensor]) -> Tensor:
    """Root mean square (R,) of the norms of an epoch's gradients, out of Adam's second moments before and after it.

    These are sums of squared gradients with weights that fall by a thousandth a step: nothing is computed at the steps.
    """
    sums = [tf.add_n([spec.layout.over_replica(square) for square in squares]) for squares in (begun, ended)]
    kept = BETA_2**spec.steps
    return tf.sqrt(tf.maximum(sums[1] - kept * sums[0], 0) / (1 - kept))


def batch_shares(spec: ProgramSpec) -> NDArray[np.float32]:
    """What each place of each step's batch counts in its mean (S, B): 0 where the last batch is filled up."""
    filled = np.arange(spec.steps * spec.batch).reshape(spec.steps, spec.batch) < spec.windows
    shares: NDArray[np.float32] = (filled / filled.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def adam(spec: ProgramSpec, state: Any, gradients: list[Tensor], rates: Rates) -> Any:
    """One step of Adam as Keras takes it (Kingma and Ba 2015, end of section 2), clipped by global norm if asked."""
    layout = spec.layout
    if spec.clips:
        norm = tf.sqrt(tf.add_n([layout.over_replica(gradient * gradient) for gradient in gradients]))
        scale = tf.where((rates.clip_norm > 0) & (norm > rates.clip_norm), rates.clip_norm / norm, 1.0)
        gradients = [gradient * layout.for_each_replica(scale, gradient) for gradient in gradients]
    count = tf.cast(state["step"] + 1, tf.float32)
    rate = rates.learning_rate * tf.sqrt(1 - tf.pow(BETA_2, count)) / (1 - tf.pow(BETA_1, count))
    mean = [m + (g - m) * (1 - BETA_1) for m, g in zip(state["mean"], gradients, strict=True)]
    square = [v + (g * g - v) * (1 - BETA_2) for v, g in zip(state["square"], gradients, strict=True)]
    weights = [
        w - m * layout.for_each_replica(rate, w) / (tf.sqrt(v) + EPSILON)
        for w, m, v in zip(state["weights"], mean, square, strict=True)
    ]
    return state | {"weights": weights, "mean": mean, "square": square, "step": state["step"] + 1}


def watch(spec: ProgramSpec, state: Any, loss: Tensor, epoch: Tensor) -> Any:
    """Keeps the weights of the best epoch so far, and stops who has waited too long, as Keras' `EarlyStopping` does; `loss` (R,)."""
    layout = spec.layout
    better = (loss < state["best_loss"]) & ~state["stopped"]
    best_epoch = tf.where(better, epoch, state["best_epoch"])
    return state | {
        "best_weights": [
            tf.where(layout.for_each_replica(better, new), new, best)
            for new, best in zip(state["weights"], state["best_weights"], strict=True)
        ],
        "best_loss": tf.where(better, loss, state["best_loss"]),
        "best_epoch": best_epoch,
        "stopped": state["stopped"] | (epoch - best_epoch >= spec.patience),
    }


def _validation_loss(spec: ProgramSpec, weights: list[Tensor], data: Any) -> Tensor:
    error = _forecasts(spec, weights, data["validation_windows"]) - data["validation_targets"]
    return tf.reduce_mean(error * error, axis=[1, 2, 3])


def _forecasts(spec: ProgramSpec, weights: list[Tensor], windows: Tensor) -> Tensor:
    """What every replica makes of windows (N, T, F): (R, N, S, O)."""
    N, layout = windows.shape[0], spec.layout
    R = layout.over_replica(weights[-1]).shape[0]
    places = in_chunks(N)
    (chunks, B), chosen = places.shape, tf.constant(places)
    each = [spec.architecture.output_steps(windows.shape[1]), spec.architecture.outputs]

    def chunk(k: Tensor, kept: Tensor) -> Any:
        batch = tf.gather(windows, chosen[k])
        values = forecast(layout, spec.architecture, weights, tf.broadcast_to(batch[None], [R, *batch.shape]))
        return k + 1, tf.tensor_scatter_nd_update(kept, [[k]], values[None])

    kept = loop(chunks, chunk, [0, tf.zeros([chunks, R, B, *each])])[1]
    return tf.reshape(tf.transpose(kept, [1, 0, 2, 3, 4]), [R, chunks * B, *each])[:, :N]
