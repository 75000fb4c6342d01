"""Which column of a table holds its dates, or which columns together."""

import shlex
from dataclasses import dataclass

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.calendar_words import is_part_of_a_date
from tasks.numerics.series.date_parts import hour_beside, is_part, parts_of, time_beside
from tasks.numerics.series.dates import holds_dates
from tasks.numerics.series.tables import some
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
        return DateColumn(spec.date)
    fitting = [
        str(name)
        for name in table.columns
        if name not in (spec.value, spec.id) and name not in parts and holds_dates(table[name], name)
    ]
    fitting = [name for name in fitting if not is_part(table[name], name)] or fitting
    if parts and (spec.date or not fitting):
        return DateColumn(" + ".join(parts), parts)
    if len(fitting) == 1:
        (date,) = fitting
        beside = time_beside(table, date) or hour_beside(table, date, free)
        if beside:
            return DateColumn(" + ".join((date, *beside)), (date, *beside))
        _refuse_further_part(table, date, [name for name in free if name != date], spec)
        return DateColumn(date)
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


def _refuse_further_part(table: pd.DataFrame, date: str, others: list[str], spec: SeriesSpec) -> None:
    """Raises `InputError` where each date stands several times, and another column is called as what would tell its rows apart."""
    dates = some(table[date].dropna()).astype("str")
    parts = [name for name in others if is_part_of_a_date(name) and table[name].notna().any()]
    if not parts or spec.id or spec.aggregate != "none" or spec.frequency == INDEX or dates.nunique() > len(dates) / 2:
        return
    shown = table[parts[0]].dropna().iloc[0]
    raise InputError(
        f"Each date in column {date!r} stands in several rows, and column {parts[0]!r}, which may say which of them is which, is not "
        f"understood: it says {cell(shown)}. Expected whole dates in one column (YYYY-MM-DD), or a year beside a quarter, a month, "
        "a week or a day in numbers; or pass --frequency index, which takes the rows as an ordered sequence."
    )
