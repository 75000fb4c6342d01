"""The flow from end to end, on few epochs: what is trained, kept, tracked and refused."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from examples import SUMMARY_KEYS

from flows.studies.study import Study
from tasks.numerics.series.validation import InvalidSeriesError
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, OutputSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

pytestmark = pytest.mark.slow


def study(folder, seeds=2, **data):
    return Study(
        data=SeriesSpec(**({"series": "nile"} | data)),
        windows=WindowSpec(lookback=3, test=0.2, origins=1),
        network=NetworkSpec(layers=(3,)),
        training=TrainingSpec(epochs=4, learning_rates=1),
        comparison=ComparisonSpec(activations=("relu",), placements=("cell",), seeds=seeds),
        output=OutputSpec(output=str(folder)),
    )


def run(settings):
    from flows.compare import compare_activations

    return compare_activations(**{name: getattr(settings, name) for name in Study.model_fields})


def runs(level, experiment="nile"):
    from mlflow import MlflowClient

    from flows.servers.processes import store_address

    client = MlflowClient(store_address())
    found = client.get_experiment_by_name(experiment)
    if found is None:
        return []
    return list(client.search_runs([found.experiment_id], f"tags.level = '{level}'", max_results=1000))


def trained_seeds(monkeypatch):
    """Collects what is really trained from here on."""
    import tasks.train

    original, seen = tasks.train.train, []

    def train(architecture, training, data, seeds, *others):
        seen.extend((architecture.variant.name, seed) for seed in seeds)
        return original(architecture, training, data, seeds, *others)

    monkeypatch.setattr("tasks.train.train", train)
    return seen


def test_a_rerun_trains_and_logs_nothing_again_and_more_seeds_train_only_those(prefect_server, tmp_path, monkeypatch):
    seen = trained_seeds(monkeypatch)
    first = run(study(tmp_path / "first"))
    assert sorted(seen) == [(name, seed) for name in ("cell-relu", "stock") for seed in (0, 1)]
    assert [len(runs(level)) for level in ("comparison", "variant", "seed")] == [1, 2, 4]

    seen.clear()
    again = run(study(tmp_path / "again"))
    assert seen == []
    assert [len(runs(level)) for level in ("comparison", "variant", "seed")] == [1, 2, 4]
    assert again.tracked.ids["run"] == first.tracked.ids["run"]
    assert np.array_equal(again.result.forecasts["forecast"], first.result.forecasts["forecast"])

    more = run(study(tmp_path / "more", seeds=5))
    assert sorted(seen) == [(name, seed) for name in ("cell-relu", "stock") for seed in (2, 3, 4)]
    assert np.array_equal(more.result.forecasts["forecast"][:, :2], first.result.forecasts["forecast"])
    check_files(tmp_path / "more", seeds=5)
    check_tracked(more)


def check_files(folder, seeds):
    summary = json.loads((folder / "summary.json").read_text())
    assert list(summary) == SUMMARY_KEYS
    assert [variant["name"] for variant in summary["variants"]] == ["stock", "cell-relu"]
    assert all(len(scores) == seeds for variant in summary["variants"] for scores in variant["scores"].values())
    assert "cell-relu" in (folder / "report.html").read_text()


def check_tracked(finished):
    from mlflow import MlflowClient
    from mlflow.artifacts import download_artifacts

    from flows.servers.processes import store_address

    client = MlflowClient(store_address())
    of_seed = next(
        run for run in runs("seed") if run.data.params["seed"] == "4" and run.data.params["variant"] == "cell-relu"
    )
    expected = finished.result.scores["rmse"].sel(variant="cell-relu", seed=4)
    assert of_seed.data.metrics["rmse"] == pytest.approx(float(expected))
    assert len(client.get_metric_history(of_seed.info.run_id, "training/loss")) == 4
    parent = client.get_run(finished.tracked.ids["run"])
    assert parent.info.status == "FINISHED"
    assert parent.inputs.dataset_inputs[0].dataset.digest == finished.result.series.digest[:36]
    path = download_artifacts(run_id=parent.info.run_id, artifact_path="forecasts.nc", tracking_uri=store_address())
    with xr.open_dataset(path, engine="h5netcdf") as kept:
        assert np.array_equal(kept["forecast"], finished.result.forecasts["forecast"])
    check_model(client, finished)


def check_model(client, finished):
    """The logged Keras model forecasts what the engine's replica forecast."""
    from logged_models import load_logged_model

    from tasks.numerics.series.windows import make_windows

    model = load_logged_model(client.get_logged_model(finished.tracked.ids["model"]).model_uri)
    windows = make_windows(finished.result.series.array, WindowSpec(lookback=3, test=0.2, origins=1))[0]
    forecasts = windows.to_units(np.asarray(model(windows.inputs[-windows.split.test :])))
    distance = np.abs(finished.result.forecasts["forecast"] - forecasts).max(["time", "step"])
    assert float(distance.min()) < 1e-2


def test_an_interrupted_tracking_is_logged_anew(prefect_server, tmp_path):
    from mlflow import MlflowClient

    from flows.servers.processes import store_address

    finished = run(study(tmp_path, seeds=1))
    before = [len(runs(level)) for level in ("comparison", "variant", "seed")]
    MlflowClient(store_address()).update_run(finished.tracked.ids["run"], status="RUNNING")
    again = run(study(tmp_path, seeds=1))
    assert again.tracked.ids["run"] != finished.tracked.ids["run"]
    assert [len(runs(level)) for level in ("comparison", "variant", "seed")] == before


def test_a_bad_series_stops_before_training_and_fails_the_run(prefect_server, tmp_path, monkeypatch):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    seen = trained_seeds(monkeypatch)
    dates = pd.date_range("2000-01-01", periods=60, freq="D")
    path = tmp_path / "gap.csv"
    pd.DataFrame({"date": dates, "value": np.arange(60) % 7}).drop(index=30).to_csv(path, index=False)
    with pytest.raises(InvalidSeriesError, match="2000-01-31"):
        run(study(tmp_path / "out", series=str(path), frequency="D"))
    assert seen == []
    with get_client(sync_client=True) as client:
        last = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
    assert last.state.is_failed()
    assert not (tmp_path / "out" / "report.html").exists()


def test_seeds_are_added_until_the_verdicts_are_decided_at_every_rate_and_origin(prefect_server, tmp_path, monkeypatch):
    seen = trained_seeds(monkeypatch)
    wanted = study(tmp_path, seeds=2)
    wanted = wanted.model_copy(
        update={
            "windows": WindowSpec(lookback=3, origins=2),
            "training": TrainingSpec(epochs=2, clip_norms=(1.0,), learning_rate=0.001, learning_rate_moves=0),
            "comparison": ComparisonSpec(("relu",), ("cell",), seeds=2, until_decided=True, max_seeds=4, rope=0.0),
        }
    )
    finished = run(wanted)
    assert sorted(seen) == sorted(
        (name, seed) for name in ("cell-relu", "stock") for seed in range(4) for _ in range(2)
    )
    tuning = finished.result.tuning
    assert dict(tuning["validation_loss"].sizes) == {"variant": 2, "candidate": 6, "origin": 2, "seed": 4}
    assert tuning["clip_norm"].values.tolist() == [0, 0, 0, 1, 1, 1]
    assert np.isfinite(finished.result.forecasts["forecast"]).all()
    assert finished.result.look.interval_error < 0.05
    found = json.loads((finished.folder / "summary.json").read_text())
    assert len(found["variants"][0]["scores"]["rmse"]) == 4

    # With a region that holds anything, the first look decides.
    everything = wanted.model_copy(
        update={"comparison": ComparisonSpec(("relu",), ("cell",), seeds=4, until_decided=True, max_seeds=5, rope=0.99)}
    )
    assert run(everything).result.forecasts.sizes["seed"] == 4


@pytest.mark.parametrize("horizon", [1, 4])
def test_nothing_before_the_test_part_changes_when_the_future_does(horizon):
    from tasks.numerics.series.windows import make_windows

    values = np.sin(np.arange(80) / 3) + 2
    spec = WindowSpec(lookback=4, horizon=horizon, transform="log_difference")
    before = make_windows(values, spec)[0]
    known = before.split.train + before.split.validation
    # At the start of the test part, and at that of the validation part for what trains.
    for row, unseen in ((before.test_rows.start, known), (before.rows_before_validation, before.split.train)):
        changed = values.copy()
        changed[row:] *= 3
        after = make_windows(changed, spec)[0]
        assert before.scalers == after.scalers
        assert np.array_equal(before.inputs[: unseen + 1], after.inputs[: unseen + 1])
        assert np.array_equal(before.targets[:unseen], after.targets[:unseen])
        assert not np.array_equal(before.targets[unseen:], after.targets[unseen:])
