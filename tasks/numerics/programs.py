"""The compiled programs: training of every replica of a variant for a segment of epochs, and forecasting.

What shapes the program is static in `ProgramSpec`; what varies (weights, batch orders, learning rates, data) are its
arguments, so that one compilation serves every seed, learning rate and series of that shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.gradients import forecast, losses_and_gradients
from tasks.numerics.layouts import Layout, ReplicaFirst, ReplicaLast
from tasks.numerics.lstm import loop
from tasks.numerics.networks import Architecture
from tasks.numerics.sizes import LayoutName
from tasks.numerics.units_first import UnitsFirst

Tensor = Any
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Adam's, as in Keras
FORECAST_BATCH = 128
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
    clip_norm: float
    layout_name: LayoutName

    @property
    def layout(self) -> Layout:
        """The layout that the program uses inside."""
        return LAYOUTS[self.layout_name]

    @property
    def steps(self) -> int:
        """Steps an epoch (S); the last may be a smaller batch."""
        return -(-self.windows // self.batch)


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
    """The compiled program: (state, data, batch order (E, S, R, B), learning rates (R,), first epoch, epochs) to
    (state, losses (2, E, R) of training and validation, forecasts (R, N_test) of the test windows).

    `epochs` is how many of the E epochs it runs.
    """

    def run(state: Any, data: Any, order: Tensor, learning_rates: Tensor, first_epoch: Tensor, epochs: Tensor) -> Any:
        layout = spec.layout
        state = _for_weights(layout.enter, state)
        losses = tf.zeros([2, *order.shape[:1], order.shape[2]])

        def epoch(e: Tensor, state: Any, losses: Tensor) -> Any:
            state, loss = _epoch(spec, state, data, order[e], learning_rates)
            watched = _validation_loss(spec, state["weights"], data)
            if spec.patience:
                state = _watch(spec, state, watched, first_epoch + e)
            return e + 1, state, tf.tensor_scatter_nd_update(losses, [[0, e], [1, e]], tf.stack([loss, watched]))

        _, state, losses = tf.while_loop(
            lambda e, *_: e < epochs, epoch, [0, state, losses], maximum_iterations=order.shape[0]
        )
        forecasts = _forecasts(spec, state["best_weights" if spec.patience else "weights"], data["test_windows"])
        return _for_weights(layout.leave, state), losses, forecasts

    return tf.function(run, jit_compile=True, autograph=False)


def _for_weights(change: Callable[[Tensor], Tensor], state: Any) -> Any:
    """The state with every weight and moment changed."""
    return {
        name: [change(weight) for weight in part] if isinstance(part, list) else part for name, part in state.items()
    }


def _epoch(spec: ProgramSpec, state: Any, data: Any, order: Tensor, learning_rates: Tensor) -> Any:
    layout, architecture = spec.layout, spec.architecture
    shares = tf.constant(batch_shares(spec))

    def step(s: Tensor, state: Any, total: Tensor) -> Any:
        chosen = order[s]
        share = shares[s] if spec.windows % spec.batch else tf.constant(1 / spec.batch, tf.float32)
        if spec.windows % spec.batch:
            share = layout.targets(tf.broadcast_to(share, chosen.shape))
        loss, gradients = losses_and_gradients(
            layout,
            architecture,
            state["weights"],
            tf.gather(data["windows"], chosen),
            layout.targets(tf.gather(data["targets"], chosen)),
            share,
        )
        count = tf.minimum(spec.windows - s * spec.batch, spec.batch)
        return s + 1, adam(spec, state, gradients, learning_rates), total + loss * tf.cast(count, tf.float32)

    zeros = tf.zeros([order.shape[1]])
    _, state, total = loop(spec.steps, step, [0, state, zeros])
    return state, total / spec.windows


def batch_shares(spec: ProgramSpec) -> NDArray[np.float32]:
    """What each place of each step's batch counts in its mean (S, B): 0 where the last batch is filled up."""
    filled = np.arange(spec.steps * spec.batch).reshape(spec.steps, spec.batch) < spec.windows
    shares: NDArray[np.float32] = (filled / filled.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def adam(spec: ProgramSpec, state: Any, gradients: list[Tensor], learning_rates: Tensor) -> Any:
    """One step of Adam as Keras takes it (Kingma and Ba 2015, end of section 2), clipped by global norm if asked."""
    layout = spec.layout
    if spec.clip_norm:
        norm = tf.sqrt(tf.add_n([layout.over_replica(gradient * gradient) for gradient in gradients]))
        scale = spec.clip_norm / tf.maximum(norm, spec.clip_norm)
        gradients = [gradient * layout.for_each_replica(scale, gradient) for gradient in gradients]
    count = tf.cast(state["step"] + 1, tf.float32)
    rate = learning_rates * tf.sqrt(1 - tf.pow(BETA_2, count)) / (1 - tf.pow(BETA_1, count))
    mean = [m + (g - m) * (1 - BETA_1) for m, g in zip(state["mean"], gradients, strict=True)]
    square = [v + (g * g - v) * (1 - BETA_2) for v, g in zip(state["square"], gradients, strict=True)]
    weights = [
        w - m * layout.for_each_replica(rate, w) / (tf.sqrt(v) + EPSILON)
        for w, m, v in zip(state["weights"], mean, square, strict=True)
    ]
    return state | {"weights": weights, "mean": mean, "square": square, "step": state["step"] + 1}


def _watch(spec: ProgramSpec, state: Any, loss: Tensor, epoch: Tensor) -> Any:
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
    return tf.reduce_mean(error * error, axis=1)


def _forecasts(spec: ProgramSpec, weights: list[Tensor], windows: Tensor) -> Tensor:
    N, layout = windows.shape[0], spec.layout
    R = layout.over_replica(weights[-1]).shape[0]
    B = min(N, FORECAST_BATCH)
    chunks = -(-N // B)
    chosen = tf.constant(np.minimum(np.arange(chunks * B), N - 1).reshape(chunks, B).astype(np.int32))

    def chunk(k: Tensor, kept: Tensor) -> Any:
        batch = tf.gather(windows, chosen[k])
        values = forecast(layout, spec.architecture, weights, tf.broadcast_to(batch[None], [R, *batch.shape]))
        return k + 1, tf.tensor_scatter_nd_update(kept, [[k]], layout.targets(values)[None])

    kept = loop(chunks, chunk, [0, tf.zeros([chunks, R, B])])[1]
    return tf.reshape(tf.transpose(kept, [1, 0, 2]), [R, chunks * B])[:, :N]
