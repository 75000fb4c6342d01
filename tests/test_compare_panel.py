"""Several series from end to end, on few epochs: files, validation, windows, one network for all, scores and tracking."""

import json

import numpy as np
import pandas as pd
import pytest
from test_compare import run, runs, study

from tasks.numerics.errors import InputError
from tasks.numerics.series.panel_windows import cut_windows
from tasks.numerics.series.validation import InvalidSeriesError
from tasks.numerics.settings import NetworkSpec, WindowSpec

pytestmark = pytest.mark.slow

SPEC = WindowSpec(lookback=4, horizon=3, test=8, validation=8, origins=2)
IDS = ("north", "mid-west", "1")


def long_form(path, spoil=lambda table: table):
    """Quarterly sales of three regions, of other sizes and lengths, quarter by quarter."""
    random = np.random.default_rng(0)
    parts = [
        pd.DataFrame(
            {
                "quarter": pd.date_range("2002-01-01", periods=rows, freq="QS").strftime("%Y-%m-%d"),
                "region": name,
                "sales": factor * (10 + np.sin(np.arange(rows) / 2) + random.normal(0, 0.3, rows)),
            }
        )
        for name, rows, factor in zip(IDS, (60, 58, 55), (1, 500, 0.01), strict=True)
    ]
    spoil(pd.concat(parts).sort_values("quarter", kind="stable")).to_csv(path, index=False)
    return str(path)


def panel(folder, series, **data):
    made = study(folder, series=series, value="sales", id="region", **data)
    return made.model_copy(update={"windows": SPEC})


@pytest.fixture(scope="module")
def finished(prefect_server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("panel")
    return run(panel(folder / "found", long_form(folder / "regions.csv")))


def test_every_region_is_scored_in_its_own_unit_and_all_together(finished):
    result = finished.result
    assert [one.series.name for one in result.members] == list(IDS)
    assert result.forecasts.sizes["series"] == 3 and result.forecasts["origin"].max() == 1
    levels = [float(one.forecasts["forecast"].mean()) for one in result.members]
    assert levels == pytest.approx([10, 5000, 0.1], rel=0.2)
    for one, error in zip(result.members, result.naive_errors, strict=True):
        error_of = np.abs(one.forecasts["forecast"] - one.forecasts["actual"]).mean(("time", "step"))
        np.testing.assert_allclose(one.scores["mae"].transpose(*error_of.dims), error_of, rtol=1e-9)
        training = one.series.array[: one.rows_before_validation]
        assert error == pytest.approx(np.abs(training[4:] - training[:-4]).mean())


def test_report_summary_and_runs_hold_every_series(finished):
    page = (finished.folder / "report.html").read_text()
    summary = json.loads((finished.folder / "summary.json").read_text())
    assert all(f"<b>{name}</b>" in page for name in IDS) and 'id="by-series"' in page
    assert [one["data"]["name"] for one in summary["series"]] == list(IDS)
    (parent,) = runs("comparison", finished.result.series.name)
    assert parent.info.run_id == finished.tracked.ids["run"]
    of_seed = next(one for one in runs("seed", finished.result.series.name) if one.info.run_name == "cell-relu seed 1")
    for name, one in zip(IDS, finished.result.members, strict=True):
        expected = one.scores["rmse"].sel(variant="cell-relu", seed=1)
        assert of_seed.data.metrics[f"{name}/rmse"] == pytest.approx(float(expected))


def test_the_logged_model_forecasts_every_region_as_its_replica_did(finished):
    from logged_models import load_logged_model
    from mlflow import MlflowClient

    from flows.servers.processes import store_address

    result = finished.result
    logged = MlflowClient(store_address()).get_logged_model(finished.tracked.ids["model"])
    model = load_logged_model(logged.model_uri)
    last = cut_windows(result.series, SPEC)[-1]
    made = last.to_units(np.asarray(model(last.inputs[-last.split.test :])))[: last.own]
    at_last = result.forecasts.isel(time=result.forecasts["origin"].to_numpy() == 1)
    scale = np.array(result.naive_errors)[at_last["member"].to_numpy()][:, None]
    distance = (np.abs(at_last["forecast"].transpose("variant", "seed", "time", "step") - made) / scale).max(
        ("time", "step")
    )
    assert float(distance.min()) < 1e-3 < float(distance.max())


def test_an_autoencoder_of_several_series_is_refused_before_anything_is_checked(finished, tmp_path):
    asked = panel(tmp_path, long_form(tmp_path / "regions.csv")).model_copy(
        update={"network": NetworkSpec(layers=(3,), head="autoencoder")}
    )
    with pytest.raises(InputError, match="--head autoencoder with 3 series"):
        run(asked)


def test_a_region_that_fails_its_validation_is_named(finished, tmp_path):
    def spoil(table):
        broken = table.copy()
        broken.loc[(broken["region"] == "mid-west") & (broken["quarter"] == "2014-04-01"), "sales"] = np.nan
        return broken

    with pytest.raises(InvalidSeriesError, match="mid-west"):
        run(panel(tmp_path, long_form(tmp_path / "regions.csv", spoil)))
