"""How the miss grows with the step of a forecast."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from tasks.numerics.findings.overview import Overview
from tasks.numerics.findings.scores_by_step import shown_steps
from tasks.plot.canvas import BAND, BLUE, GREY, INK, add_band, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go


def plot_steps(overview: Overview, by_step: xr.DataArray, variant: str) -> "go.Figure":
    """RMSE of a variant at each step: mean and band of its seeds, the reference's mean, and the best baseline.

    `by_step` are the bands (variant, line, step) of all variants: one range serves them all.
    """
    result, best = overview.result, overview.best_baseline
    reference, unit = result.comparison.reference, result.unit
    baseline = result.baseline_step_scores["rmse"].sel(baseline=best).to_numpy() if best else np.array([])
    shown = np.append(by_step.sel(line=["mean", "low"]).to_numpy(), baseline)
    highest = np.nanquantile(np.append(by_step.sel(line="high").to_numpy(), shown), 0.98) if shown.size else 1.0
    figure = canvas(
        f"<b>{variant}</b>",
        280,
        xaxis={"title": {"text": "step"}, "tickvals": shown_steps(result.horizon)},
        yaxis={"title": {"text": " ".join(filter(None, ("RMSE", unit)))}, "range": [0, float(1.04 * highest)]},
    )
    steps, lines = by_step["step"].to_numpy(), by_step.sel(variant=variant)
    if overview.seeds > 1:
        add_band(figure, steps, lines, BAND, "seeds")
    drawn = [(lines.sel(line="mean").to_numpy(), "mean", BLUE, "6px,3px", 2.0)]
    if variant != reference:
        other = by_step.sel(variant=reference, line="mean").to_numpy()
        drawn.insert(0, (other, f"{reference}, mean", GREY, "dot", 1.6))
    if best:
        drawn.append((baseline, best, INK, "solid", 1.4))
    for values, name, colour, dash, width in drawn:
        figure.add_scatter(
            x=steps, y=thin(values), mode="lines", name=name, line={"color": colour, "dash": dash, "width": width}
        )
    return figure
