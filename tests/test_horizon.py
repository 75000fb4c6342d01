"""A result of several steps, as it is scored and shown."""

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from tasks.numerics.findings.tracked_runs import account_of, variant_run
from tasks.numerics.problems.forecasting.scores_by_step import shown_steps, step_rows
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.metrics import METRICS, naive_scale, score
from tasks.plot import plot
from tasks.show import show
from tasks.summarize import summarize
from tests.examples import VARIANTS, example_result


@pytest.fixture(scope="module")
def result():
    return example_result(VARIANTS[:3], seeds=6, horizon=4)


def test_every_step_has_its_scores_and_all_of_them_together(result):
    forecasts, scale = result.forecasts, naive_scale(result.series.array[: result.rows_before_validation], 1)
    own = forecasts["forecast"].sel(variant="cell-elu", seed=3).to_numpy()
    actual, previous = forecasts["actual"].to_numpy(), forecasts["previous"].to_numpy()
    for step in (1, 4):
        expected = score(own[:, step - 1], actual[:, step - 1], previous, scale)
        for key in METRICS:
            found = result.step_scores[key].sel(variant="cell-elu", seed=3, step=step)
            assert found == pytest.approx(expected[key], nan_ok=True)
    error = own - actual
    together = result.scores.sel(variant="cell-elu", seed=3)
    assert together["rmse"] == pytest.approx(np.sqrt((error**2).mean()))
    hits = np.sign(own - previous[:, None]) == np.sign(actual - previous[:, None])
    assert together["mda"] == pytest.approx(hits.mean())


def test_steps_forecast_the_periods_after_one_another(result):
    values = result.series.values
    for step in (1, 4):
        np.testing.assert_array_equal(result.forecasts["actual"].sel(step=step), values[result.periods(step)])
    assert result.periods(4)[-1] == values.index[-1]
    assert result.test_start == len(values) - 56


def test_one_step_is_both_the_first_and_all():
    one = example_result(VARIANTS[:2], seeds=3)
    for key in METRICS:
        np.testing.assert_array_equal(one.step_scores[key].sel(step=1), one.scores[key])


def test_steps_of_a_long_horizon_are_thinned_with_both_ends():
    assert shown_steps(4) == [1, 2, 3, 4]
    assert shown_steps(24, 5) == [1, 7, 12, 18, 24]


def test_the_table_by_step_is_the_mean_over_seeds(result):
    overview = Overview(result)
    variants, baselines = step_rows(overview, [1, 4])
    expected = overview.number("rmse", float(result.step_scores["rmse"].sel(variant="cell-relu", step=4).mean()))
    assert variants[1][0] == "cell-relu" and variants[1][2] == expected
    assert [row[0] for row in baselines] == ["last value", "mean", "AutoETS", "AutoARIMA"]


def test_it_is_told_on_the_terminal_in_figures_and_for_programs(result):
    text = StringIO()
    show(result, {}, {}, Console(file=text, width=100), explain=True)
    assert "Mean RMSE by step" in text.getvalue() and "4 steps ahead together" in text.getvalue()
    figures = plot(result)
    assert {f"steps/{name}" for name in VARIANTS[:3]} | {"forecast/stock", "forecast/stock/4"} <= set(figures)
    steps = summarize(result, {}, {}, {})["steps"]
    assert np.shape(steps["variants"][0]["scores"]["rmse"]) == (4, 6)
    assert np.shape(steps["baselines"][0]["scores"]["rmse"]) == (4,)
    points = [point for point in variant_run(account_of(result), {}, "stock").points() if point[0] == "steps/rmse"]
    assert [step for _, _, step in points] == [1, 2, 3, 4]
    assert points[3][1] == pytest.approx(float(result.step_scores["rmse"].sel(variant="stock", step=4).mean()))
