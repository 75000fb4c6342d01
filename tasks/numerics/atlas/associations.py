"""Which characteristics of series go with the effect of a variant, and whether they tell it of a series that was not seen.

Every characteristic is looked at alone, in standard deviations over the network's series: what goes with an effect need not cause it,
and characteristics go with each other. Together they stand in one regression, where there are enough series for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.atlas.distributions import VariantEffects
from tasks.numerics.atlas.priors import near_relatives
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.series.frequencies import periods_a_year
from tasks.numerics.statistics.intervals import CONFIDENCE
from tasks.numerics.statistics.meta_regression import (
    Clusters,
    cluster_means,
    held_out_errors,
    least_squares,
    meta_regression,
)
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.variance_components import critical
from tasks.numerics.statistics.verdicts import ERROR, holm

WORDS = {
    "periods_a_year": "measured more often (log of periods a year)",
    "used": "more values used (log)",
    "trend_strength": "stronger trend",
    "season_strength": "stronger season",
    "spectral_entropy": "harder to foresee (spectral entropy)",
    "autocorrelation": "higher autocorrelation",
    "autocorrelation_of_changes": "higher autocorrelation of changes",
    "autocorrelation_at_season": "higher autocorrelation at the season",
    "zeros": "more zeros",
    "unit_root_p": "more like a unit root (p of ADF)",
    "stationary_p": "more stationary (p of KPSS)",
}
"""The characteristics, as what a series has more of."""
FEWEST_SERIES = 20
"""Below which nothing is said of a characteristic."""
FEWEST_DIFFERENT = 10
"""Series that must differ from the commonest value of a characteristic: with fewer, a slope is what one or two series say."""
SERIES_A_COEFFICIENT = 10
"""Of a regression on all characteristics together (Harrell 2015, Regression Modeling Strategies, 4.4)."""
KNOWN = 0.9
"""Share of the series of which a characteristic must be known to stand among all together."""


@dataclass(frozen=True)
class Association:
    """What a standard deviation more of a characteristic goes with: a change of a variant's effect, in log ratios."""

    variant: str
    characteristic: str
    number: int
    """Series."""
    slope: float
    low: float
    high: float
    p: float
    p_adjusted: float
    """Holm's, over all characteristics and variants of the network."""
    alike: float
    """The same slope where every series counts alike."""
    together: float = float("nan")
    """With all other characteristics held equal; NaN where there are too few series."""
    together_low: float = float("nan")
    together_high: float = float("nan")

    @property
    def shown(self) -> bool:
        """Whether it is beyond chance."""
        return self.p_adjusted < ERROR


@dataclass(frozen=True)
class Prediction:
    """How well all characteristics together tell a variant's effect on series that were left out, against the plain mean."""

    variant: str
    number: int
    saved: float
    """Share of the mean squared error of the plain mean: below 0 the characteristics do worse."""
    low: float
    high: float
    p: float
    p_adjusted: float
    """Holm's, over the variants of the network."""

    @property
    def better(self) -> bool:
        """Whether it is beyond chance that they tell more."""
        return self.saved > 0 and self.p_adjusted < ERROR


@dataclass(frozen=True)
class Associations:
    """Of a network."""

    series: int
    characteristics: tuple[str, ...]
    """That could be looked at."""
    left_out: tuple[str, ...]
    """That vary too little over these series, or are known of too few."""
    rows: tuple[Association, ...]
    """By variant and characteristic."""
    predictions: tuple[Prediction, ...]
    """One a variant; none where there are too few series."""
    together: int
    """Characteristics of the regression on all together."""

    @property
    def shown(self) -> tuple[Association, ...]:
        """Those beyond chance, the surest first."""
        return tuple(sorted((one for one in self.rows if one.shown), key=lambda one: one.p))


def associations(atlas: Atlas, found: tuple[VariantEffects, ...]) -> Associations:
    """Of the variants of a network."""
    names = sorted({str(name) for one in found for name in one.rows["series"]})
    table = standardised(atlas, names)
    joint = table.loc[:, table.notna().mean() >= KNOWN]
    clusters = relatives(names)
    rows, predictions = [], []
    for one in found:
        own, prediction = of_variant(one, table, joint, clusters)
        rows += own
        predictions += prediction
    adjusted = holm(np.array([row.p for row in rows]))
    told = holm(np.array([one.p for one in predictions]))
    return Associations(
        len(names),
        tuple(map(str, table)),
        tuple(name for name in WORDS if name not in table),
        tuple(replace(row, p_adjusted=float(p)) for row, p in zip(rows, adjusted, strict=True)),
        tuple(replace(one, p_adjusted=float(p)) for one, p in zip(predictions, told, strict=True)),
        joint.shape[1] if predictions else 0,
    )


def standardised(atlas: Atlas, names: Sequence[str]) -> pd.DataFrame:
    """Characteristics of series, a row each, in standard deviations from their mean; without those that vary too little."""
    own = atlas.series.set_index("series").loc[list(names)]
    frequencies = own["frequency"].map({name: periods_a_year(str(name)) for name in own["frequency"].unique()})
    own = own.assign(periods_a_year=np.log(frequencies.astype(np.float64)))
    if "used" in own:
        own = own.assign(used=np.log(own["used"].astype(np.float64)))
    found = {}
    for name in WORDS:
        values = own[name].astype(np.float64) if name in own else pd.Series(dtype=np.float64)
        counts = values.value_counts()
        if counts.sum() >= FEWEST_SERIES and counts.sum() - counts.iloc[0] >= FEWEST_DIFFERENT:
            found[name] = (values - values.mean()) / values.std()
    return pd.DataFrame(found, index=own.index)


def relatives(names: Sequence[str]) -> dict[str, int]:
    """A number for every series, which those that are one series in another form share."""
    found: dict[str, int] = {}
    for name in names:
        if name not in found:
            found |= dict.fromkeys(near_relatives(names, name), len(found))
    return found


def of_variant(
    one: VariantEffects, table: pd.DataFrame, joint: pd.DataFrame, clusters: dict[str, int]
) -> tuple[list[Association], list[Prediction]]:
    """Of one variant, before any adjustment: a row a characteristic that enough series say something of, and how well all predict."""
    effects, variances = one.effects, one.variances
    own = table.loc[one.rows["series"]].to_numpy(np.float64)
    groups = np.array([clusters[str(name)] for name in one.rows["series"]], np.int64)
    known = np.isfinite(effects) & np.isfinite(variances)
    places = [list(table).index(name) for name in joint]
    all_known = known & np.isfinite(own[:, places]).all(axis=1)
    enough = bool(places) and all_known.sum() >= SERIES_A_COEFFICIENT * (len(places) + 1)
    together, margins, predictions = np.full(len(places), np.nan), np.full(len(places), np.nan), []
    if enough:
        parts = (effects[all_known], variances[all_known], with_constant(own[all_known][:, places]), groups[all_known])
        every = meta_regression(*parts)
        together, margins = every.coefficients[1:], every.margin[1:]
        predictions = [prediction(one.variant, *held_out_errors(*parts), parts[3])]
    rows = []
    for place, name in enumerate(table):
        use = known & np.isfinite(own[:, place])
        if use.sum() < FEWEST_SERIES or np.ptp(own[use, place]) == 0:
            continue
        design = with_constant(own[use, place])
        line = meta_regression(effects[use], variances[use], design, groups[use])
        alike = least_squares(effects[use], np.ones(int(use.sum())), design)[1]
        slope, margin, at = line.coefficients[1], line.margin[1], places.index(place) if place in places else -1
        held = (together[at], together[at] - margins[at], together[at] + margins[at]) if at >= 0 else (np.nan,) * 3
        ends = (float(slope), float(slope - margin), float(slope + margin), float(line.p[1]), float("nan"))
        rows.append(Association(one.variant, str(name), int(use.sum()), *ends, float(alike), *map(float, held)))
    return rows, predictions


def with_constant(columns: Array) -> Array:
    """A design (K, 1 + P) from columns (K, P) or (K,)."""
    return np.column_stack([np.ones(len(columns)), columns])


def prediction(variant: str, by_line: Array, by_mean: Array, clusters: Clusters) -> Prediction:
    """From squared errors (K,) on series that were left out."""
    level = float(by_mean.mean())
    saved = cluster_means(by_mean - by_line, clusters) / level
    half = float(critical(CONFIDENCE, len(saved) - 1) * saved.std(ddof=1) / np.sqrt(len(saved)))
    mean = float((by_mean - by_line).mean() / level)
    p = float(stats.ttest_1samp(saved, 0.0).pvalue)
    return Prediction(variant, len(by_line), mean, mean - half, mean + half, p, float("nan"))
