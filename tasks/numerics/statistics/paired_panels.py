"""Forecasts of several series as one comparison: each series in multiples of its own naive error, all counting alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.statistics.influence import JUDGED, PairedForecasts, Scored
from tasks.numerics.statistics.scored_points import Array, Draws


@dataclass(frozen=True)
class PairedPanel:
    """Test forecasts of every series of a panel: a metric over all is the mean over series, as in the M4 and M5 competitions.

    Axes: S seeds, W windows of a series, M moments at which any series is forecast.
    """

    members: tuple[PairedForecasts, ...]
    """In multiples of each one's naive error (`in_naive_errors`), with the same variants, seeds and reference."""
    moments: tuple[NDArray[np.int64], ...]
    """(W,) of each series: when its windows are forecast, as numbers from 0 that all series share; every one occurs."""

    @property
    def reference(self) -> str:
        """The variant that the others are held against."""
        return self.members[0].reference

    @property
    def others(self) -> tuple[str, ...]:
        """Every variant but the reference, in the order given."""
        return self.members[0].others

    @property
    def memory(self) -> tuple[int, int]:
        """Periods a season, the longest of any series, and the horizon H."""
        seasons, horizons = zip(*(one.memory for one in self.members), strict=True)
        return max(seasons), max(horizons)

    @cached_property
    def draws(self) -> Draws:
        """How far moments count alike, as some are of many series and some of one, and how long each series is forecast."""
        return draws_of(self.moments)

    def scored(self, variant: str) -> dict[str, Scored]:
        """Every metric of `JUDGED` of a variant's seeds; NaN where it is undefined in any series."""
        found = [one.scored(variant) for one in self.members]
        return {metric: mean_over_series([one[metric] for one in found], self.moments) for metric in JUDGED}


def mean_over_series(found: Sequence[Scored], moments: Sequence[NDArray[np.int64]]) -> Scored:
    """Mean of a metric over series, and what each moment adds to it: what is forecast at one moment is one draw.

    A series' influence (S, W) goes to its moments, weighted so that its mean over all moments is that over its windows. It is
    about the mean of its own W windows, which takes 1 / W of its variance where its moments are its own: that is given back but
    for what the variance over all moments gives back itself.
    """
    number, even = moments_of(moments), effective_moments(moments)
    value: Array = np.mean([one.value for one in found], axis=0)
    influence = np.zeros((*value.shape, number))
    for one, own in zip(found, moments, strict=True):
        influence[..., own] += one.influence * (
            number / (len(own) * len(found)) * given_back(min(len(own), even), number)
        )
    return Scored(value, influence)


def draws_of(moments: Sequence[NDArray[np.int64]]) -> Draws:
    """How far moments (W,) of each series count alike, and how many follow each other in the mean; all of them where every series has all."""
    number, run = moments_of(moments), round(float(np.mean([len(own) for own in moments])))
    return Draws(effective_moments(moments) / number, 0 if run == number else run)


def given_back(own: float, number: int) -> float:
    """What a deviation about the mean of so many windows of its own is to be multiplied by, beside one about the mean of all moments."""
    return float(np.sqrt((1 - 1 / number) / (1 - 1 / own))) if own > 1 else 1.0


def moments_of(moments: Sequence[NDArray[np.int64]]) -> int:
    """M."""
    return 1 + max(int(own.max()) for own in moments)


def effective_moments(moments: Sequence[NDArray[np.int64]]) -> float:
    """How many moments that count alike would say as much (Kish 1965, Survey Sampling): a series counts in each of its W as 1 / W."""
    weights = np.zeros(moments_of(moments))
    for own in moments:
        weights[own] += 1 / (len(own) * len(moments))
    return float(1 / (weights**2).sum())
