"""A comparison of autoencoders on one page that opens offline."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.numerics.findings.offline_pages import Background, flat_settings, render
from tasks.numerics.findings.reconstruction_words import (
    cautions,
    conclusions,
    feature_rows,
    kind_rows,
    score_rows,
    title,
    tuning_rows,
    verdict_rows,
)
from tasks.numerics.problems.reconstruction.anomalies import KINDS, WORDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.scores import RECONSTRUCTION_METRICS
from tasks.numerics.series.validation import Validation

if TYPE_CHECKING:
    import plotly.graph_objects as go


def render_reconstructions(
    result: ReconstructionResult,
    figures: "Mapping[str, go.Figure]",
    validation: Validation,
    background: Background,
) -> str:
    """The page as HTML; `figures` as `plot_reconstructions` makes them."""
    return render(
        "reconstruction.html.jinja",
        figures,
        result=result,
        series=result.series,
        title=title(result),
        conclusions=conclusions(result),
        cautions=cautions(result),
        metrics=RECONSTRUCTION_METRICS,
        scores=score_rows(result),
        verdicts=verdict_rows(result),
        kinds=KINDS,
        kind_words=WORDS,
        auroc=kind_rows(result, "auroc"),
        precision=kind_rows(result, "average_precision"),
        features=feature_rows(result),
        tuning=tuning_rows(result),
        candidates=[one.name for one in result.candidates],
        validation=validation,
        settings=flat_settings(background.settings),
        timings=background.timings,
        places=background.places,
    )
