"""What the Atlas' table says of every variant: its effect over series, and on how many of them it helps or hurts.

Effects are logarithms of ratios of RMSE to the reference's; words are those of a comparison with that one variant alone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.statistics.intervals import CONFIDENCE
from tasks.numerics.statistics.random_effects import FEWEST, RandomEffects, random_effects
from tasks.numerics.statistics.ranks import Ranks, tested_ranks
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.variance_components import Components, critical
from tasks.numerics.statistics.verdicts import EQUIVALENT, Word, word_for

REGION = float(np.log1p(EQUIVALENT))
"""Effects within plus or minus this are of no practical importance."""


@dataclass(frozen=True, eq=False)
class VariantEffects:
    """A variant of a network over K series."""

    network: str
    variant: str
    rows: pd.DataFrame
    """Of the table, a row a series."""

    @property
    def number(self) -> int:
        """Series."""
        return len(self.rows)

    @property
    def effects(self) -> Array:
        """(K,)"""
        return self.rows["effect"].to_numpy(np.float64)

    @property
    def variances(self) -> Array:
        """(K,) of the effects, over new seeds and new test periods."""
        return (self.rows["seeds_variance"] + self.rows["periods_variance"]).to_numpy(np.float64)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """(K,) verdicts."""
        return words_of(self.rows)

    @cached_property
    def pooled(self) -> RandomEffects:
        """Mean, spread and prediction interval; of the series whose effect has a variance."""
        effects, variances = self.effects, self.variances
        known = np.isfinite(effects) & np.isfinite(variances)
        return random_effects(effects[known], variances[known])

    @cached_property
    def plain(self) -> tuple[float, float, float]:
        """Mean of the effects, each series counting alike, and the ends of its 95 % interval; NaN for fewer than three.

        Where variants do great harm their effects vary most: weighing by precision makes little of just these series.
        """
        finite = self.effects[np.isfinite(self.effects)]
        if len(finite) < FEWEST:
            return (float("nan"),) * 3
        mean = float(finite.mean())
        half = float(critical(CONFIDENCE, len(finite) - 1) * finite.std(ddof=1) / np.sqrt(len(finite)))
        return mean, mean - half, mean + half

    @property
    def p(self) -> float:
        """Two-sided, of no effect in the mean over series that count alike: Student's t."""
        finite = self.effects[np.isfinite(self.effects)]
        return float(stats.ttest_1samp(finite, 0.0).pvalue) if len(finite) >= FEWEST else float("nan")

    @property
    def middle(self) -> tuple[float, float]:
        """Between which effects nine series in ten lie, as estimated: wider than the true ones."""
        finite = self.effects[np.isfinite(self.effects)]
        low, high = np.quantile(finite, (0.05, 0.95)) if len(finite) else (np.nan, np.nan)
        return float(low), float(high)

    @property
    def median(self) -> float:
        """Of the effects that there are."""
        finite = self.effects[np.isfinite(self.effects)]
        return float(np.median(finite)) if len(finite) else float("nan")

    @property
    def shares(self) -> Mapping[str, float]:
        """Share of the series by word."""
        counts = Counter(self.words)
        return {word: counts[word] / max(self.number, 1) for word in ("helps", "same", "hurts", "undecided")}

    @property
    def diverged(self) -> float:
        """Share of all seeds that diverged."""
        return float(self.rows["diverged"].sum() / self.rows["seeds"].sum())

    @property
    def dead_units(self) -> float:
        """Mean share of units that are dead."""
        return float(self.rows["dead_units"].mean())


def components_of(row: Mapping[Any, Any], part: str = "") -> Components:
    """Where the variance of the effect of a row comes from, on the whole test part or on one of its halves."""
    periods = int(row["test_windows"])
    halves = {"": periods, "first_": periods // 2, "second_": periods - periods // 2}
    return Components(
        seeds=np.asarray(row[f"{part}seeds_variance"], np.float64),
        periods=np.asarray(row[f"{part}periods_variance"], np.float64),
        interaction=np.asarray(row[f"{part}interaction_variance"], np.float64),
        period_freedom=np.asarray(row[f"{part}periods_freedom"], np.float64),
        number_of_seeds=int(row[f"{part}pairs"]),
        number_of_periods=halves[part],
    )


def words_of(rows: pd.DataFrame, part: str = "") -> tuple[Word, ...]:
    """The verdict of every row (K,), on the whole test part or on one of its halves."""
    found = []
    for row in rows.to_dict("records"):
        parts, effect = components_of(row, part), float(row[f"{part}effect"])
        margin = float(parts.margin(CONFIDENCE))
        found.append(word_for(effect - margin, effect + margin, float(parts.p(effect)), REGION))
    return tuple(found)


def variant_effects(atlas: Atlas, network: str) -> tuple[VariantEffects, ...]:
    """Every variant but the reference, the lowest mean effect first, each series counting alike."""
    rows = atlas.effects[(atlas.effects["network"] == network) & (atlas.effects["variant"] != STOCK.name)]
    found = [VariantEffects(network, str(name), own) for name, own in rows.groupby("variant", sort=True)]
    return tuple(sorted(found, key=lambda one: one.plain[0] if one.number >= FEWEST else one.median))


def by_column(atlas: Atlas, found: VariantEffects, column: str) -> dict[str, VariantEffects]:
    """The same by a column of the series' table, such as `frequency`; values of fewer than three series together as `other`; the most series first."""
    values = atlas.series.set_index("series")[column]
    of_row = found.rows["series"].map(values)
    counts = values[values.index.isin(atlas.effects["series"])].value_counts()
    of_row = of_row.where(of_row.map(counts) >= FEWEST, "other")
    parts = {str(name): VariantEffects(found.network, found.variant, own) for name, own in found.rows.groupby(of_row)}
    return dict(sorted(parts.items(), key=lambda part: (part[0] == "other", -part[1].number, part[0])))


def ranks(atlas: Atlas, network: str) -> Ranks | None:
    """Ranks of all variants on the series that have them all; None where those are fewer than two."""
    own = atlas.effects[atlas.effects["network"] == network]
    wide = (
        own.assign(effect=own["effect"].fillna(np.inf))
        .pivot(index="series", columns="variant", values="effect")
        .dropna()
    )
    if len(wide) < 2 or wide.shape[1] < 2:
        return None
    table = stats.rankdata(wide.to_numpy(np.float64), axis=1)
    return tested_ranks("rmse", tuple(map(str, wide.columns)), table, STOCK.name)
