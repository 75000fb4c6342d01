"""The compiled programs: training of every replica of a variant for a segment of epochs.

What shapes the program is static in `ProgramSpec`; what varies (weights, batch orders, learning rates, data and how much
there is of it) are its arguments, so that one compilation serves every seed, learning rate, origin and series whose windows
have room in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.chain.normalisation import BatchNormalization
from tasks.numerics.networks.chain.stacks import drops
from tasks.numerics.networks.engine.clipping import clipped_by_norm, clipped_by_settings
from tasks.numerics.networks.engine.clipping import squares as squares_of
from tasks.numerics.networks.engine.early_stopping import watch
from tasks.numerics.networks.engine.gradients import Batch, forecast, losses_and_gradients
from tasks.numerics.networks.engine.layouts import Layout, ReplicaFirst, ReplicaLast
from tasks.numerics.networks.engine.losses import Loss, loss_function
from tasks.numerics.networks.engine.masks import Training, step_keys
from tasks.numerics.networks.engine.optimizers import begin, step
from tasks.numerics.networks.engine.penalties import penalties
from tasks.numerics.networks.engine.plateaus import Plateau, begin_plateau, lower_rates
from tasks.numerics.networks.engine.rates import share_at
from tasks.numerics.networks.engine.recurrent_layers import loop
from tasks.numerics.networks.engine.rooms import forward_batch
from tasks.numerics.networks.engine.units_first_layout import UnitsFirst
from tasks.numerics.networks.layout_choice import LayoutName
from tasks.numerics.networks.optimizer_settings import ADAM, OptimizerSettings
from tasks.numerics.networks.training_words import HEADS
from tasks.numerics.training_settings import LossName

Tensor = Any
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
    fills: bool
    """Whether the last batch of an epoch may be filled up: where the windows are no multiple of the batch."""
    patience: int
    clips: bool
    """Whether any replica's gradients are clipped; by how much is an argument."""
    layout_name: LayoutName
    optimizer: OptimizerSettings = ADAM
    loss_name: LossName = "mse"
    quantile: float = 0.5
    plateau: Plateau | None = None
    label_smoothing: float = 0.0
    weighs: bool = False
    """Whether windows count differently in training; how much is an argument."""

    @property
    def loss(self) -> Loss:
        """What is trained on."""
        return loss_function(self.loss_name, self.quantile, self.label_smoothing, self.from_logits)

    @property
    def from_logits(self) -> bool:
        """Whether the loss is of what stands before the head's activation: Keras has it so for any cross-entropy on softmax or sigmoid."""
        head = getattr(self.architecture.chain[-1], "activation", "")
        return self.loss_name in HEADS and head in HEADS.values()

    @property
    def layout(self) -> Layout:
        """The layout that the program uses inside."""
        return LAYOUTS[self.layout_name]

    @property
    def knows_training(self) -> bool:
        """Whether any layer is otherwise in training than afterwards."""
        chain = self.architecture.chain
        return drops(chain) or any(isinstance(layer, BatchNormalization) for layer in chain)


class Rates(NamedTuple):
    """What differs between replicas in training, beside weights and batch order."""

    learning_rate: Tensor
    """(R,)"""
    clip_norm: Tensor
    """(R,), 0: not clipped."""
    seeds: Tensor
    """(R,), unsigned: of the masks of dropout."""


def initial_state(spec: ProgramSpec, weights: list[NDArray[np.float32]]) -> dict[str, Any]:
    """State of a training that has not begun: weights (R, ...), the optimizer's and the early stopping's memory."""
    replicas = len(weights[0])
    state = {"weights": weights, **begin(spec.optimizer, weights)}
    if spec.patience:
        state |= {
            "best_weights": weights,
            "best_loss": np.full(replicas, np.inf, np.float32),
            "best_epoch": np.zeros(replicas, np.int32),
            "stopped": np.zeros(replicas, bool),
            "epoch": np.zeros(replicas, np.int32),
        }
    return state | (begin_plateau(replicas) if spec.plateau else {})


@cache
def segment_program(spec: ProgramSpec) -> Any:
    """The compiled program: (state, data, batch order (E, S, R, B), `Rates`, all epochs, epochs) to (state, course).

    `epochs` is how many of the E epochs it runs; where replicas stop early, each ends after `all epochs` of its own. The course (3, E, R) is each epoch's training loss, validation loss and
    root mean square of its gradients' norms, as clipped.
    """

    def run(state: Any, data: Any, order: Tensor, rates: Rates, all_epochs: Tensor, epochs: Tensor) -> Any:
        layout = spec.layout
        state = _for_weights(layout.enter, state)
        course = tf.zeros([3, *order.shape[:1], order.shape[2]])

        def epoch(e: Tensor, state: Any, course: Tensor) -> Any:
            factor = state["rate_factor"] if spec.plateau else 1.0
            own = rates._replace(learning_rate=rates.learning_rate * factor)
            state, loss, norm = _epoch(spec, state, data, order[e], own)
            watched = _validation_loss(spec, state["weights"], data)
            if spec.patience:
                state = watch(layout, spec.patience, state, watched, all_epochs)
            if spec.plateau:
                state = lower_rates(spec.plateau, state, watched)
            places = [[row, e] for row in range(3)]
            return e + 1, state, tf.tensor_scatter_nd_update(course, places, tf.stack([loss, watched, norm]))

        _, state, course = tf.while_loop(
            lambda e, *_: e < epochs, epoch, [0, state, course], maximum_iterations=order.shape[0]
        )
        return _for_weights(layout.leave, state), course

    return tf.function(run, jit_compile=True, autograph=False)


def _for_weights(change: Callable[[Tensor], Tensor], state: Any) -> Any:
    """The state with every weight and moment changed."""
    lists = {name: [change(weight) for weight in part] for name, part in state.items() if isinstance(part, list)}
    return {**state, **lists}


def _epoch(spec: ProgramSpec, state: Any, data: Any, order: Tensor, rates: Rates) -> Any:
    layout, architecture, shares = spec.layout, spec.architecture, data["shares"]

    def one_step(s: Tensor, state: Any, total: Tensor, squares: list[Tensor]) -> Any:
        chosen, targets = order[s], tf.gather(data["targets"], order[s])
        each = 1 / float(np.prod(targets.shape[2:]))
        share = tf.constant(each / spec.batch, tf.float32)
        if spec.fills:
            share = layout.sequence(tf.broadcast_to(each * shares[s][None, :, None, None], targets.shape))
        if spec.weighs:
            own = tf.gather(data["weights"], chosen)[:, :, None, None]
            share *= layout.sequence(tf.broadcast_to(own, targets.shape))
        windows, targets = tf.gather(data["windows"], chosen), layout.sequence(targets)
        training = Training(step_keys(rates.seeds, state["step"]), shares[s] > 0) if spec.knows_training else None
        found = losses_and_gradients(
            layout,
            architecture,
            state["weights"],
            Batch(windows, targets, share),
            spec.loss,
            training,
            spec.from_logits,
        )
        gradients = clipped(spec, found.gradients, rates.clip_norm)
        squares = [so_far + squares_of(layout, gradients) for so_far in squares]
        rate = rates.learning_rate * share_at(spec.optimizer.schedule, state["step"])
        state = step(spec.optimizer, layout, state, gradients, rate)
        if found.moved:
            kept = [found.moved.get(place, weight) for place, weight in enumerate(state["weights"])]
            state = state | {"weights": kept}
        return s + 1, state, total + found.loss * data["sizes"][s], squares

    zeros = tf.zeros([order.shape[1]])
    # What an optimizer keeps anyway is not summed beside it.
    start = [] if spec.optimizer.keeps_squares else [zeros]
    _, ended, total, squares = loop(data["steps"], one_step, [0, state, zeros, start])
    steps = tf.cast(data["steps"], tf.float32)
    mean = squares[0] / steps if squares else _mean_squares(spec, data["kept"], state["square"], ended["square"])
    return ended, total / tf.reduce_sum(data["sizes"]), tf.sqrt(mean)


def _mean_squares(spec: ProgramSpec, kept: Tensor, begun: list[Tensor], ended: list[Tensor]) -> Tensor:
    """Mean square (R,) of the norms of an epoch's gradients, out of Adam's second moments before and after it.

    These are sums of squared gradients with weights that fall by a thousandth a step: nothing is computed at the steps. An
    epoch keeps the share `kept` of those before it.
    """
    sums = [tf.add_n([spec.layout.over_replica(square) for square in squares]) for squares in (begun, ended)]
    return tf.maximum(sums[1] - kept * sums[0], 0) / (1 - kept)


def clipped(spec: ProgramSpec, gradients: list[Tensor], clip_norm: Tensor) -> list[Tensor]:
    """Gradients of each replica as Keras' `clipvalue`, `clipnorm` or `global_clipnorm` leaves them; the norm (R,), 0: not clipped."""
    gradients = clipped_by_settings(spec.layout, spec.optimizer, spec.architecture, gradients)
    return clipped_by_norm(spec.layout, gradients, clip_norm) if spec.clips else gradients


def _validation_loss(spec: ProgramSpec, weights: list[Tensor], data: Any) -> Tensor:
    windows, watched = data["validation_windows"], data["watched"]
    predictions = _forecasts(spec, weights, windows, watched)
    losses, _ = spec.loss(predictions, data["validation_targets"])
    there = (tf.range(windows.shape[0]) < watched)[None, :, None, None]
    total = tf.reduce_sum(tf.where(there, losses, 0.0), axis=[1, 2, 3])
    each = float(np.prod(losses.shape[2:]))
    return total / (tf.cast(watched, tf.float32) * each) + penalties(spec.layout, spec.architecture, weights)


def _forecasts(spec: ProgramSpec, weights: list[Tensor], windows: Tensor, watched: Tensor) -> Tensor:
    """What every replica makes of the first windows (N, T, F), or its logits where the loss is of them: (R, N, S, O)."""
    N, layout = windows.shape[0], spec.layout
    R = layout.over_replica(weights[-1]).shape[0]
    B = forward_batch(N)
    chunks = tf.reshape(windows, [N // B, B, *windows.shape[1:]])
    each = [spec.architecture.output_steps, spec.architecture.shapes[-1].units]

    def chunk(k: Tensor, kept: Tensor) -> Any:
        given = tf.broadcast_to(chunks[k][None], [R, *chunks.shape[1:]])
        values = forecast(layout, spec.architecture, weights, given, spec.from_logits)
        return k + 1, tf.tensor_scatter_nd_update(kept, [[k]], values[None])

    kept = loop((watched + B - 1) // B, chunk, [0, tf.zeros([N // B, R, B, *each])])[1]
    return tf.reshape(tf.transpose(kept, [1, 0, 2, 3, 4]), [R, N, *each])
