"""What a network sees beside the series itself: columns of the same file, and where a period stands in the calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.scaling import Scaler
from tasks.numerics.settings import WindowSpec

FloatArray = NDArray[np.float64]
MOVES: Final = 0.2
"""How far sine or cosine must range over a series: below, a calendar name says nothing, such as the month of yearly values."""


@dataclass(frozen=True)
class Covariates:
    """Columns beside a series of N periods, each in its own unit; the values of a row are those of its period."""

    names: tuple[str, ...]
    """Of the columns of `past`, then `known`, then `cyclic`."""
    past: FloatArray
    """Known up to the last period before a forecast (N, P)."""
    known: FloatArray
    """Known for the periods that are forecast too (N, K)."""
    cyclic: FloatArray
    """Sine and cosine of each calendar name (N, 2C): known ahead, and scaled already."""

    @classmethod
    def none(cls, rows: int) -> "Covariates":
        """No columns beside a series of so many rows."""
        return cls((), *(np.empty((rows, 0)) for _ in range(3)))

    def after(self, lost: int) -> "Covariates":
        """Without the first rows, that a transform of the series takes."""
        return Covariates(self.names, self.past[lost:], self.known[lost:], self.cyclic[lost:])

    def check_reach(self, spec: WindowSpec) -> None:
        """Raises InputError where the lookback is too short to bring what is known of every period that is forecast."""
        if spec.lookback < spec.horizon and self.known.shape[1] + self.cyclic.shape[1]:
            raise InputError(
                f"--known-future and --calendar bring what is known of the {spec.horizon} periods of --horizon in as many time "
                f"steps, and --lookback has {spec.lookback}. Expected --lookback {spec.horizon} or more."
            )

    def scalers(self, seen: slice, spec: WindowSpec) -> tuple[Scaler, ...]:
        """Of every column, fitted on its rows `seen`; cycles stay as they are."""
        plain = np.column_stack([self.past, self.known])
        fitted = (
            Scaler.fit(column[seen], spec.scaling, name) for name, column in zip(self.names, plain.T, strict=False)
        )
        return (*fitted, *[Scaler(0.0, 1.0)] * self.cyclic.shape[1])

    def at_steps(self, seen: slice, spec: WindowSpec) -> FloatArray:
        """What the time steps carry, but for the last H (N - H, P + K + 2C); each column scaled by its rows `seen`.

        Row t has the columns of `past` at t, and those that are known ahead at t + H.
        """
        plain = np.column_stack([self.past, self.known])
        scalers = self.scalers(seen, spec)[: plain.shape[1]]
        columns = [one.apply(column) for one, column in zip(scalers, plain.T, strict=True)]
        past = self.past.shape[1]
        ahead = np.column_stack([*columns[past:], self.cyclic])[spec.horizon :]
        return np.column_stack([*(column[: -spec.horizon] for column in columns[:past]), ahead])


def _weeks_of_year(dates: pd.DatetimeIndex) -> FloatArray:
    """ISO weeks (N,) in the year that each date's week belongs to: 52 or 53. The 28th of December is always in the last."""
    years = dates.isocalendar().year.astype(int)
    last = pd.DatetimeIndex([pd.Timestamp(year, 12, 28) for year in sorted(set(years))])
    weeks = dict(zip(last.year, last.isocalendar().week.astype(float), strict=True))
    return np.array([weeks[year] for year in years])


CALENDAR: Final[dict[str, Callable[[pd.DatetimeIndex], FloatArray]]] = {
    "minute": lambda dates: np.asarray(dates.minute / 60),
    "hour": lambda dates: np.asarray((dates.hour + dates.minute / 60) / 24),
    "weekday": lambda dates: np.asarray(dates.day_of_week / 7),
    "day": lambda dates: np.asarray(dates.day / dates.days_in_month),
    "day_of_year": lambda dates: np.asarray(dates.day_of_year / np.where(dates.is_leap_year, 366, 365)),
    "week": lambda dates: dates.isocalendar().week.to_numpy(np.float64) / _weeks_of_year(dates),
    "month": lambda dates: np.asarray((dates.month - 1) / 12),
    "quarter": lambda dates: np.asarray((dates.quarter - 1) / 4),
}
"""What part of its cycle has gone by at each date (N,), by the names of pandas' `Timestamp`."""


def cycles(names: tuple[str, ...], dates: pd.DatetimeIndex, frequency: str) -> FloatArray:
    """Sine and cosine of each name's cycle (N, 2C); raises InputError where the frequency makes one as good as constant."""
    columns: list[FloatArray] = []
    for name in names:
        angle = 2 * np.pi * CALENDAR[name](dates)
        pair = [np.sin(angle), np.cos(angle)]
        if max(np.ptp(one) for one in pair) < MOVES:
            raise InputError(
                f"--calendar {name} says nothing here: of {len(dates)} periods of {frequency}, {dates[0]:%Y-%m-%d} to "
                f"{dates[-1]:%Y-%m-%d}, all have the same {name.replace('_', ' ')}, or nearly. Leave it out."
            )
        columns += pair
    return np.stack(columns, axis=1) if columns else np.empty((len(dates), 0))
