"""Track: a comparison in MLflow, as a parent run, a run a variant and below it a run a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tasks.numerics.findings.best_model import best_seed, keras_model
from tasks.numerics.findings.sqlite_runs import PARENT, Seeds, finished_run, milliseconds, write_seeds
from tasks.numerics.findings.tracked_origin import GROUP, origin_of
from tasks.numerics.findings.tracked_runs import Account, comparison_run, seed_runs, variant_run
from tasks.numerics.findings.tracked_view import TAGS, VIEW_TAG, comparison_view, view_of
from tasks.numerics.networks.keras_engine.trained_models import why_not_kept
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.variants import Variant
from tasks.track.artifacts import Page, are_kept, are_listed, log_files, log_model, model_is_listed, names_of
from tasks.track.places import DIGEST, Place, Tracked, connect, experiment_id, log_run
from tasks.track.store import STORE, artifact_folder, move_artifacts

if TYPE_CHECKING:
    from mlflow import MlflowClient

MOST_SEED_RUNS = 600
"""Seed runs of a comparison; with more, the scores of every seed stand in the artifact `scores.nc` alone."""
MODEL = "interlayer.model"
"""The tag of a comparison that names its Keras model, so that a rerun knows it too."""
MODEL_LEFT_OUT = "interlayer.model_left_out"
"""The tag that says why a comparison has no model."""


@dataclass(frozen=True)
class Comparison:
    """What is tracked of a comparison beside its account."""

    digest: str
    settings: Mapping[str, Mapping[str, Any]]
    blocks: Mapping[Variant, list[TrainedBlock]]
    page: Page
    preset: str = ""
    """The one whose settings these are."""


def track(account: Account, comparison: Comparison, place: Place) -> Tracked:
    """Logs a comparison once: of one that is there already what is gone of its files, an unfinished one anew."""
    if place.own and (known := finished_run(place.store / STORE, place.experiment, (DIGEST, comparison.digest), MODEL)):
        move_artifacts(place.store)
        run_id, experiment, model_id = known
        tracked = Tracked(
            {"experiment": experiment, "run": run_id} | ({"model": model_id} if model_id else {}), new=False
        )
        if is_kept(tracked, account, comparison, place):
            return tracked
    client = connect(place)
    experiment = experiment_id(client, place)
    for run in found_runs(client, experiment, comparison.digest):
        if run.info.status == "FINISHED":
            model = {"model": run.data.tags[MODEL]} if MODEL in run.data.tags else {}
            tracked = Tracked({"experiment": experiment, "run": run.info.run_id} | model, new=False)
            return completed(client, tracked, account, comparison, place)
        remove_with_children(client, experiment, run.info.run_id)
    settings = {
        **comparison.settings,
        GROUP: origin_of(account.series, comparison.digest, comparison.preset),
    }
    client.set_experiment_tag(experiment, VIEW_TAG, comparison_view(account))
    client.set_experiment_tag(
        experiment, TAGS + view_of(comparison.digest), comparison_view(account, comparison.digest)
    )
    # MLflow lists what began last first: the comparison, then its variants in their order, then their seeds.
    now = milliseconds()
    whole = comparison_run(account, settings, comparison.digest)
    parent = log_run(client, experiment, replace(whole, tags={**whole.tags, DIGEST: comparison.digest}), now)
    log_data(client, parent, account)
    runs = {
        name: log_run(client, experiment, variant_run(account, settings, name), now - place_in_list, parent)
        for place_in_list, name in enumerate(account.variants, 1)
    }
    if account.diverged.size <= MOST_SEED_RUNS:
        log_seeds(client, place, experiment, runs, seed_runs(account, settings), now - len(runs) - 1)
    for run in runs.values():
        client.set_terminated(run, "FINISHED")
    log_files(client, parent, account, comparison.page)
    ids = {"experiment": experiment, "run": parent}
    if best := best_seed(account):
        network = keras_model(account, comparison.blocks, settings, best)
        ids |= kept_model(client, place, parent, runs[best[0]], network)
    client.set_terminated(parent, "FINISHED")
    return Tracked(ids, new=True)


def is_kept(tracked: Tracked, account: Account, comparison: Comparison, place: Place) -> bool:
    """Whether all files of a comparison are still in the project's own folder."""
    folder = artifact_folder(place.store, place.experiment)
    model = folder / "models" / tracked.ids["model"] / "artifacts" if "model" in tracked.ids else None
    files = are_kept(folder / tracked.ids["run"] / "artifacts", names_of(account, comparison.page))
    return files and (model is None or are_kept(model, ["MLmodel"]))


def completed(
    client: "MlflowClient", tracked: Tracked, account: Account, comparison: Comparison, place: Place
) -> Tracked:
    """A finished comparison with all of its files, logged again where one is gone."""
    run, ids = tracked.ids["run"], dict(tracked.ids)
    if not are_listed(client, run, names_of(account, comparison.page)):
        log_files(client, run, account, comparison.page)
    best = best_seed(account)
    left_out = MODEL_LEFT_OUT in client.get_run(run).data.tags
    if best and not left_out and not ("model" in ids and model_is_listed(client, ids["model"])):
        (variant,) = client.search_runs(
            [ids["experiment"]], f"tags.`{PARENT}` = '{run}' and attributes.run_name = '{best[0]}'", max_results=1
        )
        model = keras_model(account, comparison.blocks, comparison.settings, best)
        ids |= kept_model(client, place, run, variant.info.run_id, model)
    return Tracked(ids, new=False)


def kept_model(client: "MlflowClient", place: Place, parent: str, run: str, model: tuple[Any, Any]) -> dict[str, str]:
    """Logs a model below its variant's run; where Keras can't write it into a file, says so in a tag of the comparison."""
    if why := why_not_kept(model[0]):
        client.set_tag(parent, MODEL_LEFT_OUT, why)
        return {}
    found = log_model(client, place, run, model)
    client.set_tag(parent, MODEL, found)
    return {"model": found}


def found_runs(client: "MlflowClient", experiment: str, digest: str) -> list[Any]:
    """Parent runs of the comparison."""
    return list(client.search_runs([experiment], f"tags.`{DIGEST}` = '{digest}' and tags.level = 'comparison'"))


def remove_with_children(client: "MlflowClient", experiment: str, run: str) -> None:
    """Deletes an unfinished run and everything below it."""
    for child in client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{run}'", max_results=5000):
        remove_with_children(client, experiment, child.info.run_id)
    client.delete_run(run)


def log_data(client: "MlflowClient", run: str, account: Account) -> None:
    """The series, as the run's data set."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    series = account.series
    source = series.source or series.name
    data = Dataset(name=series.name, digest=series.digest[:36], source_type="local", source=source)
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training and evaluation")])])


def log_seeds(
    client: "MlflowClient", place: Place, experiment: str, variants: Mapping[str, str], seeds: Seeds, begun: int
) -> None:
    """The run of every seed below its variant's, each as begun a millisecond before the one that it follows."""
    if place.own:
        write_seeds(place.store / STORE, variants, seeds, begun)
        return
    for number, (variant, run) in enumerate(seeds):
        client.set_terminated(log_run(client, experiment, run, begun - number, variants[variant]), "FINISHED")
