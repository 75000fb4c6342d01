"""What a tracker is told of a comparison of forecasters."""

import pandas as pd
import xarray as xr

from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.overview import Overview
from tasks.numerics.findings.recommendation import recommended
from tasks.numerics.findings.tracked_runs import Account, of_seeds, trackable
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems.forecasting.results import Result

BY_SERIES = ("rmse", "mae", "mase")
"""Scores of every series of a panel that stand on the runs of seeds; all of them are in `series_scores.nc`."""


def forecast_account(result: Result) -> Account:
    """Scores, diagnostics, curves and datasets of a result, for a tracker."""
    overview, several = Overview(result), result.horizon > 1
    diverged = result.forecasts["diverged"]
    return Account(
        series=result.series,
        scores=result.scores,
        inside=of_seeds(result.diagnostics).merge(of_series(result)),
        diverged=diverged,
        baseline_scores=result.baseline_scores,
        by_step=result.step_scores[["rmse", "mae"]] if several else xr.Dataset(),
        histories=result.histories,
        kept_loss=result.chosen_loss.isel(origin=-1).where(~diverged),
        chosen=Chosen(overview).by_variant,
        recommended=recommended(overview),
        verdicts=result.verdicts,
        conclusions=conclusions(overview),
        datasets=datasets(result),
    )


def datasets(result: Result) -> dict[str, xr.Dataset]:
    """Every table of a result by its own name, those of single steps where there are several."""
    names = ["forecasts", "scores", "histories", "baseline_scores", "tuning", "untuned_scores", "diagnostics"]
    names += ["step_scores", "baseline_step_scores"] if result.horizon > 1 else []
    found: dict[str, xr.Dataset] = {name: getattr(result, name) for name in names}
    series = pd.Index([one.series.name for one in result.members], name="series")
    if result.members:
        found["series_scores"] = xr.concat([one.scores for one in result.members], series)
        baselines = [one.baseline_scores for one in result.members]
        found["series_baseline_scores"] = xr.concat(baselines, series, join="outer")
    return found


def of_series(result: Result) -> xr.Dataset:
    """Scores (variant, seed) of every series of a panel in its own unit, as `NAME/rmse`: trackers chart them series by series."""
    names = trackable([one.series.name for one in result.members])
    return xr.Dataset(
        {
            f"{name}/{metric}": one.scores[metric]
            for name, one in zip(names, result.members, strict=True)
            for metric in BY_SERIES
        }
    )
