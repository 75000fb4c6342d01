"""Parts of summary.json that every comparison has."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from tasks.numerics.problems.results import Result
from tasks.numerics.series.series import Series
from tasks.numerics.statistics.verdicts import Verdict

VERDICT = (
    *("variant", "metric", "word", "difference", "low", "high", "p", "p_adjusted"),
    *("improvement", "improvement_low", "improvement_high", "region", "needed"),
)
"""What is written of a verdict."""


def data_summary(series: Series) -> dict[str, Any]:
    """Name, digest, rows, dropped periods and series left out of a series."""
    return {
        "name": series.name,
        "digest": series.digest,
        "rows": len(series.values),
        "dropped": list(series.dropped),
        "left_out": list(series.left_out),
    }


def variant_summary(result: Result, name: str) -> dict[str, Any]:
    """Name, parts, diverged seeds and scores (seed,) of a variant."""
    placement, _, activation = name.partition("-")
    return {
        "name": name,
        "placement": placement,
        "activation": activation,
        "diverged": int(result.diverged[name]),
        "scores": lists(result.scores.sel(variant=name)),
    }


def baseline_summaries(result: Result) -> list[dict[str, Any]]:
    """Name and scores of every baseline."""
    return [
        {"name": name, "scores": scores}
        for name, scores in result.baseline_scores.to_dataframe().to_dict("index").items()
    ]


def verdict_summary(verdict: Verdict) -> dict[str, Any]:
    """What is written of a verdict."""
    return {key: getattr(verdict, key) for key in VERDICT}


def lists(table: Mapping[Any, xr.DataArray]) -> dict[str, Any]:
    """Each variable of a dataset as a number or lists of numbers."""
    return {str(name): values.to_numpy().tolist() for name, values in table.items()}
