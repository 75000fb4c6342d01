"""Forecasts of several series as one comparison: each series in multiples of its own naive error, all counting alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.statistics.influence import JUDGED, PairedForecasts, Scored
from tasks.numerics.statistics.scored_points import Array


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

    def scored(self, variant: str) -> dict[str, Scored]:
        """Every metric of `JUDGED` of a variant's seeds; NaN where it is undefined in any series."""
        found = [one.scored(variant) for one in self.members]
        return {metric: mean_over_series([one[metric] for one in found], self.moments) for metric in JUDGED}


def mean_over_series(found: Sequence[Scored], moments: Sequence[NDArray[np.int64]]) -> Scored:
    """Mean of a metric over series, and what each moment adds to it: what is forecast at one moment is one draw.

    A series' influence (S, W) goes to its moments, weighted so that its mean over all moments is that over its windows.
    """
    number = 1 + max(int(own.max()) for own in moments)
    value: Array = np.mean([one.value for one in found], axis=0)
    influence = np.zeros((*value.shape, number))
    for one, own in zip(found, moments, strict=True):
        influence[..., own] += one.influence * (number / (len(own) * len(found)))
    return Scored(value, influence)
