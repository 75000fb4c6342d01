"""Whether the stores of Prefect and MLflow can be read at all: told before anything is trained or started."""

import os
from typing import Final

from flows.environment import MLRUNS
from tasks.numerics.sqlite_stores import refuse_damage

MLFLOW_STORE: Final = MLRUNS / "mlflow.db"
PREFECT_STORE: Final = MLRUNS / "prefect" / "prefect.db"
FLOW_RUNS: Final = "flow_run"
"""Prefect's table of runs."""
OWN_DATABASE: Final = "PREFECT_API_DATABASE_CONNECTION_URL"
"""Prefect's setting by which a user keeps the history elsewhere."""


def check_mlflow_store() -> None:
    """Raises InputError where MLflow's store is damaged."""
    refuse_damage(MLFLOW_STORE, "runs", "MLflow")


def check_prefect_store() -> None:
    """Raises InputError where Prefect's store is damaged."""
    if OWN_DATABASE not in os.environ:
        refuse_damage(PREFECT_STORE, FLOW_RUNS, "Prefect")
