"""Figures of forecasters: the series, forecasts against actual values, errors by step, and what each series of a panel says."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.attempts import attempt_drawing, attempt_drawings
from tasks.numerics.problems.drawings import Band, Drawings, Intervals, Line, Lines, Part, literal
from tasks.numerics.problems.drawings import Ranks as RankDrawing
from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.forecasting.scores_by_step import shown_steps, step_summary
from tasks.numerics.problems.forecasting.shown_series import drawn_series, leading_series, listed_series
from tasks.numerics.problems.overview import SIGNS, Overview
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.statistics.seed_bands import bands, forecast_range

Found = Overview[ForecastResult]
DRAWN = 2
"""Variants beside the reference whose forecasts of every series of a panel are drawn."""


def lead(overview: Found, variant: str) -> str:
    """The name of the figure of a variant's forecasts, of a panel those of its first series or, of many, of one in the middle."""
    return f"forecast/{leading_series(overview) + 1}/{variant}" if overview.members else f"forecast/{variant}"


def drawings(overview: Found) -> Drawings:
    """Every figure under its name.

    `forecast/VARIANT` and `series`; with several steps `steps/VARIANT` and `forecast/VARIANT/STEP`, of the last one. Of a panel
    `ranks/METRIC`, `over_series/VARIANT`, and for every series, of many for some (`drawn_series`), by its number from 1
    `series/NUMBER` and `forecast/NUMBER/VARIANT`, of the reference and the `DRAWN` best others.
    """
    result, found = overview.result, Drawings()
    if result.horizon > 1:
        found |= attempt_drawings("steps/all", all_steps, overview)
    if result.members:
        return found | panel_drawings(overview)
    found |= attempt_drawings("forecast/all", forecasts_of, overview, result.variants)
    return found | attempt_drawing("series", whole_series, result)


def all_steps(overview: Found) -> Drawings:
    """A figure a variant."""
    by_step = bands(overview.result.step_scores["rmse"])
    return {f"steps/{name}": steps_of(overview, by_step, name) for name in overview.result.variants}


def panel_drawings(overview: Found) -> Drawings:
    """Ranks, verdicts by series, and every series with its forecasts."""
    result, found = overview.result, Drawings()
    reference = result.comparison.reference
    if result.ranks and overview.primary:
        found |= attempt_drawing(f"ranks/{result.ranks.metric}", ranks_of, result.ranks, reference)
    for verdict in overview.primary:
        found |= attempt_drawing(f"over_series/{verdict.variant}", verdicts_by_series, overview, verdict.variant)
    best = [str(name) for name in overview.leading.drop(reference).dropna().nsmallest(DRAWN).index]
    for at in drawn_series(overview):
        number, one = at + 1, overview.members[at]
        drawn = attempt_drawings("forecast/all", forecasts_of, one, [reference, *best])
        found |= {name.replace("/", f"/{number}/", 1): drawing for name, drawing in drawn.items()}
        found |= attempt_drawing(f"series/{number}", whole_series, one.result)
    return found


def forecasts_of(overview: Found, variants: list[str]) -> Drawings:
    """A figure a variant of the first step, and where there are several one of the last."""
    table = overview.result.forecasts["forecast"]
    steps = dict.fromkeys((1, overview.result.horizon))
    by_step = {step: bands(table.sel(step=step, drop=True)) for step in steps}
    return {
        f"forecast/{name}" + (f"/{step}" if step > 1 else ""): forecast_of(overview, by_step, (name, step))
        for name in variants
        for step in steps
    }


def whole_series(result: ForecastResult) -> Lines:
    """The whole series, with its training, validation and test parts marked."""
    values = result.series.values
    borders = [0, result.rows_before_validation, result.test_start, len(values) - 1]
    names = ("training", "validation", "test")
    return Lines(
        literal(result.series.name),
        [Line(values.index, values.to_numpy(), "actual", "actual")],
        y_title=literal(result.series.unit),
        parts=[
            Part(name, values.index[start], values.index[end], shade)
            for shade, (name, start, end) in enumerate(zip(names, borders[:-1], borders[1:], strict=True))
        ],
        marks=origins_of(result),
        height=340,
    )


def origins_of(result: ForecastResult, step: int = 1) -> list[object]:
    """Where networks trained up to a later origin take over."""
    origin, time = result.forecasts["origin"].to_numpy(), result.periods(step)
    return [place(time[start]) for start in (np.flatnonzero(np.diff(origin)) + 1).tolist()]


def place(label: object) -> object:
    """A date as figures take it where they do arithmetic on it; a row as it is."""
    return label.isoformat() if isinstance(label, pd.Timestamp) else label


def forecast_of(overview: Found, by_step: Mapping[int, xr.DataArray], which: tuple[str, int]) -> Lines:
    """Actual values, the mean forecast of a (variant, step) with the band of its seeds, and the reference's mean.

    `by_step` are the bands (variant, line, time) of every step that is drawn: one range serves them all.
    """
    result, (variant, step) = overview.result, which
    reference, forecasts, time = result.comparison.reference, by_step[step], result.periods(step)
    lines, tested = forecasts.sel(variant=variant), result.series.values.iloc[result.test_start :]
    far = f", step {step}" if result.horizon > 1 else ""
    drawn = [Line(time, lines.sel(line="mean").to_numpy(), "mean", "own")]
    if variant != reference:
        other = forecasts.sel(variant=reference, line="mean").to_numpy()
        drawn.insert(0, Line(time, other, f"{reference}, mean", "reference"))
    return Lines(
        f"<b>{variant}</b>{far}  RMSE {step_summary(overview, step, variant)}",
        [*drawn, Line(tested.index, tested.to_numpy(), "actual", "actual")],
        [band_of(time, lines)] if overview.seeds > 1 else (),
        y_title=literal(result.series.unit),
        y_range=forecast_range(tested.to_numpy(), xr.concat(list(by_step.values()), "step")),
        marks=origins_of(result, step),
    )


def band_of(x: object, lines: xr.DataArray) -> Band:
    """5 to 95 % of the seeds (line, x)."""
    return Band(x, lines.sel(line="low").to_numpy(), lines.sel(line="high").to_numpy(), "seeds")


def steps_of(overview: Found, by_step: xr.DataArray, variant: str) -> Lines:
    """RMSE of a variant at each step: mean and band of its seeds, the reference's mean, and the best baseline.

    `by_step` are the bands (variant, line, step) of all variants: one range serves them all.
    """
    result, best = overview.result, overview.best_baseline
    reference, steps = result.comparison.reference, by_step["step"].to_numpy()
    baseline = result.baseline_step_scores["rmse"].sel(baseline=best).to_numpy() if best else np.array([])
    shown = np.append(by_step.sel(line=["mean", "low"]).to_numpy(), baseline)
    highest = np.nanquantile(np.append(by_step.sel(line="high").to_numpy(), shown), 0.98) if shown.size else 1.0
    lines = by_step.sel(variant=variant)
    drawn = [Line(steps, lines.sel(line="mean").to_numpy(), "mean", "own")]
    if variant != reference:
        other = by_step.sel(variant=reference, line="mean").to_numpy()
        drawn.insert(0, Line(steps, other, f"{reference}, mean", "reference"))
    if best:
        drawn.append(Line(steps, baseline, best, "actual"))
    return Lines(
        f"<b>{variant}</b>",
        drawn,
        [band_of(steps, lines)] if overview.seeds > 1 else (),
        x_title="step",
        y_title=" ".join(filter(None, ("RMSE", result.unit))),
        y_range=[0, float(1.04 * highest)],
        x_ticks=shown_steps(result.horizon),
    )


def verdicts_by_series(overview: Found, variant: str) -> Intervals:
    """Primary metric: a variant's difference to the reference in badness, of every series, of many of some, and over all, with intervals."""
    result, metric = overview.result, overview.result.metric
    what, shown = METRICS[metric], listed_series(overview)
    errors = [result.naive_errors[at] for at in shown]
    scales = np.array([*errors, 1.0] if what.in_series_unit else np.ones(len(shown) + 1))
    found = [one.verdicts[variant, metric] for one in (*(overview.members[at] for at in shown), overview)]
    names = [*(literal(result.members[at].series.name) for at in shown), "<b>all series</b>"]
    centre = np.array([verdict.difference for verdict in found]) / scales
    return Intervals(
        f"<b>{variant}</b>  difference to {result.comparison.reference}, 95 % interval",
        [f"{name}  {SIGNS[one.word]} {one.word}" for name, one in zip(names, found, strict=True)],
        centre,
        np.array([verdict.high for verdict in found]) / scales - centre,
        "<br>".join(filter(None, (what.unit(result.unit), "below 0 is better"))),
        np.array([verdict.region for verdict in found]) / scales,
        total=True,
    )


def ranks_of(ranks: Ranks, reference: str) -> RankDrawing:
    """Mean ranks over series, best on top, and how far from the reference's a rank must be to be beyond chance."""
    order = np.argsort(ranks.mean, kind="stable")
    return RankDrawing(
        f"<b>Mean rank over {len(ranks.by_series)} series</b>  {METRICS[ranks.metric].label}",
        [ranks.variants[at] for at in order],
        ranks.by_series[:, order],
        ranks.mean[order],
        float(ranks.mean[ranks.variants.index(reference)]),
        ranks.critical,
    )
