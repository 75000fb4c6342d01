"""Scores over seeds, as rainclouds."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.drawings import Distributions
from tasks.numerics.statistics.seed_bands import densities, score_range
from tasks.plot.canvas import BLUE, GREY, INK, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

POINTS = 5000
"""Seeds of all variants together up to which each is drawn as a point of its own."""
ROW, BASELINE_ROW = 40, 20
"""Height of a variant's and of a baseline's row in pixels."""
CLOUD, BOX, RAIN = (-0.06, 0.4), (0.07, 0.16), (0.2, 0.4)
"""Below the middle of a row, in rows: the cloud's floor and height, the box's middle and width, the points' band."""


def draw_distributions(drawing: Distributions) -> "go.Figure":
    """A raincloud a variant: density, box (quartiles, 5 and 95 %, mean) and its seeds as points; baselines as diamonds below."""
    scores, baselines = drawing.scores, drawing.baselines
    names = [*map(str, scores["variant"].to_numpy()), *map(str, baselines["baseline"].to_numpy())]
    below = len(scores) - 0.25 + np.arange(len(baselines)) * BASELINE_ROW / ROW
    rows = np.append(np.arange(len(scores)), below)
    shown, outside = score_range(np.append(scores.to_numpy(), baselines.to_numpy()))
    beyond = f"<br>{outside} outside: double-click shows them" if outside else ""
    figure = canvas(
        drawing.title,
        90 + ROW * len(scores) + BASELINE_ROW * len(baselines),
        xaxis={
            "title": {"text": f"{drawing.x_title}{beyond}"},
            "range": shown,
            "tickformat": ".0%" if drawing.percent else "",
        },
        yaxis={"tickvals": rows, "ticktext": names, "range": [rows[-1] + 0.35, -0.6], "showgrid": False},
    )
    # Kernels would draw shares above 100 %.
    add_clouds(figure, scores, [max(shown[0], 0.0), min(shown[1], 1.0)] if drawing.percent else shown)
    add_boxes(figure, scores)
    if scores.size <= POINTS:
        add_points(figure, scores)
    figure.add_scatter(
        x=baselines.to_numpy(),
        y=below,
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": INK},
        name="baselines",
        text=names[len(scores) :],
        hovertemplate="%{text}: %{x:.4g}<extra></extra>",
    )
    line = drawing.level if drawing.ideal is None else drawing.ideal
    if np.isfinite(line):
        dash = "dot" if drawing.ideal is None else "dash"
        figure.add_vline(x=line, line={"color": GREY, "dash": dash, "width": 1.2})
    return figure.update_layout(hovermode="closest", showlegend=False)


def add_clouds(figure: "go.Figure", scores: xr.DataArray, shown: list[float]) -> None:
    """Add the density of a variant's seeds (variant, seed) above its row, all outlines in one trace with gaps between."""
    places: list[np.ndarray] = []
    heights: list[np.ndarray] = []
    for row, values in enumerate(scores.to_numpy()):
        if (found := densities(values, shown)) is not None:
            place, height = found
            floor = row + CLOUD[0]
            places.append(np.concatenate([place[:1], place, place[-1:], [np.nan]]))
            heights.append(np.concatenate([[floor], floor - CLOUD[1] * height, [floor, np.nan]]))
    if places:
        figure.add_scatter(
            x=thin(np.concatenate(places)),
            y=thin(np.concatenate(heights)),
            mode="lines",
            line={"color": INK, "width": 0.8},
            fill="toself",
            fillcolor="rgba(31,95,168,0.22)",
            name="density",
            hoverinfo="skip",
        )


def add_boxes(figure: "go.Figure", scores: xr.DataArray) -> None:
    """Add a box a variant of scores (variant, seed): median, quartiles, whiskers at 5 and 95 %, mean dashed."""
    seeds = pd.DataFrame(scores.to_numpy())
    low, first, median, third, high = (seeds.quantile(share, axis=1) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
    figure.add_box(
        y=np.arange(len(seeds)) + BOX[0],
        q1=first,
        median=median,
        q3=third,
        lowerfence=low,
        upperfence=high,
        mean=seeds.mean(axis=1),
        orientation="h",
        width=BOX[1],
        line={"color": INK, "width": 1.1},
        fillcolor="white",
        name="seeds",
        hoverinfo="x",
    )


def add_points(figure: "go.Figure", scores: xr.DataArray) -> None:
    """Add a point a seed of scores (variant, seed), the seeds of a variant spread below its box."""
    variants, seeds = scores.shape
    # The golden ratio's multiples spread any number of seeds evenly, and seed k stands at the same height everywhere.
    height = RAIN[0] + np.arange(seeds) * 0.618034 % 1 * (RAIN[1] - RAIN[0])
    row = np.repeat(np.arange(variants), seeds) + np.tile(height, variants)
    figure.add_scatter(
        x=scores.to_numpy().ravel(),
        y=thin(row),
        mode="markers",
        marker={"size": 4, "color": BLUE, "opacity": 0.55},
        name="seed",
        text=np.tile(scores["seed"].to_numpy(), variants),
        hovertemplate="seed %{text}: %{x:.4g}<extra></extra>",
    )
