"""Forecasts of the same test windows side by side, as the statistics take them: one series in its unit, several in multiples of naive errors."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tasks.numerics.series.series import Series
from tasks.numerics.statistics.influence import Paired, PairedForecasts
from tasks.numerics.statistics.metrics import NaiveScale, naive_scale
from tasks.numerics.statistics.paired_panels import PairedPanel
from tasks.numerics.statistics.scored_points import Points

Array = NDArray[np.float64]
OWN: Final = "challenger"
CHAMPION: Final = "champion"
ABSOLUTE: Final = ("mae", "mase")
"""Metrics that are judged by the mean absolute error; all others by the root of the mean squared one."""


def error_metric(metric: str) -> str:
    """How large errors are measured where a comparison's first metric is `metric`: bias, directions and spreads alone choose no forecast."""
    return "mae" if metric in ABSOLUTE else "rmse"


def scales_of(series: Series, training_rows: tuple[int, ...]) -> list[NaiveScale]:
    """The naive error of each series' training part; of one that never moves there, 1."""
    found = []
    for one, rows in zip(series.lone, training_rows, strict=True):
        scale = naive_scale(one.array[:rows], one.season_length)
        if not np.isfinite(scale.absolute):
            scale = replace(naive_scale(one.array[:rows], 1), season_length=one.season_length)
        found.append(scale if np.isfinite(scale.absolute) else NaiveScale(1.0, 1.0, one.season_length))
    return found


def pair(forecasts: xr.Dataset, made: Mapping[str, Array], scales: list[NaiveScale]) -> Paired:
    """Forecasts (W, H) by name of the windows of a dataset, held against the last of them."""
    reference = list(made)[-1]
    if "member" not in forecasts:
        return _pair(forecasts, made, scales[0], reference)
    member, moments = forecasts["member"].to_numpy(), np.unique(forecasts["moment"].to_numpy(), return_inverse=True)[1]
    present = [number for number in range(len(scales)) if (member == number).any()]
    parts = []
    for number in present:
        own = np.flatnonzero(member == number)
        part = _pair(
            forecasts.isel(time=own), {name: table[own] for name, table in made.items()}, scales[number], reference
        )
        parts.append(part.in_naive_errors)
    return PairedPanel(tuple(parts), tuple(moments[member == number] for number in present))


def _pair(forecasts: xr.Dataset, made: Mapping[str, Array], scale: NaiveScale, reference: str) -> PairedForecasts:
    actual = forecasts["actual"].transpose("time", "step").to_numpy().astype(np.float64)
    previous = np.broadcast_to(forecasts["previous"].to_numpy().astype(np.float64)[:, None], actual.shape)
    return PairedForecasts(
        {name: table.reshape(1, -1) for name, table in made.items()},
        actual.reshape(-1),
        previous.reshape(-1),
        scale,
        reference,
        Points.of_one_series(actual.size, actual.shape[1]),
    )


def value_of(paired: Paired, name: str, metric: str) -> float:
    """A metric of one of the forecasts."""
    return float(paired.scored(name)[metric].value[0])
