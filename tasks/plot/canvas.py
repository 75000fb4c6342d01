"""The house style of all figures, and what several of them draw."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

INK, BLUE, GREY, BAND = "#111111", "#1f5fa8", "#777777", "rgba(31,95,168,0.22)"


@cache
def style() -> "go.layout.Template":
    """The house style, that all figures share."""
    import plotly.graph_objects as go

    axis = {
        "showline": True,
        "linecolor": INK,
        "ticks": "outside",
        "ticklen": 4,
        "gridcolor": "#e4e4e4",
        "zeroline": False,
        "automargin": True,
        "title": {"standoff": 8},
    }
    layout = {
        "xaxis": axis,
        "yaxis": {**axis, "hoverformat": ".4~g"},
        "title": {"font": {"size": 14}, "x": 0.01, "xanchor": "left", "y": 0.99, "yanchor": "top"},
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": INK},
        "margin": {"l": 8, "r": 12, "t": 30, "b": 8},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "hovermode": "x unified",
        "legend": {"orientation": "h", "y": -0.2},
    }
    return go.layout.Template(layout=layout)


def canvas(title: str, height: int, **layout: Any) -> "go.Figure":
    """An empty figure in the house style."""
    import plotly.graph_objects as go

    return go.Figure(layout={"template": style(), "title": {"text": title}, "height": height, **layout})


def thin(values: np.ndarray) -> np.ndarray:
    """Seven digits are plenty for a figure, and half as large."""
    return values.astype(np.float32)
