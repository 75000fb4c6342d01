"""Track: a comparison in MLflow, as a parent run, a run a variant and below it a run a seed."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.blocks import TrainedBlock
from tasks.numerics.errors import InputError
from tasks.numerics.networks import Architecture, to_keras
from tasks.numerics.results import Result
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.statistics import summary
from tasks.numerics.thinning import thinned
from tasks.numerics.variants import Variant

if TYPE_CHECKING:
    from mlflow import MlflowClient

MOST_SEED_RUNS = 600
"""Seed runs of a comparison; with more, the scores of every seed stand in the artifact `scores.nc` alone."""
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


@dataclass(frozen=True)
class Comparison:
    """What is tracked of a comparison beside its result."""

    digest: str
    settings: Mapping[str, Mapping[str, Any]]
    blocks: Mapping[Variant, list[TrainedBlock]]
    folder: Path
    """Its files: logged as artifacts."""


@dataclass(frozen=True)
class Tracked:
    """Ids of a comparison in MLflow."""

    ids: dict[str, str]
    new: bool
    """Whether it was logged now, not before."""


def track(result: Result, comparison: Comparison, place: Place) -> Tracked:
    """Logs a comparison once: one that is there already is left as it is, an unfinished one is logged anew."""
    client = connect(place)
    experiment = experiment_id(client, place)
    for run in found_runs(client, experiment, comparison.digest):
        if run.info.status == "FINISHED":
            return Tracked({"experiment": experiment, "run": run.info.run_id}, new=False)
        remove_with_children(client, experiment, run.info.run_id)
    parent = log_parent(client, experiment, result, comparison)
    runs = {name: log_variant(client, experiment, parent, result, comparison, name) for name in names(result)}
    log_files(client, parent, result, comparison.folder)
    model = log_best_model(client, place, runs, result, comparison)
    client.set_terminated(parent, "FINISHED")
    return Tracked({"experiment": experiment, "run": parent, **model}, new=True)


def connect(place: Place) -> "MlflowClient":
    """A client of the store; raises InputError where the address does not answer."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    if place.address.startswith("sqlite:"):
        create_store(place)
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


def create_store(place: Place) -> None:
    """Creates the SQLite store once, by one process alone: several at once would damage it."""
    import sqlite3

    from filelock import FileLock

    place.store.mkdir(parents=True, exist_ok=True)
    with FileLock(place.store / "mlflow.lock"):
        if (place.store / "mlflow.db").exists():
            return
        from mlflow import MlflowClient

        MlflowClient(place.address).search_experiments(max_results=1)
        with sqlite3.connect(place.store / "mlflow.db") as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def experiment_id(client: "MlflowClient", place: Place) -> str:
    """The experiment's id; it is created where it is not there."""
    found = client.get_experiment_by_name(place.experiment)
    if found is not None and found.lifecycle_stage == "active":
        return str(found.experiment_id)
    if found is not None:
        client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    own = place.address.startswith("sqlite:")
    location = (place.store / "artifacts" / place.experiment).as_uri() if own else None
    return str(client.create_experiment(place.experiment, artifact_location=location))


def found_runs(client: "MlflowClient", experiment: str, digest: str) -> list[Any]:
    """Parent runs of the comparison."""
    return list(client.search_runs([experiment], f"tags.`{DIGEST}` = '{digest}' and tags.level = 'comparison'"))


def remove_with_children(client: "MlflowClient", experiment: str, run: str) -> None:
    """Deletes an unfinished run and everything below it."""
    for child in client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{run}'", max_results=5000):
        remove_with_children(client, experiment, child.info.run_id)
    client.delete_run(run)


def names(result: Result) -> list[str]:
    """The variants' names, in order."""
    return [str(name) for name in result.forecasts["variant"].to_numpy()]


def log_parent(client: "MlflowClient", experiment: str, result: Result, comparison: Comparison) -> str:
    """The run of the comparison: settings, data, means of every variant and baselines."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    series = result.series
    tags = {DIGEST: comparison.digest, "level": "comparison", "series": series.name}
    run = str(client.create_run(experiment, run_name=f"{series.name} {comparison.digest}", tags=tags).info.run_id)
    means = summary(result.scores)["mean"]
    metrics = {f"{metric}.{variant}": value for (variant, metric), value in means.items()}
    for baseline, scores in result.baseline_scores.to_dataframe().iterrows():
        metrics |= {f"{metric}.{baseline}": value for metric, value in scores.items()}
    log(client, run, flat(comparison.settings), metrics)
    data = Dataset(name=series.name, digest=series.digest[:36], source_type="local", source=series.source or series.name)
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training and evaluation")])])
    return run


def log_variant(
    client: "MlflowClient", experiment: str, parent: str, result: Result, comparison: Comparison, name: str
) -> str:
    """The run of a variant, and below it those of its seeds; returns its id."""
    placement, _, activation = name.partition("-")
    own = {"variant": name, "placement": placement, "activation": activation or "tanh, sigmoid"}
    parameters = flat(comparison.settings) | own
    tags = own | {"level": "variant", "mlflow.parentRunId": parent, "series": result.series.name}
    run = str(client.create_run(experiment, run_name=name, tags=tags).info.run_id)
    of_variant = summary(result.scores).xs(name, level="variant")
    metrics = {f"{metric}.{statistic}": value for metric, row in of_variant.iterrows() for statistic, value in row.items()}
    log(client, run, parameters, metrics | {"diverged": float(result.diverged[name])})
    if result.forecasts.sizes["seed"] * result.forecasts.sizes["variant"] <= MOST_SEED_RUNS:
        for seed in result.forecasts["seed"].to_numpy():
            log_seed(client, experiment, run, result, parameters | {"seed": str(seed)})
    client.set_terminated(run, "FINISHED")
    return run


def log_seed(client: "MlflowClient", experiment: str, variant_run: str, result: Result, parameters: dict[str, str]) -> None:
    """The run of one seed: its scores and thinned histories."""
    at = {"variant": parameters["variant"], "seed": int(parameters["seed"])}
    tags = {"level": "seed", "mlflow.parentRunId": variant_run, "variant": parameters["variant"]}
    run = client.create_run(experiment, run_name=f"{parameters['variant']} seed {parameters['seed']}", tags=tags).info.run_id
    scores = {str(metric): float(values.sel(at)) for metric, values in result.scores.items()}
    scores["diverged"] = float(result.forecasts["diverged"].sel(at))
    histories = {name: result.histories[name].sel(at).to_numpy() for name in ("loss", "validation_loss")}
    log(client, run, parameters, scores, histories)
    client.set_terminated(run, "FINISHED")


def log(
    client: "MlflowClient",
    run: str,
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    histories: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Parameters, metrics and thinned histories in one call; what is not finite is left out."""
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    points = [Metric(name, float(value), now, 0) for name, value in metrics.items() if np.isfinite(value)]
    for name, values in (histories or {}).items():
        points += [
            Metric(name, float(values[epoch]), now, int(epoch) + 1)
            for epoch in thinned(len(values))
            if np.isfinite(values[epoch])
        ]
    for start in range(0, max(1, len(points)), 1000):
        chunk = [Param(name, str(value)) for name, value in parameters.items()] if start == 0 else []
        client.log_batch(run, metrics=points[start : start + 1000], params=chunk)


def flat(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Settings by their own names; every name stands once over all groups."""
    return {
        name: ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for group in settings.values()
        for name, value in group.items()
    }


def log_files(client: "MlflowClient", run: str, result: Result, folder: Path) -> None:
    """Forecasts and scores as NetCDF, and every file of the comparison's folder."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, dataset in datasets(result):
            dataset.to_netcdf(Path(temporary) / f"{name}.nc", engine="h5netcdf")
        for path in sorted(folder.glob("*.html")):
            shutil.copy(path, temporary)
        client.log_artifacts(run, temporary)


def datasets(result: Result) -> Iterator[tuple[str, Any]]:
    """What is kept whole: nothing is averaged away."""
    yield "forecasts", result.forecasts
    yield "scores", result.scores
    yield "histories", result.histories
    yield "baseline_scores", result.baseline_scores


def log_best_model(
    client: "MlflowClient", place: Place, runs: Mapping[str, str], result: Result, comparison: Comparison
) -> dict[str, str]:
    """The Keras model of the variant of lowest mean RMSE, its seed of lowest validation loss, in that variant's run."""
    means = summary(result.scores)["mean"].xs("rmse", level="metric").dropna()
    if means.empty:
        return {}
    name = str(means.idxmin())
    losses = result.histories["validation_loss"].sel(variant=name).min("epoch").to_series().dropna()
    usable = losses[~result.forecasts["diverged"].sel(variant=name).to_series().reindex(losses.index)]
    return {"model": log_model(client, place, runs[name], best_model(comparison, name, int(usable.idxmin())))}


def best_model(comparison: Comparison, name: str, seed: int) -> tuple[Any, np.ndarray]:
    """The `keras.Model` of a seed and an input of it (1, T, F), of zeros."""
    variant = next(one for one in comparison.blocks if one.name == name)
    block = next(one for one in comparison.blocks[variant] if seed in one.seeds)
    windows, network = comparison.settings["windows"], comparison.settings["network"]
    lookback = int(windows["lookback"])
    steps, features = (lookback, 1) if windows["layout"] == "steps" else (1, lookback)
    architecture = Architecture(NetworkSpec(tuple(network["layers"])), variant, features)
    model = to_keras(architecture, block.weights, block.seeds.index(seed), steps)
    return model, np.zeros((1, steps, features), np.float32)


def log_model(client: "MlflowClient", place: Place, run: str, model: tuple[Any, np.ndarray]) -> str:
    """Logs a Keras model with its signature below a run; returns the model's id."""
    import mlflow
    from mlflow.models import infer_signature

    keras_model, example = model
    mlflow.set_tracking_uri(place.address)
    signature = infer_signature(example, np.asarray(keras_model(example)))
    with mlflow.start_run(run_id=run, log_system_metrics=False):
        logged = mlflow.keras.log_model(
            keras_model, name="model", signature=signature, pip_requirements=["tensorflow", "keras"]
        )
    client.set_terminated(run, "FINISHED")
    return str(logged.model_id)
