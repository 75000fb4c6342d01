"""How training went: learning curves, and what every learning rate gave."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.statistics.seed_bands import log_range
from tasks.plot.canvas import BAND, BLUE, GREY, INK, add_band, canvas, thin

if TYPE_CHECKING:
    import plotly.graph_objects as go

EPOCHS = 200
"""Points of a learning curve."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "8px,2px,2px,2px,2px,2px", "1px,4px")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "star", "pentagon", "hexagon")
"""Tell the variants of a panel apart, with the dashes, for those who see no colour."""


def plot_learning(losses: tuple[xr.DataArray, xr.DataArray], variant: str, reference: str) -> "go.Figure":
    """Median validation and training loss of a variant with the bands of its seeds, and the reference's validation loss."""
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
    if variant != reference:
        lines.insert(0, (validation, reference, f"{reference}, validation", GREY, "dot", 1.6))
    for table, which, name, colour, dash, width in lines:
        median = thin(table.sel(variant=which, line="median").to_numpy())
        line = {"color": colour, "dash": dash, "width": width}
        figure.add_scatter(x=epoch, y=median, mode="lines", line=line, name=name)
    return figure


def tuning_panels(variants: list[str], reference: str) -> list[list[str]]:
    """The variants of each panel: the reference, and as many others as can be told apart."""
    others = [name for name in variants if name != reference]
    size = len(SYMBOLS) - 1
    return [[reference, *others[at : at + size]] for at in range(0, max(len(others), 1), size)]


def plot_tuning(chosen: Chosen, variants: list[str], clip_norm: float) -> "go.Figure":
    """Validation loss against learning rate at one clip norm: medians with quartiles over seeds, what was chosen filled."""
    table, losses = chosen.overview.result.tuning, chosen.losses
    here = np.flatnonzero(table["clip_norm"].to_numpy() == clip_norm)
    rates = table["learning_rate"].to_numpy()[here]
    step = np.log10(rates[1] / rates[0]) if len(rates) > 1 else 1.0
    norm = f", gradients clipped to {clip_norm:g}" if clip_norm else ""
    figure = canvas(
        f"<b>Validation loss</b>  median and quartiles over seeds{norm}",
        420,
        xaxis={
            "title": {"text": "learning rate"},
            "type": "log",
            "tickvals": rates,
            "ticktext": [f"{rate:.3g}" for rate in rates],
            "range": [np.log10(rates[0]) - step / 2, np.log10(rates[-1]) + step / 2],
        },
        yaxis={"title": {"text": "mean squared error (scaled)"}, "type": "log", "nticks": 8},
    )
    for place, name in enumerate(variants):
        own = losses.sel(variant=name).isel(candidate=here)
        median = own.sel(line="median").to_numpy()
        best = np.isin(here, table["chosen"].sel(variant=name).to_numpy())
        colour = (INK, BLUE, GREY)[place % 3]
        # Side by side, so that no interval covers another.
        beside = 10 ** (step * 0.5 * ((place + 0.5) / len(variants) - 0.5))
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
                "array": thin(own.sel(line="high").to_numpy() - median),
                "arrayminus": thin(median - own.sel(line="low").to_numpy()),
                "thickness": 1,
                "width": 3,
            },
            text=[f"{rate:.3g}{', chosen' if one else ''}" for rate, one in zip(rates, best, strict=True)],
            hovertemplate="%{text}: %{y:.4g}",
        )
    return figure.update_layout(
        hovermode="closest", showlegend=True, legend={"orientation": "h", "y": -0.16, "yanchor": "top"}
    )
