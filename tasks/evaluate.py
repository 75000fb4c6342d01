"""Scores of every forecast, in the series' own unit, and differences to `stock`."""

import numpy as np
import xarray as xr

from tasks.numerics.metrics import NaiveScale, naive_scale, score
from tasks.numerics.results import Result
from tasks.numerics.series import Series
from tasks.numerics.statistics import differences


def evaluate(series: Series, training_rows: int, forecasts: xr.Dataset, histories: xr.Dataset) -> Result:
    """Everything found, from the forecasts and histories that `Result` describes.

    The yardstick of MASE and RMSSE comes from the first `training_rows` rows, before the validation part.
    """
    scale = naive_scale(series.array[:training_rows], series.season_length)
    scores = score_along(forecasts, "forecast", "variant", scale)
    baseline_scores = score_along(forecasts, "baseline_forecast", "baseline", scale)
    return Result(series, training_rows, forecasts, histories, scores, baseline_scores, differences(scores))


def score_along(forecasts: xr.Dataset, name: str, dimension: str, scale: NaiveScale) -> xr.Dataset:
    """Metrics of the variable `name` (dimension, ..., time), one variable (dimension, ...) each.

    One variant or baseline after the other: the errors of all seeds of all variants together may not fit into memory.
    """
    actual = forecasts["actual"].to_numpy().astype(np.float64)
    previous = forecasts["previous"].to_numpy().astype(np.float64)
    table = forecasts[name].transpose(dimension, ..., "time")
    labels = table.isel(time=0, drop=True)
    found = [score(one.astype(np.float64), actual, previous, scale) for one in table.to_numpy()]
    return xr.Dataset(
        {key: (labels.dims, np.stack([scores[key] for scores in found])) for key in found[0]}, coords=labels.coords
    )
