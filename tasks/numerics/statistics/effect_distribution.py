"""How a variant's effect is spread over series, taking the shape that the series give it: several kinds, heavy tails.

A mixture of narrow normal distributions on a grid whose weights have the greatest likelihood (Kiefer and Wolfowitz 1956, Annals of
Mathematical Statistics 27, 887-906; on a grid by EM: Jiang and Zhang 2009, Annals of Statistics 37, 1647-1684), drawn towards a wide
distribution as by one series more. One's own series is one more draw from it.

Effects are log ratios of a score to the reference's: below 0 the variant is better. Axes: I series, K places of the grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import special, stats  # type: ignore[import-untyped]

from tasks.numerics.statistics.odds import Odds
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.wording import joined

REACH, STEP, GROWTH = 4.0, 0.01, 0.06
"""The farthest effect of the grid, its step at 0, and by what share of an effect steps grow."""
WIDE = 0.5
"""Scale of the wide distribution, Student's t with `TAILS` degrees of freedom: what is taken for possible before any series is seen."""
TAILS = 3.0
ROUNDS, ENOUGH = 2000, 1e-6
"""Of EM at most, and the change of the mean log likelihood at which it ends."""


def grid() -> Array:
    """Places (K,), dense about 0."""
    steps = np.arange(1, 1 + int(np.log1p(REACH * GROWTH / STEP) / np.log1p(GROWTH)))
    half: Array = STEP * np.expm1(steps * np.log1p(GROWTH)) / GROWTH
    return np.concatenate([-half[::-1], [0.0], half])


@dataclass(frozen=True)
class Mixture:
    """Normal distributions (K,) with weights: what is known of an effect."""

    weights: Array
    """(K,), which sum to 1."""
    means: Array
    widths: Array
    """(K,) standard deviations."""

    @property
    def mean(self) -> float:
        """Expected effect."""
        return float(self.weights @ self.means)

    def below(self, end: float) -> float:
        """Probability of an effect below `end`."""
        return float(self.weights @ special.ndtr((end - self.means) / self.widths))

    def quantiles(self, shares: Array) -> Array:
        """Effects (N,) below which these shares (N,) lie."""
        ends = np.unique(np.concatenate([self.means + step * self.widths for step in np.linspace(-5, 5, 41)]))
        reached = special.ndtr((ends[:, None] - self.means) / self.widths) @ self.weights
        found: Array = np.interp(shares, reached, ends)
        return found

    def odds(self, region: float) -> Odds:
        """Of a region of plus or minus `region`, in log ratios."""
        below, none, above = (self.below(end) for end in (-region, 0.0, region))
        return Odds(below, above - below, 1 - above, none)


@dataclass(frozen=True)
class EffectDistribution(Mixture):
    """Effects over series: at each place of the grid a component as wide as it is far to the next one."""

    series: int
    """How many series it was made from."""

    @classmethod
    def on_grid(cls, weights: Array, series: int) -> Self:
        """With these weights (K,) on the grid."""
        places = grid()
        return cls(weights, places, np.gradient(places), series)

    def given(self, mean: float, spread: float, freedom: float) -> Mixture:
        """What is known once one's own series has an effect of this mean and standard deviation."""
        with np.errstate(divide="ignore"):
            log = np.log(self.weights) + log_likelihood(mean, spread, freedom, self.means, self.widths)
        weights = np.exp(log - special.logsumexp(log))
        shares = self.widths**2 / (self.widths**2 + spread**2)
        return Mixture(weights, self.means + shares * (mean - self.means), spread * np.sqrt(shares))


@dataclass(frozen=True)
class EffectPrior:
    """How the effects of a network's variants are spread over series, and what that was made from."""

    effects: Mapping[str, EffectDistribution]
    """By variant; none of which too few series are known."""
    network: str
    """Of those series."""
    unlike: tuple[str, ...]
    """Flags in which one's own comparison is another one, so that the distributions are wider; none where it is alike."""
    series: int
    digest: str
    """Tells the tables that it was made from from others."""
    engine: str
    """The version of the engine that trained those networks."""

    @property
    def words(self) -> str:
        """Which evidence it is."""
        several = "are others there" if len(self.unlike) > 1 else "is another there"
        unlike = f", held wider as {joined(list(self.unlike))} {several}" if self.unlike else ""
        return f"{self.series} series with its network {self.network}{unlike}"


def widened(narrow: EffectDistribution) -> EffectDistribution:
    """Half of it, and half of what is taken for possible before any series is seen: where it is of something alike and not the same."""
    return EffectDistribution.on_grid((narrow.weights + wide_weights()) / 2, narrow.series)


def wide_weights() -> Array:
    """Weights (K,) of the wide distribution."""
    places = grid()
    base = stats.t.pdf(places / WIDE, TAILS) * np.gradient(places)
    found: Array = base / base.sum()
    return found


def log_likelihood(mean: float, spread: float, freedom: float, places: Array, widths: Array) -> Array:
    """Of an estimate at each place of the grid (K,): Student's t, as wide as the estimate and the component together."""
    scale = np.sqrt(spread**2 + widths**2)
    found: Array = stats.t.logpdf((mean - places) / scale, freedom) - np.log(scale)
    return found


def fitted(means: Array, spreads: Array, freedoms: Array) -> EffectDistribution:
    """The distribution of effects behind estimates (I,) with their standard deviations and degrees of freedom."""
    places = grid()
    widths = np.gradient(places)
    base = wide_weights()
    estimates = zip(means, spreads, freedoms, strict=True)
    likelihood = np.stack([np.exp(log_likelihood(*one, places, widths)) for one in estimates])
    weights, before = base, -np.inf
    for _ in range(ROUNDS):
        joint = likelihood * weights
        total = joint.sum(axis=1, keepdims=True)
        weights = ((joint / total).sum(axis=0) + base) / (len(means) + 1)
        now = float(np.log(total).mean())
        if now - before < ENOUGH:
            break
        before = now
    return EffectDistribution.on_grid(weights, len(means))
