"""Figures of a result: the series, forecasts, score distributions and learning curves."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.bands import bands, forecast_range, log_range, score_range
from tasks.numerics.metrics import METRICS
from tasks.numerics.overview import PERCENT, SIGNS, Overview
from tasks.numerics.results import Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

INK, BLUE, GREY, BAND = "#111111", "#1f5fa8", "#777777", "rgba(31,95,168,0.22)"
SCORED = ("rmse", "mae", "mfe", "mda", "alpha", "slope")
"""Metrics whose distribution over seeds is drawn."""
POINTS = 5000
"""Seeds of all variants together up to which each is drawn as a point of its own."""
EPOCHS = 200
"""Points of a learning curve."""


def plot(result: Result) -> "dict[str, go.Figure]":
    """Every figure under its name: `verdicts/METRIC`, `series`, `forecast/VARIANT`, `scores/METRIC`, `learning/VARIANT`."""
    overview = Overview(result)
    variants = [str(name) for name in result.forecasts["variant"].to_numpy()]
    losses = bands(result.histories["validation_loss"]), bands(result.histories["loss"])
    forecasts = bands(result.forecasts["forecast"])
    figures: dict[str, go.Figure] = {}
    if overview.primary:
        figures[f"verdicts/{result.comparison.metric}"] = plot_verdicts(overview)
    figures["series"] = plot_series(result)
    figures |= {f"forecast/{name}": plot_forecast(overview, forecasts, name) for name in variants}
    figures |= {f"scores/{metric}": plot_scores(overview, metric) for metric in SCORED}
    figures |= {f"learning/{name}": plot_learning(losses, name) for name in variants}
    return figures


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
    return figure


def plot_forecast(overview: Overview, forecasts: xr.DataArray, variant: str) -> "go.Figure":
    """Actual values, the mean forecast of a variant with the band of its seeds, and stock's mean."""
    data, unit = overview.result.forecasts, overview.result.series.unit
    time, lines = data["time"].to_index(), forecasts.sel(variant=variant)
    title = f"<b>{variant}</b>  RMSE {overview.mean_and_spread(variant, 'rmse')}"
    figure = canvas(title, 280, yaxis_title=unit, yaxis_range=forecast_range(data["actual"].to_numpy(), forecasts))
    if overview.seeds > 1:
        add_band(figure, time, lines, BAND, "seeds")
    if variant != "stock" and "stock" in forecasts["variant"]:
        stock = thin(forecasts.sel(variant="stock", line="mean").to_numpy())
        figure.add_scatter(x=time, y=stock, mode="lines", line={"color": GREY, "dash": "dot"}, name="stock, mean")
    mean = thin(lines.sel(line="mean").to_numpy())
    figure.add_scatter(x=time, y=mean, mode="lines", line={"color": BLUE, "dash": "6px,3px", "width": 2}, name="mean")
    actual = thin(data["actual"].to_numpy())
    figure.add_scatter(x=time, y=actual, mode="lines", line={"color": INK, "width": 1.4}, name="actual")
    return figure


def plot_scores(overview: Overview, metric: str) -> "go.Figure":
    """A box a variant (quartiles, 5 and 95 %, mean), its seeds as points; baselines as diamonds below."""
    result, what = overview.result, METRICS[metric]
    scores, baselines = result.scores[metric], result.baseline_scores[metric]
    names = [*map(str, scores["variant"].to_numpy()), *map(str, baselines["baseline"].to_numpy())]
    rows = np.arange(len(names))
    shown, outside = score_range(np.append(scores.to_numpy(), baselines.to_numpy()))
    beyond = f"<br>{outside} outside: double-click shows them" if outside else ""
    words = "; ".join(filter(None, (what.unit(result.series.unit), f"{what.better} is better"))) + beyond
    figure = canvas(
        f"<b>{what.label}</b>  {what.name}",
        90 + 22 * len(names),
        xaxis={
            "title": {"text": words},
            "range": shown,
            "tickformat": ".0%" if metric in PERCENT else "",
        },
        yaxis={"tickvals": rows, "ticktext": names, "range": [len(names) - 0.4, -0.6], "showgrid": False},
    )
    add_boxes(figure, scores)
    if scores.size <= POINTS:
        add_points(figure, scores)
    figure.add_scatter(
        x=baselines.to_numpy(),
        y=rows[len(scores) :],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": INK},
        name="baselines",
        text=names[len(scores) :],
        hovertemplate="%{text}: %{x:.4g}<extra></extra>",
    )
    ideal = {"nearest 0": 0.0, "nearest 1": 1.0}.get(what.better)
    line = ideal if ideal is not None else float(scores.sel(variant="stock").mean())
    if np.isfinite(line):
        figure.add_vline(x=line, line={"color": GREY, "dash": "dash" if ideal is not None else "dot", "width": 1.2})
    return figure.update_layout(hovermode="closest", showlegend=False)


def plot_verdicts(overview: Overview) -> "go.Figure":
    """Primary metric: differences to the reference in badness with their intervals, and the region that counts as equal."""
    found = overview.primary
    rows, what = np.arange(len(found)), METRICS[overview.result.comparison.metric]
    unit = what.unit(overview.result.series.unit)
    figure = canvas(
        f"<b>{what.label}</b>  difference to {overview.result.comparison.reference}, 95 % interval",
        110 + 26 * len(found),
        xaxis={"title": {"text": "<br>".join(filter(None, (unit, "below 0 is better")))}},
        yaxis={
            "tickvals": rows,
            "ticktext": [f"{verdict.variant}  {SIGNS[verdict.word]} {verdict.word}" for verdict in found],
            "range": [len(found) - 0.4, -0.6],
            "showgrid": False,
        },
    )
    region = found[0].region
    if np.isfinite(region):
        figure.add_vrect(x0=-region, x1=region, fillcolor="#000", opacity=0.12, line_width=0)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    centre = np.array([verdict.difference for verdict in found])
    figure.add_scatter(
        x=thin(centre),
        y=rows,
        mode="markers",
        marker={"size": 8, "color": BLUE},
        error_x={"type": "data", "array": np.array([v.high for v in found]) - centre, "color": BLUE, "thickness": 2},
        hovertemplate="%{y}: %{x:.4g} ± %{error_x.array:.4g}<extra></extra>",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)


def add_boxes(figure: "go.Figure", scores: xr.DataArray) -> None:
    """Add a box a variant of scores (variant, seed): median, quartiles, whiskers at 5 and 95 %, mean dashed."""
    seeds = pd.DataFrame(scores.to_numpy())
    low, first, median, third, high = (seeds.quantile(share, axis=1) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
    figure.add_box(
        y=np.arange(len(seeds)),
        q1=first,
        median=median,
        q3=third,
        lowerfence=low,
        upperfence=high,
        mean=seeds.mean(axis=1),
        orientation="h",
        width=0.62,
        line={"color": INK, "width": 1.2},
        fillcolor="rgba(31,95,168,0.18)",
        name="seeds",
        hoverinfo="x",
    )


def add_points(figure: "go.Figure", scores: xr.DataArray) -> None:
    """Add a point a seed of scores (variant, seed), the seeds of a variant spread over its row."""
    variants, seeds = scores.shape
    # The golden ratio's multiples spread any number of seeds evenly, and seed k stands at the same height everywhere.
    height = (np.arange(seeds) * 0.618034 % 1 - 0.5) * 0.5
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


def plot_learning(losses: tuple[xr.DataArray, xr.DataArray], variant: str) -> "go.Figure":
    """Median validation and training loss of a variant with the bands of its seeds, and stock's validation loss."""
    validation, training = losses
    kept = np.unique(np.linspace(0, validation.sizes["epoch"] - 1, EPOCHS).round().astype(int))
    validation, training = validation.isel(epoch=kept), training.isel(epoch=kept)
    epoch = validation["epoch"].to_numpy()
    shown = log_range(losses)
    # Over few powers of ten the ones alone are too few ticks.
    ticks = {"yaxis_dtick": "D2"} if shown and shown[1] - shown[0] < 2.5 else {}
    axes = {"xaxis_title": "epoch", "yaxis_title": "loss (scaled)", "yaxis_type": "log", "yaxis_range": shown, **ticks}
    figure = canvas(f"<b>{variant}</b>", 260, **axes)
    add_band(figure, epoch, validation.sel(variant=variant), BAND, "validation")
    add_band(figure, epoch, training.sel(variant=variant), "rgba(0,0,0,0.13)", "training")
    lines = [
        (validation, variant, "validation", BLUE, "6px,3px", 2),
        (training, variant, "training", INK, "solid", 1.4),
    ]
    if variant != "stock" and "stock" in validation["variant"]:
        lines.insert(0, (validation, "stock", "stock, validation", GREY, "dot", 1.6))
    for table, which, name, colour, dash, width in lines:
        median = thin(table.sel(variant=which, line="median").to_numpy())
        line = {"color": colour, "dash": dash, "width": width}
        figure.add_scatter(x=epoch, y=median, mode="lines", line=line, name=name)
    return figure
