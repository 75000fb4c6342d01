"""Where MLflow keeps runs: a client of that place, its experiments, and how a run is written there."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.errors import InputError
from tasks.numerics.findings.sqlite_runs import PARENT
from tasks.numerics.findings.tracked_runs import Run
from tasks.track.store import STORE, artifacts_of, create_store

if TYPE_CHECKING:
    from mlflow import MlflowClient

DIGEST = "interlayer.comparison"
"""The tag by which a comparison is found again."""


@dataclass(frozen=True)
class Place:
    """Where MLflow keeps its runs."""

    address: str
    """`http://...`, or a SQLite address of the project's own store."""
    store: Path
    """Folder of the project's own store."""
    experiment: str

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
    client = MlflowClient(place.address, registry_uri=place.address)
    try:
        client.search_experiments(max_results=1)
    except MlflowException as error:
        raise InputError(
            f"--tracking {place.address}: MLflow does not answer there ({type(error.__cause__ or error).__name__}). "
            "Expected the address of a running MLflow server, such as http://127.0.0.1:5000. "
            "Nothing is lost: what was trained is kept, and a rerun trains nothing again. Leave --tracking out to use the project's own store."
        ) from error
    return client


def experiment_id(client: "MlflowClient", place: Place) -> str:
    """The experiment's id; it is created where it is not there."""
    found = client.get_experiment_by_name(place.experiment)
    if found is not None and found.lifecycle_stage == "active":
        return str(found.experiment_id)
    if found is not None:
        client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    location = artifacts_of(place.store, place.experiment) if place.own else None
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
