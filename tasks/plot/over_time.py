"""The series and its forecasts over time."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.bands import forecast_range
from tasks.numerics.overview import Overview
from tasks.numerics.results import Result
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
    borders = [0, result.training_rows, result.test_start, len(values) - 1]
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


def mark_origins(figure: "go.Figure", result: Result) -> None:
    """Add a line where networks trained up to a later origin take over."""
    origin, time = result.forecasts["origin"].to_numpy(), result.forecasts["time"].to_index()
    for start in (np.flatnonzero(np.diff(origin)) + 1).tolist():
        figure.add_vline(x=place(time[start]), line={"color": GREY, "dash": "dot", "width": 1})


def place(label: object) -> object:
    """A date as figures take it where they do arithmetic on it; a row as it is."""
    return label.isoformat() if isinstance(label, pd.Timestamp) else label


def plot_forecast(overview: Overview, forecasts: xr.DataArray, variant: str) -> "go.Figure":
    """Actual values, the mean forecast of a variant with the band of its seeds, and the reference's mean."""
    reference = overview.result.comparison.reference
    data, unit = overview.result.forecasts, overview.result.series.unit
    time, lines = data["time"].to_index(), forecasts.sel(variant=variant)
    title = f"<b>{variant}</b>  RMSE {overview.mean_and_spread(variant, 'rmse')}"
    figure = canvas(title, 280, yaxis_title=unit, yaxis_range=forecast_range(data["actual"].to_numpy(), forecasts))
    if overview.seeds > 1:
        add_band(figure, time, lines, BAND, "seeds")
    if variant != reference:
        other = thin(forecasts.sel(variant=reference, line="mean").to_numpy())
        figure.add_scatter(
            x=time, y=other, mode="lines", line={"color": GREY, "dash": "dot"}, name=f"{reference}, mean"
        )
    mean = thin(lines.sel(line="mean").to_numpy())
    figure.add_scatter(x=time, y=mean, mode="lines", line={"color": BLUE, "dash": "6px,3px", "width": 2}, name="mean")
    actual = thin(data["actual"].to_numpy())
    figure.add_scatter(x=time, y=actual, mode="lines", line={"color": INK, "width": 1.4}, name="actual")
    mark_origins(figure, overview.result)
    return figure
