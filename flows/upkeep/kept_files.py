"""What the project keeps on the disk: trained blocks, baselines, parts of the Atlas, stores, results; and what is left of killed processes."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flows.blocks.sealed_arrays import is_whole
from flows.collection.parts import PARTS
from flows.environment import BASELINES, MLRUNS, TRAINED
from flows.private_files import PRIVATE
from flows.servers.store_checks import FLOW_RUNS, MLFLOW_STORE, PREFECT_STORE, check_mlflow_store, check_prefect_store
from flows.servers.unrecorded_runs import unrecorded_runs
from flows.team.stores import artifact_root, history_database, tracking_database
from flows.upkeep.conditions import Condition, counted, size
from tasks.numerics.errors import InputError
from tasks.numerics.postgresql_stores import Database, connected, size_of
from tasks.numerics.sqlite_stores import COMPANIONS, state_of
from tasks.numerics.whole_files import writer_of
from tasks.track.deleted_runs import delete_with_comparisons, orphans

LITTLE, TOO_LITTLE = 5e9, 1e9
"""Bytes on the disk below which a user should know, and below which a comparison may fail."""
LEDGERS = {"trained blocks": TRAINED, "baselines": BASELINES, "parts of the Atlas": PARTS}


def ledger(part: str, folder: Path) -> Condition:
    """Whether everything that was kept in a folder of arrays is as it was written."""
    files = [path for path in _files(folder) if not path.name.startswith(".")]
    damaged = [path for path in files if not is_whole(path)]
    words = f"{counted(len(files), 'file')}, {size(sum(_size(path) for path in files))}"
    if not damaged:
        return Condition(part, "well", words)
    return Condition(
        part,
        "broken",
        f"{words}; not as they were written: {counted(len(damaged), 'file')}, such as {damaged[0].name}",
        "What is damaged is never read: the same comparison makes it anew. --fix deletes it.",
        partial(_delete, damaged),
    )


def store(tool: str, path: Path, table: str) -> Condition:
    """Whether SQLite can read a tool's store."""
    part, found = f"{tool}'s store", state_of(path, table)
    whole = size(sum(_size(path.with_name(path.name + ending)) for ending in ("", *COMPANIONS)))
    if found.damage:
        return Condition(
            part,
            "broken",
            f"{path} can't be read: {found.damage}",
            f"Put it aside: mv '{path}' '{path}.damaged' && rm -f '{path}-wal' '{path}-shm'. A new one is made by the next command.",
        )
    return Condition(part, "well", whole if path.exists() else "none yet")


def stores() -> tuple[Condition, Condition]:
    """Both tools', a team's where one is named."""
    history, runs = history_database(), tracking_database()
    return (
        team_store(history) if history else store("Prefect", PREFECT_STORE, FLOW_RUNS),
        team_store(runs) if runs else store("MLflow", MLFLOW_STORE, "runs"),
    )


def team_store(database: Database) -> Condition:
    """Whether a team's database can be reached and is of this release, and its size."""
    part = f"{database.tool}'s store"
    try:
        check_mlflow_store() if database.tool == "MLflow" else check_prefect_store()
        with connected(database) as connection:
            words = f"{database.shown}, {size(size_of(connection))}, a team's"
    except InputError as error:
        return Condition(part, "broken", str(error), f"{database.variable} names it.")
    artifacts = f", artifacts below {artifact_root()}" if database.tool == "MLflow" else ""
    return Condition(part, "well", words + artifacts)


def deleted_comparisons() -> Condition:
    """Whether runs are shown in MLflow whose comparison was deleted there."""
    try:
        lost = orphans(MLRUNS)
    except sqlite3.Error:  # a store that can't be read is told by itself
        lost = []
    if not lost:
        return Condition("deleted comparisons", "well", "nothing is left below one")
    below = len({whole for _, whole in lost})
    return Condition(
        "deleted comparisons",
        "look",
        f"{counted(len(lost), 'run')} below {counted(below, 'comparison')} that were deleted in MLflow without them",
        "They go while 'interlayer serve' runs; --fix deletes them now. They come back where the comparison is restored.",
        _delete_orphans,
    )


def _delete_orphans() -> str:
    deleted, _ = delete_with_comparisons(MLRUNS)
    return f"{counted(deleted, 'run')} deleted with their comparisons"


def results() -> Condition:
    """How much reports and artifacts take."""
    folders = {name: MLRUNS / name for name in ("reports", "artifacts", "audits", "logs")}
    parts = [f"{name} {size(sum(_size(path) for path in _files(folder)))}" for name, folder in folders.items()]
    return Condition("results", "well", ", ".join(parts))


def leftovers() -> Condition:
    """Files that a process was writing when it was killed, and runs whose end is still to be recorded."""
    left = [path for path in _files(MLRUNS) if _is_left(path)]
    waiting = len(unrecorded_runs())
    words = [f"{counted(len(left), 'half-written file')} of processes that are gone"] if left else []
    words += [f"the end of {counted(waiting, 'run')} is recorded by the next command"] if waiting else []
    if not words:
        return Condition("leftovers", "well", "none")
    mend = "Nothing reads them. --fix deletes them." if left else ""
    return Condition("leftovers", "look", "; ".join(words), mend, partial(_delete, left) if left else None)


def disk() -> Condition:
    """Room for what is still to be kept."""
    free = shutil.disk_usage(MLRUNS if MLRUNS.exists() else MLRUNS.parent).free
    words = f"{size(free)} free where {MLRUNS} is"
    if free >= LITTLE:
        return Condition("disk", "well", words)
    mend = "Make room, or set INTERLAYER_HOME to a folder on another disk."
    return Condition("disk", "broken" if free < TOO_LITTLE else "look", words, mend)


def home() -> Condition:
    """Whether the folder of all state is its owner's alone."""
    if not MLRUNS.exists():
        return Condition("home", "well", f"{MLRUNS}, not made yet")
    if stat.S_IMODE(MLRUNS.stat().st_mode) & PRIVATE:
        return Condition("home", "look", f"{MLRUNS} is open to others", f"chmod go-rwx '{MLRUNS}'")
    return Condition("home", "well", f"{MLRUNS}, its owner's alone")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # gone meanwhile
        return 0


def _is_left(path: Path) -> bool:
    process = writer_of(path)
    if process is None:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OverflowError, PermissionError):
        return False
    return False


def _delete(files: list[Path]) -> str:
    for path in files:
        path.unlink(missing_ok=True)
    return f"deleted {counted(len(files), 'file')}"
