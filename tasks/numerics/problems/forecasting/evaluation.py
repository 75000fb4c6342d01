"""Scores of every forecast, differences to the reference, and the verdicts; of one series or of a panel."""

import xarray as xr

from tasks.numerics.problems.forecasting.one_series import evaluate_one, judge, pair
from tasks.numerics.problems.forecasting.panels import evaluate_panel, naive_errors, pair_panel
from tasks.numerics.problems.forecasting.results import ForecastOutcome, ForecastResult
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.influence import Paired
from tasks.numerics.statistics.metrics import naive_scale
from tasks.numerics.statistics.verdicts import ONLY_LOOK, Verdict


def evaluate(
    series: Series,
    training_rows: tuple[int, ...],
    outcome: ForecastOutcome,
    comparison: ComparisonSpec = ComparisonSpec(),  # noqa: B008
    look: Look = ONLY_LOOK,
) -> ForecastResult:
    """Everything found; yardsticks come from each series' first `training_rows`, before validation.

    Raises InputError where a series of a panel has no naive error to measure it by.
    """
    if series.members:
        return evaluate_panel(series, training_rows, outcome, comparison, look)
    (rows,) = training_rows
    return evaluate_one(series, rows, outcome, comparison, look)


def judge_forecasts(
    series: Series, training_rows: tuple[int, ...], forecasts: xr.Dataset, comparison: ComparisonSpec, look: Look
) -> tuple[Verdict, ...]:
    """The verdicts alone."""
    return judge(paired_of(series, training_rows, forecasts, comparison), comparison, look)


def paired_of(
    series: Series, training_rows: tuple[int, ...], forecasts: xr.Dataset, comparison: ComparisonSpec
) -> Paired:
    """The forecasts of one series or of a panel, as the statistics take them."""
    if series.members:
        return pair_panel(forecasts, naive_errors(series, training_rows), comparison)
    (rows,) = training_rows
    return pair(forecasts, naive_scale(series.array[:rows], series.season_length), comparison)
