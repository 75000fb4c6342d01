"""What the sizes of weights add to the loss: Keras' L1 and L2 regularisers."""

from typing import Any

import tensorflow as tf

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.chain.layers import Penalty
from tasks.numerics.networks.engine.layouts import Layout

Tensor = Any


def penalties(layout: Layout, architecture: Architecture, weights: list[Tensor]) -> Tensor | float:
    """L1 times the sum of absolute values, and L2 times that of squares, over all weights that have such a penalty: (R,)."""
    found = [
        layout.over_replica(penalty.l1 * tf.abs(weight) + penalty.l2 * weight * weight)
        for penalty, weight in zip(_penalties(architecture), weights, strict=True)
        if penalty
    ]
    return tf.add_n(found) if found else 0.0


def with_penalties(architecture: Architecture, weights: list[Tensor], gradients: list[Tensor]) -> list[Tensor]:
    """Gradients of the loss with the penalties in it."""
    return [
        gradient + penalty.l1 * tf.sign(weight) + 2 * penalty.l2 * weight if penalty else gradient
        for penalty, weight, gradient in zip(_penalties(architecture), weights, gradients, strict=True)
    ]


def _penalties(architecture: Architecture) -> list[Penalty]:
    return [weight.penalty for own in architecture.weights for weight in own]
