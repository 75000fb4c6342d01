"""Columns that are a date together: a year, a month and a day each in one of their own, or a date and an hour."""

import pandas as pd

from tasks.numerics.series.calendar_words import MONTHS, PARTS, PERIODS, word_of
from tasks.numerics.series.date_shapes import DAYS, OF_DAY
from tasks.numerics.series.tables import as_numbers, is_missing, is_text, some

HOURS = 24
"""A day's; where they are counted from 1, the last one."""


def parts_of(table: pd.DataFrame, names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that are a date together, the year's first; none where there is no year, or nothing beside it."""
    roles = _roles(table, names)
    if "year" not in roles:
        return ()
    days = [("month", "day"), ("day of the year",), ("week",), ("month",), ("quarter",)]
    found = next((way for way in days if all(role in roles for role in way)), ())
    within = _within_a_day(roles) if found and found[-1].startswith("day") else ()
    return (*(roles[role] for role in ("year", *found)), *within) if found else ()


def time_beside(table: pd.DataFrame, date: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Among columns, those of the time of day of a column of days: the one of texts, or the hour's and the minute's; none where there are none."""
    if _has_time(table[date]):
        return ()
    texts = tuple(name for name in names if name != date and is_time_of_day(table[name]))
    return texts if len(texts) == 1 else _within_a_day(_roles(table, names))


def stand_several_times(table: pd.DataFrame, date: str, id: str) -> bool:
    """Whether most dates stand in several rows, of those of one id where a column holds ids."""
    named = table[[name for name in (date, id) if name]].astype("str")
    return bool(named.duplicated(keep=False).mean() > 0.5)


def is_part(column: pd.Series, name: str) -> bool:
    """Whether a column is called as a part of a date, and holds nothing but its numbers."""
    word = word_of(name)
    numbers = as_numbers(some(column))
    ranges = [(part.least, part.most) for part in PARTS.values() if word in part.words]
    if word in PERIODS:
        ranges.append((1, PARTS["week"].most))
    return any(bool((numbers.between(least, most) & (numbers % 1 == 0)).all()) for least, most in ranges)


def together(table: pd.DataFrame, parts: tuple[str, ...]) -> tuple[pd.Series, tuple[str, ...]]:
    """The texts (N,) that columns which belong together make: an ISO date of its numbers, or a date and a time of day; and a note of them.

    What stands in the columns where they make no date; missing where nothing does.
    """
    written = [table[name].astype("str").where(~is_missing(table[name])).str.strip() for name in parts]
    if len(parts) == 2 and is_time_of_day(table[parts[1]]):
        return written[0] + " " + written[1], ()
    roles = _roles(table, parts)
    numbers = {role: _numbers(table[name], role) for role, name in roles.items()}
    notes: tuple[str, ...] = ()
    if "hour" in numbers and numbers["hour"].max() == HOURS and numbers["hour"].min() > 0:
        numbers["hour"] -= 1
        notes = (f"Hours in {roles['hour']} run from 1 to {HOURS}: the first is read as the one from 00:00 to 01:00.",)
    found = _days(numbers) if "year" in numbers else _separated(written[0])
    if "hour" in numbers:
        found += " " + _digits(numbers["hour"]) + ":" + (_digits(numbers["minute"]) if "minute" in numbers else "00")
    standing = pd.concat(written, axis=1)
    bad = found.isna() & standing.notna().any(axis=1)
    if bad.any():
        found[bad] = standing[bad].fillna("").agg(" ".join, axis=1).str.strip()
    return found, notes


def _days(numbers: dict[str, pd.Series]) -> pd.Series:
    """Days, weeks, months or quarters (N,) as texts; missing where a part is."""
    year = _digits(numbers["year"], 4)
    if "day of the year" in numbers:
        texts = year + "-" + _digits(numbers["day of the year"], 3)
        return pd.to_datetime(texts, format="%Y-%j", errors="coerce").dt.strftime("%Y-%m-%d").astype("str")
    if "week" in numbers:
        return year + "-W" + _digits(numbers["week"])
    if "quarter" in numbers:
        return year + "Q" + _digits(numbers["quarter"], 1)
    month = year + "-" + _digits(numbers["month"])
    return month + "-" + _digits(numbers["day"]) if "day" in numbers else month


def _separated(days: pd.Series) -> pd.Series:
    """Dates (N,) as they are written, those without dashes with them, so that a time of day can follow."""
    whole = days.str.fullmatch(DAYS, na=False)
    return days.where(~whole, days.str.slice(0, 4) + "-" + days.str.slice(4, 6) + "-" + days.str.slice(6, 8))


def _digits(numbers: pd.Series, width: int = 2) -> pd.Series:
    return numbers.astype("Int64").astype("str").str.zfill(width).where(numbers.notna())


def _within_a_day(roles: dict[str, str]) -> tuple[str, ...]:
    """The columns of the hour, and of the minute where there is one."""
    if "hour" not in roles:
        return ()
    return tuple(roles[role] for role in ("hour", "minute") if role in roles)


def _roles(table: pd.DataFrame, names: tuple[str, ...]) -> dict[str, str]:
    """The column of each part of a date."""
    found: dict[str, str] = {}
    for role in PARTS:
        for name in names:
            if role in found or name in found.values() or not _is_called(table[name], name, role):
                continue
            numbers = _numbers(some(table[name].dropna()), role)
            if len(numbers) and numbers.notna().mean() > 0.5:
                found[role] = name
    return found


def _is_called(column: pd.Series, name: str, role: str) -> bool:
    """Whether a column is called as a part of a date; or as a period, and holds what only that part is."""
    word, part = word_of(name), PARTS[role]
    if word in part.words:
        return True
    if word not in PERIODS or role not in ("quarter", "month", "week"):
        return False
    texts = some(column.dropna()).astype("str").str.strip()
    if texts.str.fullmatch(part.written, na=False).mean() > 0.5:
        return True
    counted = set(as_numbers(texts))
    return role != "week" and counted == set(range(1, part.most + 1))


def _numbers(column: pd.Series, role: str) -> pd.Series:
    """Whole numbers (N,) of a part, of months by their names too; NaN where there is none."""
    part = PARTS[role]
    numbers = as_numbers(column)
    if is_text(column):
        texts = column[numbers.isna()].dropna().astype("str")
        found = texts.map({text: part.number_in(text) for text in texts.unique()})
        if role == "month":
            found = found.fillna(texts.str.strip().str.lower().str.slice(0, 3).map(MONTHS))
        numbers = numbers.fillna(found.astype("float64"))
    return numbers.where(numbers.between(part.least, part.most) & (numbers % 1 == 0))


def is_time_of_day(column: pd.Series) -> bool:
    """Whether a column holds times of day in texts, and nothing else."""
    texts = some(column).dropna()
    return is_text(column) and len(texts) > 0 and bool(texts.astype("str").str.strip().str.fullmatch(OF_DAY).all())


def _has_time(column: pd.Series) -> bool:
    if pd.api.types.is_datetime64_any_dtype(column):
        return not column.dropna().dt.normalize().equals(column.dropna())
    return bool(some(column).astype("str").str.contains(r"\d:\d|T\d", na=False).any())
