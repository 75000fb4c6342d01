"""Which columns of a table hold a series: named by the user, or guessed where only one fits."""

import shlex
from dataclasses import dataclass

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.date_columns import date_column
from tasks.numerics.series.date_parts import is_part
from tasks.numerics.series.named_columns import named_columns
from tasks.numerics.series.number_shapes import has_unit
from tasks.numerics.series.tables import as_numbers, is_text, is_truth, some
from tasks.numerics.series.written_numbers import are_numbers
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.wording import cell, few


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
    date_parts: tuple[str, ...] = ()
    """Columns that are the date together, which then is none of the table's own; none where it stands in one."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that are read as numbers."""
        return tuple(name for name in (self.value, self.coverage, *self.covariates) if name)

    @property
    def beside(self) -> tuple[str, ...]:
        """Columns that are not, whatever they look like."""
        return tuple(name for name in (self.date, *self.date_parts, self.id) if name)


def choose_columns(table: pd.DataFrame, spec: SeriesSpec, path: str) -> Columns:
    """The columns that `spec` names or that alone fit; raises `InputError` where none or several do."""
    named = named_columns([str(name) for name in table.columns], spec, path)
    coverage, covariates = named.coverage, named.covariates
    dates = date_column(table, spec, path)
    date = dates.name
    value = spec.value or _guess_value(table, {date, *dates.parts, coverage, spec.id, *covariates}, path)
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
    return Columns(date, value, coverage, named.whole, covariates, spec.id, dates.parts)


def _guess_value(table: pd.DataFrame, taken: set[str], path: str) -> str:
    # Unnamed columns are row numbers that a program wrote along.
    rest = [str(name) for name in table.columns if name not in taken and name and not name.startswith("Unnamed:")]
    fitting = [name for name in rest if _holds_numbers(table[name])]
    if not any(taken):
        # Where nothing else orders the rows, the column that counts them does, and is no series where there is another one.
        fitting = [name for name in fitting if not _counts_rows(table[name])] or fitting
    plain = [name for name in fitting if not is_part(table[name], name)]
    fitting = plain or (fitting if len(fitting) == 1 else [])
    chosen = fitting or (rest if len(rest) == 1 else [])
    if len(chosen) == 1:
        return chosen[0]
    if fitting:
        raise InputError(
            f"{len(fitting)} columns of {path} hold numbers: {few(fitting)}. Pass one: --value {shlex.quote(fitting[0])}."
        )
    raise InputError(
        f"No column of {path} is left that holds numbers; its columns: {few(list(table.columns))}. Name the column by --value.{_units(table, rest)}"
    )


def _units(table: pd.DataFrame, names: list[str]) -> str:
    """What is said where a column holds numbers beside a unit, if one does."""
    for name in names:
        texts = some(table[name]).dropna() if is_text(table[name]) else pd.Series(dtype="str")
        with_unit = texts[texts.astype("str").map(has_unit)]
        if 2 * len(with_unit) > len(texts):
            return (
                f" In column {name!r} numbers stand beside a unit, such as {cell(with_unit.iloc[0])}: write the numbers alone, without "
                "currencies, per cent signs and units."
            )
    return ""


def _counts_rows(column: pd.Series) -> bool:
    numbers = as_numbers(column)
    return len(numbers) > 1 and numbers.iloc[0] in (0, 1) and bool((numbers.diff().iloc[1:] == 1).all())


def _holds_numbers(column: pd.Series) -> bool:
    """Whether half of a column or more are numbers, however written; true and false are none that a series is guessed to be of."""
    return not is_truth(column) and bool(are_numbers(some(column)).mean() >= 0.5)
