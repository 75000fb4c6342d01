"""`interlayer clean`: what is old goes, with all below it; what a champion, a schedule's last result or a run of today needs stays."""

import json
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mlflow import MlflowClient
from served import said_by
from test_serve import TINY

from flows.blocks.sealed_arrays import is_whole, read_arrays, write_arrays
from flows.upkeep import kept_files
from flows.upkeep.cleaning import days_of, used
from tasks.numerics.errors import InputError
from tasks.track.deleted_runs import delete_with_comparisons
from tasks.track.removal import OldRuns, old_runs, remove_runs
from tasks.track.store import SCHEMA

DAY = 86_400


@pytest.mark.parametrize(("age", "days"), [("90d", 90), ("2w", 14), ("6m", 180), ("1y", 365)])
def test_an_age_is_a_number_and_a_unit(age, days):
    assert days_of(age) == days


@pytest.mark.parametrize("age", ["90", "d", "0d", "-1d", "90 d", "1.5y", "90h"])
def test_what_is_no_age_is_refused(age):
    with pytest.raises(InputError, match=f"--older-than {age}: expected a number and d, w, m or y"):
        days_of(age)


def test_reading_a_block_counts_as_use_and_looking_whether_it_is_whole_does_not(tmp_path):
    file = tmp_path / "block"
    write_arrays(file, {}, {})
    os.utime(file, (1000, 1000))
    assert is_whole(file) and used(file) == 1000
    assert read_arrays(file) is not None
    assert time.time() - used(file) < 60 and file.stat().st_mtime == 1000


def test_where_there_is_no_store_nothing_is_old(tmp_path):
    assert old_runs(tmp_path, 10**15, frozenset()) == OldRuns(0, (), (), ())


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Three comparisons: an old one, an old one that is a schedule's last result, and one of today."""
    home = tmp_path_factory.mktemp("clean") / "home"
    home.mkdir()  # with programs and baselines of its own, to be counted
    tiny = TINY.replace("--series nile", "").replace("--epochs 4", "").split()
    said_by(home, "compare", "--series", "nile", "--epochs", "3", *tiny)
    said_by(
        home,
        "schedule",
        "add",
        "it",
        "--cron",
        "0 6 1 1 *",
        "--series",
        "nile",
        "--epochs",
        "4",
        "--no-champion",
        *tiny,
    )
    said_by(home, "schedule", "run", "it")
    age(home, 100)
    said_by(home, "compare", "--series", "nile", "--epochs", "5", *tiny)
    return home


def age(home: Path, days: int) -> None:
    """As if all of it had been made so many days ago."""
    then = time.time() - days * DAY
    for path in home.rglob("*"):
        if path.is_file() and path.suffix not in (".db", ".lock"):
            os.utime(path, (then, then))
    with closing(sqlite3.connect(home / "mlflow.db")) as store, store:
        store.execute("update runs set start_time = start_time - ?", [days * DAY * 1000])
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as store, store:
        when = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
        store.execute("update flow_run set start_time = ?, end_time = ?, expected_start_time = ?", [when] * 3)


def counts(home: Path) -> dict[str, int]:
    """What there is."""
    found = {}
    with closing(sqlite3.connect(home / "mlflow.db")) as store:
        for table in ("runs", "tags", "params", "metrics", "latest_metrics", "logged_models", "inputs"):
            ((found[table],),) = store.execute(f"select count(*) from {table}").fetchall()
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as store:
        for table in ("flow_run", "task_run", "flow_run_state", "task_run_state", "artifact", "log"):
            ((found[table],),) = store.execute(f"select count(*) from {table}").fetchall()
    return found | {name: len(list((home / name).iterdir())) for name in ("trained", "baselines", "reports")}


def files_of(home: Path) -> set[Path]:
    """All but those that come and go with a server."""
    return {path for path in home.rglob("*") if path.is_file() and path.suffix not in (".db-wal", ".db-shm", ".log")}


@pytest.mark.slow
def test_what_is_old_and_needed_by_nothing_goes_whole(home):
    before = counts(home)
    result = json.loads((home / "scheduled" / "it.json").read_text())["result"]
    files = files_of(home)
    shown = said_by(home, "clean", "--older-than", "90d", "--dry-run")
    assert "1 comparison, 7 runs" in shown and "all, if it were done" in shown
    assert counts(home) == before and files_of(home) == files
    said = said_by(home, "clean", "--older-than", "90d")
    assert max(map(len, said.splitlines())) <= 80
    after = counts(home)
    # Two of three comparisons are left in MLflow, whole: 1 + 2 variants + 2 x 2 seeds.
    assert (before["runs"], after["runs"]) == (21, 14)
    assert (before["logged_models"], after["logged_models"]) == (3, 2)
    assert (before["flow_run"], after["flow_run"]) == (3, 1)
    for table in ("task_run", "flow_run_state", "task_run_state", "artifact", "log"):
        assert 0 < after[table] <= before[table] / 2, table
    assert (before["reports"], after["reports"]) == (3, 2)
    assert after["trained"] < before["trained"]
    assert (Path(result["folder"]) / "report.html").exists() and (home / "data_docs" / "nile" / "index.html").exists()
    left = {path.name for path in (home / "artifacts").glob("*/*") if len(path.name) == 32}
    with closing(sqlite3.connect(home / "mlflow.db")) as store:
        assert left <= {run for (run,) in store.execute("select run_uuid from runs")}
        assert store.execute("pragma foreign_key_check").fetchall() == []
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as store:
        assert store.execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.fixture
def store(tmp_path):
    """MLflow's store with three comparisons, `a`, `b` and `c`, of a variant and a seed each; and a run of the user's own."""
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as made, made:
        made.executescript(SCHEMA.read_text())
        made.execute("insert or ignore into experiments (experiment_id, name) values (7, 'nile')")
        for begun, name in enumerate("abc"):
            for parent, run in (("", name), (name, f"{name}-variant"), (f"{name}-variant", f"{name}-seed")):
                place = tmp_path / "artifacts" / "nile" / run / "artifacts"
                place.mkdir(parents=True)
                insert(made, run, begun, place)
                tags = {"level": "x", "mlflow.parentRunId": parent} if parent else {"level": "comparison", "interlayer.comparison": f"digest of {name}"}  # fmt: skip
                made.executemany("insert into tags (key, value, run_uuid) values (?, ?, ?)", [(*tag, run) for tag in tags.items()])  # fmt: skip
        insert(made, "own", 0, tmp_path / "artifacts" / "own" / "artifacts")
    return tmp_path


def insert(store, run: str, begun: int, place: Path) -> None:
    store.execute(
        "insert into runs (run_uuid, name, start_time, status, lifecycle_stage, experiment_id, artifact_uri, user_id) "
        "values (?, ?, ?, 'FINISHED', 'active', 7, ?, 'me')",
        [run, run, begun, place.as_uri()],
    )


def whole(*names: str) -> set[str]:
    return {f"{name}{below}" for name in names for below in ("", "-variant", "-seed")}


def test_old_comparisons_go_with_all_below_them_and_no_run_of_the_users_own(store):
    found = old_runs(store, 2, frozenset({"digest of b"}))
    assert (found.comparisons, set(found.runs)) == (1, whole("a"))
    assert {folder.name for folder in found.folders} == whole("a")
    views = [f"mlflow.sharedViewState.comparison{one}" for one in ("", "-digest of a", "-digest of b")] + ["mlflow.sharedViewState.mine"]  # fmt: skip
    with closing(sqlite3.connect(store / "mlflow.db")) as made, made:
        made.executemany("insert into experiment_tags (key, value, experiment_id) values (?, '', 7)", [(one,) for one in views])  # fmt: skip
    remove_runs(store, found)
    with closing(sqlite3.connect(store / "mlflow.db")) as left:
        assert {run for (run,) in left.execute("select run_uuid from runs")} == {*whole("b", "c"), "own"}
        assert left.execute("select count(*) from tags").fetchone() == (12,)
        assert {key for (key,) in left.execute("select key from experiment_tags")} == {*views} - {views[1]}
        assert left.execute("pragma foreign_key_check").fetchall() == []
    assert {folder.name for folder in (store / "artifacts" / "nile").iterdir()} == whole("b", "c")


@pytest.mark.parametrize("version", [("a-variant", "models:/m-1"), ("", "models:/m-1")])
def test_what_a_registered_model_is_of_stays(store, version):
    run, source = version
    with closing(sqlite3.connect(store / "mlflow.db")) as made, made:
        made.execute("insert into registered_models (name) values ('champion')")
        made.execute("insert into model_versions (name, version, source, run_id) values ('champion', 1, ?, ?)", [source, run])  # fmt: skip
        made.execute(
            "insert into logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, "
            "last_updated_timestamp_ms, status, source_run_id) values ('m-1', 7, 'x', 'file:///x', 0, 0, 1, 'a-variant')"
        )
    assert set(old_runs(store, 10, frozenset()).runs) == whole("b", "c")


def test_what_is_below_a_deleted_comparison_goes_though_it_is_not_old_and_was_a_schedules_last(store):
    with closing(sqlite3.connect(store / "mlflow.db")) as made, made:
        made.execute("update runs set lifecycle_stage = 'deleted' where run_uuid = 'c'")
        made.execute("delete from tags where run_uuid = 'b'")
        made.execute("delete from runs where run_uuid = 'b'")  # as `mlflow gc` leaves its children
    assert set(old_runs(store, 0, frozenset({"digest of c"})).runs) == whole("c") | {"b-variant", "b-seed"}


@pytest.mark.slow
def test_a_home_without_anything_is_clean(tmp_path, first_start):
    said = said_by(tmp_path / "home", "clean", "--older-than", "1y")
    assert "0 comparisons, 0 runs" in said and said.splitlines()[-1].endswith("0 bytes")


def test_what_is_below_a_comparison_goes_when_it_is_deleted_in_mlflow_and_comes_back_with_it(store, monkeypatch):
    monkeypatch.setattr(kept_files, "MLRUNS", store)
    client = MlflowClient(f"sqlite:///{store / 'mlflow.db'}")
    assert kept_files.deleted_comparisons().state == "well" and delete_with_comparisons(store) == (0, 0)
    client.delete_run("b-seed")  # by itself: it stays deleted
    for run in ("a", "b"):
        client.delete_run(run)
    told = kept_files.deleted_comparisons()
    assert told.state == "look" and told.words.startswith(
        "3 runs below 2 comparisons that were deleted in MLflow without"
    )
    assert told.fix() == "3 runs deleted with their comparisons"
    assert active(client) == whole("c") | {"own"}
    assert kept_files.deleted_comparisons().state == "well" and delete_with_comparisons(store) == (0, 0)
    for run in ("a", "b"):
        client.restore_run(run)
    assert delete_with_comparisons(store) == (0, 3)
    assert active(client) == whole("a", "b", "c") - {"b-seed"} | {"own"}
    assert "interlayer.deleted_with" not in client.get_run("a-seed").data.tags


def active(client: MlflowClient) -> set[str]:
    """Runs that MLflow shows."""
    return {run.info.run_id for run in client.search_runs(["7"], max_results=100)}
