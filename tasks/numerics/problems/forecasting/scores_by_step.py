"""How far ahead a forecast is good: scores by step, in words and table cells."""

import numpy as np
import xarray as xr

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.seed_statistics import summary

MOST_STEPS = 12
"""Columns of the table; of a longer horizon steps in between are left out."""


def shown_steps(horizon: int, most: int = MOST_STEPS) -> list[int]:
    """The steps of a table: all, or so many from the first to the last."""
    places = np.linspace(1, horizon, min(horizon, most)).round().astype(int)
    return [int(place) for place in np.unique(places)]


def step_rows(
    overview: Overview[ForecastResult], steps: list[int]
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Rows of the variants and of the baselines: name, and the mean RMSE over seeds at each of the steps."""
    result = overview.result
    variants, baselines = result.step_scores["rmse"].mean("seed"), result.baseline_step_scores["rmse"]

    def rows(table: str) -> list[tuple[str, ...]]:
        found: xr.DataArray = {"variant": variants, "baseline": baselines}[table]
        return [
            (str(name), *(overview.number("rmse", float(found.sel({table: name, "step": step}))) for step in steps))
            for name in found[table].to_numpy()
        ]

    return rows("variant"), rows("baseline")


def step_summary(overview: Overview[ForecastResult], step: int, variant: str) -> str:
    """Mean ± standard deviation over seeds of the RMSE at a step."""
    found = summary(overview.result.step_scores.sel(step=step, drop=True))
    mean, spread = (
        overview.number("rmse", found[name].to_dict()[(variant, "rmse")]) for name in ("mean", "standard_deviation")
    )
    return f"{mean} ± {spread}" if overview.seeds > 1 else mean
