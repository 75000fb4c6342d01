"""Figures of a result: the series, forecasts, verdicts, tuning, score distributions and learning curves."""

from typing import TYPE_CHECKING

from tasks.numerics.findings.overview import Overview
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems.forecasting.results import Result
from tasks.numerics.statistics.seed_bands import bands
from tasks.plot.over_seeds import plot_scores, plot_verdicts
from tasks.plot.over_series import plot_ranks, plot_series_verdicts
from tasks.plot.over_steps import plot_steps
from tasks.plot.over_time import plot_forecast, plot_series
from tasks.plot.training import plot_learning, plot_tuning, tuning_panels

if TYPE_CHECKING:
    import plotly.graph_objects as go

SCORED = ("rmse", "mae", "mfe", "mda", "alpha", "slope")
"""Metrics whose distribution over seeds is drawn."""
DRAWN = 2
"""Variants beside the reference whose forecasts of every series of a panel are drawn."""


def plot(result: Result) -> "dict[str, go.Figure]":
    """Every figure under its name.

    `verdicts/METRIC`, `tuning/CLIP_NORM/NUMBER`, `scores/METRIC`, `forecast/VARIANT`, `learning/VARIANT`, `series`; with several
    steps `steps/VARIANT` and `forecast/VARIANT/STEP`, of the last one. Of a panel `ranks/METRIC`, `over_series/VARIANT`, and for every
    series by its number from 1 `series/NUMBER` and `forecast/NUMBER/VARIANT`, of the reference and the `DRAWN` best others.
    """
    overview = Overview(result)
    variants = [str(name) for name in result.forecasts["variant"].to_numpy()]
    losses = bands(result.histories["validation_loss"]), bands(result.histories["loss"])
    figures: dict[str, go.Figure] = {}
    if overview.primary:
        figures[f"verdicts/{result.comparison.metric}"] = plot_verdicts(overview)
    if result.tuned:
        figures |= plot_grid(Chosen(overview), variants)
    figures |= {f"scores/{metric}": plot_scores(overview, metric) for metric in SCORED}
    if result.horizon > 1:
        by_step = bands(result.step_scores["rmse"])
        figures |= {f"steps/{name}": plot_steps(overview, by_step, name) for name in variants}
    figures |= plot_panel(overview) if result.members else plot_forecasts(overview, variants)
    figures |= {f"learning/{name}": plot_learning(losses, name, result.comparison.reference) for name in variants}
    return figures if result.members else figures | {"series": plot_series(result)}


def plot_panel(overview: Overview) -> "dict[str, go.Figure]":
    """Ranks, verdicts by series, and every series with its forecasts."""
    result, figures = overview.result, {}
    reference = result.comparison.reference
    if result.ranks and overview.primary:
        figures[f"ranks/{result.ranks.metric}"] = plot_ranks(result.ranks, reference)
    figures |= {f"over_series/{one.variant}": plot_series_verdicts(overview, one.variant) for one in overview.primary}
    best = [str(name) for name in overview.rmse.drop(reference).dropna().nsmallest(DRAWN).index]
    for number, one in enumerate(overview.members, 1):
        drawn = plot_forecasts(one, [reference, *best])
        figures |= {name.replace("/", f"/{number}/", 1): figure for name, figure in drawn.items()}
        figures[f"series/{number}"] = plot_series(one.result)
    return figures


def plot_forecasts(overview: Overview, variants: list[str]) -> "dict[str, go.Figure]":
    """A figure a variant of the first step, and where there are several one of the last."""
    table = overview.result.forecasts["forecast"]
    steps = dict.fromkeys((1, overview.result.horizon))
    by_step = {step: bands(table.sel(step=step, drop=True)) for step in steps}
    return {
        f"forecast/{name}" + (f"/{step}" if step > 1 else ""): plot_forecast(overview, by_step, (name, step))
        for name in variants
        for step in steps
    }


def plot_grid(chosen: Chosen, variants: list[str]) -> "dict[str, go.Figure]":
    """A figure a clip norm, and of many variants several."""
    norms = dict.fromkeys(one.clip_norm for one in chosen.candidates)
    return {
        f"tuning/{norm:g}/{number}": plot_tuning(chosen, panel, norm)
        for norm in norms
        for number, panel in enumerate(tuning_panels(variants, chosen.overview.result.comparison.reference), 1)
    }
