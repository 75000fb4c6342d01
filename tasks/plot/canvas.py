"""The house style of all figures, and what several of them draw."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

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


def add_band(figure: "go.Figure", x: Any, lines: xr.DataArray, colour: str, name: str) -> None:
    """Add the area between `low` and `high` (line, x)."""
    for line, filled in (("low", {}), ("high", {"fill": "tonexty", "fillcolor": colour})):
        figure.add_scatter(
            x=x,
            y=thin(lines.sel(line=line).to_numpy()),
            mode="lines",
            line={"width": 0},
            name=f"{name}, {'5' if line == 'low' else '95'} %",
            showlegend=line == "high",
            **filled,
        )
