"""The Atlas in figures: every series' effect, their mean and where the next one will be, a row a variant; and ranks."""

from typing import TYPE_CHECKING

import numpy as np

from tasks.numerics.atlas.distributions import REGION, VariantEffects
from tasks.numerics.atlas.network_findings import NetworkFindings
from tasks.numerics.problems.drawings import Ranks as DrawnRanks
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.statistics.scored_points import Array
from tasks.plot.associations import draw_associations
from tasks.plot.canvas import BLUE, GREY, INK, canvas, thin
from tasks.plot.intervals import draw_ranks, mark_equal, ratio_axis, rows_axis

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go

TICKS = (1 / 20, 1 / 10, 1 / 5, 1 / 2, 0.8, 1, 1.25, 2, 5, 10, 20)
"""Ratios of RMSE that the axis names."""
SHOWN = 0.98
"""Share of the effects that lie within the axis: one that exploded would leave no room for the others."""


def plot_atlas(found: "Mapping[str, NetworkFindings]") -> "dict[str, go.Figure]":
    """Figures by name: a forest a network, what goes with its effects and its ranks where there are any."""
    figures = {f"forest/{network}": draw_forest(own.effects, network) for network, own in found.items()}
    for network, own in found.items():
        if own.associations.rows:
            figures[f"associations/{network}"] = draw_associations(own.associations, network)
        if own.ranks:
            figures[f"ranks/{network}"] = draw_atlas_ranks(own.ranks, network)
    return figures


def draw_forest(found: tuple[VariantEffects, ...], network: str) -> "go.Figure":
    """A tick a series, the mean with its interval as a thick line, the prediction interval as a thin one; a row a variant."""
    low, high = effect_range(found)
    ticks = [one for one in TICKS if low <= np.log(one) <= high]
    figure = canvas(
        f"RMSE relative to stock's, network {network}",
        120 + 26 * len(found),
        xaxis=ratio_axis("RMSE relative to stock's", (low, high), ticks),
        yaxis=rows_axis([one.variant for one in found]),
    )
    mark_equal(figure, REGION)
    for row, one in enumerate(found):
        inside = one.effects[(one.effects >= low) & (one.effects <= high)]
        figure.add_scatter(
            x=thin(inside),
            y=np.full(len(inside), row),
            mode="markers",
            marker={"size": 7, "symbol": "line-ns-open", "color": GREY},
            hovertemplate="a series: log ratio %{x:.3g}<extra></extra>",
        )
        pooled = one.pooled
        for start, end, width in ((pooled.predicted_low, pooled.predicted_high, 1.4), (pooled.low, pooled.high, 5)):
            if np.isfinite(start):
                ends = np.clip([start, end], low, high)
                figure.add_scatter(
                    x=thin(ends), y=[row, row], mode="lines", line={"color": BLUE, "width": width}, hoverinfo="skip"
                )
        if np.isfinite(one.plain[0]):
            figure.add_scatter(
                x=thin(np.array([one.plain[0]])),
                y=[row],
                mode="markers",
                marker={"size": 9, "color": INK, "symbol": "diamond"},
                hovertemplate=f"{one.variant}: log ratio %{{x:.3g}}<extra></extra>",
            )
    return figure.update_layout(hovermode="closest", showlegend=False)


def effect_range(found: tuple[VariantEffects, ...]) -> tuple[float, float]:
    """What the axis shows: all means, and nearly all effects."""
    every = np.concatenate([one.effects[np.isfinite(one.effects)] for one in found]) if found else np.zeros(1)
    tails = np.quantile(every, [(1 - SHOWN) / 2, (1 + SHOWN) / 2]) if len(every) else np.zeros(2)
    means = [one.plain[0] for one in found if np.isfinite(one.plain[0])]
    margin = 0.05
    return min(tails[0], *means, -margin) - margin, max(tails[1], *means, margin) + margin


def draw_atlas_ranks(found: Ranks, network: str) -> "go.Figure":
    """Mean ranks with the critical difference to the reference, best first."""
    order = np.argsort(found.mean, kind="stable")
    names = [found.variants[place] for place in order]
    means: Array = found.mean[order]
    return draw_ranks(
        DrawnRanks(
            f"Ranks on {len(found.by_series)} series, network {network}",
            names,
            found.by_series[:, order],
            means,
            float(means[names.index("stock")]),
            found.critical,
        )
    )
