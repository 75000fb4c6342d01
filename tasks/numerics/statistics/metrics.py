"""How good a forecast is: each metric once, with its label, its unit and what is better."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.statistics.scored_points import Array, Points

Better = Literal["lower", "higher", "nearest 0", "nearest 1"]

CONSTANT = 1e-3
"""A forecast is constant where its standard deviation is at most this share of the actual values'."""


@dataclass(frozen=True)
class Metric:
    """What a metric is called, measured in, and how it is read."""

    key: str
    label: str
    name: str
    better: Better
    meaning: str
    in_series_unit: bool = False
    percent: bool = False
    """Whether it is a share, shown in percent."""
    decimals: int = 2
    """Digits after the point of a pure number."""

    def unit(self, series_unit: str) -> str:
        """The unit of its values, empty for a pure number."""
        return series_unit if self.in_series_unit else ""

    def badness(self, value: float) -> float:
        """Distance from the ideal: of two values the one with the lower badness is better."""
        match self.better:
            case "lower":
                return value
            case "higher":
                return -value
            case "nearest 0":
                return abs(value)
            case "nearest 1":
                return abs(value - 1)


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric(
            "rmse",
            "RMSE",
            "Root mean squared error",
            "lower",
            "Typical miss, big ones counting more; lower is better.",
            True,
        ),
        Metric("mae", "MAE", "Mean absolute error", "lower", "Average miss; lower is better.", True),
        Metric(
            "mfe",
            "MFE",
            "Mean forecast error (bias)",
            "nearest 0",
            "Mean of forecast minus actual: above 0 forecasts are too high.",
            True,
        ),
        Metric(
            "mda",
            "MDA",
            "Mean directional accuracy",
            "higher",
            "Share of periods whose direction was right; 'no move' is right only where nothing moved.",
            percent=True,
        ),
        Metric(
            "mase",
            "MASE",
            "Mean absolute scaled error",
            "lower",
            "MAE over that of repeating the last season within the training part; below 1 is better than that.",
        ),
        Metric(
            "rmsse",
            "RMSSE",
            "Root mean squared scaled error",
            "lower",
            "RMSE over that of repeating the last season within the training part.",
        ),
        Metric(
            "alpha",
            "alpha",
            "Variance ratio",
            "nearest 1",
            "Spread of forecasts over spread of actual values; the best possible forecast lies below 1 too.",
        ),
        Metric(
            "slope",
            "slope b",
            "Mincer-Zarnowitz slope",
            "nearest 1",
            "Of actual on forecast: above 1 is flattened too much, below 1 too volatile for its skill.",
        ),
        Metric("theil_bias", "U^M", "Theil's bias share", "lower", "Share of the squared error from the wrong level."),
        Metric(
            "theil_variance",
            "U^S",
            "Theil's variance share",
            "lower",
            "Share of the squared error from the wrong amount of movement.",
        ),
        Metric(
            "theil_covariance",
            "U^C",
            "Theil's covariance share",
            "higher",
            "Share of the squared error that is neither: unsystematic.",
        ),
        Metric(
            "constant",
            "constant",
            "Constant forecast",
            "lower",
            "1 where all forecasts are the same, else 0; its mean is the share of such seeds.",
            percent=True,
        ),
    )
}


@dataclass(frozen=True)
class NaiveScale:
    """What repeating the last season misses within the training part: the yardstick of MASE and RMSSE."""

    absolute: float
    """Mean absolute error, in the series' unit; NaN where the part is too short or repeats itself exactly."""
    squared: float
    """Mean squared error, in the series' unit squared; NaN as above."""
    season_length: int = 1
    """Periods a season, 1 where there is none."""

    @property
    def in_naive_errors(self) -> "NaiveScale":
        """The yardstick of values that are given in multiples of `absolute`."""
        return NaiveScale(1.0, self.squared / self.absolute**2, self.season_length)


def naive_scale(training: Array, season_length: int) -> NaiveScale:
    """Yardstick from training values (N,) (Hyndman and Koehler 2006, equation 3; squared: M5 guide, RMSSE)."""
    misses = training[season_length:] - training[:-season_length]
    if not np.any(misses):
        return NaiveScale(np.nan, np.nan, season_length)
    return NaiveScale(float(np.mean(np.abs(misses))), float(np.mean(misses**2)), season_length)


def score(
    forecast: Array, actual: Array, previous: Array, scale: NaiveScale, points: Points | None = None
) -> dict[str, Array]:
    """Every metric of forecasts (..., P) against actual values (P,), as (...,) under the keys of `METRICS`.

    `previous` (P,) is the last actual value that the forecast knows, of all its steps the one before the first. `points` say
    where each stands; consecutive periods, each forecast from the one before, where they are not given. NaN where a forecast
    is not finite or a metric undefined.
    """
    with np.errstate(all="ignore"):
        sane = np.where(np.isfinite(forecast), forecast, np.nan)
        error = sane - actual
        rmse = np.sqrt(np.mean(error**2, axis=-1))
        mae = np.mean(np.abs(error), axis=-1)
        scores = {
            "rmse": rmse,
            "mae": mae,
            "mfe": np.mean(error, axis=-1),
            "mda": directional_accuracy(sane, actual, previous),
            "mase": mae / scale.absolute,
            "rmsse": rmse / np.sqrt(scale.squared),
            **flattening(sane, actual, points),
            **theil_shares(sane, actual),
        }
        return {key: np.where(np.isfinite(scores[key]), scores[key], np.nan) for key in METRICS}


def directional_accuracy(forecast: Array, actual: Array, previous: Array) -> Array:
    """Share of points with sign(forecast - previous) = sign(actual - previous), as (...,).

    A tie (sign 0) is right only where both sides are one.
    """
    hits = np.sign(forecast - previous) == np.sign(actual - previous)
    share: Array = np.where(np.isnan(forecast).any(axis=-1), np.nan, hits.mean(axis=-1))
    return share


def flattening(forecast: Array, actual: Array, points: Points | None = None) -> dict[str, Array]:
    """Variance ratio `alpha`, slope b of actual on forecast, and `constant`, each (...,).

    The slope (Mincer and Zarnowitz 1969) is undefined for a constant forecast, everything for fewer than two points. A
    forecast of several steps is constant where it is the same for every window.
    """
    spread, actual_spread = forecast.std(axis=-1), actual.std()
    constant = is_constant(forecast, actual, points)
    defined = ~np.isnan(spread) & (actual.size > 1)
    return {
        "alpha": np.where(defined, spread / actual_spread, np.nan),
        "slope": np.where(defined & ~constant, covariance(forecast, actual) / spread**2, np.nan),
        "constant": np.where(defined, constant.astype(np.float64), np.nan),
    }


def is_constant(forecast: Array, actual: Array, points: Points | None = None) -> NDArray[np.bool_]:
    """Whether forecasts (..., P) don't move from window to window, as (...,)."""
    places = points or Points.of_one_series(len(actual))
    constant: NDArray[np.bool_] = places.spread_within(forecast) <= CONSTANT * actual.std()
    return constant


def theil_shares(forecast: Array, actual: Array) -> dict[str, Array]:
    """Theil's U^M, U^S and U^C, each (...,): shares of the mean squared error that sum to one (Theil 1966, chapter 2)."""
    squared = np.mean((forecast - actual) ** 2, axis=-1)
    spread, actual_spread = forecast.std(axis=-1), actual.std()
    return {
        "theil_bias": (forecast.mean(axis=-1) - actual.mean()) ** 2 / squared,
        "theil_variance": (spread - actual_spread) ** 2 / squared,
        "theil_covariance": 2 * (spread * actual_spread - covariance(forecast, actual)) / squared,
    }


def covariance(forecast: Array, actual: Array) -> Array:
    """Population covariance of forecasts (..., time) with actual values (time,), as (...,)."""
    centred = forecast - forecast.mean(axis=-1, keepdims=True)
    product: Array = np.mean(centred * (actual - actual.mean()), axis=-1)
    return product
