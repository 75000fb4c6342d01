"""Variants ranked within every series of a panel: what can be said of other series like these.

Demšar (2006, Journal of Machine Learning Research 7, 1-30) compares models over many data sets by Friedman's test on their
ranks and then each with a control; here the p of each comparison is exact, as few series are common.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.influence import Scored, badness
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import ERROR, holm


@dataclass(frozen=True)
class RankTest:
    """The ranks of a variant over series, against the reference's."""

    variant: str
    difference: float
    """Mean rank less the reference's: below 0 the variant ranks better."""
    p: float
    """Two-sided, exact, of no difference: over other series, were all variants equal within each."""
    p_adjusted: float
    """Holm's over the variants."""


@dataclass(frozen=True)
class Ranks:
    """Ranks of V variants within N series: 1 the best in the metric that comes first, by the mean over seeds."""

    metric: str
    variants: tuple[str, ...]
    by_series: Array
    """(N, V); equal ones share the mean of their ranks."""
    p: float
    """Of no difference between any variants: Friedman's test, in Iman and Davenport's form."""
    tests: tuple[RankTest, ...]
    """Of every variant but the reference."""
    critical: float
    """Least difference in mean ranks to the reference that is beyond chance at 0.05 for all variants together (Bonferroni);
    NaN where so few series can show none."""

    @property
    def mean(self) -> Array:
        """Mean rank (V,)."""
        found: Array = self.by_series.mean(axis=0)
        return found


def rank_over_series(scores: Sequence[xr.Dataset], comparison: ComparisonSpec) -> Ranks:
    """Ranks of the variants in the scores (variant, seed) of every series; one without a score ranks last."""
    tables = [one[comparison.metric].transpose("variant", "seed") for one in scores]
    names = tuple(str(name) for name in tables[0]["variant"].to_numpy())
    ranks = np.array([ranks_of(comparison.metric, table.to_numpy()) for table in tables])
    return tested_ranks(comparison.metric, names, ranks, comparison.reference)


def tested_ranks(metric: str, names: tuple[str, ...], ranks: Array, reference: str) -> Ranks:
    """Ranks (N, V) of the variants of these names, each held against the reference's."""
    series, variants = ranks.shape
    at = names.index(reference)
    gaps = ranks.mean(axis=0) - ranks[:, at].mean()
    p = np.array([p_of_difference(gap * series, series, variants) for gap in np.delete(gaps, at)])
    others = [name for name in names if name != reference]
    tests = zip(others, np.delete(gaps, at), p, holm(p), strict=True)
    return Ranks(
        metric,
        names,
        ranks,
        friedman(ranks),
        tuple(RankTest(name, *map(float, found)) for name, *found in tests),
        critical_difference(series, variants),
    )


def ranks_of(metric: str, scores: Array) -> Array:
    """Ranks (V,) of scores (V, S) by their mean badness over seeds."""
    bad = badness(metric, Scored(scores, np.zeros((*scores.shape, 1)))).value
    with np.errstate(all="ignore"):
        means = np.where(np.isfinite(bad), bad, 0).sum(axis=1) / np.isfinite(bad).sum(axis=1)
    # Means that differ by rounding alone are equal.
    found: Array = stats.rankdata(np.where(np.isfinite(means), np.round(means, 12), np.inf))
    return found


def friedman(ranks: Array) -> float:
    """p of no difference from ranks (N, V) (Friedman 1937; with ties: Conover 1999, section 5.8; F: Iman and Davenport 1980).

    NaN for one series or one variant; 1 where every variant ranks the same everywhere.
    """
    series, variants = ranks.shape
    if min(series, variants) < 2:
        return float("nan")
    correction = series * variants * (variants + 1) ** 2 / 4
    spread = (ranks**2).sum() - correction
    if spread == 0:
        return 1.0
    statistic = (variants - 1) * ((ranks.sum(axis=0) ** 2).sum() - series * correction) / spread
    rest = series * (variants - 1) - statistic
    if rest <= 1e-9:
        return 0.0
    f = (series - 1) * statistic / rest
    return float(stats.f.sf(f, variants - 1, (variants - 1) * (series - 1)))


def rank_sums(series: int, variants: int) -> Array:
    """Probabilities (2 N (V - 1) + 1,) of every difference of two variants' rank sums, from -N (V - 1), were all equal.

    Within a series the ranks are then a random permutation; series are independent (Eisinga, Heskes, Pelzer and Te Grotenhuis
    2017, BMC Bioinformatics 18, 68).
    """
    gaps = np.arange(-(variants - 1), variants)
    one = np.where(gaps == 0, 0, variants - np.abs(gaps)) / (variants * (variants - 1))
    found = np.ones(1)
    for _ in range(series):
        found = np.convolve(found, one)
    return found


def p_of_difference(difference: float, series: int, variants: int) -> float:
    """Two-sided p of a difference of rank sums at least as large; shared ranks are taken as if they were none."""
    chances = rank_sums(series, variants)
    sums = np.abs(np.arange(len(chances)) - len(chances) // 2)
    return float(min(chances[sums >= abs(difference) - 1e-9].sum(), 1.0))


def critical_difference(series: int, variants: int) -> float:
    """Least difference in mean ranks whose p is below 0.05 over the V - 1 comparisons with the reference; NaN for none."""
    if variants < 2:
        return float("nan")
    chances = rank_sums(series, variants)
    middle = len(chances) // 2
    tail = 2 * np.cumsum(chances[::-1])[:middle][::-1]
    beyond = np.flatnonzero(tail * (variants - 1) < ERROR)
    return float((beyond[0] + 1) / series) if len(beyond) else float("nan")
