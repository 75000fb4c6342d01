"""Plot: every figure of a result, drawn by Plotly."""

from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from tasks.numerics.findings.drawings import drawings_of
from tasks.numerics.problems.attempts import attempt, reason
from tasks.numerics.problems.drawings import Confusion, Distributions, Drawing, Grid, Intervals, Lines, Missing
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result
from tasks.plot.canvas import canvas
from tasks.plot.confusion import draw_confusion
from tasks.plot.distributions import draw_distributions
from tasks.plot.grids import draw_grid
from tasks.plot.intervals import draw_intervals, draw_ranks
from tasks.plot.lines import draw_lines

if TYPE_CHECKING:
    import plotly.graph_objects as go


def plot(result: Result) -> "dict[str, go.Figure]":
    """Every figure under its name, as `drawings_of` names them."""
    overview: Overview[Any] = Overview.of(result)
    return {name: draw_or_say(drawing) for name, drawing in drawings_of(overview).items()}


def draw_or_say(drawing: Drawing) -> "go.Figure":
    """One figure, or where it fails one that says why."""
    return attempt(lambda: draw(drawing), lambda error: draw_missing(Missing(drawing.title, reason(error))))


def draw(drawing: Drawing) -> "go.Figure":
    """One figure."""
    match drawing:
        case Lines():
            return draw_lines(drawing)
        case Intervals():
            return draw_intervals(drawing)
        case Distributions():
            return draw_distributions(drawing)
        case Grid():
            return draw_grid(drawing)
        case Confusion():
            return draw_confusion(drawing)
        case Missing():
            return draw_missing(drawing)
        case _:
            return draw_ranks(drawing)


def draw_missing(drawing: Missing) -> "go.Figure":
    """An empty figure that says why it is."""
    said = "<br>".join(wrap(escape(f"Could not be drawn: {drawing.reason}", quote=False), 60))
    figure = canvas(drawing.title, 120, xaxis={"visible": False}, yaxis={"visible": False})
    return figure.add_annotation(
        text=said, x=0, y=0.5, xref="paper", yref="paper", xanchor="left", showarrow=False, align="left"
    )
