"""Whether a forecast knows the direction: its share of right directions against coins and against always reversing.

The tests take hits as independent in time. Those of several steps are not, as what is forecast overlaps: where a forecast has
several, its first step is tested.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.statistics.influence import PairedForecasts
from tasks.numerics.statistics.scored_points import Array


@dataclass(frozen=True)
class DirectionTest:
    """Directions of one forecast, the mean over a variant's seeds, on N test periods."""

    variant: str
    hits: int
    periods: int
    low: float
    """Lower end of the Clopper-Pearson (1934) interval of the share of hits."""
    high: float
    coin: float
    """What takes no skill: the better of 1/2 and always predicting the opposite of the last move."""
    p: float
    """One-sided, exact binomial: of a share of hits no larger than `coin`; it takes hits as independent in time."""
    pesaran_timmermann: float
    """The statistic: standard normal where forecast and actual directions are independent, above 0 with skill."""
    pesaran_timmermann_p: float
    """One-sided; NaN where all forecasts, or all actual values, go one way."""

    @property
    def share(self) -> float:
        """Share of periods whose direction was right."""
        return self.hits / self.periods if self.periods else float("nan")


def direction_tests(paired: PairedForecasts, level: float = 0.95) -> tuple[DirectionTest, ...]:
    """A test for every variant, the reference too, of the first step of the mean forecast over seeds that did not diverge."""
    first = slice(None, None, paired.places.horizon)
    actual, previous = paired.actual[first], paired.previous[first]
    coin = max(0.5, reversals(actual, previous))
    return tuple(
        direction_test((variant, seed_mean(values)[first]), actual, previous, coin, level)
        for variant, values in paired.forecasts.items()
    )


def direction_test(
    named: tuple[str, Array], actual: Array, previous: Array, coin: float = 0.5, level: float = 0.95
) -> DirectionTest:
    """Of a (name, forecast (N,)); a tie is right only where both sides are one, as in MDA."""
    name, forecast = named
    if not np.isfinite(forecast).all():
        return DirectionTest(name, 0, 0, *(np.nan, np.nan), coin, *(np.nan,) * 3)
    hits = int((np.sign(forecast - previous) == np.sign(actual - previous)).sum())
    test = stats.binomtest(hits, len(actual), coin, alternative="greater")
    interval = stats.binomtest(hits, len(actual)).proportion_ci(level, method="exact")
    statistic = pesaran_timmermann(forecast > previous, actual > previous)
    p = float(stats.norm.sf(statistic))
    return DirectionTest(name, hits, len(actual), interval.low, interval.high, coin, float(test.pvalue), statistic, p)


def reversals(actual: Array, previous: Array) -> float:
    """Share of hits of always predicting the opposite of the last move, from actual values (N,) and those before (N,).

    The first period, whose last move is not in the test part, is left out; NaN for fewer than two periods.
    """
    moves = np.sign(actual - previous)
    if len(moves) < 2:
        return float("nan")
    return float(np.mean(moves[1:] == -moves[:-1]))


def pesaran_timmermann(forecast_up: NDArray[np.bool_], actual_up: NDArray[np.bool_]) -> float:
    """Statistic of Pesaran and Timmermann (1992, Journal of Business & Economic Statistics 10, 461-465) from bools (N,).

    NaN where either side goes one way only.
    """
    number = len(actual_up)
    hits = np.mean(forecast_up == actual_up)
    x, y = np.mean(forecast_up), np.mean(actual_up)
    if x in (0, 1) or y in (0, 1):
        return float("nan")
    expected = y * x + (1 - y) * (1 - x)
    of_hits = expected * (1 - expected) / number
    of_expected = ((2 * y - 1) ** 2 * x * (1 - x) + (2 * x - 1) ** 2 * y * (1 - y)) / number
    of_expected += 4 * y * x * (1 - y) * (1 - x) / number**2
    if of_hits <= of_expected:
        return float("nan")
    return float((hits - expected) / np.sqrt(of_hits - of_expected))


def seed_mean(forecasts: Array) -> Array:
    """Mean forecast (N,) over the seeds of (S, N) that did not diverge; NaN where all did."""
    kept = forecasts[np.isfinite(forecasts).all(axis=1)]
    mean: Array = kept.mean(axis=0) if len(kept) else np.full(forecasts.shape[1], np.nan)
    return mean
