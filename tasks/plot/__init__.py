"""Plot: every figure of a result, drawn by Plotly."""

from typing import TYPE_CHECKING, Any

from tasks.numerics.findings.drawings import drawings_of
from tasks.numerics.problems.drawings import Distributions, Drawing, Grid, Intervals, Lines
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result
from tasks.plot.distributions import draw_distributions
from tasks.plot.grids import draw_grid
from tasks.plot.intervals import draw_intervals, draw_ranks
from tasks.plot.lines import draw_lines

if TYPE_CHECKING:
    import plotly.graph_objects as go


def plot(result: Result) -> "dict[str, go.Figure]":
    """Every figure under its name, as `drawings_of` names them."""
    overview: Overview[Any] = Overview.of(result)
    return {name: draw(drawing) for name, drawing in drawings_of(overview).items()}


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
        case _:
            return draw_ranks(drawing)
