"""What a comparison asks of a network before it is trained, be it a chain of layers or one that Keras alone can build."""

from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Protocol

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import check_masks, parsed
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.chain.setting_configs import NotFusedError
from tasks.numerics.networks.chain.stacks import (
    Chain,
    all_units,
    chain_of,
    in_words,
    recurrent_layers,
    shapes,
    weights_of,
)
from tasks.numerics.networks.chain.substitution import (
    PLACEMENTS,
    check_substitution,
    with_keras_activations,
)
from tasks.numerics.networks.chain.words import LayerRow, summary_rows
from tasks.numerics.networks.outlines import Outline, outline_of
from tasks.numerics.settings import NetworkSpec, Placement
from tasks.numerics.training_settings import TrainingSpec


class Form(Protocol):
    """A network's layers; equal to another where nothing differs."""

    @property
    def lacks(self) -> str:
        """What of it the fused engine does not have; empty where it has everything."""

    @property
    def own_loss(self) -> str:
        """The loss that it was compiled with, where no setting is like it; else empty."""

    @property
    def units(self) -> tuple[int, ...]:
        """Of every recurrent layer."""

    @property
    def on_cudnn(self) -> bool:
        """Whether it is known that Keras hands every recurrent layer to cuDNN on a GPU."""

    def sizes(self, steps: int, features: int) -> list[tuple[int, int]]:
        """Weights of each layer, and time steps that they are at work on, of windows (T, F)."""

    def summary(self, steps: int, features: int) -> list[LayerRow]:
        """A row a layer, of windows (T, F)."""

    def words(self) -> str:
        """Its layers in a line."""

    def check(self, placement: Placement) -> None:
        """Raises InputError where an activation can't be put there."""

    def at(self, placement: str, activation: str) -> "Form":
        """With an activation in a placement and Keras' own elsewhere; `stock` has Keras' own alone, `yours` is itself."""


@dataclass(frozen=True)
class ChainForm:
    """A chain of layers that the fused engine trains."""

    chain: Chain
    lacks: str = ""
    own_loss: str = ""

    @property
    def units(self) -> tuple[int, ...]:
        """Of every recurrent layer, of both directions together."""
        return all_units(self.chain)

    @property
    def on_cudnn(self) -> bool:
        """Whether Keras hands every recurrent layer to cuDNN on a GPU."""
        return all(layer.on_cudnn for layer in recurrent_layers(self.chain))

    def sizes(self, steps: int, features: int) -> list[tuple[int, int]]:
        """Weights of each layer, and time steps of what stands before it."""
        weights = (sum(prod(one.shape) for one in own) for own in weights_of(self.chain, steps, features))
        at_steps = (shape.steps or 1 for shape in shapes(self.chain, steps, features))
        return list(zip(weights, at_steps, strict=False))

    def summary(self, steps: int, features: int) -> list[LayerRow]:
        """A row a layer."""
        return summary_rows(self.chain, steps, features)

    def words(self) -> str:
        """Such as `LSTM(16) → Dropout(0.2) → Dense(1)`."""
        return in_words(self.chain)

    def check(self, placement: Placement) -> None:
        """Raises InputError where the chain has no such place."""
        check_substitution(self.chain, placement)

    def at(self, placement: str, activation: str) -> "ChainForm":
        """The chain whose layers have the activation, and nothing else changed."""
        if placement == "yours":
            return self
        stock = with_keras_activations(self.chain)
        change = PLACEMENTS.get(placement)
        return ChainForm(change(stock, activation) if change else stock)


def form_of(network: NetworkSpec, outputs: int = 1, steps: int = 1) -> Form:
    """A network whose head gives so many numbers (O), of windows of so many time steps (T); raises InputError where it can't be read."""
    outline = _outline(network.network) if network.network else None
    masked = isinstance(network, MaskedNetwork)
    if outline:
        return outline.masked() if masked else outline
    chain = chain_of(network, outputs, steps)
    return ChainForm(chain, _lacking_masks(chain) if masked else "")


def _lacking_masks(chain: Chain) -> str:
    """What of a chain with masked time steps the fused engine does not have; empty where it has everything."""
    try:
        check_masks(chain)
    except NotFusedError as lacking:
        return str(lacking)
    return ""


@cache
def _outline(text: str) -> Outline | None:
    return outline_of(parsed(text))


def trained_by_keras(network: NetworkSpec, training: TrainingSpec) -> bool:
    """Whether Keras itself trains it; raises InputError where the fused engine is asked for and lacks something of it."""
    lacks = form_of(network).lacks
    if training.engine == "fused" and lacks:
        raise InputError(
            f"--engine fused: the fused engine does not have {lacks}. Expected --engine auto or keras, with which Keras trains the network, "
            "or a network without it."
        )
    return bool(lacks) or training.engine == "keras"
