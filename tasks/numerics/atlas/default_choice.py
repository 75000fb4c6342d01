"""What to choose where nothing is known of one's own series, and what every other choice costs.

Costs are means over series, each counting alike, of log ratios of RMSE: above 0 a choice costs something.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_confint

from tasks.numerics.atlas.distributions import REGION, VariantEffects
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.statistics.intervals import CONFIDENCE
from tasks.numerics.statistics.random_effects import FEWEST
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.variance_components import critical
from tasks.numerics.statistics.verdicts import ERROR, holm

ON_HALVES = ("first_effect", "second_effect")


@dataclass(frozen=True)
class Cost:
    """A mean over series with its 95 % interval; NaN where there are too few."""

    number: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class AlwaysCost:
    """What always choosing a variant costs."""

    variant: str
    against_stock: Cost
    against_best: Cost
    """Against what is best on average, on the series that have both."""
    p_adjusted: float
    """Of no cost against stock: Holm's over the variants; NaN for stock itself."""
    shares: dict[str, tuple[float, float, float]]
    """Of series on which it is proven to help, the same, proven to hurt or undecided: share and ends of Wilson's 95 % interval."""

    @property
    def shown(self) -> bool:
        """Whether its mean effect is beyond chance."""
        return self.p_adjusted < ERROR


@dataclass(frozen=True)
class DefaultChoice:
    """What to choose by default for a network."""

    choice: str
    best: str
    """Lowest mean, beyond chance or not."""
    costs: tuple[AlwaysCost, ...]
    """Of stock and of every variant with three series or more, the cheapest first."""
    series: int
    each_its_own: Cost
    """Against stock, of choosing on every series what was best on the first half of its test part: measured on the second half."""

    def of(self, variant: str) -> AlwaysCost:
        """What a variant costs."""
        return next(one for one in self.costs if one.variant == variant)


def default_choice(found: tuple[VariantEffects, ...]) -> DefaultChoice | None:
    """Stock, unless a variant is better beyond chance and by more than what counts as no difference; None for fewer than three series.

    Of several whose means are not told apart from the best one's, the one that is proven to hurt on the fewest series.
    """
    known = [one for one in found if np.isfinite(one.plain[0])]
    if not known:
        return None
    adjusted = dict(zip(known, holm(np.array([one.p for one in known])), strict=True))
    better = [one for one in known if adjusted[one] < ERROR and one.plain[0] < -REGION]
    first = min(known, key=lambda one: one.plain[0])
    best = first.variant if first.plain[0] < 0 else STOCK.name
    own = by_series(first) if first.plain[0] < 0 else 0.0 * by_series(first)
    costs = [
        AlwaysCost(
            one.variant,
            mean_cost(by_series(one).to_numpy()),
            mean_cost((by_series(one) - (own if best != STOCK.name else 0.0)).to_numpy()),
            float(adjusted[one]),
            shares(one),
        )
        for one in known
    ]
    nothing = Cost(max(one.number for one in known), 0.0, 0.0, 0.0)
    none = dict.fromkeys(("helps", "same", "hurts", "undecided"), (float("nan"),) * 3)
    costs.append(AlwaysCost(STOCK.name, nothing, mean_cost(-own.to_numpy()), float("nan"), none))
    equals = {one.variant for one in costs if not one.against_best.low > 0}
    safest = [one for one in better if one.variant in equals]
    choice = min(safest, key=lambda one: (one.shares["hurts"], one.plain[0])).variant if safest else STOCK.name
    ordered = tuple(sorted(costs, key=lambda one: one.against_stock.mean))
    return DefaultChoice(choice, best, ordered, nothing.number, each_its_own(known))


def by_series(one: VariantEffects) -> pd.Series:
    """Effects (K,) that there are, under their series' names."""
    effects = one.rows.set_index("series")["effect"].astype(np.float64)
    return effects[np.isfinite(effects)]


def mean_cost(effects: Array) -> Cost:
    """Of effects (K,), those that are not finite left out."""
    finite = effects[np.isfinite(effects)]
    if len(finite) < FEWEST:
        return Cost(len(finite), *(float("nan"),) * 3)
    mean = float(finite.mean())
    half = float(critical(CONFIDENCE, len(finite) - 1) * stats.sem(finite))
    return Cost(len(finite), mean, mean - half, mean + half)


def shares(one: VariantEffects) -> dict[str, tuple[float, float, float]]:
    """Shares of verdicts with Wilson's interval."""
    found = {}
    for word, share in one.shares.items():
        low, high = proportion_confint(round(share * one.number), one.number, 1 - CONFIDENCE, method="wilson")
        found[word] = (share, float(low), float(high))
    return found


def each_its_own(known: list[VariantEffects]) -> Cost:
    """What it changes to take on every series the variant, or stock, that was best on the first half: on the second half.

    On the same half the best of many looks better than it is. Of the networks that were trained: seeds are the same in both halves.
    """
    rows = pd.concat([one.rows for one in known])
    if not {*ON_HALVES} <= {*rows}:
        return mean_cost(np.zeros(0))
    first, second = (rows.pivot(index="series", columns="variant", values=name) for name in ON_HALVES)
    usable = first.where(np.isfinite(first) & np.isfinite(second))
    usable[STOCK.name], second[STOCK.name] = 0.0, 0.0
    later = second.to_dict("index")
    return mean_cost(np.array([later[series][one] for series, one in usable.idxmin(axis=1).items()], np.float64))
