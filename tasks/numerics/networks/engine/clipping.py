"""Gradients cut as Keras' optimizers cut them: by the norm of all, by that of each weight, or element by element."""

from typing import Any

import tensorflow as tf

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.layouts import Layout
from tasks.numerics.networks.optimizer_settings import OptimizerSettings

Tensor = Any


def squares(layout: Layout, gradients: list[Tensor]) -> Tensor:
    """Squares of all elements of a replica's gradients, summed (R,)."""
    return tf.add_n([layout.over_replica(gradient * gradient) for gradient in gradients])


def clipped_by_norm(layout: Layout, gradients: list[Tensor], most: Tensor | float) -> list[Tensor]:
    """Gradients whose norm over all of them is at most `most` (R,), 0: not clipped."""
    norm = tf.sqrt(squares(layout, gradients))
    scale = tf.where((most > 0) & (norm > most), most / norm, 1.0)
    return [gradient * layout.for_each_replica(scale, gradient) for gradient in gradients]


def clipped_by_settings(
    layout: Layout, settings: OptimizerSettings, architecture: Architecture, gradients: list[Tensor]
) -> list[Tensor]:
    """Gradients as `clipvalue` and `clipnorm` leave them."""
    most = settings.clip_value
    if most:
        return [tf.clip_by_value(gradient, -most, most) for gradient in gradients]
    if not settings.clip_weight_norm:
        return gradients
    found: list[Tensor] = []
    for group in keras_variables(architecture):
        found += clipped_by_norm(layout, [gradients[place] for place in group], settings.clip_weight_norm)
    return found


def keras_variables(architecture: Architecture) -> list[list[int]]:
    """Places of the weights that are one variable in Keras: a GRU's two biases are."""
    groups: list[list[int]] = []
    names = [weight.name for own in architecture.weights for weight in own]
    for place, name in enumerate(names):
        if name.endswith("recurrent_bias"):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups
