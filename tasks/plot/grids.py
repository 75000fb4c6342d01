"""Validation losses against learning rates."""

from typing import TYPE_CHECKING

import numpy as np

from tasks.numerics.problems.drawings import Grid
from tasks.plot.canvas import BLUE, GREY, INK, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "8px,2px,2px,2px,2px,2px", "1px,4px")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "star", "pentagon", "hexagon")
"""Tell variants apart, with the dashes, for those who see no colour."""


def draw_grid(drawing: Grid) -> "go.Figure":
    """Medians with quartiles over seeds, what was chosen filled."""
    rates = drawing.rates
    step = np.log10(rates[1] / rates[0]) if len(rates) > 1 else 1.0
    figure = canvas(
        drawing.title,
        420,
        xaxis={
            "title": {"text": "learning rate"},
            "type": "log",
            "tickvals": rates,
            "ticktext": [f"{rate:.3g}" for rate in rates],
            "range": [np.log10(rates[0]) - step / 2, np.log10(rates[-1]) + step / 2],
        },
        yaxis={"title": {"text": drawing.y_title}, "type": "log", "nticks": 8},
    )
    for place, name in enumerate(drawing.rows):
        low, median, high = drawing.losses[place]
        best = drawing.chosen[place]
        colour = (INK, BLUE, GREY)[place % 3]
        # Side by side, so that no interval covers another.
        beside = 10 ** (step * 0.5 * ((place + 0.5) / len(drawing.rows) - 0.5))
        figure.add_scatter(
            x=rates * beside,
            y=thin(median),
            mode="lines+markers",
            name=name,
            line={"color": colour, "dash": DASHES[place % len(DASHES)], "width": 1.4},
            marker={
                "symbol": [SYMBOLS[place % len(SYMBOLS)] + ("" if one else "-open") for one in best],
                "size": np.where(best, 13, 8),
                "color": colour,
            },
            error_y={
                "type": "data",
                "array": thin(high - median),
                "arrayminus": thin(median - low),
                "thickness": 1,
                "width": 3,
            },
            text=[f"{rate:.3g}{', chosen' if one else ''}" for rate, one in zip(rates, best, strict=True)],
            hovertemplate="%{text}: %{y:.4g}",
        )
    return figure.update_layout(
        hovermode="closest", showlegend=True, legend={"orientation": "h", "y": -0.16, "yanchor": "top"}
    )
