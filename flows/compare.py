"""The flow `compare-activations`: from a series to a result, a report and MLflow runs."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.command_line.progress import stage
from flows.comparison.checks import check_budget, check_places
from flows.comparison.prefect_artifacts import page_of, publish
from flows.comparison.prefect_tasks import step
from flows.comparison.seeds import train_until_decided
from flows.comparison.study import Study
from flows.comparison.tracking import in_words, place, track_runs
from flows.environment import MLRUNS
from flows.servers.run_history import remember
from tasks.baselines import baselines_key, run_baselines
from tasks.evaluate import evaluate
from tasks.load import read_members
from tasks.numerics.findings.offline_pages import Background
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.networks.variants import check_reference, variants_of
from tasks.numerics.problems import PROBLEMS, check_problem
from tasks.numerics.problems.results import Result
from tasks.numerics.series.records import name_of
from tasks.numerics.series.validation import RowsNeeded
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
from tasks.track import Comparison, Tracked
from tasks.validate import validate
from tasks.window import window

load_series = step(read_members, "load", "load {spec.series}")
validate_series = step(validate, "validate", "validate {spec.series}")
window_series = step(window, "window", "window lookback {spec.lookback}")
find_baselines = step(
    run_baselines, "baselines", "baselines of {series.name}", key=lambda given: baselines_key(**given)
)
score_networks = step(evaluate, "evaluate", "evaluate {data[0].name}")
draw_figures = step(plot, "plot", "figures of {result.series.name}")
make_report = step(write_report, "report", "report.html")
make_summary = step(write_summary, "summarize", "summary.json")


@dataclass(frozen=True)
class Finished:
    """A comparison and where it is to be seen."""

    result: Result
    folder: Path
    tracked: Tracked
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
    problem, timings = PROBLEMS[network.head], dict[str, float]()
    check_budget(study)
    check_places(study, Path(output.output) if output.output else MLRUNS)
    with stage(timings, "validate"):
        records = load_series(data)
        check_problem(len(records), network)
        docs = MLRUNS / "data_docs" / name_of(records, data)
        series, validation = validate_series(records, data, RowsNeeded.of(windows), docs)
    with stage(timings, "window"):
        origins = window_series(series, windows, network.head)
        variants = variants_of(comparison.activations, comparison.placements, network.cell)
        check_reference(comparison.reference, variants)
        series = replace(series, warnings=(*series.warnings, *origins.warnings))
    with stage(timings, "train"):
        baselines = find_baselines.submit(series, origins, network)
        trained = train_until_decided(study, variants, series, origins, baselines.result)
    with stage(timings, "evaluate"):
        result = score_networks((series, origins), network, trained.outcome, comparison, trained.look)
    folder, where = output_folder(study, series.digest), place(output, f"{series.name} {problem.experiment}".strip())
    with stage(timings, "report"):
        background = Background(study.settings(), in_words(where), dict(timings))
        figures = draw_figures(result)
        make_report(render_report(result, figures, validation, background), folder / "report.html")
    with stage(timings, "track"):
        known = Comparison(
            study.digest(series.digest), study.settings(), trained.blocks, folder / "report.html", figures
        )
        tracked = track_runs(account_of(result), known, where)
    make_summary(summarize(result, study.settings(), timings, tracked.ids), folder / "summary.json")
    publish(page_of(result), tracked, output.tracking)
    return Finished(result, folder, tracked, timings)


def output_folder(study: Study, data_digest: str) -> Path:
    """Where report and summary go: what the user asked for, or a folder that is the comparison's own."""
    if study.output.output:
        return Path(study.output.output)
    return MLRUNS / "reports" / f"{Path(study.data.series).stem}-{study.digest(data_digest)}"
