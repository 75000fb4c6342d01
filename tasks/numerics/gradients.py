"""Forecasts, losses and gradients of every replica of a network, in one layout."""

from dataclasses import dataclass
from typing import Any

from tasks.numerics.activations import keras_activations, value_and_slope
from tasks.numerics.layouts import Layout
from tasks.numerics.lstm import (
    Activations,
    LayerWeights,
    Trace,
    backward,
    forward,
    traced_forward,
    weight_gradients,
)
from tasks.numerics.networks import Architecture

Tensor = Any


def activations_of(architecture: Architecture) -> Activations:
    """The functions that a variant's names stand for."""
    known, variant = keras_activations(), architecture.variant
    between = known[variant.activation] if variant.placement == "between" else None
    return Activations(known[variant.cell_activation], known[variant.gate_activation], between)


def layer_weights(architecture: Architecture, weights: list[Tensor]) -> list[LayerWeights]:
    """The weights of each LSTM layer out of the list of all."""
    return [LayerWeights(*weights[3 * k : 3 * k + 3]) for k in range(len(architecture.network.layers))]


def forecast(layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor) -> Tensor:
    """Forecasts of windows (R, B, T, F), one number a replica and window in the layout's order of targets."""
    R, B, T, _ = windows.shape
    activations = activations_of(architecture)
    sequence = layout.sequence(windows)
    for layer in layer_weights(architecture, weights):
        hidden = forward(layout, layer, layout.project(sequence, layer.kernel, layer.bias, T), activations)
        if activations.between:
            hidden = activations.between(hidden)
        sequence = layout.hidden_sequence(hidden, R, B)
    return layout.head(hidden[-1], *weights[-2:])


@dataclass(frozen=True)
class _Pass:
    """What one layer's forward pass leaves for its backward pass."""

    sequence: Tensor
    trace: Trace
    between_slope: Tensor | None


def losses_and_gradients(
    layout: Layout,
    architecture: Architecture,
    weights: list[Tensor],
    windows: Tensor,
    targets: Tensor,
    share: Tensor | float,
) -> tuple[Tensor, list[Tensor]]:
    """Squared errors, each times `share` (B), summed (R,); and their gradients by every weight, as laid out.

    `windows` (R, B, T, F), `targets` and `share` as the layout has them; with share = 1/B the loss is the mean.
    """
    R, B, T, _ = windows.shape
    activations = activations_of(architecture)
    sequence, passes, layers = layout.sequence(windows), [], layer_weights(architecture, weights)
    for layer in layers:
        projected = layout.project(sequence, layer.kernel, layer.bias, T)
        trace = traced_forward(layout, layer, projected, activations)
        hidden, slope = trace.hidden, None
        if activations.between:
            hidden, slope = value_and_slope(activations.between, hidden)
        passes.append(_Pass(sequence, trace, slope))
        sequence = layout.hidden_sequence(hidden, R, B)
    error = layout.head(hidden[-1], *weights[-2:]) - targets
    loss = layout.over_batch(error * error * share)
    back, *head = layout.head_back(2 * error * share, hidden[-1], weights[-2])
    gradients: list[Tensor] = []
    for number in reversed(range(len(layers))):
        last = number == len(layers) - 1
        slope = passes[number].between_slope
        if slope is not None:
            back = back * (slope[-1] if last else slope)
        gates = backward(layout, layers[number], passes[number].trace, back, last_step_only=last)
        back, layer_gradients = _through_layer(
            layout, layers[number], passes[number], gates, below=number > 0, replicas=(R, B)
        )
        gradients = [*layer_gradients, *gradients]
    return loss, [*gradients, *head]


def _through_layer(
    layout: Layout, layer: LayerWeights, kept: _Pass, gates: Tensor, below: bool, replicas: tuple[int, int]
) -> tuple[Tensor | None, LayerWeights]:
    T = gates.shape[0]
    rows = layout.gate_rows(gates, layer.kernel)
    before, later = None, None
    if T > 1:
        before = layout.hidden_sequence(kept.trace.hidden[:-1], *replicas)
        later = layout.gate_rows(gates[1:], layer.kernel)
    gradients = weight_gradients(layout, layer, kept.sequence, before, (rows, later))
    back = layout.flat_sequence(layout.project_back(rows, layer.kernel), T) if below else None
    return back, gradients
