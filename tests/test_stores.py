"""MLflow's own store: killed while it is made, left half-made, damaged, moved, or with files gone, it is mended or told."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from empty_stores import made as made_by_migrations
from empty_stores import makers
from served import environment_of

from tasks.numerics.errors import InputError
from tasks.numerics.sqlite_stores import StoreKind, ensure_store, refuse_damage, state_of
from tasks.track.store import STORE, TABLE, create_store

MAKE = (
    "import sys; from pathlib import Path; from tasks.track.store import create_store; "
    "print('begun', flush=True); create_store(Path(sys.argv[1]))"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store that nothing was logged to."""
    home = tmp_path_factory.mktemp("made")
    create_store(home)
    return home


@pytest.fixture
def home(made, tmp_path):
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


def change(home, *statements: str) -> None:
    with closing(sqlite3.connect(home / STORE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def use(home) -> None:
    """A run stands there."""
    change(home, f"INSERT INTO runs (run_uuid, name, experiment_id, artifact_uri) VALUES ('1f', 'a run', 0, '{home}')")


def writes_ahead(home) -> bool:
    with closing(sqlite3.connect(home / STORE)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def is_whole(home) -> bool:
    """Whether MLflow itself finds its experiment there."""
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{home / STORE}").search_experiments()[0].name == "Default"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_store_that_was_killed_while_it_was_made_is_made_again(tmp_path, seed):
    home, moment = tmp_path / "home", random.Random(seed)
    home.mkdir()
    command = [sys.executable, "-c", MAKE, str(home)]
    with subprocess.Popen(command, env=environment_of(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as making:
        while not list(home.glob("*mlflow.db*")) and making.poll() is None:
            time.sleep(0.005)
        time.sleep(moment.uniform(0.05, 1.5))
        making.send_signal(signal.SIGKILL)
    again = subprocess.run(command, env=environment_of(home), capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert is_whole(home) and writes_ahead(home)
    assert {path.name for path in home.iterdir()} - {f"{STORE}-wal", f"{STORE}-shm"} == {STORE, "mlflow.lock"}


HALF_MADE = {
    "an empty file": lambda home: (home / STORE).write_bytes(b""),
    "no tables": lambda home: change(_without(home), "CREATE TABLE t (x)"),
    "no revision": lambda home: change(home, "DELETE FROM alembic_version"),
    "a revision on the way": lambda home: change(
        home, "UPDATE alembic_version SET version_num = '7ac759974ad8'", "DROP TABLE latest_metrics"
    ),
    "not in write-ahead mode": lambda home: change(home, "PRAGMA journal_mode=DELETE"),
}


def _without(home):
    (home / STORE).unlink()
    return home


@pytest.mark.parametrize("leave", HALF_MADE.values(), ids=HALF_MADE)
def test_a_half_made_store_is_made_whole(home, leave):
    leave(home)
    create_store(home)
    assert is_whole(home) and writes_ahead(home)


def test_a_store_in_use_is_left_as_it_is(home):
    use(home)
    before = (home / STORE).stat().st_ino
    create_store(home)
    assert (home / STORE).stat().st_ino == before
    assert state_of(home / STORE, TABLE).used


DAMAGED = {
    "no database": lambda path: path.write_text("<html>not a database</html>" * 100),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:40_000]),
    "overwritten": lambda path: path.write_bytes(path.read_bytes()[:8192] + b"\xff" * 20_000),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_store_is_told_with_what_to_do_and_left_as_it_is(home, damage):
    use(home)
    for ending in ("-wal", "-shm"):
        (home / f"{STORE}{ending}").unlink(missing_ok=True)
    damage(home / STORE)
    before = (home / STORE).read_bytes()
    for check in (lambda home: refuse_damage(home / STORE, TABLE, "MLflow"), create_store):
        with pytest.raises(
            InputError, match=r"mlflow.db.* can't be read .*(?s:.)*Nothing that was trained is lost.*\n  mv "
        ):
            check(home)
    assert (home / STORE).read_bytes() == before


def test_a_store_of_a_newer_release_is_told(home):
    use(home)
    change(home, "UPDATE alembic_version SET version_num = 'from-the-future'")
    with pytest.raises(InputError, match="made by another release of MLflow"):
        create_store(home)


def test_what_fails_while_it_is_made_leaves_nothing_and_what_was_there(tmp_path):
    store = tmp_path / "a.db"
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('old')")
        connection.execute("CREATE TABLE runs (name)")
        connection.execute("INSERT INTO runs VALUES ('mine')")
    before = store.read_bytes()

    def fail(path):
        with closing(sqlite3.connect(path)) as copy, copy:
            copy.execute("DROP TABLE runs")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        ensure_store(store, StoreKind("A tool", "runs", lambda: ("new", "old"), tmp_path / "no.sql", fail))
    assert store.read_bytes() == before and list(tmp_path.iterdir()) == [store]

    def upgrade(path):
        with closing(sqlite3.connect(path)) as copy, copy:
            copy.execute("UPDATE alembic_version SET version_num = 'new'")

    ensure_store(store, StoreKind("A tool", "runs", lambda: ("new", "old"), tmp_path / "no.sql", upgrade))
    assert state_of(store, "runs").revision == "new" and state_of(store, "runs").used


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1], ids=["Prefect", "MLflow"])
def test_a_new_store_is_what_all_migrations_make(number):
    file, make = list(makers().items())[number]
    # Constraints of a table come in any order.
    kept, made = (
        sorted(line.strip(" \t,") for line in text.splitlines())
        for text in (file.read_text(), made_by_migrations(make))
    )
    assert kept == made, "renew it with: python -m tests.empty_stores"


@pytest.mark.parametrize(("newest", "begun"), [("second", True), ("third", False)])
def test_a_new_store_of_another_release_is_migrated(tmp_path, newest, begun):
    schema, found = tmp_path / "schema.sql", []
    schema.write_text(
        "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('second'); CREATE TABLE runs (name);"
    )

    def migrate(path):
        found.append(state_of(path, "runs").revision)
        with closing(sqlite3.connect(path)) as store, store:
            store.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num)")
            store.execute("DELETE FROM alembic_version")
            store.execute("INSERT INTO alembic_version VALUES (?)", (newest,))

    ensure_store(tmp_path / "a.db", StoreKind("A tool", "runs", lambda: (newest, "first"), schema, migrate))
    assert found == ["second" if begun else ""]
    assert state_of(tmp_path / "a.db", "runs").revision == newest
