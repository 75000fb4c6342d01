"""Which column of a table holds its dates, or which columns together: a year, a month and a day each in one of their own."""

import shlex
from dataclasses import dataclass
from typing import Final

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.date_shapes import OF_DAY
from tasks.numerics.series.dates import holds_dates
from tasks.numerics.series.tables import as_numbers, is_text, some
from tasks.numerics.series_settings import INDEX, SeriesSpec
from tasks.numerics.wording import cell, few

PARTS: Final = {
    "year": ({"year", "yr", "yyyy", "jahr"}, 1000, 2999),
    "quarter": ({"quarter", "qtr", "q"}, 1, 4),
    "month": ({"month", "mon", "mm", "mo", "monat", "mnth"}, 1, 12),
    "day": ({"day", "dd", "dom", "tag", "dayofmonth"}, 1, 31),
    "hour": ({"hour", "hr", "hh"}, 0, 23),
}
"""Names, in small letters, of columns that are parts of a date, with the least and the greatest number in them."""
MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


@dataclass(frozen=True)
class DateColumn:
    """The column of the dates, or those that are it together."""

    name: str
    """'' where there is none."""
    parts: tuple[str, ...] = ()
    """Columns whose cells together are a date; none where it stands in one."""


def date_column(table: pd.DataFrame, spec: SeriesSpec, path: str) -> DateColumn:
    """What `--date` names, or the only one that fits; raises `InputError` where none does, or several do."""
    parts = _parts(table, {spec.value, spec.id, *spec.features, *spec.known_future})
    if spec.date and spec.date not in parts[:1]:
        return DateColumn(spec.date)
    fitting = [
        str(name)
        for name in table.columns
        if name not in (spec.value, spec.id) and name not in parts and holds_dates(table[name], name)
    ]
    if parts and (spec.date or not fitting):
        return DateColumn(" + ".join(parts), parts)
    of_day = [str(name) for name in table.columns if _is_time_of_day(table[name])]
    if len(fitting) == 1 and len(of_day) == 1 and not _has_time(table[fitting[0]]):
        together = (fitting[0], of_day[0])
        return DateColumn(" + ".join(together), together)
    if len(fitting) == 1:
        return DateColumn(fitting[0])
    if fitting:
        raise InputError(
            f"{len(fitting)} columns of {path} hold dates: {few(fitting)}. Say which one counts by --date {shlex.quote(fitting[0])}."
        )
    if spec.frequency == INDEX:
        return DateColumn("")
    shown = few([f"{name} = {cell(table[name].iloc[0])}" for name in table.columns])
    raise InputError(
        f"No column of {path} holds dates; its first row: {shown}. Write dates as YYYY-MM-DD, name the column by --date, "
        "or pass --frequency index to take the rows as an ordered sequence."
    )


def together(table: pd.DataFrame, parts: tuple[str, ...]) -> pd.Series:
    """The texts (N,) that columns which belong together make: an ISO date of its numbers, or a date and a time of day."""
    if len(parts) == 2 and _is_time_of_day(table[parts[1]]):
        return table[parts[0]].astype("str").str.strip() + " " + table[parts[1]].astype("str").str.strip()
    roles = _roles(table, parts)
    numbers = {role: _numbers(table[name], role).astype("Int64").astype("str") for role, name in roles.items()}
    year = numbers["year"].str.zfill(4)
    if "quarter" in numbers:
        return year + "Q" + numbers["quarter"]
    found = year + "-" + numbers["month"].str.zfill(2)
    if "day" in numbers:
        found += "-" + numbers["day"].str.zfill(2)
    if "hour" in numbers:
        found += " " + numbers["hour"].str.zfill(2) + ":00"
    whole = pd.concat([_numbers(table[name], role) for role, name in roles.items()], axis=1).notna().all(axis=1)
    return found.where(whole)


def _parts(table: pd.DataFrame, taken: set[str]) -> tuple[str, ...]:
    """The year, the month or the quarter, the day and the hour, as far as each has a column and none before it is missing."""
    roles = _roles(table, tuple(str(name) for name in table.columns if name not in taken))
    if "year" not in roles:
        return ()
    if "month" not in roles:
        return (roles["year"], roles["quarter"]) if "quarter" in roles else ()
    found = [roles["year"], roles["month"]]
    for role in ("day", "hour"):
        if role not in roles:
            break
        found.append(roles[role])
    return tuple(found)


def _roles(table: pd.DataFrame, names: tuple[str, ...]) -> dict[str, str]:
    """The column of each part of a date."""
    found: dict[str, str] = {}
    for role, (words, least, most) in PARTS.items():
        for name in names:
            if name.strip().lower() in words and role not in found:
                numbers = _numbers(some(table[name]), role)
                if len(numbers) and numbers.between(least, most).mean() > 0.5:
                    found[role] = name
    return found


def _numbers(column: pd.Series, role: str) -> pd.Series:
    """Whole numbers (N,), of months by their names too; NaN where there is none."""
    numbers = as_numbers(column)
    if role == "month" and is_text(column):
        numbers = numbers.fillna(column.astype("str").str.strip().str.lower().str.slice(0, 3).map(MONTHS))
    return numbers.where(numbers.between(0, 9999) & (numbers % 1 == 0))


def _is_time_of_day(column: pd.Series) -> bool:
    texts = some(column).dropna()
    return is_text(column) and len(texts) > 0 and bool(texts.astype("str").str.strip().str.fullmatch(OF_DAY).all())


def _has_time(column: pd.Series) -> bool:
    return not is_text(column) or bool(some(column).astype("str").str.contains(r"\d:\d|T\d", na=False).any())
