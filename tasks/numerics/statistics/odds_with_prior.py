"""Odds from one's own evidence and from what other series say of a variant: the one times the other.

Each difference gets its own posterior; how differences hang together stays as it is in the evidence of one's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]

from tasks.numerics.statistics.effect_distribution import EffectDistribution, Mixture
from tasks.numerics.statistics.odds import Expected, Odds, odds
from tasks.numerics.statistics.scored_points import Array

MIDDLE = (0.25, 0.75)
"""The ends of the middle half."""


@dataclass(frozen=True)
class Updated:
    """V differences once other series were asked, in the unit of one's own."""

    mean: Array
    """(V,)"""
    drawn: Array
    """(K, V) joint draws."""
    odds: tuple[Odds, ...]
    weights: Array
    """(V,) of one's own evidence against the prior's, from 0 to 1; 1 where there is no prior."""


def updated(
    known: Expected, drawn: Array, priors: Sequence[EffectDistribution | None], level: float, region: float
) -> Updated:
    """Differences of scores to a reference that scores `level`, and their joint draws (K, V), with a prior of each effect or none."""
    means, columns, found = [], [], list(odds(known, region))
    weights = np.ones(len(priors))
    for place, prior in enumerate(priors):
        mean, spread, freedom = (float(part[place]) for part in (known.mean, known.spread, known.freedom))
        share = mean / level
        if prior is None or spread == 0 or share <= -1:
            means.append(mean)
            columns.append(drawn[:, place])
            continue
        # A logarithm of a ratio varies as the ratio does, in multiples of it.
        own = spread / level / (1 + share)
        posterior = prior.given(np.log1p(share), own, freedom)
        ranks = special.stdtr(freedom, (drawn[:, place] - mean) / spread)
        column = level * np.expm1(posterior.quantiles(ranks))
        columns.append(column)
        means.append(float(column.mean()))
        found[place] = posterior.odds(float(np.log1p(region / level)))
        weights[place] = own_weight(posterior, own, freedom)
    return Updated(np.array(means), np.stack(columns, axis=1), tuple(found), weights)


def own_weight(posterior: Mixture, spread: float, freedom: float) -> float:
    """How much one's own evidence weighs against the prior, from 0 to 1: its share of the precision, were both normal distributions.

    That is the variance with the prior over that of one's own evidence alone. Variances are those of the normal distributions whose
    middle half is as wide, as heavy tails may have none.
    """
    left = float(np.ptp(posterior.quantiles(np.array(MIDDLE))))
    alone = 2 * spread * float(special.stdtrit(freedom, MIDDLE[1]))
    return min(1.0, (left / alone) ** 2)
