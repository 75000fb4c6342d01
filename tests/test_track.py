"""Runs in MLflow: the fast way that seeds are written is MLflow's own, and a rerun neither doubles nor damages."""

import numpy as np
import plotly.graph_objects as go
import pytest
from example_reconstructions import example_reconstructions
from examples import example_result
from mlflow import MlflowClient
from plotly.io import read_json

from tasks import track
from tasks.numerics.findings.tracked_runs import Account, account_of, seed_runs
from tasks.track import Comparison, Place, connect, experiment_id, log_run, log_seeds

VARIANTS = ("stock", "cell-gelu")
SETTINGS = {"training": {"epochs": 100, "bounds": ()}, "network": {"layers": [16, 8]}}


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path, "example")


@pytest.fixture(params=["forecasters", "autoencoders"])
def account(request) -> Account:
    if request.param == "forecasters":
        return account_of(example_result(VARIANTS, seeds=5))
    return account_of(example_reconstructions())


@pytest.fixture
def comparison(tmp_path, monkeypatch) -> Comparison:
    monkeypatch.setattr(track, "best_seed", lambda account: None)  # these results have no trained weights
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "report.html").write_text("<p>A report</p>")
    (tmp_path / "folder" / "mine.html").write_text("<p>Something of the user's own beside it</p>")
    figures = {"series": go.Figure(go.Scatter(y=[1, 2])), "forecast/stock": go.Figure(go.Scatter(y=[3, 4]))}
    return Comparison("0123456789ab", SETTINGS, {}, tmp_path / "folder" / "report.html", figures)


def described(client: MlflowClient, run: str) -> dict:
    """All that MLflow tells of a run, but for its own id and times."""
    found = client.get_run(run)
    info = {
        name: value
        for name, value in dict(found.info).items()
        if name not in ("run_id", "run_uuid", "start_time", "end_time")
    }
    histories = {
        metric: [(point.step, point.value) for point in client.get_metric_history(run, metric)]
        for metric in found.data.metrics
    }
    return info | {
        "artifact_uri": found.info.artifact_uri.replace(run, "RUN"),
        "times": [type(time) for time in (found.info.start_time, found.info.end_time)],
        "data": found.data.to_dictionary(),
        "histories": histories,
    }


def runs(client: MlflowClient, experiment: str, level: str) -> list:
    return client.search_runs([experiment], f"tags.level = '{level}'", order_by=["attributes.start_time ASC"])


def test_seeds_are_written_as_mlflow_itself_writes_them(place, account):
    client = connect(place)
    experiment = experiment_id(client, place)
    seeds = list(seed_runs(account, SETTINGS))
    variants = {name: log_run(client, experiment, seeds[0][1]) for name in account.variants}
    log_seeds(client, place, experiment, variants, seeds)
    for name, seed in seeds:
        (written,) = client.search_runs([experiment], f"attributes.run_name = '{seed.name}' and status = 'FINISHED'")
        called = log_run(client, experiment, seed, variants[name])
        client.set_terminated(called, "FINISHED")
        assert described(client, written.info.run_id) == described(client, called)


def test_scores_by_their_plain_names_stand_on_seeds_alone(place, account, comparison):
    tracked = track.track(account, comparison, place)
    client, experiment = connect(place), tracked.ids["experiment"]
    seeds, (one, other) = runs(client, experiment, "seed"), account.variants
    first, second, *_ = account.scores["seed"].to_numpy()
    names = [f"{one} seed {first}", f"{other} seed {first}", f"{one} seed {second}"]
    assert [run.info.run_name for run in seeds[:3]] == names
    assert len(seeds) == 10
    expected = account.scores["rmse"]
    for run in seeds:
        score = float(expected.sel(variant=run.data.params["variant"], seed=int(run.data.params["seed"])))
        assert run.data.metrics.get("rmse", np.nan) == pytest.approx(score, nan_ok=True)
        assert run.data.params["layers"] == "16,8"
        assert run.data.tags["variant"] == run.data.params["variant"]
    assert sum(run.data.metrics["diverged"] for run in seeds) == int(account.diverged.sum())
    others = [*runs(client, experiment, "variant"), *runs(client, experiment, "comparison")]
    assert len(others) == 3
    for run in others:
        assert "rmse" not in run.data.metrics
        assert run.info.status == "FINISHED"


def test_every_run_stands_below_its_own(place, account, comparison):
    tracked = track.track(account, comparison, place)
    client, experiment = connect(place), tracked.ids["experiment"]
    variants = {run.info.run_id: run for run in runs(client, experiment, "variant")}
    assert {run.data.tags["mlflow.parentRunId"] for run in variants.values()} == {tracked.ids["run"]}
    for run in runs(client, experiment, "seed"):
        assert variants[run.data.tags["mlflow.parentRunId"]].info.run_name == run.data.params["variant"]
    parent = client.get_run(tracked.ids["run"])
    assert parent.data.metrics["rmse.stock"] == pytest.approx(float(account.scores["rmse"].sel(variant="stock").mean()))
    logged = {file.path for file in client.list_artifacts(parent.info.run_id)}
    assert logged == {"report.html", "figures", *(f"{name}.nc" for name in account.datasets)}
    assert {"scores", "histories", "baseline_scores", "tuning", "untuned_scores", "diagnostics"} < {*account.datasets}
    figure = read_json(client.download_artifacts(parent.info.run_id, "figures/forecast/stock.json"))
    assert list(figure.data[0].y) == [3, 4]
    assert parent.inputs.dataset_inputs[0].dataset.digest == account.series.digest[:36]


def test_a_rerun_logs_nothing_again(place, account, comparison):
    first, again = track.track(account, comparison, place), track.track(account, comparison, place)
    assert (first.new, again.new) == (True, False)
    assert first.ids == again.ids
    assert len(runs(connect(place), first.ids["experiment"], "seed")) == 10


def test_seeds_are_left_out_where_they_are_too_many(place, account, comparison, monkeypatch):
    monkeypatch.setattr(track, "MOST_SEED_RUNS", 9)
    tracked = track.track(account, comparison, place)
    assert runs(connect(place), tracked.ids["experiment"], "seed") == []
