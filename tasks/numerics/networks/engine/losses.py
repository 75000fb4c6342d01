"""Losses, with their slope by the prediction: Keras', and the quantile loss.

Of predictions and targets of any one shape, element by element but for the cross-entropies; a loss is the mean over all
elements of a window.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

import tensorflow as tf

from tasks.numerics.networks.engine.cross_entropies import BinaryCrossEntropy, CategoricalCrossEntropy
from tasks.numerics.networks.training_words import HEADS
from tasks.numerics.training_settings import LossName

Tensor = Any
LEAST: Final = 1e-7
"""Keras' `epsilon`: what a target of the percentage error is divided by at least."""


class Loss(Protocol):
    """A loss and its slope."""

    def __call__(self, predictions: Tensor, targets: Tensor, axis: int = -1) -> tuple[Tensor, Tensor]:
        """Each element's loss, and the derivative of all by each prediction; the numbers of one output stand on the `axis`."""


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


ElementLoss = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
LOSSES: dict[LossName, ElementLoss] = {
    "mse": squared,
    "mae": absolute,
    "huber": huber,
    "log_cosh": log_cosh,
    "mape": percentage,
}


def loss_function(name: LossName, quantile: float = 0.5, smoothing: float = 0.0, from_logits: bool = False) -> Loss:
    """By its name; `quantile` is that of the quantile loss, `smoothing` and `from_logits` are the cross-entropies'."""
    match HEADS.get(name):
        case "softmax":
            return CategoricalCrossEntropy(from_logits, smoothing)
        case "sigmoid":
            return BinaryCrossEntropy(from_logits, smoothing)
    return by_element(partial(pinball, quantile=quantile) if name == "quantile" else LOSSES[name])


def by_element(function: ElementLoss) -> Loss:
    """A loss of elements that know nothing of one another."""

    def loss(predictions: Tensor, targets: Tensor, axis: int = -1) -> tuple[Tensor, Tensor]:
        return function(predictions, targets)

    return loss
