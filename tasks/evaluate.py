"""Scores of every forecast, in the series' own unit, differences to the reference, and the verdicts."""

import numpy as np
import xarray as xr

from tasks.numerics.accuracy_tests import AccuracyTest, accuracy_tests
from tasks.numerics.directions import direction_tests
from tasks.numerics.influence import PairedForecasts
from tasks.numerics.metrics import NaiveScale, naive_scale, score
from tasks.numerics.results import Outcome, Result
from tasks.numerics.sequential import Look
from tasks.numerics.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics import differences
from tasks.numerics.verdicts import ERROR, Verdict, verdicts

ONLY_LOOK = Look(ERROR, ERROR)
"""All seeds are trained before anybody looks."""


def evaluate(
    series: Series,
    training_rows: int,
    outcome: Outcome,
    comparison: ComparisonSpec = ComparisonSpec(),  # noqa: B008
    look: Look = ONLY_LOOK,
) -> Result:
    """Everything found; the yardstick of MASE and RMSSE comes from the first `training_rows` rows, before validation."""
    scale = naive_scale(series.array[:training_rows], series.season_length)
    forecasts = outcome.forecasts
    baseline_scores = score_along(forecasts, "baseline_forecast", "baseline", scale)
    paired = pair(forecasts, scale, comparison)
    tuned = untuned = (score_along(forecasts, "forecast", "variant", scale), judge(paired, comparison, look))
    if outcome.tuning.sizes["candidate"] > 1:
        candidate = outcome.tuning["forecast"].isel(candidate=outcome.tuning.attrs["given"], drop=True)
        given = forecasts.assign(forecast=candidate)
        untuned = (
            score_along(given, "forecast", "variant", scale),
            judge(pair(given, scale, comparison), comparison, look),
        )
    return Result(
        outcome.forecasts,
        outcome.histories,
        outcome.tuning,
        outcome.diagnostics,
        series=series,
        training_rows=training_rows,
        scores=tuned[0],
        untuned_scores=untuned[0],
        baseline_scores=baseline_scores,
        differences=differences(tuned[0], comparison.reference),
        verdicts=tuned[1],
        untuned_verdicts=untuned[1],
        directions=direction_tests(paired),
        accuracy=compare_over_time(forecasts, baseline_scores),
        comparison=comparison,
        look=look,
    )


def judge(paired: PairedForecasts, comparison: ComparisonSpec, look: Look = ONLY_LOOK) -> tuple[Verdict, ...]:
    """A verdict on every variant but the reference, in every metric."""
    return verdicts(paired, comparison.rope, look.error, look.interval_error)


def pair(forecasts: xr.Dataset, scale: NaiveScale, comparison: ComparisonSpec) -> PairedForecasts:
    """Forecasts (variant, seed, time) as the statistics take them."""
    return PairedForecasts(
        by_name(forecasts["forecast"].transpose("variant", "seed", "time"), "variant"),
        as_floats(forecasts["actual"]),
        as_floats(forecasts["previous"]),
        scale,
        comparison.reference,
    )


def compare_over_time(forecasts: xr.Dataset, baseline_scores: xr.Dataset) -> tuple[AccuracyTest, ...]:
    """Seed means of all variants and the baselines over time, against the baseline of lowest RMSE; none without one."""
    rmse = baseline_scores["rmse"].to_series().dropna()
    if rmse.empty:
        return ()
    # A diverged seed has no forecast; the mean is that of the others.
    with np.errstate(all="ignore"):
        means = forecasts["forecast"].where(~forecasts["diverged"]).mean("seed", skipna=True)
    models = by_name(means.transpose("variant", "time"), "variant")
    models |= by_name(forecasts["baseline_forecast"].transpose("baseline", "time"), "baseline")
    return accuracy_tests(models, as_floats(forecasts["actual"]), str(rmse.idxmin()))


def by_name(table: xr.DataArray, dimension: str) -> dict[str, np.ndarray]:
    """Parts of a table under their names along its first dimension."""
    return {str(name): as_floats(table.sel({dimension: name})) for name in table[dimension].to_numpy()}


def as_floats(values: xr.DataArray) -> np.ndarray:
    """As float64; NaN where not finite."""
    found = values.to_numpy().astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def score_along(forecasts: xr.Dataset, name: str, dimension: str, scale: NaiveScale) -> xr.Dataset:
    """Metrics of the variable `name` (dimension, ..., time), one variable (dimension, ...) each.

    One variant or baseline after the other: the errors of all seeds of all variants together may not fit into memory.
    """
    actual = forecasts["actual"].to_numpy().astype(np.float64)
    previous = forecasts["previous"].to_numpy().astype(np.float64)
    table = forecasts[name].transpose(dimension, ..., "time")
    labels = table.isel(time=0, drop=True)
    found = [score(one.astype(np.float64), actual, previous, scale) for one in table.to_numpy()]
    return xr.Dataset(
        {key: (labels.dims, np.stack([scores[key] for scores in found])) for key in found[0]}, coords=labels.coords
    )
