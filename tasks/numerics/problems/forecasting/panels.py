"""Scores of every series of a panel in its own unit, and over all of them in multiples of each one's naive error."""

from dataclasses import replace

import numpy as np
import xarray as xr

from tasks.numerics.errors import InputError
from tasks.numerics.problems.attempts import Attempts
from tasks.numerics.problems.forecasting.one_series import compare_over_time, evaluate_one, judge, pair
from tasks.numerics.problems.forecasting.results import ForecastOutcome, ForecastResult, of_member
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.metrics import METRICS, NaiveScale, naive_scale
from tasks.numerics.statistics.paired_panels import PairedPanel
from tasks.numerics.statistics.ranks import rank_over_series
from tasks.numerics.statistics.scored_points import Points
from tasks.numerics.statistics.seed_statistics import differences
from tasks.numerics.wording import grouped

Rows = tuple[int, ...]
COMPARED = 100
"""Series up to which each has its own comparison over time, a bootstrap; of more, there is the one over all."""


def evaluate_panel(
    series: Series, training_rows: Rows, outcome: ForecastOutcome, comparison: ComparisonSpec, look: Look
) -> ForecastResult:
    """Everything found of each series, as `Result.members`, and of all together: scores are means over series."""
    scales = naive_errors(series, training_rows)
    members = tuple(
        evaluate_one(one, rows, outcome.of_member(number), comparison, look, over_time=len(series.members) <= COMPARED)
        for number, (one, rows) in enumerate(zip(series.members, training_rows, strict=True))
    )
    scores = mean_over(members, "scores", scales)
    baseline_scores = mean_over(members, "baseline_scores", scales)
    verdicts = untuned = judge(pair_panel(outcome.forecasts, scales, comparison), comparison, look)
    if outcome.tuned:
        untuned = judge(pair_panel(outcome.untuned_forecasts, scales, comparison), comparison, look)
    attempt = Attempts()
    ranks = attempt("ranks over series", None, rank_over_series, [one.scores for one in members], comparison)
    accuracy = attempt(
        "the comparison over time",
        (),
        compare_over_time,
        in_naive_errors(outcome.forecasts, scales),
        baseline_scores,
        points(outcome.forecasts),
    )
    return ForecastResult(
        forecasts=outcome.forecasts,
        histories=outcome.histories,
        tuning=outcome.tuning,
        diagnostics=outcome.diagnostics,
        series=series,
        training_rows=training_rows,
        scores=scores,
        untuned_scores=mean_over(members, "untuned_scores", scales),
        baseline_scores=baseline_scores,
        step_scores=mean_over(members, "step_scores", scales),
        baseline_step_scores=mean_over(members, "baseline_step_scores", scales),
        differences=differences(scores, comparison.reference),
        verdicts=verdicts,
        untuned_verdicts=untuned,
        directions=(),
        accuracy=accuracy,
        comparison=comparison,
        look=look,
        members=members,
        naive_errors=tuple(scale.absolute for scale in scales),
        ranks=ranks,
        not_computed=(
            *attempt.failures,
            *grouped((one.series.name, said) for one in members for said in one.not_computed),
        ),
    )


def naive_errors(series: Series, training_rows: Rows) -> list[NaiveScale]:
    """The yardstick of every series: repeating its last season, or where that never misses, its last value.

    Raises InputError where neither ever misses.
    """
    found = []
    for one, rows in zip(series.members, training_rows, strict=True):
        training = one.array[:rows]
        scale = naive_scale(training, one.season_length)
        if not np.isfinite(scale.absolute):
            scale = replace(naive_scale(training, 1), season_length=one.season_length)
        if not np.isfinite(scale.absolute):
            raise InputError(
                f"Series {one.name!r} never moves in the {rows} rows before its validation part: there is nothing to measure its "
                "errors by beside those of other series. Leave it out, or pass another --validation or --test."
            )
        found.append(scale)
    return found


def pair_panel(forecasts: xr.Dataset, scales: list[NaiveScale], comparison: ComparisonSpec) -> PairedPanel:
    """Forecasts of every series in multiples of its naive error, and when each was made."""
    where = points(forecasts)
    return PairedPanel(
        tuple(
            pair(of_member(forecasts, number), scale, comparison).in_naive_errors for number, scale in enumerate(scales)
        ),
        tuple(where.moments[where.members == number] for number in range(len(scales))),
    )


def points(forecasts: xr.Dataset) -> Points:
    """Where the steps of the test windows of all series stand."""
    moments = np.unique(forecasts["moment"].to_numpy(), return_inverse=True)[1]
    return Points(moments, forecasts["member"].to_numpy(), forecasts.sizes["step"])


def in_naive_errors(forecasts: xr.Dataset, scales: list[NaiveScale]) -> xr.Dataset:
    """All forecasts and actual values in multiples of the naive error of their series."""
    scale = xr.DataArray(np.array([one.absolute for one in scales])[forecasts["member"].to_numpy()], dims="time")
    names = ("forecast", "actual", "previous", "baseline_forecast")
    return forecasts.assign({name: forecasts[name] / scale for name in names})


def mean_over(members: tuple[ForecastResult, ...], table: str, scales: list[NaiveScale]) -> xr.Dataset:
    """Mean over series of a table of scores, those in a series' unit as multiples of its naive error.

    NaN where a score is undefined in any series, or a baseline is not there for all.
    """
    found: list[xr.Dataset] = [getattr(member, table) for member in members]
    if names := baseline_names(found):
        found = [own if own["baseline"].to_numpy().tolist() == names else own.reindex(baseline=names) for own in found]
    absolute = np.array([scale.absolute for scale in scales])
    # Stacked as plain arrays: xarray takes a hundred times as long to lay a thousand small tables together.
    return xr.Dataset(
        {
            metric: (
                values.dims,
                np.mean(
                    [
                        own[metric].to_numpy() / (scale if METRICS[str(metric)].in_series_unit else 1)
                        for own, scale in zip(found, absolute, strict=True)
                    ],
                    axis=0,
                ),
            )
            for metric, values in found[0].items()
        },
        coords=found[0].coords,
    )


def baseline_names(found: list[xr.Dataset]) -> list[str]:
    """Every baseline that any of the tables has, in their order; none where they are not of baselines."""
    return list(
        dict.fromkeys(str(name) for own in found if "baseline" in own.dims for name in own["baseline"].to_numpy())
    )
