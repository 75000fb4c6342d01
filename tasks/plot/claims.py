"""The seeds of every recipe and variant, the published number marked in each row."""

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.audit.audits import Audit, Standing
from tasks.numerics.audit.claims import ClaimedMetric
from tasks.numerics.audit.sentences import as_published, named, number, percent
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.statistics.seed_bands import densities, score_range
from tasks.plot.canvas import BAND, BLUE, GREY, INK, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

RED = "#b3261e"
ROW = 70
"""Height of a row in pixels."""
LABEL = 14
"""Letters of a line beside the axis, so that a narrow page has room for the seeds."""
POINTS = 5000
"""Seeds of a figure up to which each is a point."""


def plot_claims(audit: Audit) -> "dict[str, go.Figure]":
    """A figure a metric."""
    return {metric: plot_metric(audit, metric) for metric in audit.metrics}


def plot_metric(audit: Audit, metric: ClaimedMetric) -> "go.Figure":
    """A row a recipe and variant: density, median and middle 90 %, seeds as points, the published number as a red line."""
    rows = [one for one in audit.standings if one.metric == metric]
    values = [audit.scores[one.recipe, one.variant][metric] for one in rows]
    published = [one.published for one in rows if one.published is not None]
    shown, outside = score_range(np.concatenate(values))
    margin = 0.04 * (shown[1] - shown[0])
    shown = [
        min([shown[0], *(one - margin for one in published)]),
        max([shown[1], *(one + margin for one in published)]),
    ]
    unit = audit.claim.unit if METRICS[metric].in_series_unit else ""
    beyond = f"{outside} outside: double-click shows them" if outside else ""
    figure = canvas(
        f"<b>{METRICS[metric].label}</b>  {METRICS[metric].name}",
        96 + ROW * len(rows),
        xaxis={
            "title": {"text": "<br>".join(filter(None, (unit, beyond)))},
            "range": shown,
            "tickformat": ".0%" if metric == "mda" else "",
        },
        yaxis={
            "tickvals": np.arange(len(rows)),
            "ticktext": ["<br>".join([f"<b>{one.variant}</b>", *wrap(one.recipe, LABEL)]) for one in rows],
            "range": [len(rows) - 0.4, -0.9 if metric == "rmse" else -0.65],
            "showgrid": False,
        },
    )
    for row, (one, seeds) in enumerate(zip(rows, values, strict=True)):
        add_row(figure, row, one, seeds, shown)
    if sum(map(len, values)) <= POINTS:
        add_points(figure, values)
    if metric == "rmse":
        for name, value in audit.baselines.items():
            figure.add_vline(x=value, line={"color": GREY, "dash": "dot", "width": 1.4})
            add_mark(figure, value, -0.74, "diamond", f"{name}: {number(value)}")
    if metric == "mfe":
        figure.add_vline(x=0, line={"color": GREY, "dash": "dash", "width": 1.2})
    return figure.update_layout(hovermode="closest", showlegend=False)


def add_row(figure: "go.Figure", row: int, one: Standing, values: np.ndarray, shown: list[float]) -> None:
    """Add density, interval, median and the published number of a row."""
    line: dict[str, Any] = {"color": INK, "width": 0.8}
    if (found := densities(values, shown)) is not None:
        place, height = found
        figure.add_scatter(
            x=thin(np.concatenate([place[:1], place, place[-1:]])),
            y=thin(row - 0.06 - 0.36 * np.concatenate([[0], height, [0]])),
            mode="lines",
            line=line,
            fill="toself",
            fillcolor=BAND,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[one.low, one.high], y=[row, row], mode="lines", line={"color": INK, "width": 3}, hoverinfo="skip"
    )
    add_mark(figure, one.median, row, "circle", f"median {number(one.median)}")
    if one.published is not None:
        figure.add_scatter(
            x=[one.published, one.published],
            y=[row - 0.5, row + 0.34],
            mode="lines",
            line={"color": RED, "width": 2.4},
            text=[f"published: {named(one)}"] * 2,
            hovertemplate="%{text}<extra></extra>",
        )
        right = one.published > (shown[0] + shown[1]) / 2
        figure.add_annotation(
            x=one.published,
            y=row - 0.46,
            text=f"{as_published(one.metric, one.published)} ({percent(one)})",
            showarrow=False,
            xanchor="right" if right else "left",
            xshift=-3 if right else 3,
            font={"color": RED, "size": 11},
            bgcolor="rgba(255,255,255,0.75)",
        )


def add_mark(figure: "go.Figure", x: float, y: float, symbol: str, words: str) -> None:
    """Add a point with words of its own."""
    figure.add_scatter(
        x=[x],
        y=[y],
        mode="markers",
        marker={"symbol": symbol, "size": 8, "color": INK},
        text=[words],
        hovertemplate="%{text}<extra></extra>",
    )


def add_points(figure: "go.Figure", values: list[np.ndarray]) -> None:
    """Add a point a seed, those of a row spread below its middle."""
    places = [row + 0.1 + np.arange(len(seeds)) * 0.618034 % 1 * 0.22 for row, seeds in enumerate(values)]
    figure.add_scatter(
        x=thin(np.concatenate(values)),
        y=thin(np.concatenate(places)),
        mode="markers",
        marker={"size": 3.5, "color": BLUE, "opacity": 0.5},
        text=np.concatenate([np.arange(len(seeds)) for seeds in values]),
        hovertemplate="seed %{text}: %{x:.4g}<extra></extra>",
    )
