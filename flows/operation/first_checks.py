"""What is known to be wrong with a forecast before anything heavy is imported."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flows.comparison.checks import check_folder, check_tracking
from flows.servers.store_checks import MLFLOW_STORE, check_mlflow_store
from flows.studies.champion_names import check_name, known_in_words
from flows.team.stores import tracking_database, tracking_server
from tasks.numerics.champions.registered_names import PREFIX
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import locate
from tasks.numerics.series_settings import SeriesSpec


def check_forecast(name: str, series: str, output: str, tracking: str) -> None:
    """Raises InputError where the name, a file, a folder or an address is none."""
    check_name(name)
    if series and "," not in series and "://" not in series:
        locate(SeriesSpec(series=series).series)
    if output:
        check_folder(Path(output).expanduser())
    if server := tracking or tracking_server():
        check_tracking(server)
    elif tracking_database():
        check_mlflow_store()
    else:
        check_known(name)


def check_known(name: str) -> None:
    """Raises InputError where nothing was kept under a name in the project's own store; one that can't be read is told of later."""
    names = known_names()
    if names is None or name in names:
        return
    raise InputError(f"NAME {name}: no champion of this name was kept.{known_in_words(name, names)}")


def known_names() -> list[str] | None:
    """Names under which anything was registered; None where the store can't be read."""
    if not MLFLOW_STORE.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{MLFLOW_STORE}?mode=ro", uri=True, timeout=2)) as store:
            rows = store.execute("SELECT name FROM registered_models WHERE name LIKE ?", (f"{PREFIX}%",)).fetchall()
    except sqlite3.Error:
        return None
    return sorted(str(row[0]).removeprefix(PREFIX) for row in rows)
