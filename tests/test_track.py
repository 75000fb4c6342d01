"""Runs in MLflow: the fast way that seeds are written is MLflow's own, and a rerun neither doubles nor damages."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import mlflow
import numpy as np
import plotly.graph_objects as go
import pytest
from example_reconstructions import example_reconstructions
from examples import example_result
from mlflow import MlflowClient
from plotly.io import read_json

from flows import serve
from tasks import track
from tasks.numerics.findings.sqlite_runs import newest_experiment
from tasks.numerics.findings.tracked_runs import Account, account_of, seed_runs
from tasks.track import Comparison, log_seeds
from tasks.track.artifacts import Page
from tasks.track.places import Place, asked_by_default, connect, experiment_id, log_run
from tasks.track.side_by_side import comparison_before

pytestmark = pytest.mark.slow

VARIANTS = ("stock", "cell-gelu")
NOW = 1_700_000_000_000
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
    return Comparison("0123456789ab", SETTINGS, {}, Page(tmp_path / "folder" / "report.html", figures))


def described(client: MlflowClient, run: str) -> dict:
    """All that MLflow tells of a run, but for its own id and when it ended."""
    found = client.get_run(run)
    info = {name: value for name, value in dict(found.info).items() if name not in ("run_id", "run_uuid", "end_time")}
    histories = {
        metric: [(point.step, point.value) for point in client.get_metric_history(run, metric)]
        for metric in found.data.metrics
    }
    return info | {
        "artifact_uri": found.info.artifact_uri.replace(run, "RUN"),
        "end_time": type(found.info.end_time),
        "data": found.data.to_dictionary(),
        "histories": histories,
    }


def runs(client: MlflowClient, experiment: str, level: str) -> list:
    return client.search_runs([experiment], f"tags.level = '{level}'", order_by=["attributes.start_time DESC"])


def test_seeds_are_written_as_mlflow_itself_writes_them(place, account):
    client = connect(place)
    experiment = experiment_id(client, place)
    seeds = list(seed_runs(account, SETTINGS))
    variants = {name: log_run(client, experiment, seeds[0][1], NOW) for name in account.variants}
    log_seeds(client, place, experiment, variants, seeds, NOW)
    for number, (name, seed) in enumerate(seeds):
        (written,) = client.search_runs([experiment], f"attributes.run_name = '{seed.name}' and status = 'FINISHED'")
        called = log_run(client, experiment, seed, NOW - number, variants[name])
        client.set_terminated(called, "FINISHED")
        assert described(client, written.info.run_id) == described(client, called)


def test_scores_stand_by_their_plain_names_on_seeds_and_as_means_on_variants(place, account, comparison):
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
    assert sum(run.data.metrics["training/diverged"] for run in seeds) == int(account.diverged.sum())
    means = {run.info.run_name: run for run in runs(client, experiment, "variant")}
    (parent,) = runs(client, experiment, "comparison")
    for name in account.variants:
        assert means[name].data.metrics["rmse"] == pytest.approx(float(expected.sel(variant=name).mean()))
        # A box plot by variant shows seeds alone.
        assert "variant" not in means[name].data.params
    best = parent.data.tags["decision"]
    assert parent.data.metrics["rmse"] == means[best].data.metrics["rmse"] and "variant" not in parent.data.params
    assert {run.info.status for run in (parent, *means.values())} == {"FINISHED"}


def test_every_run_stands_below_its_own(place, account, comparison):
    tracked = track.track(account, comparison, place)
    client, experiment = connect(place), tracked.ids["experiment"]
    variants = {run.info.run_id: run for run in runs(client, experiment, "variant")}
    assert {run.data.tags["mlflow.parentRunId"] for run in variants.values()} == {tracked.ids["run"]}
    for run in runs(client, experiment, "seed"):
        assert variants[run.data.tags["mlflow.parentRunId"]].info.run_name == run.data.params["variant"]
    parent = client.get_run(tracked.ids["run"])
    assert parent.data.metrics["means/rmse.stock"] == pytest.approx(
        float(account.scores["rmse"].sel(variant="stock").mean())
    )
    logged = {file.path for file in client.list_artifacts(parent.info.run_id)}
    assert logged == {"report.html", "figures", *(f"{name}.nc" for name in account.datasets)}
    assert {"scores", "histories", "baseline_scores", "tuning", "untuned_scores", "diagnostics"} < {*account.datasets}
    figure = read_json(client.download_artifacts(parent.info.run_id, "figures/forecast/stock.json"))
    assert list(figure.data[0].y) == [3, 4]
    assert parent.inputs.dataset_inputs[0].dataset.digest == account.series.digest[:36]


def test_a_list_that_shows_what_began_last_begins_with_the_comparison_and_its_variants(place, account, comparison):
    for digest in ("0123456789ab", "ba9876543210"):
        tracked = track.track(account, replace(comparison, digest=digest), place)
    client, experiment = connect(place), tracked.ids["experiment"]
    listed = client.search_runs([experiment], order_by=["attributes.start_time DESC"])
    levels, names = [run.data.tags["level"] for run in listed], [run.info.run_name for run in listed]
    assert listed[0].info.run_id == tracked.ids["run"]
    assert names[1:3] == account.variants and levels[3:13] == ["seed"] * 10
    # MLflow opens a run below which one stands that has this tag.
    assert all(run.data.tags["mlflow.runType"] == "evaluation" for run in listed[1:3])
    assert listed[13].data.tags["level"] == "comparison"


def test_the_view_of_an_experiment_names_what_its_runs_have(place, account, comparison):
    tracked = track.track(account, comparison, place)
    client, experiment = connect(place), tracked.ids["experiment"]
    view = json.loads(client.get_experiment(experiment).tags["mlflow.sharedViewState.comparison"])
    assert newest_experiment(place.store / "mlflow.db", "mlflow.sharedViewState.comparison") == experiment
    found = [
        client.get_run(tracked.ids["run"]),
        *runs(client, experiment, "variant"),
        *runs(client, experiment, "seed"),
    ]
    columns = {f"metrics.`{name}`" for run in found for name in run.data.metrics}
    columns |= {f"tags.`{name}`" for run in found for name in run.data.tags}
    assert set(view["selectedColumns"]) <= columns
    assert {"metrics.`rmse`", "tags.`verdict.rmse`"} <= set(view["selectedColumns"])
    charts = [chart["metricKey"] for chart in view["compareRunCharts"]]
    assert charts[0] == "rmse" and set(charts) == {verdict.metric for verdict in account.verdicts}
    named = {name.rpartition("/")[0] or "Model metrics" for run in found for name in run.data.metrics}
    closed = {section["name"] for section in view["compareRunSections"] if not section["display"]}
    assert named <= closed
    assert len(json.dumps(view)) < 5000  # as much as MLflow takes


def test_a_view_shows_the_runs_of_one_comparison_alone(place, account, comparison):
    for digest in ("0123456789ab", "ba9876543210"):
        tracked = track.track(account, replace(comparison, digest=digest), place)
    client, experiment = connect(place), tracked.ids["experiment"]
    tags = client.get_experiment(experiment).tags
    view = json.loads(tags["mlflow.sharedViewState.comparison-0123456789ab"])
    found = client.search_runs([experiment], view.pop("searchFilter"))
    assert len(found) == 13 and {run.data.params["digest"] for run in found} == {"0123456789ab"}
    assert view == json.loads(tags["mlflow.sharedViewState.comparison"])


def test_the_comparison_before_is_the_last_of_another_digest(place, account, comparison):
    found = {}
    for digest in ("0123456789ab", "ba9876543210", "ba9876543210"):
        found[digest] = track.track(account, replace(comparison, digest=digest), place)
    first, last = found["0123456789ab"], found["ba9876543210"]
    assert comparison_before(last, place) == first.ids["run"] and comparison_before(first, place) == ""
    # A server of others is asked itself.
    elsewhere = replace(place, store=place.store / "another")
    assert comparison_before(last, elsewhere) == first.ids["run"] and comparison_before(first, elsewhere) == ""
    connect(place).delete_run(first.ids["run"])
    assert comparison_before(last, place) == comparison_before(last, elsewhere) == ""


def test_the_dashboards_name_the_view_of_what_was_tracked_last(place, account, comparison, monkeypatch):
    monkeypatch.setattr(serve, "MLFLOW_STORE", place.store / "mlflow.db")
    assert serve.newest_comparison(5000) == "http://127.0.0.1:5000"
    track.track(account, comparison, place)
    last = track.track(account, replace(comparison, digest="ba9876543210"), replace(place, experiment="other"))
    assert last.ids["experiment"] == "2"
    assert serve.newest_comparison(5000) == "http://127.0.0.1:5000/#/experiments/2/runs?viewStateShareKey=comparison"


@pytest.mark.parametrize("own", [("", ""), ("sqlite:///a.db", ""), ("sqlite:///a.db", "sqlite:///b.db")])
def test_a_program_that_imports_us_finds_its_own_addresses_afterwards(place, own, monkeypatch):
    for name, address in zip(("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"), own, strict=True):
        monkeypatch.setenv(name, address)
    mlflow.set_tracking_uri(own[0])
    mlflow.set_registry_uri(own[1])
    before = (*own_addresses(), os.environ["MLFLOW_TRACKING_URI"], os.environ["MLFLOW_REGISTRY_URI"])
    with asked_by_default(place):
        assert own_addresses() == (place.address, place.address)
    assert (*own_addresses(), os.environ["MLFLOW_TRACKING_URI"], os.environ["MLFLOW_REGISTRY_URI"]) == before
    mlflow.set_tracking_uri("")
    mlflow.set_registry_uri("")


def own_addresses() -> tuple[str, str]:
    return mlflow.get_tracking_uri(), mlflow.get_registry_uri()


@pytest.mark.parametrize("experiment", ["example", "../a name % with ? of all kinds $x"])
def test_a_rerun_logs_nothing_again(place, account, comparison, experiment, monkeypatch):
    place = replace(place, experiment=experiment)
    first, again = track.track(account, comparison, place), track.track(account, comparison, place)
    assert (first.new, again.new) == (True, False)
    assert first.ids == again.ids
    assert len(runs(connect(place), first.ids["experiment"], "seed")) == 10
    # Not even a client is needed where all files are there.
    monkeypatch.setattr(track, "connect", None)
    assert track.track(account, comparison, place).ids == first.ids


def test_an_unfinished_run_is_no_tracked_one(place, account, comparison):
    first = track.track(account, comparison, place)
    client = connect(place)
    client.update_run(first.ids["run"], "RUNNING")
    again = track.track(account, comparison, place)
    assert again.new and again.ids["run"] != first.ids["run"]
    (only,) = runs(client, first.ids["experiment"], "comparison")
    assert (only.info.run_id, only.info.status) == (again.ids["run"], "FINISHED")
    assert len(runs(client, first.ids["experiment"], "seed")) == 10


def test_seeds_are_left_out_where_they_are_too_many(place, account, comparison, monkeypatch):
    monkeypatch.setattr(track, "MOST_SEED_RUNS", 9)
    tracked = track.track(account, comparison, place)
    assert runs(connect(place), tracked.ids["experiment"], "seed") == []


@pytest.mark.parametrize("gone", ["report.html", "scores.nc", "figures/forecast/stock.json", ""])
def test_files_that_are_gone_are_logged_again_into_the_same_run(place, account, comparison, gone):
    first = track.track(account, comparison, place)
    folder = place.store / "artifacts" / place.experiment / first.ids["run"] / "artifacts"
    kept = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    if gone:
        (folder / gone).unlink()
    else:
        shutil.rmtree(folder)
    again = track.track(account, comparison, place)
    assert (again.ids, again.new) == (first.ids, False)
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == kept
    assert len(runs(connect(place), first.ids["experiment"], "comparison")) == 1


def test_a_home_that_was_moved_keeps_and_writes_its_files_where_it_is_now(place, account, comparison, tmp_path):
    there = replace(place, address=f"sqlite:///{tmp_path / 'there' / 'mlflow.db'}", store=tmp_path / "there")
    first = track.track(account, comparison, there)
    here = replace(place, address=f"sqlite:///{tmp_path / 'here' / 'mlflow.db'}", store=tmp_path / "here")
    there.store.rename(here.store)
    assert track.track(account, comparison, here).ids == first.ids
    client = connect(here)
    files = client.download_artifacts(first.ids["run"], "scores.nc", str(tmp_path))
    assert Path(files).is_file()
    other = track.track(account, replace(comparison, digest="ba9876543210"), here)
    assert not there.store.exists()
    for run in (first.ids["run"], other.ids["run"]):
        assert client.get_run(run).info.artifact_uri == f"{here.store.as_uri()}/artifacts/example/{run}/artifacts"
