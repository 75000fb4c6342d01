"""Lines and bands as a PNG, for where no page can be opened: drawn by Matplotlib, in the style of the figures."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from tasks.numerics.problems.drawings import Drawing, Lines
from tasks.plot.canvas import BLUE, GREY, INK

LOOKS: dict[str, Any] = {
    "actual": {"color": INK, "linewidth": 1.2},
    "own": {"color": BLUE, "linewidth": 1.8, "linestyle": (0, (5, 2))},
    "reference": {"color": GREY, "linewidth": 1.2, "linestyle": ":"},
    "training": {"color": INK, "linewidth": 1.2},
    "other": {"color": INK, "linewidth": 1.6, "linestyle": "-."},
}
MOST = 4
"""Figures of a picture."""


def draw_picture(drawings: Sequence[Drawing]) -> bytes:
    """The first figures one below the other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [one for one in drawings if isinstance(one, Lines)][:MOST]
    # Without pyplot: no window, and no state that a thread could share.
    figure = Figure(figsize=(9, 3.2 * max(1, len(shown))), layout="constrained")
    FigureCanvasAgg(figure)
    for number, drawing in enumerate(shown):
        axes = figure.add_subplot(len(shown), 1, number + 1)
        for band in drawing.bands:
            axes.fill_between(
                _x(band.x), np.asarray(band.low), np.asarray(band.high), color=BLUE, alpha=0.18, linewidth=0
            )
        for line in drawing.lines:
            axes.plot(_x(line.x), np.asarray(line.y), label=line.name, **LOOKS[line.look])
        axes.set_title(drawing.title, loc="left", fontsize=11)
        axes.set_ylabel(drawing.y_title)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#e4e4e4")
        axes.legend(frameon=False, fontsize=9, loc="upper left")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110, metadata={"Software": None})
    return content.getvalue()


def _x(places: object) -> np.ndarray:
    return np.asarray(places)
