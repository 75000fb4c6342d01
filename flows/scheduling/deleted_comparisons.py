"""While `interlayer serve` runs, what is deleted in MLflow's UI goes with all that is below it."""

import asyncio
import sqlite3

from flows.environment import MLRUNS
from flows.servers.store_checks import MLFLOW_STORE
from tasks.track.deleted_runs import delete_with_comparisons


class DeletedComparisons:
    """Looks whenever the store has changed."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._looked_at: tuple[int, ...] = ()

    async def look(self) -> None:
        """Lets runs below deleted comparisons go with them, and come back with them."""
        changed = _changes()
        if changed == self._looked_at:
            return
        try:
            await asyncio.to_thread(delete_with_comparisons, MLRUNS)
        except sqlite3.OperationalError:  # busy, or just being made: it is looked at again
            return
        self._looked_at = changed


def _changes() -> tuple[int, ...]:
    files = [MLFLOW_STORE, MLFLOW_STORE.with_name(MLFLOW_STORE.name + "-wal")]
    return tuple(path.stat().st_mtime_ns for path in files if path.exists())
