"""The flow `compare-activations`: from a series to a result, a report and MLflow runs."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.command_line.progress import stage
from flows.comparison.checks import check_budget, check_members, check_places
from flows.comparison.looks import train_and_look
from flows.comparison.prefect_artifacts import forecast_page, publish
from flows.comparison.prefect_tasks import step
from flows.comparison.reconstruct import Reconstructed, compare_reconstructions
from flows.comparison.study import Study
from flows.comparison.tracking import in_words, place, track_runs
from flows.environment import MLRUNS
from flows.servers.run_history import remember
from tasks.evaluate import evaluate
from tasks.forecast_baselines import baselines_key, forecast_baselines
from tasks.load import read_members
from tasks.numerics.findings.forecast_runs import forecast_account
from tasks.numerics.findings.offline_pages import Background
from tasks.numerics.networks.variants import check_reference, variants_of
from tasks.numerics.problems.forecasting.results import Result
from tasks.numerics.series.panel_windows import cut_windows
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

load_series = step(read_members, "load", "load {spec.series}")
validate_series = step(validate, "validate", "validate {spec.series}")
window_series = step(cut_windows, "window", "window lookback {spec.lookback}")
run_baselines = step(
    forecast_baselines, "baselines", "baselines of {series.name}", key=lambda given: baselines_key(**given)
)
score_forecasts = step(evaluate, "evaluate", "evaluate {series.name}")
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
) -> Finished | Reconstructed:
    """Does an activation function in or between LSTM layers help, on this series?"""
    study = Study(data=data, windows=windows, network=network, training=training, comparison=comparison, output=output)
    timings: dict[str, float] = {}
    check_budget(study)
    check_places(study, Path(output.output) if output.output else MLRUNS)
    with stage(timings, "validate"):
        records = load_series(data)
        check_members(len(records), network)
        docs = MLRUNS / "data_docs" / name_of(records, data)
        series, validation = validate_series(records, data, RowsNeeded.of(windows), docs)
    if network.head == "autoencoder":
        return compare_reconstructions(study, (series, validation), output_folder(study, series.digest), timings)
    with stage(timings, "window"):
        origins = window_series(series, windows)
        variants = variants_of(comparison.activations, comparison.placements, network.cell)
        check_reference(comparison.reference, variants)
        series = replace(series, warnings=(*series.warnings, *origins[0].warnings))
    with stage(timings, "train"):
        tested = tuple(np.sum([origin.own_by_series for origin in origins], axis=0).tolist())
        baselines = run_baselines.submit(series, tested, windows.horizon)
        looked = train_and_look(study, variants, series, origins, baselines.result)
    with stage(timings, "evaluate"):
        result = score_forecasts(series, origins[0].training_rows, looked.outcome, comparison, looked.look)
    folder = output_folder(study, series.digest)
    with stage(timings, "report"):
        where = place(output, series.name)
        background = Background(study.settings(), in_words(where), dict(timings))
        figures = draw_figures(result)
        make_report(render_report(result, figures, validation, background), folder / "report.html")
    with stage(timings, "track"):
        known = Comparison(
            study.digest(series.digest), study.settings(), looked.blocks, folder / "report.html", figures
        )
        tracked = track_runs(forecast_account(result), known, where)
    make_summary(summarize(result, study.settings(), timings, tracked.ids), folder / "summary.json")
    publish(forecast_page(result), tracked, output.tracking)
    return Finished(result, folder, tracked, timings)


def output_folder(study: Study, data_digest: str) -> Path:
    """Where report and summary go: what the user asked for, or a folder that is the comparison's own."""
    if study.output.output:
        return Path(study.output.output)
    return MLRUNS / "reports" / f"{Path(study.data.series).stem}-{study.digest(data_digest)}"
