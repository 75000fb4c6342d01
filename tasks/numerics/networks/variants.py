"""What is compared: one activation in one placement, everything else equal."""

from dataclasses import dataclass
from typing import Literal

from tasks.numerics.errors import InputError
from tasks.numerics.networks.activation_names import ELEMENTWISE, canonical_name
from tasks.numerics.settings import KERAS, CellName, Placement


@dataclass(frozen=True, order=True)
class Variant:
    """One activation in one placement; `stock` is the plain Keras layer."""

    placement: Placement | Literal["stock"] = "stock"
    activation: str = ""

    @property
    def name(self) -> str:
        """`stock`, or placement and activation as in `cell-relu`."""
        return "stock" if self.placement == "stock" else f"{self.placement}-{self.activation}"

    @property
    def cell_activation(self) -> str:
        """Keras' `LSTM(activation=...)`."""
        return self.activation if self.placement == "cell" else "tanh"

    @property
    def gate_activation(self) -> str:
        """Keras' `LSTM(recurrent_activation=...)`."""
        return self.activation if self.placement == "gate" else "sigmoid"

    @property
    def between_activation(self) -> str:
        """Activation on the output sequence of every LSTM layer."""
        return self.activation if self.placement == "between" else "linear"


STOCK = Variant()


def variants_of(
    activations: tuple[str, ...], placements: tuple[Placement, ...], cell: CellName = "lstm"
) -> list[Variant]:
    """`stock` and every activation in every placement, but those that are `stock` itself.

    Raises InputError where none is left, or where the cell has no such placement.
    """
    if cell == "simple_rnn" and "gate" in placements:
        raise InputError(
            f"--placements {','.join(placements)} with --cell simple_rnn: a SimpleRNN has no gates. Expected cell or between."
        )
    names = list(ELEMENTWISE) if "all" in activations else [canonical_name(name) for name in activations]
    found = [Variant(placement, name) for placement in placements for name in names]
    kept = [variant for variant in dict.fromkeys(found) if not _is_stock(variant)]
    if not kept:
        raise InputError(
            f"--activations {','.join(names)} --placements {','.join(placements)} is the plain Keras {KERAS[cell]} itself "
            "(tanh in the cell, sigmoid in the gates, nothing between). Expected at least one variant that differs: "
            "take another activation or placement."
        )
    return [STOCK, *kept]


def _is_stock(variant: Variant) -> bool:
    own = {"cell": "tanh", "gate": "sigmoid", "between": "linear"}
    return own.get(variant.placement) == variant.activation


def check_reference(reference: str, variants: list[Variant]) -> None:
    """Raises InputError where the reference is none of the variants."""
    names = [variant.name for variant in variants]
    if reference not in names:
        raise InputError(f"--reference '{reference}' is none of the variants. Expected one of: {', '.join(names)}.")
