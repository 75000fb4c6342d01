"""How far one period is from the next, in pandas' aliases: read, inferred from dates, and counted in a season."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset, CustomBusinessDay, Tick

from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import INDEX
from tasks.numerics.wording import cut

PLAIN_WORDS: Final = {
    **{"daily": "D", "day": "D", "weekly": "W-SUN", "week": "W-SUN", "monthly": "MS", "month": "MS"},
    **{"quarterly": "QS", "quarter": "QS", "yearly": "YS", "annual": "YS", "year": "YS", "hourly": "h", "hour": "h"},
    **{
        "m": "MS",
        "q": "QS",
        "y": "YS",
        "a": "YS",
        "t": "min",
        "d": "D",
        "w": "W-SUN",
        "h": "h",
        "b": "B",
        "rows": INDEX,
    },
}
KNOWN: Final = ("30min", "15min", "min", "h", "D", "B", "C", "MS", "ME", "QS", "QE", "YS", "YE", "index")
WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

SUPPORTED: Final = {
    *("s", "min", "h", "D", "B", "C", "W", "SMS", "SME"),
    *("MS", "ME", "BMS", "BME", "QS", "QE", "BQS", "BQE", "YS", "YE", "BYS", "BYE"),
}
"""Rule codes of pandas' frequencies, without what is after the dash."""
LARGEST_STEP: Final = 100_000
"""Of a frequency's own unit."""
ON_SHARE: Final = 0.9
"""Share of dates that must fall on a frequency for it to be taken as the one that was meant."""
LONGEST: Final = 2_000_000
"""Most periods that a series can span."""
SPARSEST: Final = 100
"""Periods a date, from which on a long span is a mistyped date."""
FEWEST_PERIODS: Final = 20_000
"""Of a long span."""
PRESENT_SHARE: Final = 0.6
"""Share of that frequency's periods that must be there."""
DAYS_A_YEAR: Final = 365.25
HOLIDAY_SHARE: Final = 0.05
"""Most weekdays that can be holidays: 13 a year."""
HOLIDAY_RUN: Final = 2
"""Most weekdays in a row that can be holidays, as around Easter and Christmas."""


def offset_of(alias: str) -> BaseOffset:
    """The step from one period to the next; raises `InputError` where `alias` is none of pandas', or not forward."""
    try:
        with catch_warnings():
            simplefilter("error")  # a deprecated alias only warns, and will be another one's tomorrow
            offset = to_offset(alias)
    except (ValueError, OverflowError, Warning):
        offset = None
    if offset is None:
        raise InputError(
            f"--frequency {cut(alias)!r} is no frequency that pandas knows.{_suggestion(alias)} Pass a pandas alias such as "
            "D (days), B (Monday to Friday), W-SAT (weeks that end on Saturday), MS (months), QS (quarters), YS (years), "
            "30min; or 'index' to take the rows as an ordered sequence."
        )
    if offset.rule_code.split("-")[0] not in SUPPORTED or offset.n > LARGEST_STEP:
        raise InputError(
            f"--frequency {cut(alias)!r} is none of a series here. Expected days (D, B, C), weeks (W-SAT), months, quarters or years by "
            f"their first or last day (MS, ME, QS, QE, YS, YE), hours (h), minutes (min) or seconds (s), up to {LARGEST_STEP:,} of them; of "
            "business hours and the like, pass 'index', which takes the rows as an ordered sequence."
        )
    if offset.n < 1:
        raise InputError(f"--frequency {alias!r} does not go forward in time. Pass a positive one, such as D or 2h.")
    return offset


def _suggestion(alias: str) -> str:
    plain = PLAIN_WORDS.get(alias.lower())
    if plain:
        return f" Did you mean {plain}?"
    by_upper = {known.upper(): known for known in (*KNOWN, *(f"W-{day}" for day in WEEKDAYS))}
    near = get_close_matches(alias.upper(), by_upper, n=1, cutoff=0.6)
    return f" Did you mean {by_upper[near[0]]}?" if near else ""


def infer_frequency(dates: pd.DatetimeIndex) -> str:
    """The alias that `dates` (sorted, unique) follow, a few gaps and irregular dates forgiven; '' where none fits."""
    if len(dates) < 3:
        return ""
    with pd.option_context("future.infer_freq_returns_offset", True):
        exact = to_offset(pd.infer_freq(dates))
    # pandas takes a month that begins on a Monday for one of business days throughout.
    if exact is not None and _fit(dates, exact.freqstr) == 1.0:
        return _plain(exact.freqstr)
    fits = {alias: _fit(dates, alias) for alias in _candidates(dates)}
    best = max(fits, key=lambda alias: fits[alias], default="")
    return _plain(best) if best and fits[best] > 0 else ""


def _plain(alias: str) -> str:
    return alias.removesuffix("-JAN") if alias.startswith(("YS", "QS")) else alias.removesuffix("-DEC")


def _candidates(dates: pd.DatetimeIndex) -> Iterator[str]:
    steps = np.diff(dates.as_unit("us").asi8)
    common = pd.Timedelta(int(pd.Series(steps).mode()[0]), unit="us")
    if common < pd.Timedelta(days=1):
        yield to_offset(common).freqstr
        return
    month = int(pd.Series(dates.month).mode()[0]) - 1
    yield from ("D", "B", f"W-{WEEKDAYS[int(pd.Series(dates.day_of_week).mode()[0])]}", "MS", "ME")
    yield from (f"QS-{MONTHS[month % 3]}", f"QE-{MONTHS[month % 3 + 9]}", f"YS-{MONTHS[month]}", f"YE-{MONTHS[month]}")


def _fit(dates: pd.DatetimeIndex, alias: str) -> float:
    """Share of dates on the frequency times share of its periods that are there; 0 where either is too small."""
    offset = offset_of(alias)
    if (dates[-1] - dates[0]) / ((dates[0] + offset) - dates[0]) > 3 * len(dates) + 10:
        return 0.0  # too few are there, and seconds over years are a range that no memory holds
    regular = pd.date_range(dates[0], dates[-1], freq=offset)
    there = int(dates.isin(regular).sum())
    if not len(regular) or there < ON_SHARE * len(dates) or there < PRESENT_SHARE * len(regular):
        return 0.0
    return there / len(dates) * there / len(regular)


def share_present(dates: pd.DatetimeIndex, alias: str) -> float:
    """Share of the frequency's periods from first to last that `dates` (sorted, unique) hold."""
    return float(pd.date_range(dates[0], dates[-1], freq=offset_of(alias)).isin(dates).mean())


def season_of(alias: str) -> int:
    """Periods in the season that is usual for a frequency: a year of months, quarters or weeks, a week, a day."""
    if alias == INDEX:
        return 1
    offset = offset_of(alias)
    code = offset.rule_code.split("-")[0]
    a_year = {"MS": 12, "ME": 12, "BMS": 12, "BME": 12, "QS": 4, "QE": 4, "BQS": 4, "BQE": 4, "W": 52}
    if code in a_year:
        return a_year[code] // offset.n if a_year[code] % offset.n == 0 else 1
    if code in ("B", "C", "D"):
        return {"B": 5, "C": 5, "D": 7}[code] if offset.n == 1 else 1
    if isinstance(offset, Tick):
        return max(1, int(pd.Timedelta(days=1) / pd.Timedelta(offset)))
    return 1


def periods_a_year(alias: str) -> float:
    """How many periods of a frequency there are in a year, about; NaN for rows in order."""
    if alias == INDEX:
        return float("nan")
    offset = offset_of(alias)
    if isinstance(offset, Tick):
        return float(pd.Timedelta(days=DAYS_A_YEAR) / pd.Timedelta(offset))
    code = offset.rule_code.split("-")[0]
    a_year = {"D": DAYS_A_YEAR, "W": DAYS_A_YEAR / 7, "B": 261.0, "C": 261.0, "SMS": 24.0, "SME": 24.0}
    others = {"M": 12.0, "Q": 4.0, "Y": 1.0}
    return (a_year[code] if code in a_year else others[code[-2]]) / float(offset.n)


def with_holidays(dates: pd.DatetimeIndex) -> CustomBusinessDay:
    """Business days whose holidays are the weekdays missing from `dates` (sorted, unique).

    Taken as holidays only where no more than two stand in a row and they are at most one weekday in twenty; none otherwise.
    """
    weekdays = pd.date_range(dates[0], dates[-1], freq="B") if len(dates) else dates
    missing = ~weekdays.isin(dates)
    run = longest = 0
    for absent in missing:
        run = run + 1 if absent else 0
        longest = max(longest, run)
    if longest > HOLIDAY_RUN or missing.sum() > HOLIDAY_SHARE * len(weekdays):
        return CustomBusinessDay()
    return CustomBusinessDay(holidays=list(weekdays[missing]))


def calendar(alias: str, dates: pd.DatetimeIndex) -> BaseOffset:
    """The step between periods, for `C` with the holidays that `dates` (sorted, unique) leave out."""
    return with_holidays(dates) if alias == "C" else offset_of(alias)


def regular_dates(dates: pd.DatetimeIndex, alias: str) -> pd.DatetimeIndex:
    """Every date of the frequency from the period of the first to the one after the last of `dates` (sorted, unique).

    Raises `InputError` where that is more than a memory should hold: a mistyped year.
    """
    offset = calendar(alias, dates)
    first, last = offset.rollback(dates[0]), dates[-1]
    periods = (last - first) / ((first + offset) - first)
    if periods > min(LONGEST, max(FEWEST_PERIODS, SPARSEST * len(dates))):
        raise InputError(
            f"The {len(dates):,} dates run from {first:%Y-%m-%d} to {last:%Y-%m-%d}: {periods:,.0f} periods of {alias}. "
            "Mend the mistyped date, or pass another --frequency."
        )
    return pd.date_range(first, last + offset, freq=offset)
