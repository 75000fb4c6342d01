"""One network of one variant in Keras, traced once and trained again and again: every seed's weights are put into it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.keras_engine.compiling import counted_squares, loss_of, optimizer_of
from tasks.numerics.networks.keras_engine.own_models import reset_states
from tasks.numerics.networks.keras_engine.trained_models import built, outline_of_network
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.training_settings import TrainingSpec

Array = NDArray[np.float32]
Tensor = Any
Start = list[NDArray[Any]]
TOGETHER = 512
"""Windows that are forecast at once."""


def start_of(architecture: Architecture, seed: int) -> Start:
    """Everything that a seed decides of a network: weights, states, and the state of dropout.

    To be drawn before anything is traced: a new seed makes TensorFlow prepare all that it has traced again.
    """
    return [np.array(variable) for variable in built(architecture, seed).variables]


class Trainee:
    """A model that is trained on some windows (N, T, F), with one candidate's way of clipping."""

    def __init__(
        self, architecture: Architecture, training: TrainingSpec, candidate: Candidate, data: TrainingData
    ) -> None:
        """Built, compiled, and not traced before the first epoch; raises InputError where there are too few windows for it."""
        self.architecture, self.data = architecture, data
        self.model = built(architecture, seed=0)
        shape = getattr(self.model, "input_shape", None)
        self.fixed = int(shape[0]) if isinstance(shape, tuple) and shape[0] else 0
        """How many windows the model takes at once, where it takes no other number; else 0."""
        self.stateful = any(getattr(one, "stateful", False) for one in self.model._flatten_layers())
        """Whether a layer's state goes on from batch to batch."""
        self._begun = list(self.model.variables)
        outline = outline_of_network(architecture)
        self.optimizer, self.rate = optimizer_of(self.model, outline, training, candidate)
        self.model.compile(self.optimizer, loss_of(self.model, outline, training))
        self.optimizer.build(self.model.trainable_variables)
        self._memory = [np.array(one) for one in self.optimizer.variables]
        self._sums = counted_squares(self.optimizer)
        self.batch = self.fixed or min(training.batch_size, len(data.windows))
        self.whole = len(data.windows) // self.batch * self.batch if self.fixed else len(data.windows)
        if not self.whole:
            raise InputError(
                f"--network: the network takes {self.fixed} windows at once, and there are {len(data.windows)} to train on. Expected an "
                "Input without batch_size, or a smaller one."
            )
        self._epoch = tf.function(tf.autograph.experimental.do_not_convert(self._run))
        self._watch = tf.function(tf.autograph.experimental.do_not_convert(self._watched), reduce_retracing=True)
        self._forward = tf.function(lambda windows: self.model(windows, training=False), reduce_retracing=True)

    def begin(self, start: Start) -> None:
        """What a seed begins with, and an optimizer that remembers nothing."""
        for own, other in zip(self._begun, start, strict=True):
            own.assign(other)
        for own, before in zip(self.optimizer.variables, self._memory, strict=True):
            own.assign(before)

    def epoch(self, order: NDArray[np.int32], rate: float) -> tuple[float, float]:
        """Trains on the windows in their order (N,), a batch a step: the mean loss meanwhile, and the root mean square of the gradients' norms."""
        self.rate.value.assign(rate)
        for one in self._sums:
            one.assign(0.0)
        self.reset()
        self.model.reset_metrics()
        # What keeps its state reads the windows as time has them.
        loss = self._epoch(tf.constant(np.sort(order) if self.stateful else order))
        squares, steps = (float(one) for one in self._sums)
        return float(loss), float(np.sqrt(squares / steps)) if steps else float("nan")

    def _run(self, order: Tensor) -> Tensor:
        windows, targets = tf.constant(self.data.windows), tf.constant(self.data.targets)
        weights = () if self.data.weights is None else (tf.constant(self.data.weights),)

        def step(start: Tensor, _: Tensor) -> Any:
            chosen = order[start : start + self.batch]
            chosen = tf.ensure_shape(chosen, [self.batch]) if self.fixed else chosen
            batch = tuple(tf.gather(one, chosen) for one in (windows, targets, *weights))
            logs = self.model.train_step(batch)
            return start + self.batch, tf.cast(logs.get("loss", next(iter(logs.values()))), tf.float32)

        start = (tf.constant(0), tf.constant(0.0))
        return tf.while_loop(lambda at, _: at < self.whole, step, start)[1]

    def reset(self) -> None:
        """States of layers that keep theirs begin at zero."""
        if self.stateful:
            reset_states(self.model)

    def validation_loss(self) -> float:
        """Mean loss of the validation windows, from states of zero on; penalties on weights too."""
        self.reset()
        total, targets = 0.0, self.data.validation_targets
        for start, windows in self.chunks(self.data.validation_windows):
            own = tf.constant(targets[start : start + len(windows)])
            total += float(self._watch(tf.constant(windows), own)) * len(own)
        return total / len(targets)

    def _watched(self, windows: Tensor, targets: Tensor) -> Tensor:
        given = self.model(windows, training=False)
        return self.model.compute_loss(windows, targets, given[: tf.shape(targets)[0]], training=False)

    def forecasts(self, windows: Array) -> Array:
        """What the model makes of windows (N, T, F), from states of zero on: (N, O)."""
        self.reset()
        parts = [np.asarray(self._forward(tf.constant(chunk))) for _, chunk in self.chunks(windows)]
        return np.concatenate(parts)[: len(windows)]

    def chunks(self, windows: Array) -> Iterator[tuple[int, Array]]:
        """Windows that go forward at once, with the number of the first; the last ones filled up where the model takes no fewer."""
        size = self.fixed or TOGETHER
        for start in range(0, len(windows), size):
            chunk = windows[start : start + size]
            short = size - len(chunk) if self.fixed else 0
            yield start, np.concatenate([chunk, chunk[-1:].repeat(short, axis=0)]) if short else chunk
