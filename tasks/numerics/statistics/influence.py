"""What each test window adds to a seed's score: metrics as means over time, so that one variance serves them all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, get_args

import numpy as np

from tasks.numerics.settings import SeriesMetric
from tasks.numerics.statistics.metrics import CONSTANT, NaiveScale, covariance, is_constant
from tasks.numerics.statistics.scored_points import WHOLE, Array, Draws, Points

JUDGED: tuple[str, ...] = get_args(SeriesMetric)
"""The metrics of a verdict on forecasts, keys of `METRICS`."""


class Paired(Protocol):
    """What is compared: forecasts of one series (`PairedForecasts`) or of a panel (`panel_pairs.PairedPanel`)."""

    @property
    def reference(self) -> str:
        """The variant that the others are held against."""

    @property
    def others(self) -> tuple[str, ...]:
        """Every variant but the reference, in the order given."""

    @property
    def memory(self) -> tuple[int, int]:
        """Periods a season and the horizon: how far what is forecast may depend on what was."""

    @property
    def draws(self) -> Draws:
        """How far the moments count alike, and belong together."""

    def scored(self, variant: str) -> "dict[str, Scored]":
        """Every metric of `JUDGED` of a variant's seeds."""


@dataclass(frozen=True)
class PairedForecasts:
    """Test forecasts of every variant, seed k of each with the same initial weights and batch order.

    Axes: S seeds, P scored points: every step of every test window. A seed that diverged is a row of NaN.
    """

    forecasts: Mapping[str, Array]
    """(S, P) a variant, in the series' unit."""
    actual: Array
    """(P,)"""
    previous: Array
    """(P,) the last actual value that each forecast knows, the one before its first step."""
    scale: NaiveScale
    reference: str = "stock"
    points: Points | None = None
    """Where the points stand; consecutive periods, each forecast from the one before, where they are not given."""

    def __post_init__(self) -> None:
        """Raises `ValueError` where the reference is none of the variants or the shapes do not fit each other."""
        if self.reference not in self.forecasts:
            raise ValueError(
                f"The reference must be one of the variants {', '.join(self.forecasts)}; received {self.reference!r}."
            )
        seeds = len(self.forecasts[self.reference])
        for name, values in self.forecasts.items():
            if values.shape != (seeds, len(self.actual)):
                expected = f"({seeds}, {len(self.actual)}) = (seed, point)"
                raise ValueError(f"Forecasts of {name} must have the shape {expected}; received {values.shape}.")
        if self.previous.shape != self.actual.shape:
            raise ValueError(
                f"Previous values must have the shape of the actual ones, {self.actual.shape}; "
                f"received {self.previous.shape}."
            )
        if self.places.number != len(self.actual):
            raise ValueError(
                f"Points must be as many as actual values, {len(self.actual)}; received {self.places.number}."
            )

    @property
    def places(self) -> Points:
        """Where the points stand."""
        return self.points or Points.of_one_series(len(self.actual))

    @property
    def memory(self) -> tuple[int, int]:
        """Periods a season and the horizon."""
        return self.scale.season_length, self.places.horizon

    @property
    def draws(self) -> Draws:
        """All moments of one series count alike and follow each other."""
        return WHOLE

    @property
    def in_naive_errors(self) -> "PairedForecasts":
        """The same in multiples of the naive mean absolute error, so that series of other units can stand beside it."""
        return replace(
            self,
            forecasts={name: values / self.scale.absolute for name, values in self.forecasts.items()},
            actual=self.actual / self.scale.absolute,
            previous=self.previous / self.scale.absolute,
            scale=self.scale.in_naive_errors,
        )

    def scored(self, variant: str) -> "dict[str, Scored]":
        """Every metric of `JUDGED` of a variant's seeds."""
        return scored(self.forecasts[variant], self.actual, self.previous, self.scale, self.places)

    @property
    def others(self) -> tuple[str, ...]:
        """Every variant but the reference, in the order given."""
        return tuple(name for name in self.forecasts if name != self.reference)


@dataclass(frozen=True)
class Scored:
    """A metric of every seed and what each moment adds to it."""

    value: Array
    """(..., S) the metric."""
    influence: Array
    """(..., S, M) its influence function at each moment: mean 0 over M (Hampel 1974, JASA 69, 383-393)."""


def scored(
    forecast: Array, actual: Array, previous: Array, scale: NaiveScale, points: Points | None = None
) -> dict[str, Scored]:
    """Every metric of `JUDGED` for forecasts (..., S, P) against actual values (P,), NaN where it is undefined.

    Values are those of `metrics.score`; their influence is the first-order change of a metric when what is forecast at one
    moment counts more: the mean over the steps, and the series, of that moment, as these do not vary by themselves.
    """
    places = points or Points.of_one_series(len(actual))
    with np.errstate(all="ignore"):
        error = forecast - actual
        squared, absolute = error**2, np.abs(error)
        hits = np.sign(forecast - previous) == np.sign(actual - previous)
        rmse = np.sqrt(squared.mean(axis=-1))
        mae = absolute.mean(axis=-1)
        # A perfect forecast has no slope of the root; nothing can change it at first order.
        root = centred(squared) / np.where(rmse > 0, 2 * rmse, np.inf)[..., None]
        found = {
            "rmse": Scored(rmse, root),
            "mae": Scored(mae, centred(absolute)),
            "mfe": Scored(error.mean(axis=-1), centred(error)),
            "mda": Scored(hits.mean(axis=-1), centred(hits.astype(np.float64))),
            "mase": Scored(mae / scale.absolute, centred(absolute) / scale.absolute),
            "rmsse": Scored(rmse / np.sqrt(scale.squared), root / np.sqrt(scale.squared)),
            **flattening(forecast, actual, places),
        }
    complete = np.isfinite(forecast).all(axis=-1)
    return {
        key: Scored(np.where(complete, found[key].value, np.nan), places.by_moment(found[key].influence))
        for key in JUDGED
    }


def flattening(forecast: Array, actual: Array, points: Points) -> dict[str, Scored]:
    """Variance ratio `alpha` and Mincer-Zarnowitz `slope` of forecasts (..., S, P); a constant forecast has no slope."""
    moved, truth = centred(forecast), actual - actual.mean()
    spread, actual_spread = forecast.std(axis=-1), actual.std()
    alpha = spread / actual_spread
    own = moved**2 / np.where(spread > 0, spread * actual_spread, np.inf)[..., None]
    slope = np.where(is_constant(forecast, actual, points), np.nan, covariance(forecast, actual) / spread**2)
    residual = truth - slope[..., None] * moved
    return {
        "alpha": Scored(alpha, (own - alpha[..., None] * (truth / actual_spread) ** 2) / 2),
        "slope": Scored(slope, moved * residual / spread[..., None] ** 2),
    }


def badness(metric: str, found: Scored) -> Scored:
    """How far a metric is from its ideal, 0 or above but for MDA, whose sign is turned: lower is better for all.

    |MFE|, |slope - 1| and |log alpha|, so that half and twice the spread are equally bad; the alpha of a constant
    forecast counts as `CONSTANT`.
    """
    value, one = found.value, np.ones_like(found.value)
    match metric:
        case (
            "mda" | "explained_variance" | "auroc" | "average_precision" | "accuracy" | "balanced_accuracy" | "macro_f1"
        ):
            distance, factor = -value, -one
        case "mfe":
            distance, factor = np.abs(value), np.sign(value)
        case "slope":
            distance, factor = np.abs(value - 1), np.sign(value - 1)
        case "alpha":
            held = np.maximum(value, CONSTANT)
            distance = np.abs(np.log(held))
            factor = np.where(value > CONSTANT, np.sign(held - 1) / held, 0.0)
        case _:
            distance, factor = value, one
    return Scored(distance, factor[..., None] * found.influence)


def centred(values: Array) -> Array:
    """Values (..., N) less their mean over N."""
    result: Array = values - values.mean(axis=-1, keepdims=True)
    return result
