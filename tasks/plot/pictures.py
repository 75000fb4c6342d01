"""Lines with bands, and rows of intervals, as a PNG, for where no page can be opened: drawn by Matplotlib, in the style of the figures."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.findings.drawing_tables import plain
from tasks.numerics.problems.drawings import Drawing, Intervals, Lines
from tasks.plot.canvas import BLUE, GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS: dict[str, Any] = {
    "actual": {"color": INK, "linewidth": 1.2},
    "own": {"color": BLUE, "linewidth": 1.8, "linestyle": (0, (5, 2))},
    "reference": {"color": GREY, "linewidth": 1.2, "linestyle": ":"},
    "training": {"color": INK, "linewidth": 1.2},
    "other": {"color": INK, "linewidth": 1.6, "linestyle": "-."},
}
MOST = 4
"""Figures of a picture."""
LINES, AROUND_ROWS, ROW = 3.2, 1.1, 0.32
"""Heights of figures, in inches."""


def draw_picture(drawings: Sequence[Drawing]) -> bytes:
    """The first figures one below the other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [one for one in drawings if isinstance(one, Lines | Intervals)][:MOST]
    heights = [LINES if isinstance(one, Lines) else AROUND_ROWS + ROW * len(one.rows) for one in shown] or [LINES]
    # Without pyplot: no window, and no state that a thread could share.
    figure = Figure(figsize=(9, sum(heights)), layout="constrained")
    FigureCanvasAgg(figure)
    places = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    for number, drawing in enumerate(shown):
        axes = figure.add_subplot(places[number])
        if isinstance(drawing, Lines):
            _draw_lines(axes, drawing)
        else:
            _draw_intervals(axes, drawing)
        axes.set_title(plain(drawing.title), loc="left", fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()


def _draw_lines(axes: "Axes", drawing: Lines) -> None:
    for band in drawing.bands:
        ends = np.asarray(band.low), np.asarray(band.high)
        axes.fill_between(np.asarray(band.x), *ends, color=BLUE, alpha=0.18, linewidth=0)
    for line in drawing.lines:
        axes.plot(np.asarray(line.x), np.asarray(line.y), label=line.name, **LOOKS[line.look])
    axes.set_ylabel(plain(drawing.y_title))
    axes.grid(axis="y", color="#e4e4e4")
    axes.legend(frameon=False, fontsize=9, loc="upper left")


def _draw_intervals(axes: "Axes", drawing: Intervals) -> None:
    rows = np.arange(len(drawing.rows))
    for row, width in zip(rows, drawing.region, strict=True):
        if np.isfinite(width):
            axes.fill_betweenx([row - 0.5, row + 0.5], -width, width, color="#000", alpha=0.12, linewidth=0)
    axes.axvline(0, color=INK, linewidth=1)
    axes.errorbar(drawing.centre, rows, xerr=drawing.reach, fmt="o", color=BLUE, linewidth=2, markersize=6)
    axes.set_yticks(rows, list(drawing.rows))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(plain(drawing.x_title.replace("<br>", ", ")))
