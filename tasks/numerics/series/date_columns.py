"""Which column of a table holds its dates, or which columns together."""

import shlex
from dataclasses import dataclass

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.calendar_words import is_part_of_a_date
from tasks.numerics.series.date_parts import is_part, parts_of, stand_several_times, time_beside
from tasks.numerics.series.dates import holds_dates
from tasks.numerics.series_settings import INDEX, SeriesSpec
from tasks.numerics.wording import cell, few


@dataclass(frozen=True)
class DateColumn:
    """The column of the dates, or those that are it together."""

    name: str
    """'' where there is none."""
    parts: tuple[str, ...] = ()
    """Columns whose cells together are a date; none where it stands in one."""


def date_column(table: pd.DataFrame, spec: SeriesSpec, path: str) -> DateColumn:
    """What `--date` names, or the only one that fits; raises `InputError` where none does, or several do."""
    taken = {spec.value, spec.id, *spec.features, *spec.known_future}
    free = tuple(str(name) for name in table.columns if name not in taken)
    parts = parts_of(table, free)
    if spec.date and spec.date not in parts[:1]:
        return _with_time(table, spec.date, free, spec)
    fitting = [
        str(name)
        for name in table.columns
        if name not in (spec.value, spec.id) and name not in parts and holds_dates(table[name], name)
    ]
    fitting = [name for name in fitting if not is_part(table[name], name)] or fitting
    if parts and (spec.date or not fitting):
        return DateColumn(" + ".join(parts), parts)
    if len(fitting) == 1:
        found = _with_time(table, fitting[0], free, spec)
        if not found.parts:
            _refuse_further_part(table, found.name, [name for name in free if name != found.name], spec)
        return found
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


def _with_time(table: pd.DataFrame, date: str, names: tuple[str, ...], spec: SeriesSpec) -> DateColumn:
    """A column of days with the time of day beside it, where days stand in several rows each."""
    beside = time_beside(table, date, names)
    if not beside or not stand_several_times(table, date, spec.id):
        return DateColumn(date)
    return DateColumn(" + ".join((date, *beside)), (date, *beside))


def _refuse_further_part(table: pd.DataFrame, date: str, others: list[str], spec: SeriesSpec) -> None:
    """Raises `InputError` where each date stands several times, and another column is called as what would tell its rows apart."""
    parts = [name for name in others if is_part_of_a_date(name) and table[name].notna().any()]
    if (
        not parts
        or spec.aggregate != "none"
        or spec.frequency == INDEX
        or not stand_several_times(table, date, spec.id)
    ):
        return
    shown = table[parts[0]].dropna().iloc[0]
    raise InputError(
        f"Each date in column {date!r} stands in several rows, and column {parts[0]!r}, which may say which of them is which, is not "
        f"understood: it says {cell(shown)}. Expected whole dates in one column (YYYY-MM-DD), or a year beside a quarter, a month, "
        "a week or a day in numbers; or pass --frequency index, which takes the rows as an ordered sequence."
    )
