"""What goes with the effects of variants: the surest slopes with their intervals, a row each."""

from typing import TYPE_CHECKING

import numpy as np

from tasks.numerics.atlas.associations import Associations
from tasks.numerics.atlas.distributions import REGION
from tasks.plot.canvas import BLUE, canvas, thin
from tasks.plot.intervals import mark_equal, ratio_axis, rows_axis

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHORT = {
    "periods_a_year": "frequency",
    "used": "values used",
    "trend_strength": "trend",
    "season_strength": "season",
    "spectral_entropy": "entropy",
    "autocorrelation": "autocorr.",
    "autocorrelation_of_changes": "autocorr. of changes",
    "autocorrelation_at_season": "autocorr. at season",
    "zeros": "zeros",
    "unit_root_p": "unit root",
    "stationary_p": "stationarity",
}
"""Characteristics in words that leave a phone room for a figure."""
SHOWN = 15
"""Rows: the surest of all."""
TICKS = (0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.5, 2)
"""Ratios of RMSE that the axis names where they lie on it."""
MOST_TICKS = 5


def draw_associations(found: Associations, network: str) -> "go.Figure":
    """A point and a line a row, hollow where it may be chance; rows by their p."""
    rows = sorted(found.rows, key=lambda one: one.p)[:SHOWN]
    ends = np.array([(one.low, one.high) for one in rows])
    low, high = min(float(ends.min()), -REGION) - REGION, max(float(ends.max()), REGION) + REGION
    ticks = [one for one in TICKS if low <= np.log(one) <= high]
    while len(ticks) > MOST_TICKS:
        ticks = [one for one in ticks if (ticks.index(one) - ticks.index(1)) % 2 == 0]
    figure = canvas(
        f"The {len(rows)} surest of {len(found.rows)}, network {network}",
        120 + 34 * len(rows),
        xaxis=ratio_axis("RMSE relative to stock's, times", (low, high), ticks),
        yaxis=rows_axis([f"{one.variant}<br>{SHORT[one.characteristic]}" for one in rows]),
    )
    mark_equal(figure, REGION)
    for at, one in enumerate(rows):
        figure.add_scatter(
            x=thin(np.array([one.low, one.high])),
            y=[at, at],
            mode="lines",
            line={"color": BLUE, "width": 2, "dash": "solid" if one.shown else "dash"},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=thin(np.array([one.slope for one in rows])),
        y=np.arange(len(rows)),
        mode="markers",
        marker={"size": 9, "color": BLUE, "symbol": ["circle" if one.shown else "circle-open" for one in rows]},
        hovertemplate="%{y}: log ratio %{x:.3g}<extra></extra>",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)
