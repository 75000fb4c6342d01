"""Local times without a zone whose clock is changed twice a year: which zone's changes they show, and the instants they are."""

from typing import Final

import numpy as np
import pandas as pd

ZONES: Final = (
    *("Europe/Berlin", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Santiago", "America/Sao_Paulo"),
    *(
        "America/Havana",
        "America/Mexico_City",
        "Australia/Sydney",
        "Pacific/Auckland",
        "Asia/Jerusalem",
        "Africa/Cairo",
    ),
)
"""One for each rule by which clocks are changed: Berlin stands for Madrid, New York for Chicago."""
MOST_CHANGES: Final = 0.02
"""Share of times that may stand twice, or be followed by a hole, where that comes from the clock."""
HOUR: Final = pd.Timedelta(hours=1)
DAY: Final = pd.Timedelta(days=1)


def zone_of(local: pd.DatetimeIndex) -> str:
    """The zone whose changes of the clock explain hours that are missing or stand twice in `local` (N,); '' where none does."""
    known = local[local.notna()]
    times = known.unique().sort_values()
    if len(times) < 3:
        return ""
    steps = np.diff(times)
    step = pd.Timedelta(pd.Series(steps).mode()[0])
    if step > HOUR:
        return ""
    doubled = known[known.duplicated()].unique()
    before = times[:-1][steps == np.timedelta64(step + HOUR)]
    if not 0 < len(doubled) + len(before) <= MOST_CHANGES * len(times) + 2:
        return ""
    explained = {zone: _explained(zone, times, doubled, before + step) for zone in ZONES}
    best = max(explained, key=lambda zone: explained[zone])
    return best if explained[best] else ""


def zone_of_days(instants: pd.DatetimeIndex) -> str:
    """The zone in whose clock instants (N,), a day apart at least, are at one time of day, midnight before others; '' where none is, or
    they are so in UTC already."""
    times = instants[instants.notna()].unique().sort_values()
    if len(times) < 3 or np.diff(times).min() < DAY - HOUR or _times_of_day(times) != 2:
        return ""
    zoned = {zone: in_zone(times, zone) for zone in ZONES}
    fitting = [zone for zone in ZONES if _times_of_day(zoned[zone]) == 1]
    return next((zone for zone in fitting if zoned[zone].equals(zoned[zone].normalize())), (*fitting, "")[0])


def in_zone(instants: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """The local times (N,) of instants in UTC."""
    return instants.tz_localize("UTC").tz_convert(zone).tz_localize(None)


def _times_of_day(times: pd.DatetimeIndex) -> int:
    return int((times - times.normalize()).nunique())


def _explained(zone: str, times: pd.DatetimeIndex, doubled: pd.DatetimeIndex, lost: pd.DatetimeIndex) -> int:
    """How many doubled and lost times a zone's clock explains; none where there are times that it has not."""
    if _nonexistent(times, zone).any():
        return 0
    ambiguous = np.asarray(doubled.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna())
    return int(ambiguous.sum()) + int(_nonexistent(lost, zone).sum())


def _nonexistent(times: pd.DatetimeIndex, zone: str) -> np.ndarray:
    found = times.tz_localize(zone, ambiguous=np.ones(len(times), bool), nonexistent="NaT")
    return np.asarray(found.isna())


def instants_of(local: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """The instants (N,) in UTC, without a zone, of local times in the order in which they stand, oldest first or newest first.

    Of a time that stands twice the earlier one is before the change.
    """
    again = local.duplicated(keep="first" if _rises(local) else "last")
    zoned = local.tz_localize(zone, ambiguous=~again, nonexistent="NaT")
    return zoned.tz_convert("UTC").tz_localize(None)


def _rises(local: pd.DatetimeIndex) -> bool:
    known = local[local.notna()]
    return bool(known[0] <= known[-1])
