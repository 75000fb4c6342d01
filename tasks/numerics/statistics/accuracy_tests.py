"""Whether one forecast is more accurate than another over time, and which of many may be the best."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.statistics.arch_bootstrap import CircularBlockBootstrap
from tasks.numerics.statistics.influence import centred
from tasks.numerics.statistics.overlapping_forecasts import fewest_windows, variance_of_mean
from tasks.numerics.statistics.scored_points import Array, Points
from tasks.numerics.statistics.variance_components import block_length

Loss = Literal["squared", "absolute"]

SIZE = 0.05
"""The model confidence set holds the best model in all but this share of test parts."""
RESAMPLES = 2000
ROUNDING = 1e-12
"""Losses that differ by a smaller share than this differ by how numbers are rounded."""


@dataclass(frozen=True)
class AccuracyTest:
    """A forecast on one test part against a named one, and against all."""

    model: str
    mean_loss: float
    """In the series' unit, squared where the loss is; NaN where the forecast is not finite."""
    statistic: float
    """Diebold and Mariano's against the named forecast: below 0 this one is more accurate. NaN for the named one itself."""
    p: float
    """Two-sided, of equal accuracy: Harvey, Leybourne and Newbold's for one step, Coroneo and Iacone's for several."""
    set_p: float
    """The model confidence set's; NaN where it was not computed."""
    in_set: bool
    """Whether it may be the best. Under 8 periods, or three horizons, no finite forecast is excluded."""
    harvey_p: float
    """Harvey, Leybourne and Newbold's for several steps too, which is too small where the test part holds few horizons."""


def accuracy_tests(
    forecasts: Mapping[str, Array], actual: Array, against: str, points: Points | None = None, loss: Loss = "squared"
) -> tuple[AccuracyTest, ...]:
    """Of forecasts (P,) by name, best first, with actual values (P,): seed means of variants, and baselines.

    Losses are averaged over what is forecast at one moment before they are compared over moments. Raises `ValueError` where `against` is none of the names.
    """
    if against not in forecasts:
        raise ValueError(f"The forecast to test against must be one of {', '.join(forecasts)}; received {against!r}.")
    places = points or Points.of_one_series(len(actual))
    losses = {name: places.by_moment(losses_of(forecast, actual, loss)) for name, forecast in forecasts.items()}
    named, horizon = losses[against], places.horizon
    best = model_confidence_set(losses, horizon)
    found = []
    for name, own in losses.items():
        harvey = test = (np.nan, np.nan) if name == against else diebold_mariano(own, named, horizon)
        if horizon > 1 and name != against:
            test = diebold_mariano_of_overlapping(own, named, horizon)
        mean = float(own.mean())
        in_set = np.isfinite(mean) and not best[name] <= SIZE
        found.append(AccuracyTest(name, mean, *test, best[name], in_set, harvey[1]))
    return tuple(sorted(found, key=lambda row: (np.isnan(row.mean_loss), row.mean_loss)))


def losses_of(forecast: Array, actual: Array, loss: Loss = "squared") -> Array:
    """Losses (N,) of a forecast (N,)."""
    error = forecast - actual
    result: Array = error**2 if loss == "squared" else np.abs(error)
    return result


def diebold_mariano(own: Array, other: Array, horizon: int = 1) -> tuple[float, float]:
    """Statistic and two-sided p of equal mean losses (N,), below 0 where `own` is lower; forecasts `horizon` periods ahead.

    Diebold and Mariano (1995, Journal of Business & Economic Statistics 13, 253-263), equation 3, with the correction and
    the t distribution of Harvey, Leybourne and Newbold (1997, International Journal of Forecasting 13, 281-291), equation 9.
    Where the variance with `horizon - 1` autocovariances is not above 0, they are weighted as Bartlett's, which cannot
    fail. Equal losses have statistic 0 and p 1; NaN for a loss that is not finite or no more periods than the horizon.
    """
    difference = own - other
    number = len(difference)
    if number <= max(horizon, 1) or not np.isfinite(difference).all():
        return (np.nan, np.nan)
    if not difference.any():
        return (0.0, 1.0)
    moved = difference - difference.mean()
    covariances = np.array([moved[lag:] @ moved[: number - lag] for lag in range(horizon)]) / number
    weights = np.where(np.arange(horizon) > 0, 2.0, 1.0)
    variance = weights @ covariances / number
    if variance <= 0:
        variance = (weights * (1 - np.arange(horizon) / horizon)) @ covariances / number
    if variance <= 0:
        return (float(np.sign(difference.mean()) * np.inf), 0.0)
    correction = (number + 1 - 2 * horizon + horizon * (horizon - 1) / number) / number
    statistic = float(difference.mean() / np.sqrt(variance) * np.sqrt(correction))
    return statistic, float(2 * stats.t.sf(abs(statistic), number - 1))


def diebold_mariano_of_overlapping(own: Array, other: Array, horizon: int) -> tuple[float, float]:
    """Statistic and two-sided p of equal mean losses (N,) of windows that overlap, below 0 where `own` is lower.

    Coroneo and Iacone (2020, Journal of Applied Econometrics 35, 391-409), with the long-run variance of `overlaps`: where
    the test part holds 3 to 5 horizons of 12 periods, the correction of Harvey, Leybourne and Newbold finds a difference
    that is not there in 14 to 17 % of test parts at p 0.05, this in 5 to 6 %. NaN for a loss that is not finite and for
    fewer than 8 windows or 3 horizons.
    """
    difference = own - other
    if len(difference) < fewest_windows(horizon) or not np.isfinite(difference).all():
        return (np.nan, np.nan)
    if not difference.any():
        return (0.0, 1.0)
    variance, freedom = variance_of_mean(centred(difference), horizon)
    if variance <= 0:
        return (float(np.sign(difference.mean()) * np.inf), 0.0)
    statistic = float(difference.mean() / np.sqrt(variance))
    return statistic, float(2 * stats.t.sf(abs(statistic), freedom))


def model_confidence_set(losses: Mapping[str, Array], horizon: int = 1, seed: int = 0) -> dict[str, float]:
    """p of every model's losses (N,): those above `SIZE` form the set that holds the best (Hansen, Lunde and Nason 2011).

    (Econometrica 79, 453-497; the range statistic.) Circular blocks of a length chosen from the data, of a horizon or
    longer. Models with the same losses share a p. NaN for losses that are not finite, and for all models under 8 periods,
    or three horizons where forecasts overlap.
    """
    finite = {name: own for name, own in losses.items() if np.isfinite(own).all()}
    found = dict.fromkeys(losses, float("nan"))
    if not finite or len(next(iter(finite.values()))) < fewest_windows(horizon):
        return found
    alike = {name: next(first for first in finite if same(finite[first], own)) for name, own in finite.items()}
    table = np.array([finite[name] for name in dict.fromkeys(alike.values())])
    if len(table) == 1:
        return {**found, **dict.fromkeys(finite, 1.0)}
    p = dict(zip(dict.fromkeys(alike.values()), eliminated(table, resampled(table, horizon, seed)), strict=True))
    return {**found, **{name: p[first] for name, first in alike.items()}}


def same(own: Array, other: Array) -> bool:
    """Whether losses (N,) differ by rounding alone: their difference has no variance that could be told from it."""
    return bool((np.abs(own - other) <= ROUNDING * np.maximum(own, other)).all())


def resampled(losses: Array, horizon: int, seed: int) -> NDArray[np.int64]:
    """Periods of each resample (RESAMPLES, N): circular blocks as long as the losses (M, N) of any model against the mean ask for."""
    # Squares of losses of 1e300 are no numbers; a power of two rounds nothing.
    near_one = np.ldexp(losses, -np.frexp(losses.max())[1])
    length = int(block_length(centred(near_one - near_one.mean(axis=0)), horizon).max())
    drawn = CircularBlockBootstrap(length, np.arange(losses.shape[1]), seed=seed).bootstrap(RESAMPLES)
    return np.array([data[0][0] for data in drawn])


def eliminated(losses: Array, periods: NDArray[np.int64]) -> list[float]:
    """p of each model's losses (M, N), the worst of those that are left leaving first, from resampled periods (B, N).

    Hansen, Lunde and Nason (2011), section 3.1.2, the range statistic. A difference that is the same in every period has no
    variance: it is beyond doubt.
    """
    models, number = losses.shape
    worse, better = np.triu_indices(models, 1)
    differences = losses[worse] - losses[better]
    # Each in a scale of its own: squares of losses of 1e300 or 1e-200 are no numbers.
    differences = differences / np.abs(differences).max(axis=1, keepdims=True)
    means = differences.mean(axis=1)
    counts = np.array([np.bincount(own, minlength=number) for own in periods])
    moved = differences @ counts.T / number - means[:, None]
    deviations = np.sqrt(np.mean(moved**2, axis=1))
    constant = deviations <= ROUNDING
    statistic, drawn = np.zeros((models, models)), np.zeros((models, models, len(periods)))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic[worse, better] = np.where(constant, np.sign(means) * np.inf, means / deviations)
        drawn[worse, better] = np.where(constant[:, None], 0.0, moved / deviations[:, None])
    statistic, drawn = statistic - statistic.T, drawn - drawn.transpose(1, 0, 2)
    left, found, highest = list(range(models)), np.ones(models), 0.0
    while len(left) > 1:
        here = np.ix_(left, left)
        most = statistic[here].max()
        # What is as large but for rounding counts as larger.
        highest = max(highest, float((most * (1 - ROUNDING) < drawn[here].max(axis=(0, 1))).mean()))
        worst = left[int(np.argwhere(statistic[here] == most)[0, 0])]
        found[worst] = highest
        left.remove(worst)
    return [float(p) for p in found]
