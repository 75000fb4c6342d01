"""The flow `compare-activations`: from a series to a result, a report and MLflow runs."""

import os
from dataclasses import dataclass
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.command_line.progress import stage
from flows.comparison.checks import check_budget, check_places
from flows.comparison.pipeline import find
from flows.comparison.prefect_artifacts import page_of, publish
from flows.comparison.prefect_runner import AsTasks
from flows.comparison.study import Study
from flows.comparison.tracking import addresses, in_words, place
from flows.environment import MLRUNS
from flows.servers.run_history import remember
from tasks.numerics.findings.offline_pages import Background
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.results import Result
from tasks.numerics.settings import (
    ComparisonSpec,
    NetworkSpec,
    OutputSpec,
    SeriesSpec,
    TrainingSpec,
    WindowSpec,
)
from tasks.plot import plot
from tasks.report import render_report, write_report
from tasks.summarize import summarize, write_summary
from tasks.track import Comparison, Tracked, track
from tasks.track.artifacts import Page


@dataclass(frozen=True)
class Finished:
    """A comparison and where it is to be seen."""

    result: Result
    folder: Path
    tracked: Tracked
    seen: dict[str, str]
    """Where MLflow shows it."""
    timings: dict[str, float]


@flow(
    name="compare-activations",
    flow_run_name="{data.series}",
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
    check_budget(study)
    check_places(study, Path(output.output) if output.output else MLRUNS)
    runner = AsTasks()
    found = find(study, runner)
    result, timings, settings = found.result, found.timings, study.settings()
    folder = output_folder(study, result.series.digest)
    where = place(output, f"{result.series.name} {PROBLEMS[network.head].experiment}".strip())
    with stage(timings, "report"):
        background = Background(settings, in_words(where), dict(timings))
        figures = runner.run(plot, result)
        page = render_report(result, figures, found.validation, background)
        runner.run(write_report, page, folder / "report.html")
    with stage(timings, "track"):
        known = Comparison(found.digest, settings, found.trained.blocks, Page(folder / "report.html", figures))
        tracked = runner.run(track, account_of(result), known, where)
    runner.run(write_summary, summarize(result, settings, timings, tracked.ids), folder / "summary.json")
    seen = addresses(tracked, output.tracking)
    runner.tell(f"{'Tracked' if tracked.new else 'Was tracked before'} in MLflow: {seen['comparison']}")
    publish(page_of(result), seen)
    return Finished(result, folder, tracked, seen, timings)


def output_folder(study: Study, data_digest: str) -> Path:
    """Where report and summary go: what the user asked for, or a folder that is the comparison's own."""
    if study.output.output:
        return Path(study.output.output)
    return MLRUNS / "reports" / f"{Path(study.data.series).stem}-{study.digest(data_digest)}"
