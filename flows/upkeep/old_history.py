"""Old runs in Prefect's own store of the project, with all that belongs to them."""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from flows.servers.store_checks import PREFECT_STORE
from tasks.numerics.sqlite_stores import BUSY_SECONDS

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
MOST = 500
"""Values of a statement."""
SHRINK_SECONDS = 10


def old_flow_runs(before: datetime) -> list[str]:
    """Flow runs that ended before a time."""
    if not PREFECT_STORE.exists():
        return []
    then = before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    marks = ", ".join("?" * len(ENDED))
    question = f"SELECT id FROM flow_run WHERE state_type IN ({marks}) AND COALESCE(end_time, start_time, created) < ?"
    with closing(sqlite3.connect(f"{PREFECT_STORE.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as connection:
        return [run for (run,) in connection.execute(question, (*ENDED, then))]


def remove_flow_runs(runs: list[str], before: datetime) -> None:
    """Removes them with their tasks, states, artifacts and logs, and the events of that time."""
    then = before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(PREFECT_STORE, timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with connection:
            for start in range(0, len(runs), MOST):
                part = runs[start : start + MOST]
                marks = ", ".join("?" * len(part))
                for table in ("artifact_collection", "artifact", "log"):
                    connection.execute(f"DELETE FROM {table} WHERE flow_run_id IN ({marks})", part)
                connection.execute(f"DELETE FROM flow_run WHERE id IN ({marks})", part)
            for table in ("event_resources", "events"):
                connection.execute(f"DELETE FROM {table} WHERE occurred < ?", [then])


def shrink(store: Path) -> None:
    """Gives back the room of what was removed; where somebody else is writing, it is used again later."""
    if not store.exists():
        return
    with closing(sqlite3.connect(store, timeout=SHRINK_SECONDS)) as connection, suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
