"""Where a team keeps what one home would keep alone, by the tools' own environment variables, as they were when the command began.

MLflow itself writes into MLFLOW_TRACKING_URI where it logs: what it says later is not what the user said.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from tasks.numerics.errors import InputError
from tasks.numerics.findings.tracked_names import TRACKING
from tasks.numerics.postgresql_stores import Database
from tasks.numerics.series.sources import masked

ROOT: Final = "MLFLOW_DEFAULT_ARTIFACT_ROOT"
HISTORY: Final = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
"""Prefect's two names of one setting, the one that counts more first."""
_given: Final = {name: os.environ.get(name, "") for name in (TRACKING, ROOT, *HISTORY)}


def tracking_server() -> str:
    """The address of the MLflow server that all commands use; '' where none is named."""
    given = _given[TRACKING]
    return given.rstrip("/") if given.startswith(("http://", "https://")) else ""


def tracking_database() -> Database | None:
    """The database in which MLflow keeps the team's runs."""
    given = _given[TRACKING]
    if _scheme(given) != "postgresql":
        return None
    return Database("MLflow", TRACKING, f"postgresql+psycopg://{given.partition('://')[2]}")


def artifact_root() -> str:
    """The address below which the team's artifacts lie; '' where MLflow keeps no runs of a team."""
    given = _given[ROOT].rstrip("/")
    return Path(given).as_uri() if given.startswith("/") else given


def artifact_folder() -> Path | None:
    """The folder that this address means; None where it is a store's."""
    parts = urlsplit(artifact_root())
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def history_is_elsewhere() -> bool:
    """Whether the user keeps Prefect's history in a database of their own choice."""
    return any(_given[name] for name in HISTORY)


def history_database() -> Database | None:
    """The database in which Prefect keeps the team's history."""
    for name in HISTORY:
        if _scheme(_given[name]) == "postgresql":
            return Database("Prefect", name, _given[name])
    return None


def check_team_stores() -> None:
    """Raises InputError on what these variables can't mean; reaches nothing."""
    runs, history = tracking_database(), history_database()
    _check_tracking()
    if runs:
        _check_root()
    if history and not history.address.startswith("postgresql+asyncpg://"):
        raise InputError(
            f"{history.variable} is {history.shown}: expected an address that begins with postgresql+asyncpg://, the driver that Prefect uses."
        )
    if runs and history and _place(runs) == _place(history):
        raise InputError(
            f"{runs.variable} and {history.variable} name the same database ({runs.shown}). Both tools have tables of the same names: "
            "expected two databases, such as mlflow and prefect."
        )
    if (runs or history) and not find_spec("psycopg"):
        raise InputError(
            f"{(runs or history).variable} names a PostgreSQL database, and its driver is not installed: pip install 'interlayer[postgresql]'"  # type: ignore[union-attr]
        )


def _check_tracking() -> None:
    given = _given[TRACKING]
    scheme = _scheme(given)
    if scheme in ("http", "https") and masked(given) != given:
        raise InputError(
            f"{TRACKING} is {masked(given)}: expected an address without a password, which would be shown. Set MLFLOW_TRACKING_USERNAME "
            "and MLFLOW_TRACKING_PASSWORD instead."
        )
    if scheme in ("mysql", "mssql"):
        raise InputError(
            f"{TRACKING} is {masked(given)}: expected the address of an MLflow server (http://...) or of a PostgreSQL database "
            "(postgresql+psycopg://user:password@host/mlflow)."
        )


def _check_root() -> None:
    root, folder = artifact_root(), artifact_folder()
    if not root:
        raise InputError(
            f"{TRACKING} is a database, which keeps no files: expected {ROOT}, a folder that all machines share, such as "
            "/shared/interlayer, or a store such as s3://bucket/interlayer."
        )
    if folder and not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise InputError(f"{ROOT} is {folder}: expected a folder that is there, and in which you may write.")
    if not folder and not urlsplit(root).netloc:
        raise InputError(
            f"{ROOT} is {masked(root)}: expected an absolute path, or an address such as s3://bucket/interlayer."
        )
    if masked(root) != root:
        raise InputError(f"{ROOT} is {masked(root)}: expected an address without a password, which would be shown.")
    if urlsplit(root).scheme == "s3" and not find_spec("boto3"):
        raise InputError(
            f"{ROOT} is {root}, and MLflow reaches such a store by boto3, which is not installed: pip install 'interlayer[s3]'"
        )


def _scheme(address: str) -> str:
    """Without the driver's name."""
    return address.partition("://")[0].partition("+")[0] if "://" in address else ""


def _place(database: Database) -> tuple[str, str]:
    parts = urlsplit(database.dsn)
    return parts.netloc.rpartition("@")[2], parts.path
