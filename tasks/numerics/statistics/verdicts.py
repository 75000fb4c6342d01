"""Helps, hurts, same or undecided: the rule, and what it rests on, for every variant and metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.influence import JUDGED, Paired
from tasks.numerics.statistics.intervals import CONFIDENCE, Difference, paired_differences
from tasks.numerics.statistics.power import needed
from tasks.numerics.statistics.scored_points import Array

Word = Literal["helps", "hurts", "same", "undecided"]

EQUIVALENT = 0.02
"""The region of practical equivalence, as a share: see `regions`."""
ERROR = 0.05
ONLY_LOOK = Look(ERROR, ERROR)
"""All seeds are trained before anybody looks."""


@dataclass(frozen=True)
class Verdict:
    """What is concluded on a variant in one metric, against the reference; all ends are of the same level."""

    variant: str
    metric: str
    difference: float
    """Variant less reference in badness, mean over pairs of seeds: below 0 the variant is better."""
    low: float
    """Lower end of the interval of `difference` over new seeds and new periods."""
    high: float
    p: float
    """Two-sided, of the same statistic and so of the same claim as the interval."""
    p_adjusted: float
    """Holm's over the variants, within the metric."""
    improvement: float
    """Share of pairs in which the variant is better, a tie counting half: over retraining on this test part."""
    improvement_low: float
    improvement_high: float
    region: float
    """A difference is of no practical importance within plus or minus this."""
    word: Word
    needed: str
    """What would decide it, for `undecided` alone; an estimate that takes the difference found to be the true one."""
    found: Difference
    """What it was made from: the signed difference, pairs, the interval over retraining."""

    @property
    def retraining_p(self) -> float:
        """Wilcoxon's signed ranks over pairs of seeds: claims less than `p`, retraining on this test part alone."""
        return wilcoxon(self.found.by_seed)


def verdicts(
    paired: Paired, equivalent: float = EQUIVALENT, error: float = ERROR, interval_error: float | None = None
) -> tuple[Verdict, ...]:
    """A verdict on every variant but the reference in every metric of `JUDGED`, variant by variant.

    `equivalent` is the share that `regions` takes; `error` the level of p after Holm. Intervals have the confidence 1 less
    `interval_error`, which is `error` unless given: with looks before the last seed, both are a look's (`sequential`).
    """
    level = 1 - (error if interval_error is None else interval_error)
    return judge_all(paired_differences(paired, level), regions(paired, equivalent), error, level)


def judge_all(
    differences: Sequence[Difference], region: Mapping[str, float], error: float = ERROR, level: float = CONFIDENCE
) -> tuple[Verdict, ...]:
    """A verdict on every difference, p after Holm over the variants within each metric; `region` by metric as in `regions`."""
    adjusted = {}
    for metric in region:
        rows = [row for row in differences if row.metric == metric]
        for row, p in zip(rows, holm(np.array([row.p for row in rows])), strict=True):
            adjusted[row.variant, metric] = float(p)
    return tuple(
        judged(row, adjusted[row.variant, row.metric], region[row.metric], error, level) for row in differences
    )


def judged(
    found: Difference, p_adjusted: float, region: float, error: float = ERROR, level: float = CONFIDENCE
) -> Verdict:
    """The verdict on one difference, its interval of this level, given its p after Holm and the level of that p."""
    word = word_for(found.low, found.high, p_adjusted, region, error)
    adjustment = max(p_adjusted / found.p, 1.0) if found.p > 0 else 1.0
    improvement, improvement_low, improvement_high = improvement_of(found.by_seed, level)
    return Verdict(
        found.variant,
        found.metric,
        found.difference,
        found.low,
        found.high,
        found.p,
        p_adjusted,
        improvement,
        improvement_low,
        improvement_high,
        region,
        word,
        needed(found, region, (error / adjustment, 1 - level)) if word == "undecided" else "",
        found,
    )


def word_for(low: float, high: float, p_adjusted: float, region: float, error: float = ERROR) -> Word:
    """The rule. An interval (low, high) of a difference in badness, region of plus or minus `region`.

    `same`: the interval lies inside the region, whether 0 is in it or not. `helps`: it lies below 0 and p after Holm is
    below `error`. `hurts`: likewise above. Else, and where there is no interval, `undecided`.
    """
    if (-region < low and high < region) or low == high == 0:
        return "same"
    if high < 0 and p_adjusted < error:
        return "helps"
    if low > 0 and p_adjusted < error:
        return "hurts"
    return "undecided"


def all_decided(found: Sequence[Verdict], metric: str) -> bool:
    """Whether no verdict in a metric is `undecided`."""
    return all(one.word != "undecided" for one in found if one.metric == metric)


def regions(paired: Paired, equivalent: float = EQUIVALENT) -> dict[str, float]:
    """Half the width of the region of practical equivalence of every metric, in its badness.

    RMSE, MAE, MASE and RMSSE: this share of the reference's mean over seeds. MFE: this share of the reference's mean RMSE, as
    its own mean may be 0. MDA: this share of all periods (0.02: two percentage points). alpha: log(1 + share), spreads
    that differ by this share. Slope: this very number.
    """
    own = paired.scored(paired.reference)
    level = {metric: mean_of_finite(own[metric].value) for metric in JUDGED}
    shares = {metric: equivalent * level[metric] for metric in ("rmse", "mae", "mase", "rmsse")}
    others = {"mfe": shares["rmse"], "mda": equivalent, "alpha": float(np.log1p(equivalent)), "slope": equivalent}
    return {**shares, **others}


def mean_of_finite(values: Array) -> float:
    """Mean over the finite ones of values (S,), NaN where there are none."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def improvement_of(by_seed: Array, level: float = CONFIDENCE) -> tuple[float, float, float]:
    """Share of differences in badness (S,) below 0, a tie counting half, with Wilson's (1927) interval.

    With ties the interval is on the safe side: halves vary less than wins and losses. NaN without pairs.
    """
    if not len(by_seed):
        return (np.nan, np.nan, np.nan)
    share = float(np.mean(by_seed < 0) + np.mean(by_seed == 0) / 2)
    squared = float(stats.norm.ppf((1 + level) / 2)) ** 2
    number = len(by_seed)
    centre = (share + squared / (2 * number)) / (1 + squared / number)
    half = np.sqrt(squared * (share * (1 - share) / number + squared / (4 * number**2))) / (1 + squared / number)
    return share, float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


def wilcoxon(by_seed: Array) -> float:
    """Two-sided p of Wilcoxon's signed-rank test of differences (S,): 1 where all are 0, NaN for fewer than two."""
    if len(by_seed) < 2:
        return float("nan")
    if not np.any(by_seed):
        return 1.0
    return float(stats.wilcoxon(by_seed).pvalue)


def holm(p: Array) -> Array:
    """p (V,) after Holm's step-down adjustment (1979, Scandinavian Journal of Statistics 6, 65-70); NaN count for nothing."""
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(p, kind="stable")[: int(np.isfinite(p).sum())]
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1)
    return adjusted
