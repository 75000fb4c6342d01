"""Outputs, losses and gradients of every replica of a network, in one layout."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.chain.layers import Activation, Dense, Layer
from tasks.numerics.networks.chain.stacks import Chain, counted_as
from tasks.numerics.networks.engine import layer_passes, recurrent_passes, tape_passes  # noqa: F401 - each registers its layers
from tasks.numerics.networks.engine.layouts import Layout
from tasks.numerics.networks.engine.losses import Loss
from tasks.numerics.networks.engine.masks import Training
from tasks.numerics.networks.engine.passes import Traced, pass_through, trace
from tasks.numerics.networks.engine.penalties import penalties, with_penalties
from tasks.numerics.networks.engine.values import Place, Values

Tensor = Any


class Batch(NamedTuple):
    """What one step trains on."""

    windows: Tensor
    """(R, B, T, F)."""
    targets: Tensor
    """(R, B, S, O) by `Layout.sequence`."""
    share: Tensor | float
    """What each output's loss counts, shaped like the targets or to be multiplied with them; with 1/(B·S·O) the loss is the mean."""


class Slopes(NamedTuple):
    """What one step of training finds."""

    loss: Tensor
    """(R,), penalties of weights among it."""
    gradients: list[Tensor]
    """By every weight, as laid out; 0 for those that no gradient moves."""
    moved: dict[int, Tensor]
    """Weights that no gradient moves, as they are after the step, by their place."""


def to_logits(chain: Chain) -> Chain:
    """A chain that gives what its last activation is put on."""
    head = chain[-1]
    return (*chain[:-1], replace(head, activation="linear")) if isinstance(head, Activation | Dense) else chain


def layers_of(
    architecture: Architecture, weights: Sequence[Tensor], logits: bool = False
) -> Iterator[tuple[Layer, str, list[Tensor]]]:
    """Every layer with a name that is the same in all variants, and its own of all weights; up to the `logits` where these are asked for."""
    own, counted = iter(weights), Counter[str]()
    chain = to_logits(architecture.chain) if logits else architecture.chain
    for layer, of_layer in zip(chain, architecture.weights, strict=True):
        kind = counted_as(layer)
        counted[kind] += 1
        yield layer, f"{kind} {counted[kind]}", [next(own) for _ in of_layer]


def forecast(
    layout: Layout, architecture: Architecture, weights: list[Tensor], windows: Tensor, logits: bool = False
) -> Tensor:
    """What the network makes of windows (R, B, T, F): (R, B, S, O), or the `logits` of that."""
    values = entered(layout, windows)
    for layer, _, own in layers_of(architecture, weights, logits):
        values = pass_through(layer, own, values)
    return values.whole


def entered(layout: Layout, windows: Tensor) -> Values:
    """Windows (R, B, T, F) as the first layer's input."""
    R, B, T, _ = windows.shape
    return Values(Place(layout, R, B, T), "whole", windows)


def losses_and_gradients(
    layout: Layout,
    architecture: Architecture,
    weights: list[Tensor],
    batch: Batch,
    loss_of: Loss,
    training: Training | None = None,
    logits: bool = False,
) -> Slopes:
    """Losses of all outputs, or of their `logits`, each times the batch's `share`, summed (R,); and their gradients by every weight, as laid out."""
    windows, targets, share = batch
    values, passes = entered(layout, windows), list[Traced]()
    for layer, name, own in layers_of(architecture, weights, logits):
        passes.append(trace(layer, own, values, name, training))
        values = passes[-1].output
    values = values.each_step()
    losses, slopes = loss_of(values.rows, targets, layout.units_axis)
    loss = layout.over_replica(losses * share)
    gradient, gradients = Values(values.place, "rows", slopes * share), list[Tensor]()
    for kept in reversed(passes):
        gradient, own = kept.pull_back(gradient)
        gradients = [*own, *gradients]
    moved, place = dict[int, Tensor](), 0
    for kept, own_weights in zip(passes, architecture.weights, strict=True):
        moved |= {place + number: weight for number, weight in kept.moved.items()}
        place += len(own_weights)
    loss = loss + penalties(layout, architecture, weights)
    return Slopes(loss, with_penalties(architecture, weights, gradients), moved)
