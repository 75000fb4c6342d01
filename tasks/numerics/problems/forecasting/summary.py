"""What programs and trackers are told of forecasters beside what they are told of every result."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.forecasting.shown_series import drawn_series
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.problem import Tracked
from tasks.numerics.problems.summary_parts import (
    baseline_summaries,
    data_summary,
    lists,
    variant_summary,
    verdict_summary,
)
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.statistics.seed_bands import bands
from tasks.numerics.wording import trackable

BY_SERIES = ("rmse", "mae", "mase")
"""Scores of the series that are drawn which stand on the runs of seeds; all of all are in `series_scores.nc`."""


def summary(result: ForecastResult) -> dict[str, Any]:
    """Tests, steps, series and ranks, as `tasks.summarize` describes them."""
    return {
        **tests(result),
        "steps": {
            "variants": by_step(result.step_scores.transpose("variant", "step", "seed"), "variant"),
            "baselines": by_step(result.baseline_step_scores, "baseline"),
        },
        "series": [
            {
                "data": data_summary(one.series),
                "unit": one.unit,
                "naive_error": error,
                "variants": [variant_summary(one, name) for name in one.variants],
                "baselines": baseline_summaries(one),
                "verdicts": [verdict_summary(verdict) for verdict in one.verdicts],
                **tests(one),
            }
            for one, error in zip(result.members, result.naive_errors, strict=True)
        ],
        "ranks": rank_summary(result.ranks) if result.ranks else None,
    }


def tests(result: ForecastResult) -> dict[str, Any]:
    """Accuracy over time and directions."""
    return {
        "accuracy": [asdict(test) for test in result.accuracy],
        "directions": [asdict(test) for test in result.directions],
    }


def rank_summary(ranks: Ranks) -> dict[str, Any]:
    """The variants' ranks over series."""
    p = {test.variant: {"p": test.p, "p_adjusted": test.p_adjusted} for test in ranks.tests}
    return {
        "metric": ranks.metric,
        "p": ranks.p,
        "critical": ranks.critical,
        "variants": [
            {
                "name": name,
                "mean": float(mean),
                "by_series": own.tolist(),
                **p.get(name, {"p": None, "p_adjusted": None}),
            }
            for name, mean, own in zip(ranks.variants, ranks.mean, ranks.by_series.T, strict=True)
        ],
    }


def by_step(scores: xr.Dataset, dimension: str) -> list[dict[str, Any]]:
    """Name and scores of every step, of each variant or baseline."""
    return [
        {"name": str(name), "scores": lists(scores.sel({dimension: name}))} for name in scores[dimension].to_numpy()
    ]


def tracked(result: ForecastResult) -> Tracked:
    """Scores of every series and step, and every dataset."""
    several = result.horizon > 1
    return Tracked(
        seed_scores=of_series(result),
        by_step=result.step_scores[["rmse", "mae"]] if several else xr.Dataset(),
        datasets=datasets(result),
    )


def datasets(result: ForecastResult) -> dict[str, xr.Dataset]:
    """The tables that are a forecaster's own, by name, those of single steps where there are several."""
    names = ["forecasts", *(["step_scores", "baseline_step_scores"] if result.horizon > 1 else [])]
    found: dict[str, xr.Dataset] = {name: getattr(result, name) for name in names}
    series = pd.Index([one.series.name for one in result.members], name="series")
    if result.members:
        found["series_scores"] = xr.concat([one.scores for one in result.members], series)
        baselines = [one.baseline_scores for one in result.members]
        found["series_baseline_scores"] = xr.concat(baselines, series, join="outer")
    return found


def of_series(result: ForecastResult) -> xr.Dataset:
    """Scores (variant, seed) of the series of a panel that are drawn, in their own units, as `NAME/rmse`: trackers chart them series by series."""
    shown = [result.members[at] for at in drawn_series(Overview.of(result))]
    names = trackable([one.series.name for one in shown])
    return xr.Dataset(
        {f"{name}/{metric}": one.scores[metric] for name, one in zip(names, shown, strict=True) for metric in BY_SERIES}
    )


def outputs(result: ForecastResult) -> pd.DataFrame:
    """A row a series, variant, period and step: actual value, mean forecast over seeds, and 5 to 95 % of them."""
    if result.members:
        return pd.concat([outputs(one) for one in result.members], ignore_index=True)
    over_seeds = bands(result.forecasts["forecast"].stack(point=("time", "step")).reset_index("point", drop=True))
    points = result.forecasts["actual"].stack(point=("time", "step")).to_series().reset_index(drop=True)
    steps = np.tile(result.forecasts["step"].to_numpy(), result.forecasts.sizes["time"])
    begins = np.repeat(np.arange(result.forecasts.sizes["time"]), result.horizon)
    periods = result.series.values.index[result.test_start + begins + steps - 1]
    frames = [
        pd.DataFrame(
            {
                "series": result.series.name,
                "variant": name,
                "period": periods,
                "step": steps,
                "actual": points.to_numpy(),
                "mean": over_seeds.sel(variant=name, line="mean").to_numpy(),
                "lower": over_seeds.sel(variant=name, line="low").to_numpy(),
                "upper": over_seeds.sel(variant=name, line="high").to_numpy(),
            }
        )
        for name in result.variants
    ]
    return pd.concat(frames, ignore_index=True)
