"""Confusion matrices: a row a true class, a column what it is taken for."""

from typing import TYPE_CHECKING

import numpy as np

from tasks.numerics.problems.drawings import Confusion
from tasks.plot.canvas import BLUE, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_NUMBERED = 15
"""Classes up to which every cell has its number."""


def draw_confusion(drawing: Confusion) -> "go.Figure":
    """Shares of each class, the darker the larger, with their numbers where there is room."""
    K = len(drawing.classes)
    figure = canvas(
        drawing.title,
        max(300, min(90 + 26 * K, 720)),
        xaxis={"title": {"text": "taken for"}, "type": "category", "showgrid": False},
        yaxis={"title": {"text": "true class"}, "type": "category", "autorange": "reversed", "showgrid": False},
        hovermode="closest",
    )
    known = np.isfinite(drawing.shares)
    texts = np.where(known & (drawing.shares >= 0.005), np.char.mod("%.2f", np.nan_to_num(drawing.shares)), "")
    rows = [f"{name} ({count})" for name, count in zip(drawing.classes, drawing.counts, strict=True)]
    figure.add_heatmap(
        z=thin(drawing.shares),
        x=list(drawing.classes),
        y=rows,
        zmin=0,
        zmax=1,
        colorscale=[[0, "#ffffff"], [1, BLUE]],
        showscale=False,
        text=texts if K <= MOST_NUMBERED else None,
        texttemplate="%{text}" if K <= MOST_NUMBERED else None,
        hovertemplate="%{y} taken for %{x}: %{z:.3f}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    return figure
