from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.problems.forecasting.evaluation import evaluate
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.metrics import METRICS, naive_scale, score
from tasks.numerics.statistics.seed_statistics import differences
from tests.examples import example_forecasts, example_outcome, example_result, sunspots


@pytest.fixture(scope="module")
def result():
    return example_result()


def test_every_seed_and_baseline_has_every_metric(result):
    assert list(result.scores) == list(result.baseline_scores) == list(METRICS)
    assert result.scores["rmse"].dims == ("variant", "seed")
    assert result.baseline_scores["rmse"].dims == ("baseline",)
    np.testing.assert_array_equal(result.scores["seed"], result.forecasts["seed"])


def test_scores_are_those_of_the_forecast_they_belong_to(result):
    forecasts = result.forecasts
    actual, previous = forecasts["actual"].to_numpy()[:, 0], forecasts["previous"].to_numpy()
    scale = naive_scale(sunspots().array[: result.rows_before_validation], 1)
    one = score(forecasts["forecast"].sel(variant="cell-elu", seed=17, step=1).to_numpy(), actual, previous, scale)
    other = score(forecasts["baseline_forecast"].sel(baseline="AutoARIMA", step=1).to_numpy(), actual, previous, scale)
    for key in METRICS:
        assert result.scores[key].sel(variant="cell-elu", seed=17) == pytest.approx(one[key], nan_ok=True)
        assert result.baseline_scores[key].sel(baseline="AutoARIMA") == pytest.approx(other[key], nan_ok=True)


def test_axes_are_taken_by_name(result):
    turned = result.forecasts.transpose("time", "seed", "step", "baseline", "variant")
    turned["forecast"] = turned["forecast"].astype(np.float32)
    found = evaluate(result.series, result.training_rows, replace(result, forecasts=turned))
    for key in METRICS:
        np.testing.assert_allclose(found.scores[key], result.scores[key], rtol=1e-3, atol=1e-4)
        assert found.scores[key].dtype == np.float64


def test_the_yardstick_is_the_training_part_alone(result):
    series = result.series
    changed = series.values.copy()
    changed.iloc[result.rows_before_validation :] *= 3
    longer = type(series)(**{**vars(series), "values": changed})
    found = evaluate(longer, result.training_rows, result)
    np.testing.assert_array_equal(found.scores["mase"], result.scores["mase"])
    found = evaluate(series, (result.rows_before_validation - 50,), result)
    assert (found.scores["mase"] != result.scores["mase"]).any()


def test_the_yardstick_uses_the_season(result):
    seasonal = type(result.series)(**{**vars(result.series), "season_length": 11})
    found = evaluate(seasonal, result.training_rows, result)
    assert (found.scores["mase"] < result.scores["mase"]).sum() > 100


def test_diverged_seeds_stay_and_are_counted(result):
    assert result.diverged.to_dict()["cell-gelu"] == 1
    assert result.diverged.sum() == 1
    assert np.isnan(result.scores["rmse"].sel(variant="cell-gelu", seed=2))
    assert result.scores["rmse"].notnull().sum() == 7 * 30 - 1


def test_differences_are_to_stock(result):
    assert result.differences.equals(differences(result.scores, "stock"))
    assert set(result.differences["variant"]) == set(result.forecasts["variant"].to_numpy()) - {"stock"}


def test_the_test_part_is_the_end_of_the_series(result):
    assert result.test_start == len(result.series.values) - 56


def test_one_seed_and_one_variant_are_enough():
    series = sunspots()
    forecasts = example_forecasts(series, ("stock",), seeds=1)
    found = evaluate(series, (150,), example_outcome(forecasts))
    assert found.scores["rmse"].shape == (1, 1)
    assert found.differences.empty


def test_verdicts_are_on_every_variant_but_the_reference(result):
    comparison = ComparisonSpec(reference="cell-elu", metric="mae", rope=0.5)
    judged = evaluate(result.series, result.training_rows, result, comparison)
    variants = [str(name) for name in result.forecasts["variant"].to_numpy() if name != "cell-elu"]
    assert [verdict.variant for verdict in judged.verdicts if verdict.metric == "rmse"] == variants
    mine = {(one.variant, one.metric): one for one in judged.verdicts}
    other = {(one.variant, one.metric): one for one in result.verdicts}
    assert mine["stock", "rmse"].difference == pytest.approx(-other["cell-elu", "rmse"].difference)
    assert mine["stock", "rmse"].region == pytest.approx(
        0.5 * float(result.scores["rmse"].sel(variant="cell-elu").mean())
    )
    assert (other["cell-elu", "rmse"].word, mine["stock", "rmse"].word) == ("hurts", "same")


def test_accuracy_over_time_is_of_the_mean_over_seeds_that_did_not_diverge(result):
    found = {test.model: test for test in result.accuracy}
    assert set(found) == {*result.forecasts["variant"].to_numpy(), *result.forecasts["baseline"].to_numpy()}
    seeds = result.forecasts["forecast"].sel(variant="cell-gelu", step=1).to_numpy()
    kept = seeds[np.isfinite(seeds).all(axis=1)]
    assert len(kept) == len(seeds) - 1
    squared = (kept.mean(axis=0) - result.forecasts["actual"].to_numpy()[:, 0]) ** 2
    assert found["cell-gelu"].mean_loss == pytest.approx(squared.mean())
    assert np.isnan(found["last value"].statistic)  # the best baseline, against which the others are tested
