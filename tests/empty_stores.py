"""New stores as SQL, through all migrations of the installed releases: `python -m tests.empty_stores` writes them anew where they are kept."""

import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from flows.environment import set_environment


def makers() -> Mapping[Path, Callable[[Path], None]]:
    """By the file that keeps a tool's new store, what makes such a store at a path."""
    from flows.servers import prefect_store
    from tasks.track import store

    return {
        prefect_store.SCHEMA: prefect_store.make,
        store.SCHEMA: lambda path: store.make(path, "file:///nowhere"),
    }


def schema_of(path: Path) -> str:
    """Every statement that makes such a store; MLflow's default experiment, which knows its home, is not one of them."""
    with closing(sqlite3.connect(path)) as store:
        kept = [line for line in store.iterdump() if not line.startswith('INSERT INTO "experiments"')]
    return "\n".join(kept) + "\n"


def made(make: Callable[[Path], None]) -> str:
    """What a tool's own migrations make of nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        make(path)
        return schema_of(path)


if __name__ == "__main__":
    set_environment()
    for file, make in makers().items():
        file.write_text(made(make))
        print(f"{file}: {file.stat().st_size:,} bytes")
