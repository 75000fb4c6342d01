"""The flow `compare-activations`: from a series to a result, a report and MLflow runs."""

import os

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.comparison.checks import check_budget, check_places
from flows.comparison.finishing import Finished, finish
from flows.comparison.places import given_folder
from flows.comparison.prefect_runner import AsTasks
from flows.comparison.study import Study
from flows.operation.names import check_champion
from flows.servers.allowed_files import check_allowed
from flows.servers.run_history import ask_once_if_gone, remember
from flows.workers.checks import check_workers
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, OutputSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

_finished: list[Finished] = []


@flow(
    name="compare-activations",
    flow_run_name="{data.series:.80}",
    task_runner=ThreadPoolTaskRunner(max_workers=max(2, os.cpu_count() or 2)),  # type: ignore[arg-type]  # Prefect's own types disagree
    persist_result=False,
    on_running=[remember],
)
def compare_activations(
    data: SeriesSpec = SeriesSpec(),  # noqa: B008
    windows: WindowSpec = WindowSpec(),  # noqa: B008
    network: NetworkSpec = NetworkSpec(),  # noqa: B008
    training: TrainingSpec = TrainingSpec(),  # noqa: B008
    comparison: ComparisonSpec = ComparisonSpec(),  # noqa: B008
    output: OutputSpec = OutputSpec(),  # noqa: B008
) -> Finished:
    """Does an activation function in or between LSTM layers help, on this series?"""
    study = Study(data=data, windows=windows, network=network, training=training, comparison=comparison, output=output)
    try:
        check_allowed(study)
        check_workers(study)
        check_champion(study)
        check_budget(study)
        check_places(study, given_folder(output.output))
        _finished[:] = [finish(study, AsTasks())]
    finally:
        ask_once_if_gone()
    return _finished[0]


def finished_before() -> Finished | None:
    """What the last call found in this process, though Prefect could not be told its end."""
    return _finished.pop() if _finished else None
