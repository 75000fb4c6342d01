"""What bears a cause out: medians beside the reference's, and whether what is seen inside goes with the score over seeds."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.findings.symptoms import SYMPTOMS, median, symptoms
from tasks.numerics.problems.overview import Overview, computed_once
from tasks.numerics.statistics.scored_points import Array

Found = Overview[Any]

CLEAR = 0.01
"""Level of a single test here: many are made at once, and none is a verdict."""
FEWEST_SEEDS = 6
"""Fewer pairs of seeds can't be clear."""


@dataclass(frozen=True)
class Cause:
    """One thing that is seen, and what it does."""

    variants: tuple[str, ...]
    sentence: str
    short: str
    """The same in a few words."""


@computed_once
def symptoms_of(overview: Found) -> xr.Dataset:
    """As `symptoms.symptoms` gives them."""
    return symptoms(overview.result)


@dataclass(frozen=True)
class Evidence:
    """What a result holds for and against a cause."""

    overview: Found

    @cached_property
    def symptoms(self) -> xr.Dataset:
        """As `symptoms.symptoms` gives them."""
        return symptoms_of(self.overview)

    @property
    def reference(self) -> str:
        """The variant that the others are held against."""
        return str(self.overview.result.comparison.reference)

    @property
    def label(self) -> str:
        """Of the metric that comes first."""
        return str(self.overview.result.metrics[self.overview.result.metric].label)

    @property
    def output(self) -> str:
        """What a network puts out, in a word."""
        return str(self.overview.result.output)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """All of them, the reference too, in the order of the result."""
        return tuple(str(name) for name in self.symptoms["variant"].to_numpy())

    def of(self, variant: str, name: str) -> xr.DataArray:
        """A symptom of a variant (origin, seed)."""
        return self.symptoms[name].sel(variant=variant)

    def median(self, variant: str, name: str) -> float:
        """Of a symptom of a variant, over seeds and origins."""
        return median(self.of(variant, name))

    def shown(self, name: str, value: float) -> str:
        """A symptom's value in words."""
        if not np.isfinite(value):
            return "—"
        if SYMPTOMS[name].percent:
            return f"{100 * value:.0f} %"
        return f"{value:.0f}" if SYMPTOMS[name].whole else f"{value:.3g}"

    def beside(self, variant: str, name: str) -> str:
        """A variant's median with the reference's, such as `50 % (stock 8 %)`."""
        own, other = (self.shown(name, self.median(one, name)) for one in (variant, self.reference))
        return f"{own} ({self.reference} {other})"

    def count(self, found: xr.DataArray) -> str:
        """How many of the trained networks (origin, seed) it is, such as `8 of 30 seeds`."""
        networks = (
            "seeds" if found.sizes["origin"] == 1 else f"networks (a seed at one of {found.sizes['origin']} origins)"
        )
        return f"{int(found.sum())} of {found.size} {networks}"

    def by_seed(self, variant: str, name: str) -> Array:
        """A symptom, mean over origins (S,); NaN where a seed diverged."""
        values: Array = self.of(variant, name).mean("origin", skipna=False).to_numpy().astype(np.float64)
        return values

    def scores(self, variant: str, metric: str = "") -> Array:
        """Of every seed (S,), in the metric that comes first unless another is named."""
        values: Array = (
            self.overview.result.scores[metric or self.overview.result.metric].sel(variant=variant).to_numpy()
        )
        return values

    def clearly_more(self, variant: str, name: str) -> bool:
        """Whether a symptom is larger than in the reference over paired seeds (Wilcoxon's signed ranks, one-sided)."""
        pairs = self.by_seed(variant, name) - self.by_seed(self.reference, name)
        pairs = pairs[np.isfinite(pairs)]
        if len(pairs) < FEWEST_SEEDS or not pairs.any():
            return False
        return bool(stats.wilcoxon(pairs, alternative="greater").pvalue < CLEAR)

    def link(self, variant: str, name: str) -> str:
        """Whether seeds with more of a symptom score worse: a clause with Spearman's rank correlation, empty for few seeds."""
        badness = self.overview.result.metrics[self.overview.result.metric].badness
        values, scores = self.by_seed(variant, name), np.array([badness(one) for one in self.scores(variant)])
        both = np.isfinite(values) & np.isfinite(scores)
        if both.sum() < FEWEST_SEEDS or not all(np.ptp(side[both]) > 0 for side in (values, scores)):
            return ""
        found = stats.spearmanr(values[both], scores[both])
        said = f"rank correlation {found.statistic:z.2f}, p {found.pvalue:.2g}"
        if found.pvalue >= CLEAR:
            return f"; over seeds no link with {self.label} is seen ({said})"
        return f"; seeds with more of it have the {'worse' if found.statistic > 0 else 'better'} {self.label} ({said})"
