"""Outputs, losses and gradients of every replica of a network, in one layout."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.activations import ValueAndSlope, keras_activations, value_and_slope
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.cells import CELLS, Activations
from tasks.numerics.networks.layouts import Layout
from tasks.numerics.networks.losses import Loss
from tasks.numerics.networks.recurrent_layers import Layer, Trace, weights_of_layers

Tensor = Any


def activations_of(architecture: Architecture) -> Activations:
    """The functions that a variant's names stand for."""
    variant = architecture.variant
    between = _with_slope(variant.activation) if variant.placement == "between" else None
    return Activations(_with_slope(variant.cell_activation), _with_slope(variant.gate_activation), between)


def _with_slope(name: str) -> ValueAndSlope:
    return partial(value_and_slope, keras_activations()[name])


def layers_of(layout: Layout, architecture: Architecture, weights: list[Tensor], batch: int) -> list[Layer]:
    """The recurrent layers, each with its own out of the list of all weights."""
    cell = CELLS[architecture.network.cell]
    return [Layer(cell, layout, part, batch) for part in weights_of_layers(cell, weights[:-2])]


def through(
    layout: Layout,
    architecture: Architecture,
    weights: list[Tensor],
    windows: Tensor,
    pass_layer: Callable[[Layer, Tensor, Tensor], Tensor],
) -> Tensor:
    """The head's output, in the layout's order, for windows (R, B, T, F).

    `pass_layer(layer, input, projected input)` gives the outputs (T, n) of one layer.
    """
    R, B, T, _ = windows.shape
    sequence = layout.sequence(windows)
    for place, layer in zip(architecture.places, layers_of(layout, architecture, weights, B), strict=True):
        output = pass_layer(layer, sequence, layer.project(sequence, 1 if place.reads_last else T, T))
        sequence = layout.hidden_sequence(output[-1:] if place.gives_last else output, R, B)
    return layout.dense(sequence, *weights[-2:])


def forecast(layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor) -> Tensor:
    """What the network makes of windows (R, B, T, F): (R, B, S, O)."""
    B, T = windows.shape[1:3]
    activations = activations_of(architecture)

    def pass_layer(layer: Layer, sequence: Tensor, projected: Tensor) -> Tensor:
        hidden = layer.forward(projected, activations)
        return activations.between(hidden)[0] if activations.between else hidden

    output = through(layout, architecture, weights, windows, pass_layer)
    return layout.outputs(output, architecture.output_steps(T), B)


@dataclass(frozen=True)
class _Pass:
    """What one layer's forward pass leaves for its backward pass."""

    layer: Layer
    sequence: Tensor
    trace: Trace
    between_slope: Tensor | None
    output: Tensor


def losses_and_gradients(
    layout: Layout,
    architecture: Architecture,
    weights: list[Tensor],
    windows: Tensor,
    targets: Tensor,
    share: Tensor | float,
    loss_of: Loss,
) -> tuple[Tensor, list[Tensor]]:
    """Losses of all outputs, each times `share`, summed (R,); and their gradients by every weight, as laid out.

    `windows` (R, B, T, F); `targets` (R, B, S, O) and `share` by `Layout.sequence`; with share = 1/(B·S·O) the loss is the
    mean.
    """
    R, B, T, _ = windows.shape
    activations, passes = activations_of(architecture), []

    def pass_layer(layer: Layer, sequence: Tensor, projected: Tensor) -> Tensor:
        trace = layer.traced_forward(projected, activations)
        output, slope = trace.hidden, None
        if activations.between:
            output, slope = activations.between(output)
        passes.append(_Pass(layer, sequence, trace, slope, output))
        return output

    losses, slopes = loss_of(through(layout, architecture, weights, windows, pass_layer), targets)
    loss, rows = layout.over_replica(losses * share), slopes * share
    last = passes[-1].output[-1:] if architecture.places[-1].gives_last else passes[-1].output
    kernels, bias = layout.gradients([layout.hidden_sequence(last, R, B)], rows)
    gradients = [*kernels, bias]
    kernel, steps = weights[-2], architecture.output_steps(T)
    for place, kept in reversed(list(zip(architecture.places, passes, strict=True))):
        # What the layer above, or the head, makes of its rows is the gradient of this layer's output.
        back = layout.flat_sequence(layout.project_back(rows, kernel), steps)
        slope = kept.between_slope
        if place.gives_last:
            back, slope = back[0], None if slope is None else slope[-1]
        if slope is not None:
            back = back * slope
        found = kept.layer.backward(kept.trace, back, last_step_only=place.gives_last)
        before = layout.hidden_sequence(tf.pad(kept.trace.hidden[:-1], [[1, 0], [0, 0]]), R, B) if T > 1 else None
        own, rows = kept.layer.weight_gradients(kept.sequence, before, found, once=place.reads_last)
        gradients = [*(one for one in own if one is not None), *gradients]
        kernel, steps = kept.layer.weights.kernel, 1 if place.reads_last else T
    return loss, gradients
