"""Hundreds of runs as rows of a tracker's own SQLite store, in one transaction: many times as fast as a call a run."""

import sqlite3
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tasks.numerics.findings.tracked_runs import Run

PARENT = "mlflow.parentRunId"
BUSY_SECONDS = 60
POINT = ("key", "value", "timestamp", "step", "is_nan", "run_uuid")
Seeds = Iterable[tuple[str, Run]]
"""Runs of seeds, each with its variant's name."""


FINISHED = """
    SELECT runs.run_uuid, CAST(runs.experiment_id AS TEXT)
    FROM runs JOIN experiments USING (experiment_id) JOIN tags ON tags.run_uuid = runs.run_uuid
    WHERE experiments.name = ? AND tags.key = ? AND tags.value = ?
    AND runs.status = 'FINISHED' AND runs.lifecycle_stage = 'active' AND experiments.lifecycle_stage = 'active'
    ORDER BY runs.start_time DESC
"""


def finished_run(store: Path, experiment: str, tag: tuple[str, str], wanted: str) -> tuple[str, str, str] | None:
    """Run, experiment and value of the tag `wanted` ('' without) of a finished run with a tag; None where none is found.

    What the tracker itself would find, without the seconds that it takes to be imported.
    """
    if not store.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as connection:
            found = connection.execute(FINISHED, (experiment, *tag)).fetchone()
            if found is None:
                return None
            asked = (found[0], wanted)
            value = connection.execute("SELECT value FROM tags WHERE run_uuid = ? AND key = ?", asked).fetchone()
    except sqlite3.Error:  # a store of another kind: the tracker itself is asked
        return None
    return str(found[0]), str(found[1]), str(value[0]) if value else ""


NEWEST = """
    SELECT CAST(runs.experiment_id AS TEXT)
    FROM runs JOIN experiments USING (experiment_id) JOIN experiment_tags USING (experiment_id)
    WHERE experiment_tags.key = ? AND runs.lifecycle_stage = 'active' AND experiments.lifecycle_stage = 'active'
    ORDER BY runs.start_time DESC
"""


def newest_experiment(store: Path, tag: str) -> str:
    """The id of the experiment with a tag in which a run began last; '' where none is found."""
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as connection:
            found = connection.execute(NEWEST, (tag,)).fetchone()
    except sqlite3.Error:
        return ""
    return str(found[0]) if found else ""


BEFORE = """
    SELECT runs.run_uuid FROM runs AS own JOIN runs USING (experiment_id) JOIN tags ON tags.run_uuid = runs.run_uuid
    WHERE own.run_uuid = ? AND tags.key = ? AND runs.start_time < own.start_time
    AND tags.value != (SELECT value FROM tags AS owns WHERE owns.run_uuid = own.run_uuid AND owns.key = tags.key)
    AND runs.status = 'FINISHED' AND runs.lifecycle_stage = 'active'
    ORDER BY runs.start_time DESC
"""


def run_before(store: Path, run: str, tag: str) -> str:
    """The finished run of the same experiment that began last before a run, with another value of a tag that both have; '' where there is none."""
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as connection:
        found = connection.execute(BEFORE, (run, tag)).fetchone()
    return str(found[0]) if found else ""


def write_seeds(store: Path, variants: Mapping[str, str], seeds: Seeds, begun: int) -> None:
    """Writes what `log_run` does, of hundreds of runs in one transaction: many times as fast as a call a run.

    The first has begun at `begun`, each further one a millisecond earlier: lists show the newest first.
    """
    with closing(sqlite3.connect(store, timeout=BUSY_SECONDS)) as connection, connection:
        rows = {variant: row_of(connection, run) for variant, run in variants.items()}
        for number, (variant, run) in enumerate(seeds):
            identity, now = uuid.uuid4().hex, begun - number
            # Like the variant's own row in all but this.
            row = rows[variant] | {"run_uuid": identity, "name": run.name, "start_time": now, "end_time": now}
            row |= {"artifact_uri": row["artifact_uri"].replace(variants[variant], identity), "status": "FINISHED"}
            insert(connection, "runs", row, [tuple(row.values())])
            tags = {**run.tags, PARENT: variants[variant], "mlflow.runName": run.name}
            insert(connection, "tags", ("key", "value", "run_uuid"), [(*tag, identity) for tag in tags.items()])
            insert(
                connection, "params", ("key", "value", "run_uuid"), [(*one, identity) for one in run.parameters.items()]
            )
            points = {(name, step): (name, value, now, step, False, identity) for name, value, step in run.points()}
            insert(connection, "metrics", POINT, points.values())
            last = {name: point for (name, _), point in points.items()}
            insert(connection, "latest_metrics", POINT, last.values())


def row_of(connection: sqlite3.Connection, run: str) -> dict[str, Any]:
    """The row of a run that MLflow itself wrote."""
    found = connection.execute("SELECT * FROM runs WHERE run_uuid = ?", (run,))
    return dict(zip((name for name, *_ in found.description), found.fetchone(), strict=True))


def insert(connection: sqlite3.Connection, table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Adds rows; the columns' names are the table's own."""
    names = list(columns)
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def milliseconds() -> int:
    """Now, as MLflow counts time."""
    return int(time.time() * 1000)
