"""The flow `compare-activations`: from a series to a result, a report and MLflow runs."""

import os

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.comparison.checks import check_budget, check_places
from flows.comparison.finishing import Finished, finish
from flows.comparison.places import given_folder
from flows.comparison.prefect_runner import AsTasks
from flows.comparison.run_page import unchanged_artifacts
from flows.comparison.study import Study
from flows.operation.names import check_champion
from flows.scheduling.alerts import alert_failed
from flows.scheduling.scheduled_run import UNCHANGED, UnchangedError, scheduled_run
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
    on_failure=[alert_failed],
)
def compare_activations(
    data: SeriesSpec = SeriesSpec(),  # noqa: B008
    windows: WindowSpec = WindowSpec(),  # noqa: B008
    network: NetworkSpec = NetworkSpec(),  # noqa: B008
    training: TrainingSpec = TrainingSpec(),  # noqa: B008
    comparison: ComparisonSpec = ComparisonSpec(),  # noqa: B008
    output: OutputSpec = OutputSpec(),  # noqa: B008
) -> Finished | State[None]:
    """Does an activation function in or between LSTM layers help, on this series?"""
    study = Study(data=data, windows=windows, network=network, training=training, comparison=comparison, output=output)
    runner = AsTasks()
    try:
        with scheduled_run(study, str(flow_run.id)) as own:
            check_allowed(study)
            check_workers(study)
            check_champion(study)
            check_budget(study)
            check_places(study, given_folder(output.output))
            found = finish(study, runner, own.check)
            own.finished(found)
            _finished[:] = [found]
    except UnchangedError as unchanged:
        runner.tell(str(unchanged))
        runner.show(unchanged_artifacts(str(unchanged), unchanged.result.seen))
        return Completed(name=UNCHANGED, message=str(unchanged))
    finally:
        ask_once_if_gone()
    return found


def finished_before() -> Finished | None:
    """What the last call found in this process, though Prefect could not be told its end."""
    return _finished.pop() if _finished else None
