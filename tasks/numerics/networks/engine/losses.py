"""Losses, element by element, with their slope by the prediction: Keras', and the quantile loss.

Of predictions and targets of any one shape; a loss is the mean over all elements of a window.
"""

from functools import partial
from typing import Any, Final, Protocol

import tensorflow as tf

from tasks.numerics.settings import LossName

Tensor = Any
LEAST: Final = 1e-7
"""Keras' `epsilon`: what a target of the percentage error is divided by at least."""


class Loss(Protocol):
    """A loss and its slope."""

    def __call__(self, predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Each element's loss, and its derivative by the prediction."""


def squared(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Keras' `mean_squared_error`."""
    error = predictions - targets
    return error * error, 2 * error


def absolute(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Keras' `mean_absolute_error`."""
    error = predictions - targets
    return tf.abs(error), tf.sign(error)


def huber(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Keras' `huber` with its delta of 1 (Huber 1964)."""
    error = predictions - targets
    size, slope = tf.abs(error), tf.clip_by_value(error, -1.0, 1.0)
    return tf.where(size <= 1, 0.5 * error * error, size - 0.5), slope


def log_cosh(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Keras' `log_cosh`: the logarithm of the error's hyperbolic cosine."""
    error = predictions - targets
    return tf.abs(error) + tf.math.log1p(tf.exp(-2 * tf.abs(error))) - tf.math.log(2.0), tf.tanh(error)


def percentage(predictions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Keras' `mean_absolute_percentage_error`, of scaled values."""
    error, size = predictions - targets, tf.maximum(tf.abs(targets), LEAST)
    return 100 * tf.abs(error) / size, 100 * tf.sign(error) / size


def pinball(predictions: Tensor, targets: Tensor, quantile: float) -> tuple[Tensor, Tensor]:
    """The quantile loss (Koenker and Bassett 1978): a share `quantile` of all targets lies below its best prediction."""
    error = predictions - targets
    slope = tf.where(error > 0, 1 - quantile, -quantile)
    return error * slope, slope


LOSSES: dict[LossName, Loss] = {
    "mse": squared,
    "mae": absolute,
    "huber": huber,
    "log_cosh": log_cosh,
    "mape": percentage,
}


def loss_function(name: LossName, quantile: float) -> Loss:
    """By its name; `quantile` is that of the quantile loss."""
    return partial(pinball, quantile=quantile) if name == "quantile" else LOSSES[name]
