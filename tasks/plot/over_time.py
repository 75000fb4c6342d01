"""The series and its forecasts over time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.findings.overview import Overview
from tasks.numerics.findings.scores_by_step import step_summary
from tasks.numerics.problems.forecasting.results import Result
from tasks.numerics.statistics.seed_bands import forecast_range
from tasks.plot.canvas import BAND, BLUE, GREY, INK, add_band, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go


def plot_series(result: Result) -> "go.Figure":
    """The whole series, with its training, validation and test parts marked."""
    values, unit = result.series.values, result.series.unit
    figure = canvas(result.series.name, 340, yaxis_title=unit, xaxis_title="")
    figure.add_scatter(
        x=values.index, y=values.to_numpy(), mode="lines", line={"color": INK, "width": 1.2}, name="actual"
    )
    borders = [0, result.rows_before_validation, result.test_start, len(values) - 1]
    # A line lower: on a phone the middle part is narrower than its name.
    names = ("training", "<br>validation", "test")
    fills = ("rgba(0,0,0,0)", "rgba(0,0,0,0.07)", "rgba(31,95,168,0.16)")
    for name, fill, start, end in zip(names, fills, borders[:-1], borders[1:], strict=True):
        figure.add_vrect(
            x0=values.index[start],
            x1=values.index[end],
            fillcolor=fill,
            line={"width": 0 if start == 0 else 1, "dash": "dot", "color": GREY},
            layer="below",
            label={"text": name, "textposition": "top left", "font": {"size": 12}},
        )
    mark_origins(figure, result)
    return figure


def mark_origins(figure: "go.Figure", result: Result, step: int = 1) -> None:
    """Add a line where networks trained up to a later origin take over."""
    origin, time = result.forecasts["origin"].to_numpy(), result.periods(step)
    for start in (np.flatnonzero(np.diff(origin)) + 1).tolist():
        figure.add_vline(x=place(time[start]), line={"color": GREY, "dash": "dot", "width": 1})


def place(label: object) -> object:
    """A date as figures take it where they do arithmetic on it; a row as it is."""
    return label.isoformat() if isinstance(label, pd.Timestamp) else label


def plot_forecast(overview: Overview, by_step: Mapping[int, xr.DataArray], which: tuple[str, int]) -> "go.Figure":
    """Actual values, the mean forecast of a (variant, step) with the band of its seeds, and the reference's mean.

    `by_step` are the bands (variant, line, time) of every step that is drawn: one range serves them all.
    """
    result, (variant, step) = overview.result, which
    reference, unit, forecasts = result.comparison.reference, result.series.unit, by_step[step]
    time, lines = result.periods(step), forecasts.sel(variant=variant)
    tested = result.series.values.iloc[result.test_start :]
    far = f", step {step}" if result.horizon > 1 else ""
    title = f"<b>{variant}</b>{far}  RMSE {step_summary(overview, step, variant)}"
    shown = forecast_range(tested.to_numpy(), xr.concat(list(by_step.values()), "step"))
    figure = canvas(title, 280, yaxis_title=unit, yaxis_range=shown)
    if overview.seeds > 1:
        add_band(figure, time, lines, BAND, "seeds")
    if variant != reference:
        other = thin(forecasts.sel(variant=reference, line="mean").to_numpy())
        figure.add_scatter(
            x=time, y=other, mode="lines", line={"color": GREY, "dash": "dot"}, name=f"{reference}, mean"
        )
    mean = thin(lines.sel(line="mean").to_numpy())
    figure.add_scatter(x=time, y=mean, mode="lines", line={"color": BLUE, "dash": "6px,3px", "width": 2}, name="mean")
    figure.add_scatter(
        x=tested.index, y=thin(tested.to_numpy()), mode="lines", line={"color": INK, "width": 1.4}, name="actual"
    )
    mark_origins(figure, result, step)
    return figure
