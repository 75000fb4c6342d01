"""All that the Atlas' table says of the variants of a network."""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.numerics.atlas.associations import Associations, associations
from tasks.numerics.atlas.default_choice import DefaultChoice, default_choice
from tasks.numerics.atlas.distributions import VariantEffects, ranks, variant_effects
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.statistics.ranks import Ranks


@dataclass(frozen=True)
class NetworkFindings:
    """Of one network."""

    effects: tuple[VariantEffects, ...]
    """The lowest mean effect first."""
    ranks: Ranks | None
    """None where fewer than two series have every variant."""
    choice: DefaultChoice | None
    """None for fewer than three series."""
    associations: Associations


def findings_of(atlas: Atlas) -> Mapping[str, NetworkFindings]:
    """By network, those without a variant left out."""
    effects = {name: variant_effects(atlas, name) for name in atlas.about["networks"]}
    return {
        name: NetworkFindings(own, ranks(atlas, name), default_choice(own), associations(atlas, own))
        for name, own in effects.items()
        if own
    }
