"""The part of the flow `compare-activations` that is an autoencoder's own: windows given back instead of forecasts."""

from dataclasses import dataclass
from pathlib import Path

from flows.command_line.progress import stage
from flows.comparison.looks import looks_at
from flows.comparison.prefect_artifacts import publish, reconstruction_page
from flows.comparison.prefect_tasks import step
from flows.comparison.study import Study
from flows.comparison.tracking import in_words, place, track_runs
from flows.comparison.training import train_variants
from tasks.numerics.findings.offline_pages import Background
from tasks.numerics.findings.reconstruction_runs import reconstruction_account
from tasks.numerics.networks.variants import check_reference, variants_of
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.windows import make_reconstruction_windows
from tasks.numerics.series.series import Series
from tasks.numerics.series.validation import Validation
from tasks.plot.reconstructions import plot_reconstructions
from tasks.reconstruct import evaluate_reconstructions
from tasks.reconstruct.page import render_reconstructions
from tasks.reconstruct.summary import summarize_reconstructions
from tasks.report import write_report
from tasks.summarize import write_summary
from tasks.track import Comparison, Tracked


@dataclass(frozen=True)
class Reconstructed:
    """A comparison of autoencoders and where it is to be seen."""

    result: ReconstructionResult
    folder: Path
    tracked: Tracked
    timings: dict[str, float]


cut_windows = step(make_reconstruction_windows, "window", "window lookback {spec.lookback}")
score_windows = step(evaluate_reconstructions, "evaluate", "evaluate reconstructions")
draw_figures = step(plot_reconstructions, "plot", "figures of {result.series.name}")
make_report = step(write_report, "report", "report.html")


def compare_reconstructions(
    study: Study, data: tuple[Series, Validation], folder: Path, timings: dict[str, float]
) -> Reconstructed:
    """Windows, training, scores, verdicts, report and summary of a validated series."""
    (series, validation), comparison = data, study.comparison
    with stage(timings, "window"):
        windows = cut_windows(series, study.windows)
        variants = variants_of(comparison.activations, comparison.placements, study.network.cell)
        check_reference(comparison.reference, variants)
    for seeds, look in looks_at(comparison, variants):
        with stage(timings, "train"):
            blocks = train_variants(study, variants, (windows,), seeds)
        with stage(timings, "evaluate"):
            result = score_windows((series, windows), study.network, study.training, comparison, blocks, seeds, look)
        if result.decided:
            break
    where = place(study.output, f"{series.name} autoencoder")
    with stage(timings, "report"):
        figures = draw_figures(result)
        background = Background(study.settings(), in_words(where), dict(timings))
        make_report(render_reconstructions(result, figures, validation, background), folder / "report.html")
    with stage(timings, "track"):
        known = Comparison(study.digest(series.digest), study.settings(), blocks, folder / "report.html", figures)
        tracked = track_runs(reconstruction_account(result), known, where)
    summary = summarize_reconstructions(result, study.settings(), timings, tracked.ids)
    write_summary(summary, folder / "summary.json")
    publish(reconstruction_page(result), tracked, study.output.tracking)
    return Reconstructed(result, folder, tracked, timings)
