"""Recurrent layers of a chain, forward and backward, in one direction or both."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.engine.activations import ValueAndSlope, activation_function, value_and_slope
from tasks.numerics.networks.engine.cells import CELLS, Activations
from tasks.numerics.networks.engine.masks import Training, mask
from tasks.numerics.networks.engine.passes import Traced, pass_through, trace
from tasks.numerics.networks.engine.recurrent_layers import Layer, LayerWeights
from tasks.numerics.networks.engine.values import Place, Values

Tensor = Any


def activations_of(layer: Recurrent) -> Activations:
    """The functions that a layer's names stand for."""
    candidate, squash = layer.halves
    return Activations(with_slope(candidate), with_slope(layer.recurrent_activation), with_slope(squash))


def with_slope(name: str) -> ValueAndSlope:
    """An activation by its name, as a function that gives its slope, too."""
    return partial(value_and_slope, activation_function(name))


def laid_out(layer: Recurrent, weights: Sequence[Tensor], values: Values, masks: Sequence[Tensor] = ()) -> Layer:
    """A layer with its weights for what it reads; biases that it does not have are zeros."""
    place = values.place
    cell, (kernel, recurrent, *biases) = CELLS[layer.cell], weights
    nothing = place.layout.zero_bias(kernel)
    bias, recurrent_bias = [*biases, nothing, nothing][:2] if biases else (nothing, nothing)
    own = LayerWeights(kernel, recurrent, bias, recurrent_bias if cell.recurrent_bias else None)
    return Layer(cell, place, own, masks, values.steps_there(layer.units))


@pass_through.register
def _(layer: Recurrent, weights: Sequence[Tensor], values: Values) -> Values:
    values = values.reversed() if layer.go_backwards else values
    own, T = laid_out(layer, weights, values), values.steps
    hidden = own.forward(own.project(values.rows, values.place.steps, T), activations_of(layer))
    return _given(layer, values, hidden)


@trace.register
def _(layer: Recurrent, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    values = values.reversed() if layer.go_backwards else values
    place, T, once = values.place, values.steps, values.repeats > 1
    inputs, masks = _input_masks(layer, values, name, training), _recurrent_masks(layer, place, name, training)
    own = laid_out(layer, weights, values, masks)
    projected = _projected(own, values, inputs, T)
    kept = own.traced_forward(projected, activations_of(layer))

    def pull_back(gradient: Values) -> tuple[Values, list[Tensor]]:
        back = gradient.flat if layer.return_sequences else gradient.flat[0]
        found = own.backward(kept, back, last_step_only=not layer.return_sequences)
        if len(inputs) > 1:
            return _by_gate_back(layer, own, values, inputs, kept.hidden, found, once)
        seen = _masked(values, inputs[0]) if inputs else values
        gradients, rows = own.weight_gradients(seen.rows, kept.hidden, found, once)
        below = Values(place, "rows", place.layout.project_back(rows, own.weights.kernel))
        below = _masked(below, inputs[0]) if inputs else below
        return below.reversed() if layer.go_backwards else below, _wanted(layer, gradients)

    return Traced(_given(layer, values, kept.hidden), pull_back)


def _given(layer: Recurrent, values: Values, hidden: Tensor) -> Values:
    """What a layer gives of its hidden states (T, n)."""
    if layer.return_sequences:
        return Values(values.place.at(values.steps), "flat", hidden, there=values.there)
    return Values(values.place.at(1), "flat", hidden[-1:])


def _wanted(layer: Recurrent, gradients: LayerWeights) -> list[Tensor]:
    """Gradients of the weights that a layer has."""
    biases = [gradients.bias, gradients.recurrent_bias] if layer.use_bias else []
    return [one for one in (gradients.kernel, gradients.recurrent_kernel, *biases) if one is not None]


def _input_masks(layer: Recurrent, values: Values, name: str, training: Training | None) -> list[Tensor]:
    """What the inputs are multiplied with at every time step (1, n): one mask, or with recurrent dropout one a gate, as in Keras."""
    if not (training and layer.dropout):
        return []
    return [
        _mask(values.place, _units(values), f"{name} input {gate}", layer.dropout, training) for gate in _kinds(layer)
    ]


def _recurrent_masks(layer: Recurrent, place: Place, name: str, training: Training | None) -> list[Tensor]:
    """What each gate's hidden state is multiplied with (n,)."""
    if not (training and layer.recurrent_dropout):
        return []
    rate, cell = layer.recurrent_dropout, CELLS[layer.cell]
    one_each = _kinds(layer) if cell.gates > 1 else range(1)
    return [_mask(place, layer.units, f"{name} recurrent {gate}", rate, training)[0] for gate in one_each]


def _kinds(layer: Recurrent) -> range:
    """Masks of inputs: Keras' cells with gates have one each where there is recurrent dropout."""
    return range(CELLS[layer.cell].gates if layer.recurrent_dropout else 1)


def _mask(place: Place, units: int, name: str, rate: float, training: Training) -> Tensor:
    once = mask(training.keys, name, (place.batch, 1, units), rate)
    return Values(place.at(1), "whole", once).flat


def _units(values: Values) -> int:
    size: int = values.flat.shape[1] // (values.place.replicas * values.place.batch)
    return size


def _masked(values: Values, by: Tensor) -> Values:
    return Values(values.place, "flat", values.flat * by, values.repeats, values.there)


def _projected(own: Layer, values: Values, inputs: list[Tensor], T: int) -> Tensor:
    """Projected inputs (T, G, n), each gate's from the inputs as its mask lets them through."""
    steps = values.place.steps
    if len(inputs) < 2:
        seen = _masked(values, inputs[0]) if inputs else values
        return own.project(seen.rows, steps, T)
    layout, parts = values.place.layout, len(inputs)
    kernels, biases = layout.by_gate(own.weights.kernel, parts), _by_gate_bias(own, parts)
    gates = [
        layout.project(_masked(values, by).rows, kernel, bias, steps, 1)
        for by, kernel, bias in zip(inputs, kernels, biases, strict=True)
    ]
    projected = tf.concat(gates, axis=1)
    return projected if steps == T else tf.broadcast_to(projected, [T, *projected.shape[1:]])


def _by_gate_bias(own: Layer, parts: int) -> list[Tensor]:
    biases: list[Tensor] = tf.split(own.weights.bias, parts, axis=own.layout.inputs_axis)
    return biases


def _by_gate_back(
    layer: Recurrent, own: Layer, values: Values, inputs: list[Tensor], hidden: Tensor, found: Tensor, once: bool
) -> tuple[Values, list[Tensor]]:
    """What `pull_back` gives where every gate has a mask of its inputs."""
    layout, place, parts = own.layout, values.place, len(inputs)
    gradients, _ = own.weight_gradients(values.rows, hidden, found, once)
    gates = tf.split(found[:, :parts], parts, axis=1)
    kernels, below = [], []
    for by, kernel, gate in zip(inputs, layout.by_gate(own.weights.kernel, parts), gates, strict=True):
        rows = layout.gate_rows(tf.reduce_sum(gate, axis=0, keepdims=True) if once else gate, kernel)
        kernels += layout.gradients([_masked(values, by).rows], rows)[0]
        below.append(_masked(Values(place, "rows", layout.project_back(rows, kernel)), by).flat)
    own_gradients = gradients._replace(kernel=tf.concat(kernels, axis=layout.inputs_axis + 1))
    summed = Values(place, "flat", tf.add_n(below))
    return summed.reversed() if layer.go_backwards else summed, _wanted(layer, own_gradients)


@pass_through.register
def _(layer: Bidirectional, weights: Sequence[Tensor], values: Values) -> Values:
    values, half = values.each_step(), len(weights) // 2
    parts = zip(layer.twins, (weights[:half], weights[half:]), strict=True)
    return _merged(layer, [pass_through(twin, own, values) for twin, own in parts])


@trace.register
def _(layer: Bidirectional, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    repeated, values, half = values, values.each_step(), len(weights) // 2
    parts = zip(layer.twins, (weights[:half], weights[half:]), (name, f"backward {name}"), strict=True)
    twins = [trace(twin, own, values, called, training) for twin, own, called in parts]
    outputs = [twin.output for twin in twins]

    def pull_back(gradient: Values) -> tuple[Values, list[Tensor]]:
        below, gradients = [], []
        for twin, back in zip(twins, _divided(layer, outputs, gradient), strict=True):
            values_back, own = twin.pull_back(back)
            below.append(values_back.flat)
            gradients += own
        summed = tf.add_n(below)
        if repeated.repeats > 1:
            summed = tf.reduce_sum(summed, axis=0, keepdims=True)
        return Values(repeated.place, "flat", summed), gradients

    return Traced(_merged(layer, outputs), pull_back)


def _merged(layer: Bidirectional, outputs: list[Values]) -> Values:
    """What both directions give, the backward one turned round, merged."""
    forward, backward = outputs[0], outputs[1].reversed()
    place, there = forward.place, forward.there
    match layer.merge_mode:
        case "concat":
            rows = tf.concat([forward.rows, backward.rows], axis=place.layout.units_axis)
            return Values(place, "rows", rows, there=there)
        case "mul":
            return Values(place, "flat", forward.flat * backward.flat, there=there)
        case "sum":
            return Values(place, "flat", forward.flat + backward.flat, there=there)
        case "ave":
            return Values(place, "flat", (forward.flat + backward.flat) / 2, there=there)


def _divided(layer: Bidirectional, outputs: list[Values], gradient: Values) -> list[Values]:
    """The gradient of each direction's output."""
    place = gradient.place
    forward, backward = outputs[0], outputs[1].reversed()
    match layer.merge_mode:
        case "concat":
            parts = tf.split(gradient.rows, 2, axis=place.layout.units_axis)
            each = [Values(place, "rows", part) for part in parts]
        case "mul":
            each = [Values(place, "flat", gradient.flat * other.flat) for other in (backward, forward)]
        case "sum":
            each = [gradient, gradient]
        case "ave":
            each = [Values(place, "flat", gradient.flat / 2)] * 2
    return [each[0], each[1].reversed()]
