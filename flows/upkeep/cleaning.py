"""What is old and used by nothing: found first, removed then, told by kind."""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flows.environment import BASELINES, COMPILED, MLRUNS, TRAINED
from flows.scheduling.last_runs import last_run
from flows.servers.store_checks import MLFLOW_STORE, PREFECT_STORE
from flows.studies.schedules import read_schedules
from flows.team.stores import history_is_elsewhere, tracking_database, tracking_server
from flows.upkeep.conditions import counted, size
from flows.upkeep.old_history import old_flow_runs, remove_flow_runs, shrink
from tasks.numerics.errors import InputError
from tasks.numerics.sqlite_stores import COMPANIONS
from tasks.track.removal import old_runs, remove_runs

KEPT_FOR_TEAM: Final = "a team's, left as they are"
DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
AGE: Final = re.compile(r"(\d{1,5})([dwmy])")
FILES: Final = {
    "trained blocks": TRAINED,
    "baselines": BASELINES,
    "programs": COMPILED.parent,
    "logs": MLRUNS / "logs",
    "alerts": MLRUNS / "alerts",
}
"""Folders of files of which each is old by itself."""
FOLDERS: Final = {
    "reports": MLRUNS / "reports",
    "audits": MLRUNS / "audits",
    "validations": MLRUNS / "data_docs",
    "sources": MLRUNS / "sources",
    "frames": MLRUNS / "frames",
}
"""Folders of folders that are old when their newest file is."""


@dataclass(frozen=True)
class Old:
    """What is old of a kind."""

    kind: str
    words: str
    bytes: int
    """That it takes; of rows in a store about so many."""
    remove: Callable[[], None]


def days_of(age: str) -> int:
    """Days of an age such as 90d, 12w, 6m or 1y; raises InputError where it is none."""
    found = AGE.fullmatch(age)
    days = int(found[1]) * DAYS[found[2]] if found else 0
    if not days:
        raise InputError(
            f"--older-than {age}: expected a number and d, w, m or y, such as 90d (days) or 1y; 1d at least."
        )
    return days


def old_things(days: int) -> Iterator[Old]:
    """What was neither made nor used in so many days, kind by kind; nothing of a schedule's last result, a registered model, or what is under way."""
    then = time.time() - days * 86_400
    results = [result for one in read_schedules() if (result := last_run(one.name).result)]
    yield _in_prefect(datetime.fromtimestamp(then, UTC))
    yield _in_mlflow(then, frozenset(result.digest for result in results))
    for kind, folder in FILES.items():
        files = [path for path in folder.rglob("*") if path.is_file() and used(path) < then]
        yield Old(kind, counted(len(files), "file"), sum(map(size_of, files)), lambda files=files: _unlink(files))  # type: ignore[misc]
    kept = {Path(result.folder) for result in results}
    # A report's folder is called after its series and its digest; the pages of its validation after its series.
    kept |= {FOLDERS["validations"] / folder.name.rpartition("-")[0] for folder in kept}
    for kind, folder in FOLDERS.items():
        folders = [one for one in folder.glob("*") if one.is_dir() and one not in kept and newest(one) < then]
        taken = sum(size_of(path) for one in folders for path in one.rglob("*"))
        yield Old(kind, counted(len(folders), "folder"), taken, lambda folders=folders: _rmtree(folders))  # type: ignore[misc]


def used(path: Path) -> float:
    """When a file was last written, or read by a comparison, which says so in its time; in seconds since 1970."""
    try:
        found = path.stat()
        return max(found.st_atime, found.st_mtime)
    except FileNotFoundError:  # gone meanwhile
        return time.time()


def newest(folder: Path) -> float:
    """When a folder's newest file was written."""
    return max((path.stat().st_mtime for path in folder.rglob("*") if path.is_file()), default=folder.stat().st_mtime)


def size_of(path: Path) -> int:
    """Bytes of a file."""
    try:
        return path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    except FileNotFoundError:
        return 0


def _in_prefect(before: datetime) -> Old:
    if history_is_elsewhere():
        return Old("runs in Prefect", KEPT_FOR_TEAM, 0, _nothing)
    runs = old_flow_runs(before)

    def remove() -> None:
        remove_flow_runs(runs, before)
        shrink(PREFECT_STORE)

    return Old(
        "runs in Prefect",
        counted(len(runs), "run"),
        _share(PREFECT_STORE, "flow_run", len(runs)),
        remove if runs else _nothing,
    )


def _in_mlflow(then: float, kept: frozenset[str]) -> Old:
    if tracking_database() or tracking_server():
        return Old("runs in MLflow", KEPT_FOR_TEAM, 0, _nothing)
    found = old_runs(MLRUNS, int(then * 1000), kept)
    artifacts = sum(size_of(path) for folder in found.folders for path in folder.rglob("*"))

    def remove() -> None:
        remove_runs(MLRUNS, found)
        shrink(MLFLOW_STORE)

    words = f"{counted(found.comparisons, 'comparison')}, {counted(len(found.runs), 'run')}"
    taken = artifacts + _share(MLFLOW_STORE, "runs", len(found.runs))
    return Old("runs in MLflow", words, taken, remove if found.runs else _nothing)


def _share(store: Path, table: str, rows: int) -> int:
    """About the bytes of so many rows of a table, with all that belongs to them."""
    if not rows:
        return 0
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
        ((all_rows,),) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchall()
    whole = sum(size_of(store.with_name(store.name + ending)) for ending in ("", *COMPANIONS))
    return whole * rows // max(int(all_rows), rows)


def _nothing() -> None:
    """There is nothing to remove."""


def _unlink(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)


def _rmtree(folders: list[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def in_words(found: list[Old], done: bool) -> list[str]:
    """A line a kind, and their sum."""
    rows = [(one.kind, one.words, size(one.bytes)) for one in found]
    rows.append(("all" if done else "all, if it were done", "", size(sum(one.bytes for one in found))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
