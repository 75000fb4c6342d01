"""Removes comparisons from MLflow's own store of the project, with all that is below them: MLflow itself only hides what is deleted."""

import shutil
import sqlite3
from collections.abc import Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.numerics.findings.tracked_view import TAGS, view_of
from tasks.numerics.sqlite_stores import BUSY_SECONDS
from tasks.track.places import DIGEST
from tasks.track.store import STORE

PARENT = "mlflow.parentRunId"
OF_RUNS = ("latest_metrics", "metrics", "params", "tags")
"""Tables whose rows belong to a run."""
OF_MODELS = ("logged_model_metrics", "logged_model_params", "logged_model_tags", "logged_models")
MOST = 500
"""Values of a statement."""


@dataclass(frozen=True)
class OldRuns:
    """What is to be removed."""

    comparisons: int
    runs: tuple[str, ...]
    """Those of comparisons, variants and seeds."""
    models: tuple[str, ...]
    folders: tuple[Path, ...]
    """Of their artifacts."""


def old_runs(home: Path, before: int, kept: Set[str]) -> OldRuns:
    """Comparisons that began before a time in milliseconds, and runs whose comparison was deleted; but none whose digest is `kept`, or of which a registered model is."""
    store = home / STORE
    if not store.exists():
        return OldRuns(0, (), (), ())
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as connection:
        parents = dict(connection.execute("SELECT run_uuid, value FROM tags WHERE key = ?", [PARENT]))
        ours = dict(connection.execute("SELECT run_uuid, value FROM tags WHERE key = ?", [DIGEST]))
        levelled = {run for (run,) in connection.execute("SELECT run_uuid FROM tags WHERE key = 'level'")}
        known = {
            run: (begun, stage, artifacts)
            for run, begun, stage, artifacts in connection.execute(
                "SELECT run_uuid, start_time, lifecycle_stage, artifact_uri FROM runs"
            )
        }
        models = connection.execute("SELECT model_id, source_run_id, artifact_location FROM logged_models").fetchall()
        versions = connection.execute("SELECT run_id, source, storage_location FROM model_versions").fetchall()

    def top(run: str) -> str:
        seen = {run}
        while (above := parents.get(run)) and above not in seen:
            seen.add(above)
            run = above
        return run

    sources = {part for _, source, place in versions for part in (*str(source).split("/"), *str(place).split("/"))}
    registered = {str(run) for run, _, _ in versions} | {run for model, run, _ in models if model in sources}
    deleted = {run for run, (_, stage, _) in known.items() if stage == "deleted"}
    protected = {top(run) for run in registered} | {run for run, digest in ours.items() if digest in kept} - deleted
    old = {run for run in ours if run in known and known[run][0] < before} - protected
    gone = old | {run for run in ours if run in deleted}
    removed = [
        run
        for run in known
        if top(run) not in protected and (top(run) in gone or (run in levelled and top(run) not in known))
    ]
    wanted = set(removed)
    lost = [(model, place) for model, run, place in models if run in wanted]
    places = [Path(unquote(urlsplit(known[run][2]).path)).parent for run in removed]
    places += [Path(unquote(urlsplit(place).path)).parent for _, place in lost]
    folders = [place for place in places if place.is_relative_to(home / "artifacts") and place.is_dir()]
    return OldRuns(len(wanted & ours.keys()), tuple(removed), tuple(model for model, _ in lost), tuple(folders))


def remove_runs(home: Path, found: OldRuns) -> None:
    """Removes them, rows first: what has no row is shown nowhere, and its files are looked for again."""
    with closing(sqlite3.connect(home / STORE, timeout=BUSY_SECONDS)) as connection, connection:
        for start in range(0, len(found.runs), MOST):
            runs = found.runs[start : start + MOST]
            marks = ", ".join("?" * len(runs))
            for table in OF_RUNS:
                connection.execute(f"DELETE FROM {table} WHERE run_uuid IN ({marks})", runs)
            connection.execute(f"DELETE FROM inputs WHERE destination_id IN ({marks})", runs)
            connection.execute(f"DELETE FROM logged_model_metrics WHERE run_id IN ({marks})", runs)
            connection.execute(f"DELETE FROM runs WHERE run_uuid IN ({marks})", runs)
        # Views of comparisons that there are no more.
        beginning = TAGS + view_of("")
        connection.execute(
            "DELETE FROM experiment_tags WHERE substr(key, 1, ?) = ? AND substr(key, ?) NOT IN (SELECT value FROM tags WHERE key = ?)",
            (len(beginning), beginning, len(beginning) + 1, DIGEST),
        )
        for table in OF_MODELS:
            connection.executemany(f"DELETE FROM {table} WHERE model_id = ?", [(model,) for model in found.models])
    for folder in found.folders:
        shutil.rmtree(folder, ignore_errors=True)
