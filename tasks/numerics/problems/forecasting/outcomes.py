"""Trained forecasters as labelled datasets, with the candidate that is chosen for each variant."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tasks.numerics.networks.replica_tables import Replicas, tuning_table
from tasks.numerics.problems.forecasting.results import ForecastOutcome
from tasks.numerics.series.panel_windows import moments
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import Windows
from tasks.numerics.settings import NetworkSpec

Array = np.ndarray


@dataclass(frozen=True)
class Grid(Replicas):
    """The replicas of a comparison of forecasters, and which of them forecasts what."""

    origins: tuple[Windows, ...]

    def by_window(self, table: Array) -> Array:
        """Forecasts (V, C, O, S, windows of an origin, H) as (V, C, S, N, H): each window's by the origin that owns it."""
        parts = [table[:, :, k, :, : one.own] for k, one in enumerate(self.origins)]
        return np.concatenate(parts, axis=-2)[..., self.order, :]

    @property
    def order(self) -> NDArray[np.int64]:
        """The test windows (N,) of all origins by series and then by time: a later origin has more of every series."""
        return np.argsort(self._rows, kind="stable")

    @property
    def origin_of_window(self) -> NDArray[np.int64]:
        """Which origin forecasts each test window (N,)."""
        return np.repeat(np.arange(len(self.origins)), [one.own for one in self.origins])[self.order]

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """Row of the series that each test window forecasts first (N,)."""
        return np.sort(self._rows)

    @property
    def _rows(self) -> NDArray[np.int64]:
        return np.concatenate([one.first_rows[: one.own] for one in self.origins])


def collect(series: Series, grid: Grid, network: NetworkSpec, baselines: xr.Dataset) -> ForecastOutcome:
    """What training gave of the wanted seeds, as `ForecastOutcome` describes it."""
    forecast = grid.table(lambda block: block.forecasts)
    by_window, of_window = grid.by_window(forecast), grid.origin_of_window
    best = np.take_along_axis(by_window, grid.choice[:, of_window][:, None, None, :, None], axis=1)[:, 0]
    forecasts = xr.Dataset(
        {
            "forecast": (("variant", "seed", "time", "step"), best),
            "diverged": (("variant", "seed"), ~np.isfinite(best).all(axis=(-2, -1))),
            "origin": ("time", of_window),
        },
        coords=grid.labels,
    )
    actual = windows_of(series, grid.first_rows, grid.origins[0].horizon)
    tuning = tuning_table(grid, network).assign_coords(step=np.arange(by_window.shape[-1]) + 1)
    return ForecastOutcome(
        forecasts=xr.merge([forecasts, actual, baselines]),
        histories=grid.histories(),
        tuning=tuning.assign(forecast=(("variant", "candidate", "seed", "time", "step"), by_window)),
        diagnostics=grid.diagnostics(),
    )


def windows_of(series: Series, first_rows: NDArray[np.int64], horizon: int) -> xr.Dataset:
    """What the test windows, whose first rows (N,) are given, are held against: `actual` (time, step) and `previous` (time).

    Of a panel also `member` and `moment` (time), as `ForecastOutcome` describes them.
    """
    values, steps, index = series.array, np.arange(horizon), series.values.index
    place = {}
    if series.members:
        member = np.searchsorted(series.first_rows, first_rows, side="right") - 1
        place = {"member": ("time", member), "moment": ("time", moments(series, first_rows))}
        index = index.get_level_values("period")
    return xr.Dataset(
        {
            "actual": (("time", "step"), values[first_rows[:, None] + steps]),
            "previous": ("time", values[first_rows - 1]),
            **place,
        },
        coords={"time": ("time", index[first_rows]), "step": steps + 1},
    )
