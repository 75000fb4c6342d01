"""The part of the flow `compare-activations` that is an autoencoder's own: windows given back instead of forecasts."""

from dataclasses import dataclass
from pathlib import Path

from prefect.artifacts import create_markdown_artifact

from flows.progress import stage
from flows.steps import step
from flows.study import Study
from flows.training import train_variants
from tasks.numerics.errors import InputError
from tasks.numerics.reconstruction_results import ReconstructionResult
from tasks.numerics.reconstruction_windows import make_reconstruction_windows
from tasks.numerics.reconstruction_words import cautions, conclusions
from tasks.numerics.series import Series
from tasks.numerics.validation import Validation
from tasks.numerics.variants import check_reference, variants_of
from tasks.plot.reconstructions import plot_reconstructions
from tasks.reconstruct import evaluate_reconstructions
from tasks.reconstruct.page import render_reconstructions
from tasks.reconstruct.summary import summarize_reconstructions
from tasks.report import write_report
from tasks.summarize import write_summary


@dataclass(frozen=True)
class Reconstructed:
    """A comparison of autoencoders and where it is to be seen."""

    result: ReconstructionResult
    folder: Path
    timings: dict[str, float]


cut_windows = step(make_reconstruction_windows, "window", "window lookback {spec.lookback}")
score_windows = step(evaluate_reconstructions, "evaluate", "evaluate reconstructions")


def compare_reconstructions(
    study: Study, data: tuple[Series, Validation], folder: Path, timings: dict[str, float]
) -> Reconstructed:
    """Windows, training, scores, verdicts, report and summary of a validated series."""
    (series, validation), comparison = data, study.comparison
    if comparison.until_decided:
        raise InputError("--until-decided with --head autoencoder: seeds are trained at once. Pass --seeds alone.")
    with stage(timings, "window"):
        windows = cut_windows(series, study.windows)
        variants = variants_of(comparison.activations, comparison.placements, study.network.cell)
        check_reference(comparison.reference, variants)
    (seeds,) = comparison.looks
    with stage(timings, "train"):
        blocks = train_variants(study, variants, (windows,), seeds)
    with stage(timings, "evaluate"):
        result = score_windows((series, windows), study.network, study.training, comparison, blocks, seeds)
    with stage(timings, "report"):
        page = render_reconstructions(result, plot_reconstructions(result), validation, study.settings(), dict(timings))
        write_report(page, folder / "report.html")
    write_summary(summarize_reconstructions(result, study.settings(), timings, {}), folder / "summary.json")
    words = "\n\n".join([f"# {series.name}", *conclusions(result), *(f"- {one}" for one in cautions(result))])
    create_markdown_artifact(words, key="result", description="What the comparison found")
    return Reconstructed(result, folder, timings)
