"""The slow, obvious versions: Keras is the judge of the engine."""

from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tasks.numerics.networks.architectures import Architecture, to_keras
from tasks.numerics.networks.initialisation import Weights


def keras_losses_and_gradients(
    architecture: Architecture, weights: Weights, replica: int, windows: np.ndarray, targets: np.ndarray
) -> tuple[float, Weights]:
    """Mean squared error of one replica's `keras.Model` and its gradient by every weight."""
    model = to_keras(architecture, weights, replica)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(windows) - targets) ** 2)
    gradients = tape.gradient(loss, model.trainable_weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return float(loss), engine_weights(architecture, [gradient.numpy() for gradient in gradients])


def engine_weights(architecture: Architecture, weights: Weights) -> Weights:
    """A model's weights as the engine has them: a GRU's bias (2, G·U) as its two rows."""
    return [
        row
        for weight, is_pair in zip(weights, _pairs(architecture), strict=True)
        for row in (weight if is_pair else [weight])
    ]


def _pairs(architecture: Architecture) -> Iterable[bool]:
    """Whether each of a model's weights is the two biases of a GRU."""
    for own in architecture.weights:
        names = [weight.name for weight in own]
        for place, name in enumerate(names):
            if not name.endswith("recurrent_bias"):
                yield names[place + 1 : place + 2] == [name.replace("bias", "recurrent_bias")]


def keras_training(
    architecture: Architecture,
    weights: Weights,
    replica: int,
    batches: Iterable[tuple[np.ndarray, np.ndarray]],
    learning_rate: float,
    clip_norm: float = 0.0,
    optimizer: keras.optimizers.Optimizer | None = None,
    loss: str | Callable[..., Any] = "mean_squared_error",
) -> tuple[list[float], Weights]:
    """Losses and final weights of one replica's `keras.Model` after `train_on_batch` over `batches`."""
    batches = list(batches)
    model = to_keras(architecture, weights, replica)
    clipping = {"global_clipnorm": clip_norm} if clip_norm else {}
    optimizer = optimizer or keras.optimizers.Adam(learning_rate, **clipping)
    model.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    losses = []
    for inputs, targets in batches:
        model.reset_metrics()
        losses.append(float(model.train_on_batch(inputs, targets)))
    return losses, engine_weights(architecture, model.get_weights())
