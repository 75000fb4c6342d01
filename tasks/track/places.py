"""Where MLflow keeps runs: a client of that place, its experiments, and how a run is written there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.errors import InputError
from tasks.numerics.findings.sqlite_runs import PARENT
from tasks.numerics.findings.tracked_names import TRACKING
from tasks.numerics.findings.tracked_runs import Run
from tasks.numerics.postgresql_stores import Database
from tasks.numerics.safe_names import safe_name
from tasks.numerics.series.sources import masked
from tasks.track.store import STORE, artifacts_of, create_database, create_store

if TYPE_CHECKING:
    from mlflow import MlflowClient

REGISTRY = "MLFLOW_REGISTRY_URI"
"""Into it MLflow writes which registry it was told to use, as it does with `TRACKING`."""
DIGEST = "interlayer.comparison"
"""The tag by which a comparison is found again."""


@dataclass(frozen=True)
class Place:
    """Where MLflow keeps its runs."""

    address: str = field(repr=False)
    """`http://...`, a SQLite address of the project's own store, or that of a team's database, with its password."""
    store: Path
    """Folder of the project's own store."""
    experiment: str
    root: str = ""
    """The address below which a team's database has its artifacts."""
    database: Database | None = None
    """The team's, where it is one."""

    @property
    def own(self) -> bool:
        """Whether it is the project's own store."""
        return self.address == f"sqlite:///{self.store / STORE}"


@dataclass(frozen=True)
class Tracked:
    """Ids of what is tracked in MLflow."""

    ids: dict[str, str]
    new: bool
    """Whether it was logged now, not before."""


def connect(place: Place) -> "MlflowClient":
    """A client of the store; raises InputError where the address does not answer."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    if place.own:
        create_store(place.store)
    if place.database:
        create_database(place.database, place.root)
    client = MlflowClient(place.address, registry_uri=place.address)
    try:
        client.search_experiments(max_results=1)
    except MlflowException as error:
        raise InputError(
            f"--tracking {masked(place.address)}: MLflow does not answer there ({type(error.__cause__ or error).__name__}). "
            "Expected the address of a running MLflow server, such as http://127.0.0.1:5000. "
            "Nothing is lost: what was trained is kept, and a rerun trains nothing again. Leave --tracking out to use the project's own store."
        ) from error
    return client


@contextmanager
def asked_by_default(place: Place) -> Iterator[None]:
    """MLflow's functions that take no address use this place; a program that imports us finds its own afterwards, and so do its children."""
    import mlflow

    environment = {name: os.environ.get(name) for name in (TRACKING, REGISTRY)}
    tracking = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else ""  # type: ignore[no-untyped-call]
    # MLflow names the tracker where no registry was set.
    registry = "" if mlflow.get_registry_uri() == mlflow.get_tracking_uri() else mlflow.get_registry_uri()
    mlflow.set_tracking_uri(place.address)
    mlflow.set_registry_uri(place.address)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(tracking)
        mlflow.set_registry_uri(registry)
        for name, before in environment.items():
            os.environ.pop(name, None)
            if before is not None:
                os.environ[name] = before


def experiment_id(client: "MlflowClient", place: Place) -> str:
    """The experiment's id; it is created where it is not there."""
    found = client.get_experiment_by_name(place.experiment)
    if found is not None and found.lifecycle_stage == "active":
        return str(found.experiment_id)
    if found is not None:
        client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    location = artifacts_of(place.store, place.experiment) if place.own else None
    if place.root:
        location = f"{place.root}/{safe_name(place.experiment)}"
    # The UI opens such an experiment with its runs, not with pages for language models.
    kind = {"mlflow.experimentKind": "custom_model_development"}
    return str(client.create_experiment(place.experiment, artifact_location=location, tags=kind))


def log_run(client: "MlflowClient", experiment: str, run: Run, begun: int, parent: str = "") -> str:
    """Starts a run below its parent, as begun at a time in milliseconds, with all that is known of it; returns its id."""
    from mlflow.entities import Metric, Param

    tags = {**run.tags, PARENT: parent} if parent else dict(run.tags)
    identity = str(client.create_run(experiment, start_time=begun, run_name=run.name, tags=tags).info.run_id)
    points = [Metric(name, value, begun, step) for name, value, step in run.points()]
    for start in range(0, max(1, len(points)), 1000):
        chunk = [Param(name, value) for name, value in run.parameters.items()] if start == 0 else []
        client.log_batch(identity, metrics=points[start : start + 1000], params=chunk)
    return identity
