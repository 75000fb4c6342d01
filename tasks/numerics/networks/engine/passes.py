"""How values pass through a layer of a chain, and gradients back: what every kind of layer must say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from tasks.numerics.networks.chain.layers import Layer
from tasks.numerics.networks.engine.masks import Training
from tasks.numerics.networks.engine.values import Values

Tensor = Any
PullBack = Callable[[Values], tuple[Values, list[Tensor]]]
"""From the gradient of a layer's output to those of its input and of its weights, which are 0 where they are not trained."""


@dataclass(frozen=True)
class Traced:
    """What a layer gives, and how its gradients come back."""

    output: Values
    pull_back: PullBack
    moved: Mapping[int, Tensor] = field(default_factory=dict)
    """Weights that no gradient moves, as they are after this step, by their place among the layer's own."""


@singledispatch
def pass_through(layer: Layer, weights: Sequence[Tensor], values: Values) -> Values:
    """What a layer makes of values once it is trained; weights as laid out."""
    raise NotImplementedError(layer.keras_name)


@singledispatch
def trace(layer: Layer, weights: Sequence[Tensor], values: Values, name: str, training: Training | None) -> Traced:
    """The same with the way back; `name` tells the layer's masks from all others, None in `training` leaves them out."""
    raise NotImplementedError(layer.keras_name)
