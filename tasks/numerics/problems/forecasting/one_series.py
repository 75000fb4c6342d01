"""Scores of every forecast of one series, in its own unit, differences to the reference, and the verdicts."""

import numpy as np
import xarray as xr

from tasks.numerics.problems.attempts import Attempts
from tasks.numerics.problems.forecasting.results import ForecastOutcome, ForecastResult
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.accuracy_tests import AccuracyTest, accuracy_tests
from tasks.numerics.statistics.directional_accuracy import direction_tests
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.influence import Paired, PairedForecasts
from tasks.numerics.statistics.metrics import NaiveScale, naive_scale, score
from tasks.numerics.statistics.scored_points import Points
from tasks.numerics.statistics.seed_statistics import differences
from tasks.numerics.statistics.verdicts import ONLY_LOOK, Verdict, verdicts


def evaluate_one(
    series: Series,
    training_rows: int,
    outcome: ForecastOutcome,
    comparison: ComparisonSpec,
    look: Look,
    over_time: bool = True,
) -> ForecastResult:
    """Everything found of one series, without the comparison `over_time` where it is not wanted.

    The yardstick of MASE and RMSSE comes from its first `training_rows` rows.
    """
    scale = naive_scale(series.array[:training_rows], series.season_length)
    forecasts = outcome.forecasts
    baseline_scores = score_along(forecasts, "baseline_forecast", "baseline", scale)
    paired, attempt = pair(forecasts, scale, comparison), Attempts()
    tuned = untuned = (score_along(forecasts, "forecast", "variant", scale), judge(paired, comparison, look))
    if outcome.tuned:
        given = outcome.untuned_forecasts
        untuned = (
            score_along(given, "forecast", "variant", scale),
            judge(pair(given, scale, comparison), comparison, look),
        )
    return ForecastResult(
        forecasts=outcome.forecasts,
        histories=outcome.histories,
        tuning=outcome.tuning,
        diagnostics=outcome.diagnostics,
        series=series,
        training_rows=(training_rows,),
        scores=tuned[0],
        untuned_scores=untuned[0],
        baseline_scores=baseline_scores,
        step_scores=score_steps(forecasts, "forecast", tuned[0], scale),
        baseline_step_scores=score_steps(forecasts, "baseline_forecast", baseline_scores, scale),
        differences=differences(tuned[0], comparison.reference),
        verdicts=tuned[1],
        untuned_verdicts=untuned[1],
        directions=attempt("the test of directions", (), direction_tests, paired),
        accuracy=attempt(
            "the comparison over time", (), compare_over_time, forecasts, baseline_scores, points(forecasts)
        )
        if over_time
        else (),
        not_computed=tuple(attempt.failures),
        comparison=comparison,
        look=look,
    )


def judge(paired: Paired, comparison: ComparisonSpec, look: Look = ONLY_LOOK) -> tuple[Verdict, ...]:
    """A verdict on every variant but the reference, in every metric."""
    return verdicts(paired, comparison.rope, look.error, look.interval_error)


def pair(forecasts: xr.Dataset, scale: NaiveScale, comparison: ComparisonSpec) -> PairedForecasts:
    """Forecasts (variant, seed, time, step) as the statistics take them: every step of every window is a point."""
    return PairedForecasts(
        by_name(forecasts["forecast"], "variant"),
        *held_against(forecasts),
        scale,
        comparison.reference,
        points(forecasts),
    )


def points(forecasts: xr.Dataset) -> Points:
    """Where the steps of the test windows stand."""
    return Points.of_one_series(forecasts["actual"].size, forecasts.sizes["step"])


def held_against(forecasts: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Actual values and the last known ones (P,), float64, of every step of every window."""
    actual, previous = xr.broadcast(forecasts["actual"], forecasts["previous"])
    return flat(actual), flat(previous)


def compare_over_time(forecasts: xr.Dataset, baseline_scores: xr.Dataset, where: Points) -> tuple[AccuracyTest, ...]:
    """Seed means of all variants and the baselines over time, against the baseline of lowest RMSE; none without one."""
    rmse = baseline_scores["rmse"].to_series().dropna()
    if rmse.empty:
        return ()
    # A diverged seed has no forecast; the mean is that of the others.
    with np.errstate(all="ignore"):
        means = forecasts["forecast"].where(~forecasts["diverged"]).mean("seed", skipna=True)
    models = by_name(means, "variant") | by_name(forecasts["baseline_forecast"], "baseline")
    return accuracy_tests(models, held_against(forecasts)[0], str(rmse.idxmin()), where)


def by_name(table: xr.DataArray, dimension: str) -> dict[str, np.ndarray]:
    """Parts of a table (dimension, ..., time, step) under their names as (..., P)."""
    return {str(name): flat(table.sel({dimension: name})) for name in table[dimension].to_numpy()}


def flat(values: xr.DataArray) -> np.ndarray:
    """A table (..., time, step) as float64 (..., P), window by window; NaN where not finite."""
    found = values.transpose(..., "time", "step").to_numpy().astype(np.float64)
    found = found.reshape(*found.shape[:-2], -1)
    return np.where(np.isfinite(found), found, np.nan)


def score_along(forecasts: xr.Dataset, name: str, dimension: str, scale: NaiveScale) -> xr.Dataset:
    """Metrics of the variable `name` (dimension, ..., time, step) over all its steps, one variable (dimension, ...) each.

    One variant or baseline after the other: the errors of all seeds of all variants together may not fit into memory.
    """
    table, against, where = forecasts[name], held_against(forecasts), points(forecasts)
    found = [score(own, *against, scale, where) for own in by_name(table, dimension).values()]
    labels = table.isel(time=0, step=0, drop=True).transpose(dimension, ...)
    return xr.Dataset(
        {key: (labels.dims, np.stack([scores[key] for scores in found])) for key in found[0]}, coords=labels.coords
    )


def score_steps(forecasts: xr.Dataset, name: str, whole: xr.Dataset, scale: NaiveScale) -> xr.Dataset:
    """The same of every step alone, one variable (dimension, ..., step) a metric; `whole` is that of all steps together."""
    dimension = str(next(iter(whole["rmse"].dims)))
    if forecasts.sizes["step"] == 1:
        return whole.expand_dims(step=forecasts["step"]).transpose(dimension, ..., "step")
    steps = [forecasts.isel(step=[at]) for at in range(forecasts.sizes["step"])]
    found = [score_along(one, name, dimension, scale) for one in steps]
    return xr.concat(found, forecasts["step"]).transpose(dimension, ..., "step")
