import time

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.problems.forecasting import baselines as verb
from tasks.numerics.problems.forecasting.baselines import forecast_baselines
from tasks.numerics.series.series import Series

pytestmark = pytest.mark.slow

CONVERGENCE = pytest.mark.filterwarnings("ignore:possible convergence problem")  # statsforecast's, in the slow loops
NAMES = ["last value", "seasonal last value", "mean", "AutoETS", "AutoARIMA"]


def series_of(values, season_length=1, index=None):
    index = pd.RangeIndex(len(values)) if index is None else index
    return Series("example", pd.Series(values, index=index), "index", season_length, "", "", "", "", (), ())


def seasonal(rows=90, season=4):
    random = np.random.default_rng(0)
    return 50 + 9 * np.sin(2 * np.pi * np.arange(rows) / season) + np.cumsum(random.normal(size=rows))


def bundled(name):
    catalog = pd.read_csv("data/series/catalog.csv").set_index("name")
    frame = pd.read_csv(f"data/series/{name}.csv")
    return series_of(frame.iloc[:, -1].to_numpy(np.float64), int(catalog.loc[name, "season_length"]))


def test_simple_baselines_by_hand():
    forecasts = forecast_baselines(series_of(np.array([1.0, 2, 3, 6, 5, 7, 9]), 3), (3,))["baseline_forecast"].sel(
        step=1
    )
    np.testing.assert_array_equal(forecasts.sel(baseline="last value"), [6, 5, 7])
    np.testing.assert_array_equal(forecasts.sel(baseline="seasonal last value"), [2, 3, 6])
    np.testing.assert_array_equal(forecasts.sel(baseline="mean"), [3, 3, 3])


def test_names_and_times_are_there():
    months = pd.date_range("2000-01-01", periods=90, freq="MS", name="date")
    found = forecast_baselines(series_of(seasonal(), 4, months), (12,))
    assert list(found["baseline"].to_numpy()) == NAMES
    assert found["baseline_forecast"].dims == ("baseline", "time", "step")
    assert set(found.sizes) == {"baseline", "time", "step"}
    pd.testing.assert_index_equal(found["time"].to_index(), months[-12:], check_names=False)
    assert np.isfinite(found["baseline_forecast"]).all()
    without_season = forecast_baselines(series_of(seasonal(), 1), (12,))
    assert list(without_season["baseline"].to_numpy()) == [name for name in NAMES if not name.startswith("seasonal")]


@pytest.mark.parametrize("season", [1, 4])
def test_no_forecast_sees_its_own_period_or_a_later_one(season):
    values, test_rows = seasonal(), 20
    original = forecast_baselines(series_of(values, season), (test_rows,))["baseline_forecast"].sel(step=1)
    for period in (0, 1, 7, 19):
        changed = values.copy()
        changed[len(values) - test_rows + period :] = 1e3 + np.arange(test_rows - period) ** 2
        found = forecast_baselines(series_of(changed, season), (test_rows,))["baseline_forecast"].sel(step=1)
        np.testing.assert_array_equal(found[:, : period + 1], original[:, : period + 1])
        moved = (found[:, period + 1 :] != original[:, period + 1 :]).any("time")
        if period < 10:
            assert list(moved["baseline"][moved].to_numpy()) == [
                name for name in original["baseline"].to_numpy() if name != "mean"
            ]


@CONVERGENCE
@pytest.mark.parametrize(("name", "season"), [("AutoETS", 1), ("AutoETS", 4), ("AutoARIMA", 1), ("AutoARIMA", 4)])
def test_rolled_forecasts_are_those_of_a_slow_loop(name, season):
    import statsforecast.models

    values, test_rows = seasonal(), 15
    model = getattr(statsforecast.models, name)(season_length=season).fit(values[:-test_rows])
    slow = [model.forward(values[:end], h=1)["mean"][0] for end in range(len(values) - test_rows, len(values))]
    rolled = forecast_baselines(series_of(values, season), (test_rows,))["baseline_forecast"].sel(baseline=name, step=1)
    np.testing.assert_allclose(rolled, slow, rtol=1e-9)


@CONVERGENCE
@pytest.mark.parametrize("season", [1, 12])
def test_a_capped_history_forecasts_as_a_whole_one(season, monkeypatch):
    values = seasonal(1000, 12)
    monkeypatch.setattr(verb, "HISTORY", 700)
    capped = verb.auto_arima(values, np.arange(950, 1000), 1, season)[0][:, 0]
    # The same model, fitted on the same rows, but rolled from the first of them.
    import statsforecast.models

    model = statsforecast.models.AutoARIMA(season_length=season, approximation=True).fit(values[250:950])
    whole = [model.forward(values[250:end], h=1)["mean"][0] for end in range(950, 1000)]
    np.testing.assert_allclose(capped, whole, atol=1e-3 * values.std())


def test_a_baseline_that_fails_is_nan_with_its_reason():
    found = forecast_baselines(series_of(np.array([1.0, 3, 2, 5, 4]), 4), (2,))
    assert np.isnan(found["baseline_forecast"].sel(baseline="AutoETS")).all()
    assert found["baseline_note"].sel(baseline="AutoETS").item() == "failed: tiny datasets"
    assert (
        "fewer than 4 rows, one season, before the test part"
        in found["baseline_note"].sel(baseline="seasonal last value").item()
    )
    np.testing.assert_array_equal(found["baseline_forecast"].sel(baseline="last value", step=1), [2, 5])


def test_notes_name_the_model_that_was_chosen():
    notes = forecast_baselines(series_of(seasonal(), 4), (20,))["baseline_note"]
    assert notes.sel(baseline="AutoETS").item().startswith("ETS(")
    assert notes.sel(baseline="AutoARIMA").item().startswith("ARIMA(")
    assert notes.sel(baseline="AutoARIMA").item().endswith("[4]")


def test_warnings_of_the_library_stay_inside():
    months = seasonal(1000, 12)
    with pytest.warns(UserWarning, match="convergence"):
        verb.auto_arima(months, np.arange(995, 1000), 1, 1)
    assert "failed" not in str(forecast_baselines(series_of(months), (5,))["baseline_note"].to_numpy())


def test_a_constant_past_is_no_obstacle():
    found = forecast_baselines(series_of(np.concatenate([np.ones(30), [2.0, 3.0]])), (2,))
    assert np.isfinite(found["baseline_forecast"].sel(baseline=["last value", "mean"])).all()


@pytest.mark.parametrize(
    ("name", "seconds"), [("sunspots", 3), ("us_gasoline", 20), ("england_wales_electricity_halfhourly", 20)]
)
def test_it_is_quick(name, seconds):
    series = bundled(name)
    start = time.perf_counter()
    found = forecast_baselines(series, (len(series.values) // 5,))
    assert time.perf_counter() - start < seconds
    assert np.isfinite(found["baseline_forecast"]).all()
    if series.season_length > 24:
        note = found["baseline_note"].sel(baseline="AutoARIMA").item()
        assert "too long for it" in note
        assert "fitted on the last 600 of" in note


@pytest.mark.parametrize(("season", "horizon"), [(1, 3), (4, 6)])
def test_every_window_is_forecast_from_the_values_before_it_alone(season, horizon):
    """Each window on its own: the end of the series is cut off before its first period."""
    values, windows = seasonal(), 10
    found = forecast_baselines(series_of(values, season), (windows,), horizon)["baseline_forecast"]
    before = len(values) - windows - horizon + 1
    for window in (0, 4, 9):
        past = values[: before + window]
        expected = {"last value": [past[-1]] * horizon, "mean": [values[:before].mean()] * horizon}
        if season > 1:
            continued = list(past)
            for _ in range(horizon):
                continued.append(continued[-season])
            expected["seasonal last value"] = continued[-horizon:]
        for name, own in expected.items():
            np.testing.assert_allclose(found.sel(baseline=name)[window], own)
        changed = np.concatenate([past, 1e3 + np.arange(len(values) - len(past)) ** 2])
        again = forecast_baselines(series_of(changed, season), (windows,), horizon)["baseline_forecast"]
        np.testing.assert_array_equal(again[:, : window + 1], found[:, : window + 1])


@CONVERGENCE
@pytest.mark.parametrize("name", ["AutoETS", "AutoARIMA"])
def test_several_steps_are_those_of_a_slow_loop(name):
    import statsforecast.models

    values = seasonal()
    model = getattr(statsforecast.models, name)(season_length=4).fit(values[:70])
    slow = [model.forward(values[:end], h=6)["mean"] for end in range(70, 85)]
    found = forecast_baselines(series_of(values, 4), (15,), 6)["baseline_forecast"].sel(baseline=name)
    np.testing.assert_allclose(found, slow, rtol=1e-9)
