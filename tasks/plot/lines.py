"""Lines over a common axis, with bands and parts behind them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.problems.drawings import Band, Line, Lines, Part
from tasks.plot.canvas import BAND, BLUE, GREY, INK, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

LOOKS: dict[str, dict[str, Any]] = {
    "actual": {"color": INK, "width": 1.4},
    "own": {"color": BLUE, "dash": "6px,3px", "width": 2},
    "reference": {"color": GREY, "dash": "dot", "width": 1.6},
    "training": {"color": INK, "width": 1.4},
    "other": {"color": INK, "dash": "dashdot", "width": 2},
}
SHADES = {"own": BAND, "training": "rgba(0,0,0,0.13)"}
PARTS = ("rgba(0,0,0,0)", "rgba(0,0,0,0.07)", "rgba(31,95,168,0.16)")


def draw_lines(drawing: Lines) -> "go.Figure":
    """Parts, bands, then lines, in the order in which they are given."""
    axis: dict[str, Any] = {"title": {"text": drawing.y_title}}
    if drawing.y_range is not None:
        axis["range"] = drawing.y_range
    if drawing.logarithmic:
        axis["type"] = "log"
        # Over few powers of ten the ones alone are too few ticks.
        if drawing.y_range and drawing.y_range[1] - drawing.y_range[0] < 2.5:
            axis["dtick"] = "D2"
    across: dict[str, Any] = {"title": {"text": drawing.x_title}}
    if len(drawing.x_ticks):
        across["tickvals"] = list(drawing.x_ticks)
    figure = canvas(drawing.title, drawing.height, xaxis=across, yaxis=axis)
    for part in drawing.parts:
        add_part(figure, part)
    for band in drawing.bands:
        add_band(figure, band)
    for line in drawing.lines:
        # A line alone is the data itself, and drawn in all its digits.
        add_line(figure, line, line.y if len(drawing.lines) == 1 else thin(np.asarray(line.y)))
    for mark in drawing.marks:
        figure.add_vline(x=mark, line={"color": GREY, "dash": "dot", "width": 1})
    return figure.update_layout(showlegend=True, legend={"y": -0.3}) if drawing.legend else figure


def add_line(figure: "go.Figure", line: Line, y: Any) -> None:
    """Add a line through these heights."""
    figure.add_scatter(x=line.x, y=y, mode="lines", line=LOOKS[line.look], name=line.name)


def add_band(figure: "go.Figure", band: Band) -> None:
    """Add the area between two lines."""
    for values, words, filled in (
        (band.low, band.ends[0], {}),
        (band.high, band.ends[1], {"fill": "tonexty", "fillcolor": SHADES[band.shade]}),
    ):
        figure.add_scatter(
            x=band.x,
            y=thin(np.asarray(values)),
            mode="lines",
            line={"width": 0},
            name=f"{band.name}, {words}",
            showlegend=False,
            **filled,
        )


def add_part(figure: "go.Figure", part: Part) -> None:
    """Add a named stretch of the horizontal axis."""
    # Every second name stands a line lower: on a phone a part may be narrower than its name.
    lower = "<br>" if part.shade % 2 else ""
    figure.add_vrect(
        x0=part.start,
        x1=part.end,
        fillcolor=PARTS[part.shade],
        line={"width": 0 if part.shade == 0 else 1, "dash": "dot", "color": GREY},
        layer="below",
        label={"text": f"{lower}{part.name}", "textposition": "top left", "font": {"size": 12}},
    )
