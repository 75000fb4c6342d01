"""A published claim against what many seeds give: where its numbers lie, and how often single runs would say the same.

Axes: S seeds, N test rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import nan

import numpy as np

from tasks.numerics.audit.baselines import baseline_forecasts
from tasks.numerics.audit.claims import Claim, ClaimedMetric
from tasks.numerics.audit.recipes import PROPERLY
from tasks.numerics.statistics.influence import PairedForecasts
from tasks.numerics.statistics.metrics import NaiveScale, naive_scale, score
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import Verdict, verdicts


@dataclass(frozen=True)
class Standing:
    """Where a published number lies among the seeds of one variant under one recipe."""

    recipe: str
    variant: str
    metric: ClaimedMetric
    published: float | None
    percentile: float
    """Share of seeds below the published number, in %, an equal one counting half; NaN where none was published."""
    least: float
    low: float
    """5 % of the seeds lie below."""
    median: float
    mean: float
    spread: float
    """Standard deviation."""
    high: float
    """5 % of the seeds lie above."""
    greatest: float
    seeds: int
    """That have a value."""

    @property
    def outside(self) -> bool:
        """Whether no seed reaches the published number, from one side or the other."""
        return self.published is not None and not self.least <= self.published <= self.greatest


@dataclass(frozen=True)
class Pairs:
    """What single runs would have shown: one of each variant, with independent seeds, over all such pairs."""

    recipe: str
    metric: str
    """A metric, or `all` for those claimed together."""
    better: float
    """Share of pairs in which the other variant is nearer to the ideal than the reference."""
    worse: float
    claimed: float
    """The published difference in badness, below 0 where the other variant was better; NaN for `all`."""
    as_claimed: float
    """Share of pairs with the published sign of every difference."""
    as_large: float
    """Share of pairs with the published sign of every difference, each at least as large as published."""


@dataclass(frozen=True)
class Replay:
    """What networks of one recipe forecast: (S, N) a variant, in the series' unit, a row of NaN where a seed diverged."""

    recipe: str
    forecasts: Mapping[str, Array]


@dataclass(frozen=True)
class Audit:
    """A claim and what its replays found; scores are (S,) a recipe, variant and metric."""

    claim: Claim
    series: str
    values: Array
    """The whole series (rows,)."""
    replays: tuple[Replay, ...]
    """One a recipe, the proper one last; seed k of both variants has the same initial weights and batch order."""
    partial: tuple[str, ...] = ()
    """Rows that are no whole periods, as labels for people."""
    notes: tuple[str, ...] = ()
    """How the file was read where it is not plain, a sentence each."""

    @property
    def actual(self) -> Array:
        """The test rows (N,)."""
        return self.values[-self.claim.test :]

    @property
    def previous(self) -> Array:
        """The row before each test row (N,)."""
        return self.values[-self.claim.test - 1 : -1]

    @property
    def seeds(self) -> int:
        """Trained for every recipe and variant."""
        return len(self.replays[0].forecasts[self.claim.names[0]])

    @property
    def diverged(self) -> int:
        """Networks without a finite forecast, over all replays."""
        return sum(
            int((~np.isfinite(values).all(axis=-1)).sum()) for one in self.replays for values in one.forecasts.values()
        )

    @cached_property
    def scores(self) -> dict[tuple[str, str], dict[str, Array]]:
        """RMSE, MFE and the real MDA of every seed, by recipe and variant."""
        found = {
            (replay.recipe, name): score(values, self.actual, self.previous, self.scale)
            for replay in self.replays
            for name, values in replay.forecasts.items()
        }
        return {place: {key: scores[key] for key in ("rmse", "mfe", "mda")} for place, scores in found.items()}

    @cached_property
    def scale(self) -> NaiveScale:
        """What repeating the row before misses, before the test rows."""
        return naive_scale(self.values[: -self.claim.test], 1)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Of RMSE and MFE, and of MDA where it was computed right, by recipe, variant and metric."""
        return tuple(
            standing(
                recipe, one.variant.name, metric, one.published(metric), self.scores[recipe, one.variant.name][metric]
            )
            for recipe in (replay.recipe for replay in self.replays)
            for one in self.claim.variants
            for metric in self.metrics
        )

    @property
    def metrics(self) -> tuple[ClaimedMetric, ...]:
        """What is set against the distribution: an MDA that is an artefact has none."""
        aligned = self.claim.directions == "pandas_aligned"
        return ("rmse", "mfe") if aligned else ("rmse", "mfe", "mda")

    @cached_property
    def pairs(self) -> tuple[Pairs, ...]:
        """By recipe and metric, then all claimed metrics together where there are several."""
        return tuple(pair for replay in self.replays for pair in self._pairs_of(replay.recipe))

    def _pairs_of(self, recipe: str) -> list[Pairs]:
        claimed = [metric for metric in self.metrics if metric in self.claim.metrics]
        reference, other = (
            [badness(metric, self.scores[recipe, name][metric]) for metric in claimed] for name in self.claim.names
        )
        published = [self._published(metric) for metric in claimed]
        single = [
            pairs(recipe, metric, [one], [two], [difference])
            for metric, one, two, difference in zip(claimed, reference, other, published, strict=True)
        ]
        return [*single, pairs(recipe, "all", reference, other, published)] if len(single) > 1 else single

    def _published(self, metric: ClaimedMetric) -> float:
        one, two = (float(badness(metric, np.array([v.published(metric)], float))[0]) for v in self.claim.variants)
        return two - one

    @cached_property
    def baselines(self) -> dict[str, float]:
        """RMSE of forecasts that take no network, on the same test rows."""
        found = baseline_forecasts(self.values, self.claim)
        return {name: float(np.sqrt(np.mean((one - self.actual) ** 2))) for name, one in found.items()}

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """On the proper replay, by metric: RMSE, MFE and MDA."""
        forecasts = next(one.forecasts for one in self.replays if one.recipe == PROPERLY)
        found = verdicts(PairedForecasts(forecasts, self.actual, self.previous, self.scale, self.claim.names[0]))
        return {one.metric: one for one in found if one.metric in ("rmse", "mfe", "mda")}


def badness(metric: str, values: Array) -> Array:
    """Distance from the ideal (...): RMSE, |MFE| or the share of directions that are not right."""
    return {"rmse": values, "mfe": np.abs(values), "mda": 1 - values}[metric]


def standing(recipe: str, variant: str, metric: ClaimedMetric, published: float | None, values: Array) -> Standing:
    """Where a published number lies among values (S,); NaN throughout where no seed has one."""
    found = values[np.isfinite(values)]
    percentile = float("nan") if published is None else percentile_of(found, published)
    if not len(found):
        return Standing(recipe, variant, metric, published, percentile, nan, nan, nan, nan, nan, nan, nan, 0)
    least, low, median, high, greatest = (float(one) for one in np.quantile(found, [0, 0.05, 0.5, 0.95, 1]))
    mean, spread = float(found.mean()), float(found.std(ddof=1)) if len(found) > 1 else 0.0
    return Standing(
        recipe, variant, metric, published, percentile, least, low, median, mean, spread, high, greatest, len(found)
    )


def percentile_of(values: Array, published: float) -> float:
    """Share of values (S,) below the published one, in %, an equal one counting half; NaN where there are none."""
    if not len(values):
        return float("nan")
    return 100 * float(np.mean(values < published) + np.mean(values == published) / 2)


def pairs(recipe: str, metric: str, reference: list[Array], other: list[Array], published: list[float]) -> Pairs:
    """Shares of all S x S pairs of runs, from the badness (S,) of either variant in one or more metrics.

    Pairs with a diverged seed are left out. `better` and `worse` hold for every metric at once.
    """
    one, two = (np.stack(values)[:, np.isfinite(values).all(axis=0)] for values in (reference, other))
    if not one.shape[1] or not two.shape[1]:
        return Pairs(recipe, metric, np.nan, np.nan, _alone(published), np.nan, np.nan)
    wanted, counts = np.array(published)[:, None], np.zeros(4)
    sign = np.sign(wanted)
    # One reference seed after the other: all pairs of many seeds at once would not fit into memory.
    for seed in range(one.shape[1]):
        difference = two - one[:, [seed]]
        found = (difference < 0, difference > 0, np.sign(difference) == sign, sign * difference >= sign * wanted)
        counts += [both.all(axis=0).sum() for both in (*found[:3], found[2] & found[3])]
    better, worse, as_claimed, as_large = map(float, counts / (one.shape[1] * two.shape[1]))
    return Pairs(recipe, metric, better, worse, _alone(published), as_claimed, as_large)


def _alone(published: list[float]) -> float:
    return published[0] if len(published) == 1 else float("nan")
