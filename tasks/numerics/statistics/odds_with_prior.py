"""Odds from one's own evidence and from what other series say of a variant: the one times the other.

Each difference gets its own posterior; how differences hang together stays as it is in the evidence of one's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]

from tasks.numerics.statistics.effect_distribution import EffectDistribution
from tasks.numerics.statistics.odds import Expected, Odds, odds
from tasks.numerics.statistics.scored_points import Array


@dataclass(frozen=True)
class Updated:
    """V differences once other series were asked, in the unit of one's own."""

    mean: Array
    """(V,)"""
    drawn: Array
    """(K, V) joint draws."""
    odds: tuple[Odds, ...]


def updated(
    known: Expected, drawn: Array, priors: Sequence[EffectDistribution | None], level: float, region: float
) -> Updated:
    """Differences of scores to a reference that scores `level`, and their joint draws (K, V), with a prior of each effect or none."""
    means, columns, found = [], [], list(odds(known, region))
    for place, prior in enumerate(priors):
        mean, spread, freedom = (float(part[place]) for part in (known.mean, known.spread, known.freedom))
        share = mean / level
        if prior is None or spread == 0 or share <= -1:
            means.append(mean)
            columns.append(drawn[:, place])
            continue
        # A logarithm of a ratio varies as the ratio does, in multiples of it.
        posterior = prior.given(np.log1p(share), spread / level / (1 + share), freedom)
        ranks = special.stdtr(freedom, (drawn[:, place] - mean) / spread)
        column = level * np.expm1(posterior.quantiles(ranks))
        columns.append(column)
        means.append(float(column.mean()))
        found[place] = posterior.odds(float(np.log1p(region / level)))
    return Updated(np.array(means), np.stack(columns, axis=1), tuple(found))
