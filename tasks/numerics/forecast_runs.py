"""What a tracker is told of a comparison of forecasters."""

import xarray as xr

from tasks.numerics.chosen import Chosen
from tasks.numerics.conclusions import conclusions
from tasks.numerics.overall import recommended
from tasks.numerics.overview import Overview
from tasks.numerics.results import Result
from tasks.numerics.runs import Account, of_seeds


def forecast_account(result: Result) -> Account:
    """Scores, diagnostics, curves and datasets of a result, for a tracker."""
    overview, several = Overview(result), result.horizon > 1
    diverged = result.forecasts["diverged"]
    return Account(
        series=result.series,
        scores=result.scores,
        inside=of_seeds(result.diagnostics),
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
    return {name: getattr(result, name) for name in names}
