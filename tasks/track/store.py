"""MLflow's own store of the project: made whole, at home where the project is."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tasks.numerics.postgresql_stores import (
    MAKING,
    Database,
    connected,
    locked_for_all,
    refuse_other_release,
    revision_of,
)
from tasks.numerics.safe_names import safe_name
from tasks.numerics.sqlite_stores import BUSY_SECONDS, StoreKind, ensure_store, state_of

STORE: Final = "mlflow.db"
TABLE: Final = "runs"
SCHEMA: Final = Path(__file__).with_name("mlflow_schema.sql")
PLACED: Final = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Columns with addresses of artifacts."""


def create_store(home: Path) -> None:
    """Leaves a whole store in a folder, by one process alone: several at once would damage it.

    Raises InputError where the one that is there is damaged or of a newer MLflow.
    """
    from filelock import FileLock

    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "mlflow.lock"):
        kind = StoreKind("MLflow", TABLE, migrations, SCHEMA, lambda path: make(path, artifacts_of(home, "Default")))
        ensure_store(home / STORE, kind)
        move_artifacts(home)


def artifact_folder(home: Path, experiment: str) -> Path:
    """Where an experiment's artifacts lie."""
    return home / "artifacts" / safe_name(experiment)


def artifacts_of(home: Path, experiment: str) -> str:
    """The address of an experiment's artifacts."""
    return artifact_folder(home, experiment).as_uri()


def move_artifacts(home: Path) -> None:
    """Lets what a store says of its artifacts lie where the home is now; MLflow keeps absolute addresses."""
    if not (home / STORE).exists():
        return
    with closing(sqlite3.connect(home / STORE, timeout=BUSY_SECONDS)) as connection, connection:
        for name, old in connection.execute("SELECT name, artifact_location FROM experiments").fetchall():
            new = artifacts_of(home, name)
            # Only what this project placed: an experiment of the user's own may lie anywhere.
            if old == new or not str(old).endswith(f"/artifacts/{new.rpartition('/')[2]}"):
                continue
            for table, column in PLACED:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?",
                    (new, len(old) + 1, len(old), old),
                )


def create_database(database: Database, root: str) -> None:
    """Leaves a team's database whole, its artifacts below an address; raises InputError where it can't be reached or is of another release."""
    with connected(database) as connection:
        upgrade = f"PGPASSWORD=... mlflow db upgrade {database.shown}"
        refuse_other_release(database, revision := revision_of(connection), migrations(), upgrade)
    if revision:
        return
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with locked_for_all(database, MAKING):
        SqlAlchemyStore(database.address, root).engine.dispose()  # type: ignore[no-untyped-call]


def migrations() -> tuple[str, ...]:
    """Every revision that the installed MLflow knows, the newest first."""
    import mlflow.store.db_migrations
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(next(iter(mlflow.store.db_migrations.__path__)))
    return tuple(script.revision for script in scripts.walk_revisions())


def make(path: Path, artifacts: str) -> None:
    """Brings a store, or a new one, to the newest revision through MLflow's own migrations, its default experiment's artifacts at an address."""
    from mlflow.store.db import utils
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    address = f"sqlite:///{path}"
    if path.exists() and state_of(path, TABLE).revision != migrations()[0]:
        engine = utils.create_sqlalchemy_engine_with_retry(address)  # type: ignore[no-untyped-call]
        utils._upgrade_db(engine)  # type: ignore[no-untyped-call]
        engine.dispose()
    # Opened once: that leaves the default experiment there.
    SqlAlchemyStore(address, artifacts).engine.dispose()  # type: ignore[no-untyped-call]
