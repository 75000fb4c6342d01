"""Figures of every result: verdicts, score distributions, tuning and learning curves; a problem's own beside them."""

from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.findings.decision import decision
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.attempts import attempt_drawing, attempt_drawings
from tasks.numerics.problems.drawings import Band, Distributions, Drawings, Grid, Intervals, Line, Lines
from tasks.numerics.problems.overview import SIGNS, Overview, computed_once
from tasks.numerics.statistics.seed_bands import bands, log_range

Found = Overview[Any]
EPOCHS = 200
"""Points of a learning curve."""
PANEL = 7
"""Variants beside the reference that can be told apart in one figure."""


@computed_once
def drawings_of(overview: Found) -> Drawings:
    """Every figure under its name.

    `verdicts/METRIC`, the problem's own, `scores/METRIC`, `tuning/CLIP_NORM/NUMBER`, `learning/VARIANT`.
    """
    result, found = overview.result, Drawings()
    if overview.primary:
        found |= attempt_drawing(f"verdicts/{result.metric}", verdicts_of, overview)
    found |= PROBLEMS[result.head].drawings(overview)
    for metric in result.drawn:
        found |= attempt_drawing(f"scores/{metric}", scores_of, overview, metric)
    if result.tuned:
        found |= attempt_drawings("tuning/all", lambda: grids_of(Chosen(overview)))
    return found | attempt_drawings("learning/all", learning_curves, overview)


def first_drawings(overview: Found) -> list[str]:
    """Names of the figures that are shown first: the verdicts, and the one that leads."""
    return [name for name in (f"verdicts/{overview.result.metric}", lead(overview)) if name in drawings_of(overview)]


def lead(overview: Found) -> str:
    """The name of the figure that stands first: of the chosen variant, or where that is the reference of the best other."""
    best = decision(overview).choice
    if best == overview.result.comparison.reference:
        best = overview.best_of(overview.leading.drop(best)) or best
    return PROBLEMS[overview.result.head].lead(overview, best)


def verdicts_of(overview: Found) -> Intervals:
    """Primary metric: differences to the reference in badness with their intervals, and the region that counts as equal."""
    found, what = overview.primary, overview.result.metrics[overview.result.metric]
    centre = np.array([verdict.difference for verdict in found])
    return Intervals(
        f"<b>{what.label}</b>  difference to {overview.result.comparison.reference}, 95 % interval",
        [f"{verdict.variant}  {SIGNS[verdict.word]} {verdict.word}" for verdict in found],
        centre,
        np.array([verdict.high for verdict in found]) - centre,
        "<br>".join(filter(None, (what.unit(overview.result.unit), "below 0 is better"))),
        np.array([verdict.region for verdict in found]),
    )


def scores_of(overview: Found, metric: str) -> Distributions:
    """A score of every seed, and of the baselines."""
    result, what = overview.result, overview.result.metrics[metric]
    scores = result.scores[metric]
    return Distributions(
        f"<b>{what.label}</b>  {what.name}",
        scores,
        result.baseline_scores[metric],
        "; ".join(filter(None, (what.unit(result.unit), f"{what.better} is better"))),
        {"nearest 0": 0.0, "nearest 1": 1.0}.get(what.better),
        float(scores.sel(variant=result.comparison.reference).mean()),
        what.percent,
    )


def grids_of(chosen: Chosen) -> Drawings:
    """A figure a clip norm, and of many variants several."""
    result = chosen.overview.result
    norms = dict.fromkeys(one.clip_norm for one in chosen.candidates)
    return {
        f"tuning/{norm:g}/{number}": grid_of(chosen, panel, norm)
        for norm in norms
        for number, panel in enumerate(panels_of(result.variants, result.comparison.reference), 1)
    }


def panels_of(variants: list[str], reference: str) -> list[list[str]]:
    """The variants of each figure: the reference, and as many others as can be told apart."""
    others = [name for name in variants if name != reference]
    return [[reference, *others[at : at + PANEL]] for at in range(0, max(len(others), 1), PANEL)]


def grid_of(chosen: Chosen, variants: list[str], clip_norm: float) -> Grid:
    """Validation loss against learning rate at one clip norm."""
    table, losses = chosen.overview.result.tuning, chosen.losses
    here = np.flatnonzero(table["clip_norm"].to_numpy() == clip_norm)
    norm = f", gradients clipped to {clip_norm:g}" if clip_norm else ""
    own = losses.sel(variant=variants, line=["low", "median", "high"]).isel(candidate=here)
    return Grid(
        f"<b>Validation loss</b>  median and quartiles over seeds{norm}",
        table["learning_rate"].to_numpy()[here],
        variants,
        own.transpose("variant", "line", "candidate").to_numpy(),
        [np.isin(here, table["chosen"].sel(variant=name).to_numpy()) for name in variants],
        f"{chosen.overview.result.loss}{' (scaled)' * chosen.overview.result.scaled_loss}",
    )


def learning_curves(overview: Found) -> Drawings:
    """A figure a variant."""
    result = overview.result
    losses = bands(result.histories["validation_loss"]), bands(result.histories["loss"])
    return {f"learning/{name}": learning_of(losses, name, overview) for name in result.variants}


def learning_of(losses: tuple[xr.DataArray, xr.DataArray], variant: str, overview: Found) -> Lines:
    """Median validation and training loss of a variant with the bands of its seeds, and the reference's validation loss."""
    reference = overview.result.comparison.reference
    kept = np.unique(np.linspace(0, losses[0].sizes["epoch"] - 1, EPOCHS).round().astype(int))
    validation, training = (table.isel(epoch=kept) for table in losses)
    epoch = validation["epoch"].to_numpy()

    def median(table: xr.DataArray, name: str) -> Any:
        return table.sel(variant=name, line="median").to_numpy()

    def band(table: xr.DataArray, name: str, shade: Any) -> Band:
        own = table.sel(variant=variant)
        return Band(epoch, own.sel(line="low").to_numpy(), own.sel(line="high").to_numpy(), name, shade)

    drawn = [
        Line(epoch, median(validation, variant), "validation", "own"),
        Line(epoch, median(training, variant), "training", "training"),
    ]
    if variant != reference:
        drawn.insert(0, Line(epoch, median(validation, reference), f"{reference}, validation", "reference"))
    return Lines(
        f"<b>{variant}</b>",
        drawn,
        [band(validation, "validation", "own"), band(training, "training", "training")],
        x_title="epoch",
        y_title=f"loss{' (scaled)' * overview.result.scaled_loss}",
        y_range=log_range(losses),
        logarithmic=True,
        height=260,
    )
