"""report.html: a comparison on one page that opens offline."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.numerics.findings.answer import answer, essential
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.drawing_tables import plain
from tasks.numerics.findings.drawings import drawings_of, first_drawings
from tasks.numerics.findings.offline_pages import Background, flat_settings, render
from tasks.numerics.findings.page_sections import sections
from tasks.numerics.networks.variant_words import recurrent_names
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result
from tasks.numerics.series.validation import Validation
from tasks.numerics.whole_files import write_whole

if TYPE_CHECKING:
    import plotly.graph_objects as go

TEMPLATE = Path(__file__).with_name("report.html.jinja")


def render_report(
    result: Result, figures: "Mapping[str, go.Figure]", validation: Validation, background: Background
) -> str:
    """The page as HTML; `figures` as `plot` makes them."""
    overview: Overview[Any] = Overview.of(result)
    problem, drawn = PROBLEMS[result.head], drawings_of(overview)
    layer = recurrent_names([name for name, _, _ in result.layers])
    first = first_drawings(overview)
    region = overview.number(result.metric, overview.primary[0].region) if overview.primary else ""
    return render(
        TEMPLATE,
        figures,
        series=result.series,
        question=problem.question(result, layer),
        answer=answer(overview),
        essential=essential(overview),
        first=first,
        region=region,
        reference=result.comparison.reference,
        introduction=problem.introduction(overview, layer),
        conclusions=conclusions(overview),
        cautions=cautions(overview),
        sections=sections(overview, drawn, {*first}),
        titles={name: plain(drawing.title) for name, drawing in drawn.items()},
        validation=validation,
        settings=flat_settings(background.settings),
        timings=background.timings,
        places=background.places,
    )


def write_report(html: str, path: Path) -> None:
    """The page as a file, whole or not at all."""
    write_whole(path, html)
