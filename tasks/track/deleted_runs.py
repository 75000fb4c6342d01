"""Runs below a comparison that was deleted in MLflow, which takes a run alone unless it is told otherwise: they go with it, and come back with it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from tasks.numerics.findings.sqlite_runs import PARENT
from tasks.numerics.sqlite_stores import BUSY_SECONDS
from tasks.track.places import DIGEST
from tasks.track.store import STORE

DELETED_WITH: Final = "interlayer.deleted_with"
"""The tag of a run that was deleted because the one it names was: so it comes back with that, and one that a user deleted does not."""
ORPHANS: Final = """
    WITH RECURSIVE below(run, whole) AS (
        SELECT runs.run_uuid, runs.run_uuid FROM runs JOIN tags ON tags.run_uuid = runs.run_uuid AND tags.key = ?
        WHERE runs.lifecycle_stage = 'deleted'
        UNION SELECT tags.run_uuid, below.whole FROM tags JOIN below ON tags.value = below.run WHERE tags.key = ?
    )
    SELECT below.run, below.whole FROM below JOIN runs ON runs.run_uuid = below.run WHERE runs.lifecycle_stage = 'active'
"""
BACK: Final = """
    SELECT tags.run_uuid FROM tags JOIN runs ON runs.run_uuid = tags.value WHERE tags.key = ? AND runs.lifecycle_stage = 'active'
"""


def orphans(home: Path) -> list[tuple[str, str]]:
    """Runs that are shown though their comparison was deleted, each with its comparison."""
    if not (home / STORE).exists():
        return []
    with closing(_opened(home, "ro")) as store:
        return [(str(run), str(whole)) for run, whole in store.execute(ORPHANS, (DIGEST, PARENT))]


def delete_with_comparisons(home: Path) -> tuple[int, int]:
    """Deletes runs below deleted comparisons as MLflow deletes, so that they can be restored, and restores those whose comparison was; gives how many of each."""
    if not (home / STORE).exists():
        return 0, 0
    lost = orphans(home)
    with closing(_opened(home, "ro")) as store:
        back = [(str(run),) for (run,) in store.execute(BACK, [DELETED_WITH])]
    if lost or back:
        now = int(time.time() * 1000)
        with closing(_opened(home, "rw")) as store, store:
            store.executemany(
                "UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ? WHERE run_uuid = ?",
                [(now, run) for run, _ in lost],
            )
            store.executemany(
                "INSERT OR REPLACE INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
                [(DELETED_WITH, whole, run) for run, whole in lost],
            )
            store.executemany(
                "UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE run_uuid = ?", back
            )
            store.executemany(
                "DELETE FROM tags WHERE key = ? AND run_uuid = ?", [(DELETED_WITH, run) for (run,) in back]
            )
    return len(lost), len(back)


def _opened(home: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{(home / STORE).as_uri()}?mode={mode}", timeout=BUSY_SECONDS, uri=True)
