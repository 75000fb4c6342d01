"""Layers whose way back TensorFlow's tape finds: normalisation, pooling, convolution and learned slopes.

Axes: R replicas, B windows, T time steps, U units; functions take values (R, B, T, U) and weights (R, ...).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.chain.convolution import (
    AveragePooling1D,
    Conv1D,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MaxPooling1D,
)
from tasks.numerics.networks.chain.layers import Layer
from tasks.numerics.networks.chain.normalisation import BatchNormalization, LayerNormalization, PReLU
from tasks.numerics.networks.engine.layer_passes import activated, dense, dense_back
from tasks.numerics.networks.engine.masks import Training
from tasks.numerics.networks.engine.passes import Traced, pass_through, trace
from tasks.numerics.networks.engine.values import Values

Tensor = Any
LOWEST = -3.4028235e38
"""Of single precision: what stands where a window of a pooling layer reaches over the end."""


@dataclass(frozen=True)
class Computed:
    """What a layer computes, and its weights that no gradient moves, by their place."""

    values: Tensor
    moved: dict[int, Tensor] = field(default_factory=dict)


def computed(layer: Layer, x: Tensor, weights: Sequence[Tensor], training: Training | None) -> Computed:
    """What a layer makes of values, while training or, with None, afterwards."""
    match layer:
        case PReLU():
            (alpha,) = weights
            alpha = alpha[:, None] if len(alpha.shape) == 3 else alpha[:, None, None]
            return Computed(tf.nn.relu(x) - alpha * tf.nn.relu(-x))
        case LayerNormalization():
            mean = tf.reduce_mean(x, axis=3, keepdims=True)
            variance = tf.reduce_mean((x - mean) ** 2, axis=3, keepdims=True)
            return Computed(_scaled(layer, (x - mean) * tf.math.rsqrt(variance + layer.epsilon), weights))
        case BatchNormalization():
            return _batch_normalized(layer, x, weights, training)
        case GlobalMaxPooling1D():
            return Computed(tf.reduce_max(x, axis=2, keepdims=True))
        case GlobalAveragePooling1D():
            return Computed(tf.reduce_mean(x, axis=2, keepdims=True))
        case MaxPooling1D():
            return Computed(_pooled(layer, x))
    raise NotImplementedError(layer.keras_name)


def _scaled(layer: LayerNormalization | BatchNormalization, x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    own = iter(weights)
    x = x * next(own)[:, None, None] if layer.scale else x
    return x + next(own)[:, None, None] if layer.center else x


def _batch_normalized(
    layer: BatchNormalization, x: Tensor, weights: Sequence[Tensor], training: Training | None
) -> Computed:
    mean, variance = (weight[:, None, None] for weight in weights[-2:])
    moved = {}
    if training:
        # A batch that is filled up counts no more than its windows.
        share = tf.cast(training.counts, tf.float32)[None, :, None, None]
        share = share / (tf.reduce_sum(share) * x.shape[2])
        mean = tf.reduce_sum(x * share, axis=[1, 2], keepdims=True)
        variance = tf.reduce_sum((x - mean) ** 2 * share, axis=[1, 2], keepdims=True)
        place = len(weights) - 2
        for number, (old, new) in enumerate(zip(weights[-2:], (mean, variance), strict=True), place):
            moved[number] = old * layer.momentum + new[:, 0, 0] * (1 - layer.momentum)
    return Computed(_scaled(layer, (x - mean) * tf.math.rsqrt(variance + layer.epsilon), weights), moved)


def _pooled(layer: MaxPooling1D, x: Tensor) -> Tensor:
    """The greatest, or the mean, of each stretch; of equal ones the first, as in Keras, is the one that learns."""
    mean = isinstance(layer, AveragePooling1D)
    steps = layer.places_on(x.shape[2])
    missing = max(0, (steps - 1) * layer.strides + layer.pool_size - x.shape[2])
    ends = [[0, 0], [0, 0], [missing // 2, missing - missing // 2], [0, 0]]
    padded = tf.pad(x, ends, constant_values=0.0 if mean else LOWEST)
    reach = (steps - 1) * layer.strides + 1
    slices = [padded[:, :, start : start + reach : layer.strides] for start in range(layer.pool_size)]
    if mean:
        there = tf.pad(tf.ones_like(x), ends)
        counts = [there[:, :, start : start + reach : layer.strides] for start in range(layer.pool_size)]
        return tf.add_n(slices) / tf.add_n(counts)
    found = slices[0]
    for other in slices[1:]:
        found = tf.maximum(found, other)
    return found


@pass_through.register(PReLU)
@pass_through.register(LayerNormalization)
@pass_through.register(BatchNormalization)
@pass_through.register(GlobalAveragePooling1D)
@pass_through.register(MaxPooling1D)
def _(layer: Layer, weights: Sequence[Tensor], values: Values) -> Values:
    own = [values.place.layout.leave(weight) for weight in weights]
    y = computed(layer, values.whole, own, None).values
    return Values(values.place.at(y.shape[2]), "whole", y)


@trace.register(PReLU)
@trace.register(LayerNormalization)
@trace.register(BatchNormalization)
@trace.register(GlobalAveragePooling1D)
@trace.register(MaxPooling1D)
def _(layer: Layer, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.each_step()
    layout, x = values.place.layout, values.whole
    own = [layout.leave(weight) for weight in weights]
    with tf.GradientTape() as tape:
        tape.watch([x, *own])
        found = computed(layer, x, own, training)

    def pull_back(gradient: Values) -> tuple[Values, list[Tensor]]:
        nothing = tf.UnconnectedGradients.ZERO
        below, *gradients = tape.gradient(found.values, [x, *own], gradient.whole, unconnected_gradients=nothing)
        return Values(values.place, "whole", below), [layout.enter(one) for one in gradients]

    moved = {place: layout.enter(weight) for place, weight in found.moved.items()}
    return Traced(Values(values.place.at(found.values.shape[2]), "whole", found.values), pull_back, moved)


@pass_through.register
def _(layer: Conv1D, weights: Sequence[Tensor], values: Values) -> Values:
    return _convolved(layer, weights, values)[0]


@trace.register
def _(layer: Conv1D, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.each_step()
    output, back = _convolved(layer, weights, values)
    return Traced(output, back)


def _convolved(
    layer: Conv1D, weights: Sequence[Tensor], values: Values
) -> tuple[Values, Callable[[Values], tuple[Values, list[Tensor]]]]:
    """A convolution is a Dense layer of what stands under the kernel at each of its places."""
    x, layout, size = values.whole, values.place.layout, layer.kernel_size
    with tf.GradientTape() as tape:
        tape.watch(x)
        patches = _patches(layer, x)
    under = Values(values.place.at(patches.shape[2]), "whole", patches)
    kernel = _as_matrix(weights[0], layout.inputs_axis, size)
    output, back = activated(layer.activation, dense(under, kernel, weights[1] if layer.use_bias else None))

    def pull_back(gradient: Values) -> tuple[Values, list[Tensor]]:
        below, (own, *bias) = dense_back(under, kernel, back(gradient), layer.use_bias)
        return Values(values.place, "whole", tape.gradient(patches, x, below.whole)), [
            tf.reshape(own, weights[0].shape),
            *bias,
        ]

    return output, pull_back


def _patches(layer: Conv1D, x: Tensor) -> Tensor:
    """What stands under the kernel at each place: (R, B, T', K·I)."""
    reach, T = (layer.kernel_size - 1) * layer.dilation_rate, x.shape[2]
    steps = layer.places_on(T)
    if layer.padding == "causal":
        x = tf.pad(x, [[0, 0], [0, 0], [reach, 0], [0, 0]])
    elif layer.padding == "same":
        missing = max(0, (steps - 1) * layer.strides + reach + 1 - T)
        x = tf.pad(x, [[0, 0], [0, 0], [missing // 2, missing - missing // 2], [0, 0]])
    last = (steps - 1) * layer.strides + 1
    starts = range(0, reach + 1, layer.dilation_rate)
    return tf.concat([x[:, :, start : start + last : layer.strides] for start in starts], axis=3)


def _as_matrix(kernel: Tensor, axis: int, size: int) -> Tensor:
    """A kernel (K, I, O), the replicas first or last, as (K·I, O)."""
    shape = list(kernel.shape)
    return tf.reshape(kernel, [*shape[:axis], size * shape[axis + 1], *shape[axis + 2 :]])
