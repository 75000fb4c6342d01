"""Which columns of a table hold a series: named by the user, or guessed where only one fits."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.named_columns import named_columns
from tasks.numerics.series.tables import as_numbers, is_text
from tasks.numerics.settings import INDEX, SeriesSpec

DATE: Final = r"^\s*(?:\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?|\d{0,2}\s*[A-Za-z]{3,9}\.?\s+(?:\d{1,2},?\s+)?\d{4}\s*$)"
"""How dates begin that `parse_dates` reads."""
DATE_NAMES: Final = {"date", "ds", "year", "time", "timestamp", "datetime", "day", "month", "week", "period"}
"""Names of columns in which a number may be a year or a date without dashes."""


@dataclass(frozen=True)
class Columns:
    """The columns that hold a series."""

    date: str
    """'' where there is none."""
    value: str
    coverage: str
    """'' where no column says how much of its period a row covers."""
    whole: float
    """What `coverage` says of a whole period."""
    covariates: tuple[str, ...] = ()
    """`--features`, then `--known-future`."""
    id: str = ""
    """'' where the rows are of one series."""


def choose_columns(table: pd.DataFrame, spec: SeriesSpec, path: str) -> Columns:
    """The columns that `spec` names or that alone fit; raises `InputError` where none or several do."""
    named = named_columns([str(name) for name in table.columns], spec, path)
    coverage, covariates = named.coverage, named.covariates
    date = spec.date or _guess_date(table, spec, path)
    value = spec.value or _guess_value(table, {date, coverage, spec.id, *covariates}, path)
    if spec.id and spec.id in (date, value, coverage):
        raise InputError(f"--id {spec.id!r} names the column of the dates, the values or --coverage. Pass another one.")
    for name, role in (
        (date, "holds the dates"),
        (value, "holds the values"),
        (coverage, "is that of --coverage"),
        (spec.id, "is that of --id"),
    ):
        if name in covariates:
            raise InputError(
                f"Column {name!r} is named by --features or --known-future and {role}. Pass other columns: a forecast "
                "sees the series' own past values without them."
            )
    return Columns(date, value, coverage, named.whole, covariates, spec.id)


def _guess_date(table: pd.DataFrame, spec: SeriesSpec, path: str) -> str:
    fitting = [name for name in table.columns if name not in (spec.value, spec.id) and _holds_dates(table[name], name)]
    if len(fitting) == 1:
        return str(fitting[0])
    if fitting:
        raise InputError(
            f"{len(fitting)} columns of {path} hold dates: {', '.join(fitting)}. Say which one counts by --date {fitting[0]}."
        )
    if spec.frequency == INDEX:
        return ""
    shown = ", ".join(f"{name} = {table[name].iloc[0]!r}" for name in table.columns)
    raise InputError(
        f"No column of {path} holds dates; its first row: {shown}. Write dates as YYYY-MM-DD, name the column by --date, "
        "or pass --frequency index to take the rows as an ordered sequence."
    )


def _holds_dates(column: pd.Series, name: str) -> bool:
    if pd.api.types.is_datetime64_any_dtype(column):
        return True
    numbers = as_numbers(column)
    written = column.astype("str").where(column.notna())
    if name.lower() in DATE_NAMES and numbers.notna().mean() >= 0.5:
        return bool(written.str.fullmatch(r"1\d{3}|2\d{3}|\d{8}").mean() >= 0.5)
    return is_text(column) and bool((written.str.contains(DATE, na=False) & numbers.isna()).mean() >= 0.5)


def _guess_value(table: pd.DataFrame, taken: set[str], path: str) -> str:
    # Unnamed columns are row numbers that a program wrote along.
    rest = [name for name in table.columns if name not in taken and name and not name.startswith("Unnamed:")]
    fitting = [name for name in rest if as_numbers(table[name]).notna().mean() >= 0.5]
    chosen = fitting or (rest if len(rest) == 1 else [])
    if len(chosen) == 1:
        return str(chosen[0])
    if fitting:
        raise InputError(
            f"{len(fitting)} columns of {path} hold numbers: {', '.join(fitting)}. Pass one: --value {fitting[0]}."
        )
    raise InputError(
        f"No column of {path} is left that holds numbers; its columns: {', '.join(table.columns)}. Name the column by --value."
    )
