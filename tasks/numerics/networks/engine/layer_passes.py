"""Dense, activations, dropout and what only repeats, forward and backward."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.activation_names import MIXING
from tasks.numerics.networks.chain.layers import (
    Activation,
    Dense,
    Dropout,
    Flatten,
    Masking,
    RepeatVector,
    SpatialDropout1D,
)
from tasks.numerics.networks.engine.activations import activation_function, value_and_slope
from tasks.numerics.networks.engine.masks import Training, mask
from tasks.numerics.networks.engine.passes import Traced, pass_through, trace
from tasks.numerics.networks.engine.values import Values

Tensor = Any


def activated(activation: str, values: Values) -> tuple[Values, Callable[[Values], Values]]:
    """An activation's values, and how a gradient of theirs comes back."""
    if activation == "linear":
        return values, lambda gradient: gradient
    function, place = activation_function(activation), values.place
    if activation in MIXING:
        with tf.GradientTape() as tape:
            tape.watch(values.whole)
            y = function(values.whole)
        return Values(place, "whole", y), lambda gradient: Values(
            place, "whole", tape.gradient(y, values.whole, gradient.whole)
        )
    y, slope = value_and_slope(function, values.flat)
    return Values(place, "flat", y, values.repeats, values.there), lambda gradient: Values(
        place, "flat", gradient.flat * slope, values.repeats
    )


def dense(values: Values, kernel: Tensor, bias: Tensor | None) -> Values:
    """Values times a kernel, plus a bias where there is one."""
    layout = values.place.layout
    bias = layout.zero_bias(kernel) if bias is None else bias
    return Values(values.place, "rows", layout.dense(values.rows, kernel, bias))


def dense_back(values: Values, kernel: Tensor, gradient: Values, has_bias: bool) -> tuple[Values, list[Tensor]]:
    """Gradients of the input, of the kernel and of the bias where there is one."""
    layout = values.place.layout
    kernels, bias = layout.gradients([values.rows], gradient.rows)
    below = Values(values.place, "rows", layout.project_back(gradient.rows, kernel))
    return below, [*kernels, *([bias] if has_bias else [])]


@pass_through.register
def _(layer: Dense, weights: Sequence[Tensor], values: Values) -> Values:
    values = values.each_step()
    return activated(layer.activation, dense(values, weights[0], weights[1] if layer.use_bias else None))[0]


@trace.register
def _(layer: Dense, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.each_step()
    output, back = activated(layer.activation, dense(values, weights[0], weights[1] if layer.use_bias else None))
    return Traced(output, lambda gradient: dense_back(values, weights[0], back(gradient), layer.use_bias))


@pass_through.register
def _(layer: Activation, weights: Sequence[Tensor], values: Values) -> Values:
    return activated(layer.activation, values)[0]


@trace.register
def _(layer: Activation, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.each_step()
    output, back = activated(layer.activation, values)
    return Traced(output, lambda gradient: (back(gradient), []))


@pass_through.register(Dropout)
def _(layer: Dropout, weights: Sequence[Tensor], values: Values) -> Values:
    return values


@trace.register(Dropout)
def _(layer: Dropout, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.each_step()
    if training is None or not layer.rate:
        return Traced(values, lambda gradient: (gradient, []))
    place = values.place
    units = values.flat.shape[1] // (place.replicas * place.batch)
    steps = 1 if isinstance(layer, SpatialDropout1D) else place.steps
    kept = Values(place.at(steps), "whole", mask(training.keys, name, (place.batch, steps, units), layer.rate)).flat
    return Traced(
        Values(place, "flat", values.flat * kept, there=values.there),
        lambda gradient: (Values(place, "flat", gradient.flat * kept), []),
    )


@pass_through.register
def _(layer: Masking, weights: Sequence[Tensor], values: Values) -> Values:
    return _with_masked_steps(layer, values)


@trace.register
def _(layer: Masking, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    output = _with_masked_steps(layer, values.each_step())
    shown = tf.cast(output.there, tf.float32)[..., None]
    return Traced(output, lambda gradient: (Values(values.place, "whole", gradient.whole * shown), []))


def _with_masked_steps(layer: Masking, values: Values) -> Values:
    there = tf.reduce_any(values.whole != layer.mask_value, axis=3)
    shown = values.whole * tf.cast(there, tf.float32)[..., None]
    return Values(values.place, "whole", shown, there=there)


@pass_through.register
def _(layer: RepeatVector, weights: Sequence[Tensor], values: Values) -> Values:
    return _repeated(values, layer.n)


@trace.register
def _(layer: RepeatVector, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    def pull_back(gradient: Values) -> tuple[Values, list[Tensor]]:
        if gradient.place.steps == 1:  # the layer above has summed over its time steps
            return gradient, []
        return Values(values.place, "flat", tf.reduce_sum(gradient.flat, axis=0, keepdims=True)), []

    return Traced(_repeated(values, layer.n), pull_back)


def _repeated(values: Values, n: int) -> Values:
    return Values(values.place, *values.given, repeats=n)


@pass_through.register
def _(layer: Flatten, weights: Sequence[Tensor], values: Values) -> Values:
    return flattened(values)


@trace.register
def _(layer: Flatten, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.each_step()

    def pull_back(gradient: Values) -> tuple[Values, list[Tensor]]:
        return Values(values.place, "whole", tf.reshape(gradient.whole, values.whole.shape)), []

    return Traced(flattened(values), pull_back)


def flattened(values: Values) -> Values:
    """All time steps beside one another."""
    R, B, _, _ = values.whole.shape
    return Values(values.each_step().place.at(1), "whole", tf.reshape(values.whole, [R, B, 1, -1]))
