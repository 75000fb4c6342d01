"""Rows of values with intervals, and of ranks."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.problems.drawings import Intervals, Ranks
from tasks.plot.canvas import BLUE, GREY, INK, canvas, thin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go


def rows_axis(rows: Any) -> dict[str, Any]:
    """A vertical axis of named rows, the first on top."""
    return {
        "tickvals": np.arange(len(rows)),
        "ticktext": list(rows),
        "range": [len(rows) - 0.4, -0.6],
        "showgrid": False,
    }


def ratio_axis(title: str, ends: tuple[float, float], ticks: "Sequence[float]") -> dict[str, Any]:
    """A horizontal axis of logarithms between two ends, that names the ratios."""
    return {
        "title": {"text": title},
        "range": list(ends),
        "tickvals": np.log(ticks),
        "ticktext": [f"{one:.3g}" for one in ticks],
    }


def mark_equal(figure: "go.Figure", region: float) -> None:
    """A line at 0, and a band as wide as what counts as equal to it."""
    figure.add_vrect(x0=-region, x1=region, fillcolor="#000", opacity=0.12, line_width=0)
    figure.add_vline(x=0, line={"color": INK, "width": 1})


def draw_intervals(drawing: Intervals) -> "go.Figure":
    """A point and a line a row, beside what counts as equal to 0."""
    rows = np.arange(len(drawing.rows))
    figure = canvas(
        drawing.title,
        110 + 26 * len(rows),
        xaxis={"title": {"text": drawing.x_title}},
        yaxis=rows_axis(drawing.rows),
    )
    add_regions(figure, drawing.region)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    if drawing.total:
        figure.add_hline(y=len(rows) - 1.5, line={"color": GREY, "width": 1})
    figure.add_scatter(
        x=thin(drawing.centre),
        y=rows,
        mode="markers",
        marker={
            "size": 8,
            "color": BLUE,
            "symbol": ["circle"] * (len(rows) - drawing.total) + ["diamond"] * drawing.total,
        },
        error_x={"type": "data", "array": thin(drawing.reach), "color": BLUE, "thickness": 2},
        hovertemplate="%{y}: %{x:.4g} ± %{error_x.array:.4g}<extra></extra>",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)


def add_regions(figure: "go.Figure", region: np.ndarray) -> None:
    """Add what counts as equal: one area where it is the same in every row, else a box a row."""
    look: dict[str, Any] = {"fillcolor": "#000", "opacity": 0.12, "line_width": 0}
    if len({*region.tolist()}) == 1:
        if np.isfinite(region[0]):
            figure.add_vrect(x0=-region[0], x1=region[0], **look)
        return
    for row, width in enumerate(region.tolist()):
        if np.isfinite(width):
            figure.add_shape(type="rect", x0=-width, x1=width, y0=row - 0.42, y1=row + 0.42, layer="below", **look)


def draw_ranks(drawing: Ranks) -> "go.Figure":
    """Mean ranks, every series' ranks as ticks, and how far from the reference's a rank must be to be beyond chance."""
    rows, own = np.arange(len(drawing.rows)), drawing.reference
    figure = canvas(
        drawing.title,
        100 + 24 * len(rows),
        xaxis={"title": {"text": "mean rank, 1 is best"}, "range": [0.8, len(rows) + 0.2]},
        yaxis=rows_axis(drawing.rows),
    )
    if np.isfinite(drawing.critical):
        figure.add_vrect(
            x0=own - drawing.critical, x1=own + drawing.critical, fillcolor="#000", opacity=0.12, line_width=0
        )
    figure.add_vline(x=own, line={"color": GREY, "dash": "dot", "width": 1.2})
    for row in rows:
        figure.add_scatter(
            x=thin(drawing.ranks[:, row]),
            y=np.full(len(drawing.ranks), row),
            mode="markers",
            marker={"size": 7, "symbol": "line-ns-open", "color": GREY},
            hovertemplate="a series: rank %{x}<extra></extra>",
        )
    figure.add_scatter(
        x=thin(drawing.means),
        y=rows,
        mode="markers",
        marker={"size": 10, "color": BLUE},
        hovertemplate="%{y}: %{x:.3g}<extra></extra>",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)
