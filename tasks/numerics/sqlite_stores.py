"""SQLite stores that are there whole or not at all: made beside, checked, renamed; what was left half-made is made anew."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import keep_name

BUSY_SECONDS: Final = 60
CHECKED_WHOLE: Final = 200_000_000
"""Bytes of a store of which every page is looked at; of a larger one its schema and its tables' first pages."""
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""Endings of the files beside a store that belong to it alone."""


@dataclass(frozen=True)
class StoreState:
    """What stands where a store is expected."""

    revision: str = ""
    """Of its schema; empty where it was never finished, or nothing is there."""
    used: bool = False
    """Whether the table that it is there for has a row."""
    damage: str = ""
    """What SQLite says of it; empty where it can be read."""


@dataclass(frozen=True)
class StoreKind:
    """A tool's store: what it holds, and how it is made."""

    tool: str
    table: str
    """The table that it is there for."""
    migrations: Callable[[], tuple[str, ...]]
    """Every revision that the installed release knows, the newest first."""
    schema: Path
    """A new one as SQL: migrating an empty one through every revision takes seconds."""
    make: Callable[[Path], None]
    """Makes a new one at a path, or brings the one that is there to the newest revision."""


def state_of(store: Path, table: str) -> StoreState:
    """Reads a store without changing it; a file that is not there, is empty or has no revision was never finished."""
    if not store.exists() or store.stat().st_size == 0:
        return StoreState()
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if store.stat().st_size <= CHECKED_WHOLE:
                ((found,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
                if found != "ok":
                    return StoreState(damage=str(found).partition("\n")[2] or str(found))
            revision, used = None, None
            if "alembic_version" in tables:
                revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if table in tables:
                used = connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        return StoreState(damage=str(error))
    return StoreState(str(revision[0]) if revision else "", used is not None)


def refuse_damage(store: Path, table: str, tool: str) -> StoreState:
    """What stands there; raises InputError where it is damaged."""
    state = state_of(store, table)
    if state.damage:
        raise InputError(
            f"{store}, the history that {tool} keeps, can't be read ({state.damage}). Nothing that was trained is lost: "
            f"put it aside with\n  mv '{store}' '{store}.damaged' && rm -f '{store}-wal' '{store}-shm'\n"
            "and run the same command again: a new one is made. What SQLite can still read of the old one is written out by "
            f"sqlite3 '{store}.damaged' .recover"
        )
    return state


def ensure_store(store: Path, kind: StoreKind) -> None:
    """Leaves a whole store of the newest revision there, in write-ahead mode; whoever calls holds the store's lock.

    Raises InputError where the store is damaged or a newer release of the tool has made it.
    """
    state = refuse_damage(store, kind.table, kind.tool)
    known = kind.migrations()
    if state.revision == known[0]:
        if not _writes_ahead(store):
            _write_ahead(store)
        return
    if state.used and state.revision not in known:
        raise InputError(
            f"{store} was made by another release of {kind.tool} (revision {state.revision or 'none'}), which this one can't "
            "read. Use the release that made it, or set INTERLAYER_HOME to another folder."
        )
    beside = store.with_name(f".{store.name}.making")
    _remove(beside)
    try:
        if state.used:
            _copy(store, beside)
        else:
            store.parent.mkdir(parents=True, exist_ok=True)
            _begin(beside, kind.schema, known[0])
        kind.make(beside)
        made = state_of(beside, kind.table)
        if made.damage or made.revision != known[0]:
            raise InputError(f"{kind.tool} made no whole store at {store} ({made.damage or 'it is not finished'}).")
        _write_ahead(beside)
        _put(beside, store)
    finally:
        _remove(beside)


def _writes_ahead(store: Path) -> bool:
    with store.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"  # versions of the format for reading and writing


def _write_ahead(store: Path) -> None:
    with closing(sqlite3.connect(store, timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin(beside: Path, schema: Path, newest: str) -> None:
    """Begins a store of the newest revision; nothing where the schema is of another release."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(schema.read_text())
        if made.execute("SELECT version_num FROM alembic_version").fetchone() == (newest,):
            with closing(sqlite3.connect(beside)) as new:
                made.backup(new)


def _copy(store: Path, beside: Path) -> None:
    with closing(sqlite3.connect(store, timeout=BUSY_SECONDS)) as old, closing(sqlite3.connect(beside)) as new:
        old.backup(new)


def _put(beside: Path, store: Path) -> None:
    """Gives a finished store its name, once it is on the disk; what belonged to the one before goes first."""
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    for ending in COMPANIONS:
        store.with_name(store.name + ending).unlink(missing_ok=True)
    beside.replace(store)
    keep_name(store.parent)


def _remove(store: Path) -> None:
    for ending in ("", *COMPANIONS):
        store.with_name(store.name + ending).unlink(missing_ok=True)
