"""Which series of a panel are shown where there is no room for all: the best, the median and the worst by their difference."""

import numpy as np

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.overview import Overview, computed_once

MOST_DRAWN = 12
"""Series that all have figures and scores of their own on the page, and charts in a tracker."""
DRAWN = 6
"""Of more, so many have: as many of the best as of the worst and of those in the middle."""
MOST_ROWS = 60
"""Series that all have a row in tables and in figures of differences."""
ROWS = 30
"""Of more, so many have."""


@computed_once
def by_difference(overview: Overview[ForecastResult]) -> tuple[int, ...]:
    """The numbers of all series, from 0: that in which the leading variant is best beside the reference first, in naive errors."""
    result, metric = overview.result, overview.result.metric
    reference = result.comparison.reference
    others = overview.leading.drop(reference).dropna()
    if others.empty:
        return tuple(range(len(result.members)))
    leading = str(others.idxmin())
    differences = np.array([one.verdicts[leading, metric].difference for one in overview.members], np.float64)
    if result.metrics[metric].in_series_unit:
        differences /= np.array(result.naive_errors)
    return tuple(np.argsort(differences, kind="stable").tolist())


def drawn_series(overview: Overview[ForecastResult]) -> tuple[int, ...]:
    """The numbers of the series with figures of their own: all in their order, or of many some by their difference."""
    return spread_out(overview, MOST_DRAWN, DRAWN)


def leading_series(overview: Overview[ForecastResult]) -> int:
    """The number of the series that stands for all: the first or, of many, one in the middle, neither the best nor the worst."""
    shown = drawn_series(overview)
    return shown[0] if len(shown) == len(overview.members) else shown[len(shown) // 2]


def listed_series(overview: Overview[ForecastResult]) -> tuple[int, ...]:
    """The numbers of the series with rows of their own, likewise."""
    return spread_out(overview, MOST_ROWS, ROWS)


def spread_out(overview: Overview[ForecastResult], most: int, shown: int) -> tuple[int, ...]:
    """All numbers of series in their order where they are at most `most`; else those of `shown`, best first."""
    order, third = by_difference(overview), shown // 3
    if len(order) <= most:
        return tuple(range(len(order)))
    middle = (len(order) - third) // 2
    return (*order[:third], *order[middle : middle + third], *order[-third:])


def left_out(overview: Overview[ForecastResult], shown: int, where: str) -> str:
    """A sentence on the series that are not shown, and where they are; empty where all are."""
    more = len(overview.members) - shown
    if not more:
        return ""
    return (
        f"Shown are {shown} series: those in which the leading variant is best beside the reference, those in the middle, and those in "
        f"which it is worst; and {more:,} more in {where}."
    )
