"""The files of a comparison in MLflow: datasets, report, figures and the Keras model, and whether they are still there."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.findings.tracked_runs import Account
from tasks.track.places import Place, asked_by_default

if TYPE_CHECKING:
    from mlflow import MlflowClient


@dataclass(frozen=True)
class Page:
    """What is shown of a comparison."""

    report: Path
    """The page, logged as an artifact."""
    figures: Mapping[str, Any]
    """Plotly's figures by name, logged as JSON that `plotly.io.read_json` reads."""


def names_of(account: Account, page: Page) -> set[str]:
    """The paths of all that is logged beside the model."""
    return {page.report.name, *(f"{name}.nc" for name in account.datasets), *map(figure_file, page.figures)}


def figure_file(name: str) -> str:
    """A figure's path."""
    return f"figures/{name}.json"


def are_kept(folder: Path, names: Iterable[str]) -> bool:
    """Whether each is a file below a folder, and not empty."""
    files = (folder / name for name in names)
    return all(file.is_file() and file.stat().st_size > 0 for file in files)


def are_listed(client: "MlflowClient", run: str, names: set[str]) -> bool:
    """Whether a tracker lists each among the artifacts of a run."""
    return all(
        names_in <= {file.path for file in client.list_artifacts(run, folder or None)}
        for folder, names_in in _by_folder(names).items()
    )


def model_is_listed(client: "MlflowClient", model: str) -> bool:
    """Whether a tracker still has the files of a model."""
    from mlflow.exceptions import MlflowException

    try:
        return any(file.path == "MLmodel" for file in client.list_logged_model_artifacts(model))
    except (MlflowException, OSError):  # deleted, or its folder is gone
        return False


def _by_folder(names: set[str]) -> dict[str, set[str]]:
    folders: dict[str, set[str]] = {}
    for name in names:
        folders.setdefault(name.rpartition("/")[0], set()).add(name)
    return folders


def log_files(client: "MlflowClient", run: str, account: Account, page: Page) -> None:
    """The account's datasets as NetCDF, the report, and its figures one by one."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, dataset in account.datasets.items():
            dataset.to_netcdf(Path(temporary) / f"{name}.nc", engine="h5netcdf")
        for name, figure in page.figures.items():
            path = Path(temporary) / figure_file(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            figure.write_json(path)
        shutil.copy(page.report, temporary)
        client.log_artifacts(run, temporary)


def log_model(client: "MlflowClient", place: Place, run: str, model: tuple[Any, np.ndarray]) -> str:
    """Logs a Keras model with its signature below a run; returns the model's id."""
    import mlflow
    from mlflow.models import infer_signature

    network, example = model
    signature = infer_signature(example, np.asarray(network(example)))
    with asked_by_default(place), mlflow.start_run(run_id=run, log_system_metrics=False):
        logged = mlflow.keras.log_model(
            network, name="model", signature=signature, pip_requirements=["tensorflow", "keras"]
        )
    client.set_terminated(run, "FINISHED")
    return str(logged.model_id)
