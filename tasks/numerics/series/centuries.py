"""The century of years that are written in two digits: one stretch of time that has happened."""

import numpy as np
import pandas as pd

CENTURY = 100
"""Years."""


def in_one_stretch(dates: pd.Series) -> pd.Series:
    """Dates (N,) whose years were written in two digits: as they are where none lies in the future, else in the latest centuries in which
    they are one stretch and most of them have happened."""
    known = dates.dropna()
    now = pd.Timestamp.now()
    if not (known > now).any():
        return dates
    years = np.sort((known.dt.year % CENTURY).unique())
    # The stretch begins after the longest run of years that none of them is in.
    begin = int(years[np.argmax(np.diff(years, prepend=years[-1] - CENTURY))])
    first = now.year // CENTURY * CENTURY + begin
    placed = _placed(dates, first)
    while (placed.dropna() > now).mean() > 0.5:
        first -= CENTURY
        placed = _placed(dates, first)
    return placed


def _placed(dates: pd.Series, first: int) -> pd.Series:
    """The dates (N,) in the hundred years from `first` on."""
    moved = dates.copy()
    known = dates.dropna()
    wanted = first + (known.dt.year - first) % CENTURY
    for years in np.unique(wanted - known.dt.year):
        rows = known.index[wanted - known.dt.year == years]
        moved[rows] = known[rows] + pd.DateOffset(years=int(years))
    return moved
