import numpy as np
import pandas as pd
import pytest
import scipy.stats
import utilsforecast.losses as losses

from tasks.numerics.statistics.metrics import METRICS, NaiveScale, naive_scale, score

RANDOM = np.random.default_rng(0)
TRAINING = 100 + np.cumsum(RANDOM.normal(size=60))
ACTUAL = 100 + np.cumsum(RANDOM.normal(size=25))
PREVIOUS = np.concatenate([TRAINING[-1:], ACTUAL[:-1]])
FORECAST = ACTUAL + RANDOM.normal(0.5, 2, size=(3, 4, 25))
SCALE = naive_scale(TRAINING, 4)


def scored(forecast, actual=ACTUAL, previous=PREVIOUS, scale=SCALE):
    return score(np.asarray(forecast, float), np.asarray(actual, float), np.asarray(previous, float), scale)


def test_keys_are_the_documented_ones_and_leading_axes_are_kept():
    expected = "rmse mae mfe mda mase rmsse alpha slope theil_bias theil_variance theil_covariance constant"
    scores = scored(FORECAST)
    assert " ".join(scores) == " ".join(METRICS) == expected
    assert all(values.shape == (3, 4) for values in scores.values())
    assert all(values.shape == () for values in scored(FORECAST[0, 0]).values())


def test_hand_checked_values():
    scores = scored([12, 11, 9, 8], [11, 13, 9, 7], [10, 11, 13, 9], NaiveScale(2.0, 16.0))
    assert scores["rmse"] == pytest.approx(np.sqrt(6 / 4))
    assert scores["mae"] == 1
    assert scores["mfe"] == 0
    assert scores["mda"] == 0.75  # up, unmoved against up, down, down
    assert scores["mase"] == 0.5
    assert scores["rmsse"] == pytest.approx(np.sqrt(6 / 4) / 4)
    assert scores["alpha"] == pytest.approx(np.sqrt(10 / 20))


def test_forecasts_that_are_too_high_have_a_positive_mean_forecast_error():
    assert scored(ACTUAL + 3)["mfe"] == pytest.approx(3)
    assert scored(ACTUAL - 3)["mfe"] == pytest.approx(-3)


def test_a_tie_is_right_only_where_nothing_moved():
    assert scored([5, 5, 6], [5, 6, 5], [5, 5, 5])["mda"] == pytest.approx(1 / 3)


def test_directional_accuracy_is_not_a_function_of_the_length():
    assert scored(ACTUAL)["mda"] == 1
    assert scored(2 * PREVIOUS - ACTUAL)["mda"] == 0


@pytest.mark.parametrize("season", [1, 4, 12])
def test_errors_agree_with_utilsforecast(season):
    forecast = FORECAST[1, 2]
    frame = pd.DataFrame({"unique_id": "a", "y": ACTUAL, "net": forecast})
    training = pd.DataFrame({"unique_id": "a", "y": TRAINING})
    scores = scored(forecast, scale=naive_scale(TRAINING, season))
    for key in ("rmse", "mae"):
        assert scores[key] == pytest.approx(getattr(losses, key)(frame, ["net"])["net"][0])
    for key in ("mase", "rmsse"):
        assert scores[key] == pytest.approx(getattr(losses, key)(frame, ["net"], season, training)["net"][0])


def test_slope_agrees_with_a_regression_of_actual_on_forecast():
    slopes = scored(FORECAST)["slope"]
    for position in np.ndindex(slopes.shape):
        assert slopes[position] == pytest.approx(scipy.stats.linregress(FORECAST[position], ACTUAL).slope)


def test_slope_is_above_one_where_forecasts_are_flattened():
    flattened = ACTUAL.mean() + 0.5 * (ACTUAL - ACTUAL.mean())
    assert scored(flattened)["slope"] == pytest.approx(2)
    assert scored(flattened)["alpha"] == pytest.approx(0.5)


def test_theil_shares_sum_to_one_and_name_the_kind_of_error():
    scores = scored(FORECAST)
    total = scores["theil_bias"] + scores["theil_variance"] + scores["theil_covariance"]
    np.testing.assert_allclose(total, 1)
    assert scored(ACTUAL + 3)["theil_bias"] == pytest.approx(1)
    assert scored(ACTUAL.mean() + 0.5 * (ACTUAL - ACTUAL.mean()))["theil_variance"] == pytest.approx(1)
    mirrored = 2 * ACTUAL.mean() - ACTUAL
    assert scored(mirrored)["theil_covariance"] == pytest.approx(1)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e6])
def test_constant_is_counted_relative_to_the_actual_spread(unit):
    forecasts = 100 + np.array([[0.0], [0.0005], [0.002]]) * (ACTUAL - ACTUAL.mean())
    scores = scored(forecasts * unit, ACTUAL * unit, PREVIOUS * unit)
    np.testing.assert_array_equal(scores["constant"], [1, 1, 0])
    np.testing.assert_array_equal(np.isnan(scores["slope"]), [True, True, False])


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_diverged_seed_is_nan_and_leaves_its_neighbours_alone(broken):
    forecasts = FORECAST.copy()
    forecasts[1, 1, 7] = broken
    for key, values in scored(forecasts).items():
        assert np.isnan(values[1, 1]), key
        expected = scored(FORECAST)[key]
        expected[1, 1] = np.nan
        np.testing.assert_array_equal(values, expected)


def test_values_that_overflow_are_nan_without_a_warning():
    scores = scored(np.full_like(FORECAST, 1e300))
    assert np.isnan(scores["rmse"]).all()
    assert np.isfinite(scores["mae"]).all()


def test_what_is_undefined_is_nan():
    assert np.isnan(scored(ACTUAL)["theil_bias"])
    assert np.isnan(scored(ACTUAL, np.full(25, 5.0))["alpha"])
    one = scored([5.0], [6.0], [4.0])
    assert one["rmse"] == 1
    assert np.isnan([one["alpha"], one["slope"], one["constant"]]).all()
    for training in (np.ones(20), np.arange(4.0), np.zeros(0)):
        assert np.isnan(naive_scale(training, 4).absolute)
        assert np.isnan(scored(FORECAST, scale=naive_scale(training, 4))["mase"]).all()


def test_scales_use_the_season():
    training = np.tile([1.0, 5.0, 9.0, 2.0], 5) + np.arange(20) / 4
    assert naive_scale(training, 4) == NaiveScale(1.0, 1.0, 4)


def test_a_changed_forecast_changes_the_scores_of_its_seed_alone():
    changed = FORECAST.copy()
    changed[2, 0, 3] += 10
    for key, values in scored(changed).items():
        moved = values != scored(FORECAST)[key]
        assert not np.delete(moved.ravel(), 8).any(), key
        assert moved[2, 0] or key in ("constant", "mda"), key


def test_badness_orders_values_by_what_is_better():
    assert METRICS["rmse"].badness(1) < METRICS["rmse"].badness(2)
    assert METRICS["mda"].badness(0.8) < METRICS["mda"].badness(0.7)
    assert METRICS["mfe"].badness(-1) < METRICS["mfe"].badness(2) < METRICS["mfe"].badness(-3)
    assert METRICS["slope"].badness(1.1) < METRICS["slope"].badness(0.5)


def test_units_are_the_series_own_or_none():
    assert METRICS["rmse"].unit("drivers") == "drivers"
    assert METRICS["mda"].unit("drivers") == ""
