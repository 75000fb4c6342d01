"""A network layer by layer, as Keras' `summary()` shows it."""

from math import prod
from typing import NamedTuple

from tasks.numerics.networks.chain.stacks import Chain, shapes, weights_of


class LayerRow(NamedTuple):
    """One line of a summary."""

    layer: str
    output: str
    """Its output's shape, of one window."""
    parameters: int


def summary_rows(chain: Chain, steps: int, features: int) -> list[LayerRow]:
    """A row a layer, for windows (T, F)."""
    after, weights = shapes(chain, steps, features)[1:], weights_of(chain, steps, features)
    return [
        LayerRow(layer.shown(), _shape(shape), sum(prod(weight.shape) for weight in own))
        for layer, shape, own in zip(chain, after, weights, strict=True)
    ]


def _shape(shape: tuple[int | None, int]) -> str:
    return f"({', '.join(str(size) for size in shape if size is not None)}{',' if shape[0] is None else ''})"
