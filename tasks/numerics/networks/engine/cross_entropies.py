"""Cross-entropies, Keras' `categorical_crossentropy` and `binary_crossentropy`, with their slope by what they are given.

Of the logits of a softmax or sigmoid head where it has one, as Keras takes them from behind the head: nothing underflows there.
Of any other head they are of its numbers, clipped to probabilities as Keras clips them.

Axes: K classes on an axis that the caller names, one-hot targets on the same; all other axes are the caller's own.
"""

from dataclasses import dataclass
from typing import Any, Final

import tensorflow as tf

Tensor = Any
LEAST: Final = 1e-7
"""Keras' `epsilon`: the least probability that a cross-entropy takes, and 1 less it the greatest."""


@dataclass(frozen=True)
class CategoricalCrossEntropy:
    """Of one class in K: each element's share of a window's loss times K, so that their mean is Keras' sum over the classes."""

    from_logits: bool
    smoothing: float = 0.0
    """Keras' `label_smoothing`: what share of a target is spread evenly over all classes."""

    def __call__(self, predictions: Tensor, targets: Tensor, axis: int = -1) -> tuple[Tensor, Tensor]:
        """Each element's loss, and the derivative of their sum by each element that was given."""
        K = predictions.shape[axis]
        targets = targets * (1 - self.smoothing) + self.smoothing / K if self.smoothing else targets
        if self.from_logits:
            logarithms = tf.nn.log_softmax(predictions, axis=axis)
            total = tf.reduce_sum(targets, axis=axis, keepdims=True)
            return -K * targets * logarithms, K * (tf.exp(logarithms) * total - targets)
        total = tf.reduce_sum(predictions, axis=axis, keepdims=True)
        shares = predictions / total
        known, within = clipped(shares)
        slopes = tf.where(within, -targets / known, 0.0)
        moved = slopes - tf.reduce_sum(slopes * shares, axis=axis, keepdims=True)
        return -K * targets * tf.math.log(known), K * moved / total


@dataclass(frozen=True)
class BinaryCrossEntropy:
    """Of each output by itself: whether it is so or not."""

    from_logits: bool
    smoothing: float = 0.0
    """Keras' `label_smoothing`: how much nearer to a half targets are."""

    def __call__(self, predictions: Tensor, targets: Tensor, axis: int = -1) -> tuple[Tensor, Tensor]:
        """Each element's loss, and its derivative by the element that was given."""
        targets = targets * (1 - self.smoothing) + self.smoothing / 2 if self.smoothing else targets
        if self.from_logits:
            size = tf.math.log1p(tf.exp(-tf.abs(predictions)))
            return tf.maximum(predictions, 0.0) - predictions * targets + size, tf.sigmoid(predictions) - targets
        known, within = clipped(predictions)
        losses = -targets * tf.math.log(known) - (1 - targets) * tf.math.log(1 - known)
        return losses, tf.where(within, (1 - targets) / (1 - known) - targets / known, 0.0)


def clipped(shares: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities that have a logarithm, and whether each was one before."""
    return tf.clip_by_value(shares, LEAST, 1 - LEAST), (shares >= LEAST) & (shares <= 1 - LEAST)
