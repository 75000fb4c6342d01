"""Figures of compared autoencoders: scores over seeds, and windows with what came back."""

from typing import TYPE_CHECKING

import numpy as np

from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.scores import RECONSTRUCTION_METRICS
from tasks.numerics.statistics.seed_bands import bands
from tasks.plot.canvas import BAND, BLUE, GREY, INK, canvas, thin
from tasks.plot.training import plot_learning

if TYPE_CHECKING:
    import plotly.graph_objects as go

SCORED = ("rmse", "explained_variance", "auroc")
ROW = 44


def plot_reconstructions(result: ReconstructionResult) -> "dict[str, go.Figure]":
    """`scores/METRIC`, `windows/clean` and `windows/KIND` (the middle test window), and `learning/VARIANT`."""
    figures = {f"scores/{metric}": plot_seeds(result, metric) for metric in SCORED}
    figures |= {f"windows/{name}": plot_window(result, number, name) for number, name in enumerate(("clean", *KINDS))}
    losses = bands(result.histories["validation_loss"]), bands(result.histories["loss"])
    names = [str(name) for name in result.scores["variant"].to_numpy()]
    return figures | {f"learning/{name}": plot_learning(losses, name, result.comparison.reference) for name in names}


def plot_seeds(result: ReconstructionResult, metric: str) -> "go.Figure":
    """A box a variant with its seeds as points, baselines as diamonds."""
    what, scores, baselines = RECONSTRUCTION_METRICS[metric], result.scores[metric], result.baseline_scores[metric]
    names = [*map(str, scores["variant"].to_numpy()), *map(str, baselines["baseline"].to_numpy())]
    figure = canvas(
        f"<b>{what.label}</b>  {what.name}",
        90 + ROW * len(names),
        xaxis={"title": {"text": f"{what.better} is better"}},
        yaxis={"categoryorder": "array", "categoryarray": names[::-1], "showgrid": False},
    )
    for name in scores["variant"].to_numpy():
        figure.add_box(
            x=thin(scores.sel(variant=name).to_numpy()),
            y=[str(name)] * scores.sizes["seed"],
            orientation="h",
            boxpoints="all",
            jitter=0.5,
            pointpos=0,
            name=str(name),
            line={"color": INK, "width": 1},
            fillcolor=BAND,
            marker={"color": BLUE, "size": 4, "opacity": 0.6},
        )
    figure.add_scatter(
        x=baselines.to_numpy(),
        y=[str(name) for name in baselines["baseline"].to_numpy()],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": INK},
        name="baselines",
    )
    return figure.update_layout(hovermode="closest", showlegend=False)


def plot_window(result: ReconstructionResult, copy: int, name: str) -> "go.Figure":
    """The middle test window of the first feature, and what every variant makes of it."""
    middle = len(result.windows.first_rows) // 2
    what = {"copy": copy, "window": middle, "feature": 0}
    window = result.windows.tested[copy, middle, :, 0]
    steps = np.arange(1, len(window) + 1)
    axes = {"xaxis_title": "time step of the window", "yaxis_title": f"{result.windows.names[0]} (scaled)"}
    figure = canvas(f"<b>{name}</b>", 310, **axes)
    reference = result.comparison.reference
    variants = [str(one) for one in result.given_back["variant"].to_numpy()]
    for variant, colour, dash in zip(
        variants, (GREY, BLUE, *[INK] * len(variants)), ("dot", "6px,3px", *["dashdot"] * len(variants)), strict=False
    ):
        made = result.given_back.isel(what).sel(variant=variant).to_numpy()
        made = made[np.isfinite(made).all(axis=-1)]
        if not len(made):
            continue
        if variant != reference and variant == variants[1]:
            low, high = np.quantile(made, [0.05, 0.95], axis=0)
            figure.add_scatter(
                x=steps, y=thin(low), mode="lines", line={"width": 0}, showlegend=False, hoverinfo="skip"
            )
            figure.add_scatter(
                x=steps,
                y=thin(high),
                mode="lines",
                line={"width": 0},
                fill="tonexty",
                fillcolor=BAND,
                showlegend=False,
                hoverinfo="skip",
            )
        line = {"color": colour, "dash": dash, "width": 2}
        figure.add_scatter(x=steps, y=thin(np.median(made, axis=0)), mode="lines", line=line, name=variant)
    figure.add_scatter(x=steps, y=thin(window), mode="lines", line={"color": INK, "width": 1.6}, name="window")
    return figure.update_layout(showlegend=True, legend={"y": -0.3})
