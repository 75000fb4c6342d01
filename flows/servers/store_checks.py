"""Whether the stores of Prefect and MLflow can be read at all: told before anything is trained or started."""

from typing import Final

from flows.environment import MLRUNS
from flows.team.stores import (
    artifact_root,
    history_database,
    history_is_elsewhere,
    tracking_database,
    tracking_server,
)
from tasks.numerics.postgresql_stores import connected
from tasks.numerics.sqlite_stores import refuse_damage

MLFLOW_STORE: Final = MLRUNS / "mlflow.db"
PREFECT_STORE: Final = MLRUNS / "prefect" / "prefect.db"
FLOW_RUNS: Final = "flow_run"
"""Prefect's table of runs."""


def check_mlflow_store() -> None:
    """Raises InputError where MLflow's store is damaged, a team's can't be reached, or is of another release."""
    if database := tracking_database():
        from tasks.track.store import create_database

        create_database(database, artifact_root())
    elif not tracking_server():
        refuse_damage(MLFLOW_STORE, "runs", "MLflow")


def check_prefect_store() -> None:
    """Raises InputError where Prefect's store is damaged, or a team's can't be reached: that it is of another release, Prefect's server says."""
    if database := history_database():
        with connected(database):
            pass
    elif not history_is_elsewhere():
        refuse_damage(PREFECT_STORE, FLOW_RUNS, "Prefect")
