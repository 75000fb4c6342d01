"""What each series of a panel says of a variant, and the variants' ranks over all of them."""

from typing import TYPE_CHECKING

import numpy as np

from tasks.numerics.findings.overview import SIGNS, Overview
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.statistics.ranks import Ranks
from tasks.plot.canvas import BLUE, GREY, INK, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go


def plot_series_verdicts(overview: Overview, variant: str) -> "go.Figure":
    """Primary metric: a variant's difference to the reference in badness, of every series and over all, with intervals."""
    result, metric = overview.result, overview.result.comparison.metric
    what = METRICS[metric]
    scales = np.array([*result.naive_errors, 1.0] if what.in_series_unit else np.ones(len(result.members) + 1))
    shown = [*overview.members, overview]
    found = [one.verdicts[variant, metric] for one in shown]
    names = [*(one.series.name for one in result.members), "<b>all series</b>"]
    centre = np.array([verdict.difference for verdict in found]) / scales
    reach = np.array([verdict.high for verdict in found]) / scales - centre
    rows = np.arange(len(found))
    figure = canvas(
        f"<b>{variant}</b>  difference to {result.comparison.reference}, 95 % interval",
        110 + 26 * len(found),
        xaxis={"title": {"text": "<br>".join(filter(None, (what.unit(result.unit), "below 0 is better")))}},
        yaxis={
            "tickvals": rows,
            "ticktext": [f"{name}  {SIGNS[one.word]} {one.word}" for name, one in zip(names, found, strict=True)],
            "range": [len(found) - 0.4, -0.6],
            "showgrid": False,
        },
    )
    for row, width in zip(rows, [verdict.region for verdict in found] / scales, strict=True):
        if np.isfinite(width):
            box = {"x0": -width, "x1": width, "y0": row - 0.42, "y1": row + 0.42}
            figure.add_shape(type="rect", **box, fillcolor="#000", opacity=0.12, line_width=0, layer="below")
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    figure.add_hline(y=len(found) - 1.5, line={"color": GREY, "width": 1})
    figure.add_scatter(
        x=thin(centre),
        y=rows,
        mode="markers",
        marker={"size": 8, "color": BLUE, "symbol": ["circle"] * len(result.members) + ["diamond"]},
        error_x={"type": "data", "array": thin(reach), "color": BLUE, "thickness": 2},
        hovertemplate="%{y}: %{x:.4g} ± %{error_x.array:.4g}<extra></extra>",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)


def plot_ranks(ranks: Ranks, reference: str) -> "go.Figure":
    """Mean ranks over series, best on top, and how far from the reference's a rank must be to be beyond chance."""
    order = np.argsort(ranks.mean, kind="stable")
    means, rows = ranks.mean[order], np.arange(len(order))
    own = float(ranks.mean[ranks.variants.index(reference)])
    figure = canvas(
        f"<b>Mean rank over {len(ranks.by_series)} series</b>  {METRICS[ranks.metric].label}",
        100 + 24 * len(order),
        xaxis={"title": {"text": "mean rank, 1 is best"}, "range": [0.8, len(order) + 0.2]},
        yaxis={
            "tickvals": rows,
            "ticktext": [ranks.variants[at] for at in order],
            "range": [len(order) - 0.4, -0.6],
            "showgrid": False,
        },
    )
    if np.isfinite(ranks.critical):
        figure.add_vrect(x0=own - ranks.critical, x1=own + ranks.critical, fillcolor="#000", opacity=0.12, line_width=0)
    figure.add_vline(x=own, line={"color": GREY, "dash": "dot", "width": 1.2})
    for row, at in enumerate(order):
        figure.add_scatter(
            x=thin(ranks.by_series[:, at]),
            y=np.full(len(ranks.by_series), row),
            mode="markers",
            marker={"size": 7, "symbol": "line-ns-open", "color": GREY},
            hovertemplate="a series: rank %{x}<extra></extra>",
        )
    figure.add_scatter(
        x=thin(means),
        y=rows,
        mode="markers",
        marker={"size": 10, "color": BLUE},
        hovertemplate="%{y}: %{x:.3g}<extra></extra>",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)
