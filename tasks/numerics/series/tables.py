"""Tables from files that people have: each way of being unreadable has its own words."""

import csv
import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from tasks.numerics.errors import InputError
from tasks.numerics.series.parquet_files import PARQUET, column_name, no_parquet, parquet_outline, refuse_doubled
from tasks.numerics.series.separators import COMMA, OTHERS
from tasks.numerics.series.text_files import TextFile, reach, read_text, refuse_no_rows
from tasks.numerics.wording import few

MISSING: Final = frozenset(
    {"", "-", "--", ".", "?", "na", "n/a", "#n/a", "#na", "<na>", "nan", "nat", "null", "none", "nil"}
)
"""Texts that stand for a number or a date that is not there, in small letters; in a column of ids they are ids."""
TRUTHS: Final = {"true": 1.0, "false": 0.0}
LOOKED_AT: Final = 1000
"""Rows by which it is guessed what a column holds."""


@dataclass(frozen=True)
class Read:
    """A file as it was read."""

    table: pd.DataFrame
    """(N,)."""
    places: pd.Series
    """Number of each row (N,), named by what it counts: a CSV's lines, the first being 1, or a Parquet file's rows, from 1."""
    notes: tuple[str, ...]
    """What was left out, and how it is written where that is not plain, a sentence each."""
    commas: bool = True
    """Whether commas separate its columns, so that a comma is no usual decimal mark there; or it has types, as Parquet has."""


def read_table(path: Path) -> Read:
    """The columns of a CSV file as texts, or of a Parquet file as they are; raises `InputError` where it is neither."""
    reach(path)
    notes: tuple[str, ...] = ()
    commas = True
    if path.suffix.lower() in PARQUET:
        table, place = _read_parquet(path), "row"
        numbers = np.arange(1, len(table) + 1)
    else:
        text = read_text(path)
        (table, numbers), place, notes = _read_csv(text, path), "line", text.header.notes
        commas = text.header.separator == COMMA
    if table.empty:
        refuse_no_rows(path, [str(name) for name in table.columns])
    return Read(table, pd.Series(numbers, name=place), notes, commas)


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with numbers as numbers in every column that holds nothing else."""
    return table.assign(**{str(name): as_numbers(table[name]) for name in table if not unreadable(table[name]).any()})


def some(column: pd.Series) -> pd.Series:
    """Rows of a column from its beginning to its end, by which it is guessed what it holds."""
    return column.iloc[:: max(1, len(column) // LOOKED_AT)]


def as_numbers(column: pd.Series) -> pd.Series:
    """Floats (N,), NaN where there is no number; true and false are 1 and 0 in a column that holds nothing else."""
    if not is_text(column):
        if pd.api.types.is_numeric_dtype(column):
            return pd.Series(column.to_numpy(np.float64, na_value=np.nan), index=column.index)
        return pd.Series(np.nan, index=column.index)
    texts = column.astype("str").where(column.notna())
    numbers = _parsed(texts)
    rest = texts[numbers.isna() & texts.notna()].str.strip().str.lower()
    truths = rest.map(TRUTHS)
    if truths.notna().any() and rest[truths.isna()].isin(MISSING).all() and numbers.isna().all():
        numbers[truths.index] = truths
    return numbers


def _parsed(texts: pd.Series) -> pd.Series:
    """Arrow reads a column of numbers alone many times as fast."""
    try:
        found = compute.cast(pa.array(texts, pa.string(), from_pandas=True), pa.float64())
    except pa.ArrowInvalid:
        return pd.to_numeric(texts, errors="coerce").astype("float64")
    return pd.Series(found.to_numpy(zero_copy_only=False).copy(), index=texts.index)


def is_missing(column: pd.Series, numbers: pd.Series | None = None) -> pd.Series:
    """Whether nothing stands in a cell (N,), or a text for nothing; where there are `numbers` (N,) something does."""
    missing = column.isna()
    looked_at = ~missing if numbers is None else ~missing & numbers.isna()
    if is_text(column) and looked_at.any():
        missing = missing.copy()
        missing[looked_at] = column[looked_at].astype("str").str.strip().str.lower().isin(MISSING)
    return missing


def unreadable(column: pd.Series) -> pd.Series:
    """Whether a cell (N,) holds something, and no number."""
    numbers = as_numbers(column)
    return numbers.isna() & ~is_missing(column, numbers)


def is_text(column: pd.Series) -> bool:
    """Whether a column holds texts, or a mixture; lists and structures in the cells of a Parquet file are no texts."""
    if pd.api.types.is_object_dtype(column):
        first = column.first_valid_index()
        return first is None or not isinstance(column.loc[first], list | dict | np.ndarray)
    return pd.api.types.is_string_dtype(column)


def is_truth(column: pd.Series) -> bool:
    """Whether a column holds true and false."""
    if pd.api.types.is_bool_dtype(column):
        return True
    return is_text(column) and bool(some(column).astype("str").str.strip().str.lower().isin(TRUTHS).any())


def _read_parquet(path: Path) -> pd.DataFrame:
    parquet_outline(path)
    try:
        table = pd.read_parquet(path)
        if not isinstance(table.index, pd.RangeIndex):
            table = table.reset_index(allow_duplicates=True)
    except (ValueError, OSError, pa.ArrowException) as error:
        raise no_parquet(path, error) from None
    table.columns = pd.Index([column_name(name) for name in table.columns])
    refuse_doubled([str(name) for name in table.columns], path)
    kinds = {name: table[name].dtype for name in table}
    plain = {name: kind.categories.dtype for name, kind in kinds.items() if isinstance(kind, pd.CategoricalDtype)}
    table = table.astype(
        {name: "Int64" if pd.api.types.is_integer_dtype(kind) else kind for name, kind in plain.items()}
    )
    return table.assign(**{str(name): _as_text(table[name]) for name in table if _holds_bytes(table[name])})


def _holds_bytes(column: pd.Series) -> bool:
    first = column.first_valid_index()
    return pd.api.types.is_object_dtype(column) and first is not None and isinstance(column[first], bytes)


def _as_text(column: pd.Series) -> pd.Series:
    """Texts (N,) of bytes, as UTF-8; each byte that is none, by its number."""
    return column.map(lambda cell: cell.decode("utf-8", "backslashreplace"), na_action="ignore").astype("str")


def _read_csv(text: TextFile, path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    numbers = np.asarray(text.numbers, dtype=np.int64)
    if not text.lines:
        refuse_no_rows(path, text.names)
    table = _parse(text, path)
    if len(table) != len(numbers):  # line breaks inside quotes: the number of the row is the best there is
        numbers = np.arange(text.first, text.first + len(table))
    return table, numbers


def _parse(text: TextFile, path: Path) -> pd.DataFrame:
    header = StringIO()
    separator = text.header.separator
    csv.writer(header, delimiter=separator, lineterminator="\n").writerow(text.names)
    # What stands for nothing is told later: NA is a country too.
    whole = StringIO(header.getvalue() + "\n".join(text.lines))
    try:
        with catch_warnings():
            simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                whole,
                sep=separator,
                dtype="str",
                index_col=False,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=len(text.names) > 1,
            )
    except pd.errors.ParserWarning:
        raise InputError(
            f"{path}: the rows hold more fields than the {len(text.names)} columns of the header ({few(text.names)}). "
            f"Name every column{_remedy(separator)}."
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        opened = re.search(r"EOF inside string starting at row (\d+)", str(error))
        if opened:
            raise InputError(
                f"{path}: a quote that opens in line {int(opened[1]) + text.first - 1} is never closed. Close it, or take it out."
            ) from None
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        said = (
            f"line {int(found[2]) + text.first - 2} holds {found[3]} fields, not {found[1]}"
            if found
            else _said_by(error)
        )
        raise InputError(
            f"{path}: {said}. Expected as many as the header names ({few(text.names)}). "
            f"Put quotes around texts that hold {OTHERS.get(separator, 'a comma')}{_remedy(separator)}."
        ) from None


def _said_by(error: Exception) -> str:
    return str(error).removeprefix("Error tokenizing data. C error: ").strip().rstrip(".")


def _remedy(separator: str) -> str:
    """What else helps where rows have more fields than the header."""
    return "; write decimals with a point, or separate the columns by ';'" if separator == COMMA else ""
