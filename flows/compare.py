"""The flow `compare-activations`: from a series to a result, a report and MLflow runs."""

import os

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.comparison.checks import check_budget, check_places
from flows.comparison.places import given_folder
from flows.flow_runs.failed_runs import show_what_to_do
from flows.flow_runs.finishing import Finished, finish
from flows.flow_runs.prefect_runner import AsTasks
from flows.flow_runs.run_page import unchanged_artifacts
from flows.scheduling.alerts import alert_failed
from flows.scheduling.scheduled_run import UNCHANGED, UnchangedError, scheduled_run
from flows.servers.allowed_files import check_allowed
from flows.servers.run_history import ask_once_if_gone, remember
from flows.studies.champion_names import check_champion
from flows.studies.presets import PresetName
from flows.studies.run_form import FIRST, Horizon, Series, series_of, study_asked_for
from flows.studies.schedules import COMPARISONS
from flows.workers.checks import check_workers
from tasks.numerics.evidence_levels import EvidenceName
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, OutputSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

_finished: list[Finished] = []


def run_name() -> str:
    """Of the run that begins: its series."""
    return series_of(flow_run.parameters)


@flow(
    name=COMPARISONS,
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=max(2, os.cpu_count() or 2)),  # type: ignore[arg-type]  # Prefect's own types disagree
    persist_result=False,
    on_running=[remember],
    on_failure=[show_what_to_do, alert_failed],
)
def compare_activations(  # noqa: PLR0913  # what the form asks first, then all else in groups
    series: Series = FIRST["series"].usual,
    horizon: Horizon = FIRST["horizon"].usual,
    preset: PresetName = "default",
    evidence: EvidenceName = "default",
    data: SeriesSpec = SeriesSpec(),  # noqa: B008
    windows: WindowSpec = WindowSpec(),  # noqa: B008
    network: NetworkSpec = NetworkSpec(),  # noqa: B008
    training: TrainingSpec = TrainingSpec(),  # noqa: B008
    comparison: ComparisonSpec = ComparisonSpec(),  # noqa: B008
    output: OutputSpec = OutputSpec(),  # noqa: B008
) -> Finished | State[None]:
    """Does an activation function in or between LSTM layers help, on this series?"""
    asked = {
        "series": series,
        "horizon": horizon,
        "preset": preset,
        "evidence": evidence,
        "data": data,
        "windows": windows,
    }
    study = study_asked_for(
        asked | {"network": network, "training": training, "comparison": comparison, "output": output}
    )
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
