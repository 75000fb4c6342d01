"""What is compared: one activation in one placement, everything else equal."""

from dataclasses import dataclass
from typing import Literal

from tasks.numerics.errors import InputError
from tasks.numerics.networks.activation_names import ELEMENTWISE, canonical_name
from tasks.numerics.networks.chain.stacks import Chain
from tasks.numerics.networks.forms import ChainForm, form_of
from tasks.numerics.settings import NetworkSpec, Placement


@dataclass(frozen=True, order=True)
class Variant:
    """One activation in one placement; `stock` has Keras' own in the recurrent layers, `yours` is a network as it was handed over."""

    placement: Placement | Literal["stock", "yours"] = "stock"
    activation: str = ""

    @property
    def name(self) -> str:
        """`stock`, `yours`, or placement and activation as in `cell-relu`."""
        return f"{self.placement}-{self.activation}" if self.activation else self.placement


STOCK = Variant()
YOURS = Variant("yours")


def variants_of(activations: tuple[str, ...], placements: tuple[Placement, ...], network: NetworkSpec) -> list[Variant]:
    """`stock`, `yours` where a network was handed over with other activations, and every activation in every placement.

    Left out are those that are `stock` itself. Raises InputError where none is left, or where the network has no such place.
    """
    form = form_of(network)
    for placement in placements:
        form.check(placement)
    names = list(ELEMENTWISE) if "all" in activations else [canonical_name(name) for name in activations]
    found = [YOURS, *(Variant(placement, name) for placement in placements for name in names)]
    plain = form.at(STOCK.placement, "")
    kept = [variant for variant in dict.fromkeys(found) if form.at(variant.placement, variant.activation) != plain]
    if not kept:
        raise InputError(
            f"--activations {','.join(names)} --placements {','.join(placements)} is the plain Keras network itself "
            f"({plain.words()}). Expected at least one variant that differs: take another activation or placement."
        )
    return [STOCK, *kept]


def substituted(chain: Chain, variant: Variant) -> Chain:
    """The chain of a variant: the layers whose activation it is get it, and nothing else changes."""
    return ChainForm(chain).at(variant.placement, variant.activation).chain


def check_reference(reference: str, variants: list[Variant]) -> None:
    """Raises InputError where the reference is none of the variants."""
    names = [variant.name for variant in variants]
    if reference not in names:
        raise InputError(f"--reference '{reference}' is none of the variants. Expected one of: {', '.join(names)}.")
