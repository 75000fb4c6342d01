"""A network that is no chain of the fused engine's layers, in outline: what is told of it, and set in it, before Keras builds it anew.

Nothing heavy is imported. An outline stands in the network's own JSON, beside what it is built from.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.words import LayerRow

OUTLINE: Final = "outline"
"""Its key in a network's JSON."""
STOCK_ACTIVATIONS: Final = ("tanh", "sigmoid")
"""Keras' own, in recurrent cells."""
RECURRENT: Final = ("LSTM", "GRU", "SimpleRNN")


@dataclass(frozen=True)
class OutlinedLayer:
    """One layer, of a recurrent one its cell."""

    kind: str
    """Its class; of a recurrent cell that of Keras' layer."""
    name: str
    """As errors call it."""
    units: int = 0
    steps: int = 1
    """Time steps that it is at work on."""
    weights: int = 0
    activation: str = ""
    """Of a recurrent or a Dense layer."""
    recurrent_activation: str = ""


@dataclass(frozen=True)
class Outline:
    """The layers of a network, in the order in which Keras lists them."""

    layers: tuple[OutlinedLayer, ...]
    lacks: str
    """What of it the fused engine does not have."""
    own_optimizer: str = ""
    """The optimizer that it was compiled with, where no setting is like it."""
    own_schedule: str = ""
    """The schedule of its learning rate: the rates that are tried are multiples of it."""
    own_loss: str = ""
    """The loss that it was compiled with, where no setting is like it."""
    outputs: int = 1
    """Numbers that it gives of a window (O)."""
    mask_value: float | None = None
    """What its own Masking layer masks; None where it has none."""
    logits: str = ""
    """The activation that makes probabilities of what it gives, where it was compiled with `from_logits`; else empty."""

    @property
    def recurrent(self) -> tuple[OutlinedLayer, ...]:
        """LSTM, GRU and SimpleRNN, wherever they stand, each direction by itself."""
        return tuple(layer for layer in self.layers if layer.kind in RECURRENT)

    @property
    def dense(self) -> tuple[OutlinedLayer, ...]:
        """Dense layers: the last one is the network's head."""
        return tuple(layer for layer in self.layers if layer.kind == "Dense")

    @property
    def units(self) -> tuple[int, ...]:
        """Of every recurrent layer."""
        return tuple(layer.units for layer in self.recurrent)

    @property
    def on_cudnn(self) -> bool:
        """Of what Keras alone can build that is not known."""
        return False

    def sizes(self, steps: int, features: int) -> list[tuple[int, int]]:
        """Weights of each layer, and time steps that they are at work on."""
        return [(layer.weights, layer.steps) for layer in self.layers]

    def summary(self, steps: int, features: int) -> list[LayerRow]:
        """A row a layer; what stands between them is not known before Keras builds it."""
        return [LayerRow(f"{one.kind}({one.units})" if one.units else one.kind, "", one.weights) for one in self.layers]

    def words(self) -> str:
        """Such as `LSTM(16), MultiHeadAttention, Dense(1)`."""
        shown = (f"{layer.kind}({layer.units})" if layer.units else layer.kind for layer in self.layers)
        return ", ".join(shown)

    def masked(self) -> "Outline":
        """Behind a layer that masks."""
        return replace(self, layers=(OutlinedLayer("Masking", "Masking in front"), *self.layers))

    def check(self, placement: str) -> None:
        """Raises InputError where an activation can't be put there."""
        if placement in NOWHERE:
            raise InputError(
                f"--placements {placement}: Keras trains this network as it was built ({self.lacks}), and {NOWHERE[placement]}. "
                "Expected cell, gate, dense or output, such as --placements cell."
            )
        if not PLACES[placement](self):
            raise InputError(
                f"--placements {placement}: the network has no {LACKING[placement]}, so that nothing would change. It has {self.words()}. "
                f"Expected {' or '.join(place for place in PLACES if PLACES[place](self)) or 'a network with one'}."
            )

    def at(self, placement: str, activation: str) -> "Outline":
        """With an activation in a placement and Keras' own elsewhere; `stock` has Keras' own alone, `yours` is itself."""
        if placement == "yours":
            return self
        cell, gate = STOCK_ACTIVATIONS
        stock = self._with(self.recurrent, activation=cell)
        stock = stock._with(stock._gated, recurrent_activation=gate)
        if placement not in PLACES:
            return stock
        setting = "recurrent_activation" if placement == "gate" else "activation"
        return stock._with(PLACES[placement](stock), **{setting: activation})

    @property
    def _gated(self) -> tuple[OutlinedLayer, ...]:
        return tuple(layer for layer in self.recurrent if layer.kind != "SimpleRNN")

    def _with(self, layers: tuple[OutlinedLayer, ...], **changed: str) -> "Outline":
        """The outline with some of its layers changed."""
        names = {layer.name for layer in layers}
        found = (replace(layer, **changed) if layer.name in names else layer for layer in self.layers)  # type: ignore[arg-type]
        return replace(self, layers=tuple(found))


PLACES: Final[Mapping[str, Callable[[Outline], tuple[OutlinedLayer, ...]]]] = {
    "cell": lambda outline: outline.recurrent,
    "gate": lambda outline: outline._gated,
    "dense": lambda outline: outline.dense[:-1],
    "output": lambda outline: outline.dense[-1:],
}
LACKING: Final = {
    "cell": "LSTM, GRU or SimpleRNN layer",
    "gate": "layer with gates (LSTM or GRU)",
    "dense": "hidden Dense layer",
    "output": "Dense layer",
}
NOWHERE: Final = {
    "between": "what its layers hand on is its own affair: an activation can be exchanged, no layer can be put between them",
    "input": "Keras' LSTM has one activation for both of its halves",
    "squash": "Keras' LSTM has one activation for both of its halves",
}


def with_outline(source: Mapping[str, Any], outline: Outline) -> str:
    """A network's JSON: what it is built from, and its outline."""
    return json.dumps({**source, OUTLINE: asdict(outline)}, separators=(",", ":"))


def outline_of(source: Mapping[str, Any]) -> Outline | None:
    """The outline in a network's JSON; None where there is none."""
    given = source.get(OUTLINE)
    if not isinstance(given, Mapping):
        return None
    try:
        return Outline(**{**given, "layers": tuple(OutlinedLayer(**layer) for layer in given["layers"])})
    except (KeyError, TypeError) as error:
        raise InputError(
            f"--network: the outline in the JSON is not as it was written ({error}). Hand over the file itself."
        ) from error
