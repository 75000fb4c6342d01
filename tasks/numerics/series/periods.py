"""Whole periods: what finer records add up to, which periods they cover, and where the calendar is broken."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset, Tick

from tasks.numerics.errors import InputError
from tasks.numerics.series.frequencies import calendar, infer_frequency, offset_of, regular_dates, share_present
from tasks.numerics.series_settings import Aggregate

LABELLED_BY_END: Final = {"W", "ME", "QE", "YE", "BME", "BQE", "BYE"}
"""pandas names these periods by their last day, all others by their first."""
MOSTLY_SINGLE: Final = 0.9
"""Share of different dates from which on records are one a step, and a date that is not there is missing."""
NO_PAUSE: Final = 0.95
"""Share of days from which on one without a record is missing, however many records the others have."""
DAY: Final = pd.Timedelta(days=1)
UNITS: Final = {
    "D": "days",
    "B": "weekdays",
    "C": "weekdays",
    "W": "weeks",
    "MS": "months",
    "ME": "months",
    "QS": "quarters",
    "h": "hours",
}


@dataclass(frozen=True)
class Coverage:
    """How much of its period each value stands for."""

    covered: np.ndarray
    """(N,) units that records cover."""
    whole: np.ndarray
    """(N,) units in a whole period."""
    unit: str


def spans(labels: pd.DatetimeIndex, offset: BaseOffset) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """First moment of each period (N,), and the first moment after it (N,)."""
    if offset.rule_code.split("-")[0] in LABELLED_BY_END:
        return pd.DatetimeIndex([label - offset + DAY for label in labels]), labels + DAY
    return labels, pd.DatetimeIndex([label + offset for label in labels])


def aggregate(
    dates: pd.DatetimeIndex, values: np.ndarray, alias: str, how: Aggregate, instants: pd.DatetimeIndex | None = None
) -> pd.DataFrame:
    """One row a period of `alias`: `date`, `value` (NaN where no record falls), `covered`, `whole`, `label`.

    `dates` (N,) need no order, `values` (N,) their own unit; `instants` (N,), where the dates' clock changes: a day may then have
    23 or 25 hours. Raises `InputError` where records are coarser than periods.
    """
    regular_dates(pd.DatetimeIndex(dates.sort_values().unique()), alias)
    value = together(dates, values, alias, how)
    starts, ends = spans(pd.DatetimeIndex(value.index), offset_of(alias))
    begun, over = (starts, ends) if instants is None else (_instants(one, dates, instants) for one in (starts, ends))
    known = pd.DatetimeIndex((dates if instants is None else instants).sort_values().unique())
    finer = infer_frequency(known)
    if len(known) < MOSTLY_SINGLE * len(dates) and finer and share_present(known, finer) < NO_PAUSE:
        finer = ""  # single bookings, several on some days and none on others
    cover = coverage(known, finer, begun, over)
    if np.median(cover.whole) < 1:
        raise InputError(
            f"--aggregate {how} makes records coarser, never finer: these are {cover.unit}, --frequency is {alias!r}. "
            "Pass a frequency coarser than the records, or leave out --aggregate."
        )
    labels = [
        f"{span_label(start, end)} ({covered:g} of {whole:g} {cover.unit})"
        for start, end, covered, whole in zip(starts, ends, cover.covered, cover.whole, strict=True)
    ]
    columns = {"date": value.index, "value": value.to_numpy(), "covered": cover.covered, "whole": cover.whole}
    return pd.DataFrame({**columns, "label": labels})


def _instants(bounds: pd.DatetimeIndex, dates: pd.DatetimeIndex, instants: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The instants (M,) of bounds in the clock of `dates` (N,): it is as far behind there as at the first record from there on."""
    order = instants.argsort()
    local, known = dates[order], instants[order]
    at = np.minimum(local.searchsorted(bounds), len(local) - 1)
    return pd.DatetimeIndex(bounds - (local[at] - known[at]))


def together(dates: pd.DatetimeIndex, values: np.ndarray, alias: str, how: Aggregate) -> pd.Series:
    """What `values` (N,) come to in each period of `alias` (M,), NaN where none falls, by the period's date."""
    groups = pd.Series(values, index=dates).sort_index(kind="stable").resample(offset_of(alias))
    return {"sum": lambda: groups.sum(min_count=1), "mean": groups.mean, "last": groups.last}[how]()


def coverage(dates: pd.DatetimeIndex, finer: str, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> Coverage:
    """How much of each period (start, end) the records at `dates` (sorted, unique) cover.

    Records of a frequency, `finer`, are counted. Those of none, such as single bookings, tell by the days of the first and the
    last record alone: a day without a booking is none that is missing.
    """
    if not finer:
        whole = ((ends - starts) / DAY).to_numpy()
        lost = np.maximum((dates[0].normalize() - starts) / DAY, 0) + np.maximum(
            (ends - dates[-1].normalize()) / DAY - 1, 0
        )
        return Coverage(np.clip(whole - lost, 0, whole), whole, "days")
    step = calendar("C" if finer == "B" else finer, dates)
    expected = pd.date_range(starts[0], ends[-1], freq=step, inclusive="left")
    counted = [moments.searchsorted(ends) - moments.searchsorted(starts) for moments in (dates, expected)]
    return Coverage(
        counted[0], counted[1], UNITS.get(step.rule_code.split("-")[0], "records") if step.n == 1 else "records"
    )


def span_label(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """First and last day of a period, or its first and last moment where it is shorter than a day."""
    if end - start < DAY:
        return f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
    last = end - DAY
    return f"{start:%Y-%m-%d}" if last <= start else f"{start:%Y-%m-%d} to {last:%Y-%m-%d}"


def moment(date: pd.Timestamp | float) -> str:
    """A date, with its time of day where it has one; or the number that stands for it in a sequence."""
    if not isinstance(date, pd.Timestamp):
        return f"{date:g}"
    return f"{date:%Y-%m-%d}" if date == date.normalize() else f"{date:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Steps:
    """Each date (N,) of a series beside the one after it and the one the calendar asks for."""

    dates: pd.DatetimeIndex
    """Sorted and unique."""
    alias: str
    regular: pd.DatetimeIndex

    @classmethod
    def of(cls, dates: pd.Series, alias: str) -> "Steps":
        """The steps between `dates` (N,), which may be unordered, doubled or missing."""
        known = pd.DatetimeIndex(dates.dropna().sort_values().unique())
        return cls(known, alias, regular_dates(known, alias) if len(known) else known)

    @property
    def off(self) -> np.ndarray:
        """(N,) whether a date is none of the frequency."""
        return ~np.asarray(self.dates.isin(self.regular))

    @property
    def short(self) -> np.ndarray:
        """(N,) whether the next date comes before the period is over."""
        return self._compare(-1)

    @property
    def gap(self) -> np.ndarray:
        """(N,) whether whole periods are missing before the next date."""
        return self._compare(1)

    def _compare(self, sign: int) -> np.ndarray:
        due = self.regular[self.regular.searchsorted(self.dates[:-1], side="right")]
        found = np.sign((self.dates[1:] - due).to_numpy().astype(np.int64)) == sign
        return np.append(found, False)[: len(self.dates)]

    def missing_after(self, date: pd.Timestamp) -> str:
        """Which periods are missing between `date` and the next one, for people."""
        after = self.dates[int(self.dates.searchsorted(date, side="right"))]
        lost = self.regular[self.regular.searchsorted(date, side="right") : self.regular.searchsorted(after)]
        if len(lost) == 1:
            return f"{moment(lost[0])} is missing"
        return f"{moment(lost[0])} to {moment(lost[-1])} are missing ({len(lost)} periods)"

    def irregular_at(self, date: pd.Timestamp) -> str:
        """What is irregular about `date`, for people."""
        at = int(self.dates.searchsorted(date))
        said = [f"not on {self.alias}, it is a {date:%A}"] if self.off[at] else []
        step = int(self.regular.searchsorted(date, side="right"))
        whole = self.regular[step] - self.regular[step - 1] if step else pd.Timedelta(0)
        if at + 1 < len(self.dates) and self.dates[at + 1] - date < whole:
            said.append(f"{_length(self.dates[at + 1] - date)} to the next date, a whole period has {_length(whole)}")
        return "; ".join(said)


def _length(step: pd.Timedelta) -> str:
    return f"{step.days} day{'s' * (step.days != 1)}" if step % DAY == pd.Timedelta(0) else str(step)


def label_end(date: pd.Timestamp, alias: str) -> pd.Timestamp:
    """The label of the period that `date` falls in: later than `date` where periods are named by their last day."""
    offset = offset_of(alias)
    if isinstance(offset, Tick) or offset.rule_code.split("-")[0] not in LABELLED_BY_END:
        return date
    return offset.rollforward(date.normalize())
