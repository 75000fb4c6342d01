"""Tables from files that people have: each way of being unreadable has its own words."""

import re
from io import StringIO
from pathlib import Path
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.text_files import PARQUET, no_parquet, reach, read_text, refuse_no_rows


def read_table(path: Path) -> tuple[pd.DataFrame, pd.Series, str]:
    """The columns of a CSV file as texts, or of a Parquet file as they are; each row's number (N,); what it counts.

    A CSV's rows count by line, the header being line 1; a Parquet file's by row, from 1. Raises `InputError`.
    """
    reach(path)
    if path.suffix.lower() in PARQUET:
        table, place = _read_parquet(path), "row"
        numbers = np.arange(1, len(table) + 1)
    else:
        (table, numbers), place = _read_csv(path), "line"
    if table.empty:
        refuse_no_rows(path, [str(name) for name in table.columns])
    return table, pd.Series(numbers, name=place), place


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with numbers as numbers in every column that holds nothing else."""
    return table.assign(**{str(name): as_numbers(table[name]) for name in table if not unreadable(table[name]).any()})


def as_numbers(column: pd.Series) -> pd.Series:
    """Floats (N,), NaN where there is no number."""
    if not is_text(column):
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        return column.astype("float64") if numeric else pd.Series(np.nan, index=column.index)
    return pd.to_numeric(column.astype("str").where(column.notna()), errors="coerce").astype("float64")


def unreadable(column: pd.Series) -> pd.Series:
    """Whether a cell (N,) holds something, and no number."""
    return column.notna() & as_numbers(column).isna()


def is_text(column: pd.Series) -> bool:
    """Whether a column holds texts, or a mixture."""
    return pd.api.types.is_string_dtype(column) or pd.api.types.is_object_dtype(column)


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise no_parquet(path, error) from None
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    return table.rename(columns=str)


def _read_csv(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    text = read_text(path)
    first, numbers = text.filled[0], np.asarray(text.numbers, dtype=np.int64)
    table = _parse("\n".join(text.lines), path, text.names, first)
    if len(table) != len(numbers):  # line breaks inside quotes: the number of the row is the best there is
        numbers = np.arange(first + 1, first + 1 + len(table))
    return table, numbers


def _parse(text: str, path: Path, names: list[str], first: int) -> pd.DataFrame:
    try:
        with catch_warnings():
            simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(StringIO(text), dtype="str", index_col=False, skip_blank_lines=len(names) > 1)
    except pd.errors.ParserWarning:
        raise InputError(
            f"{path}: the rows hold more fields than the {len(names)} columns of the header ({', '.join(names)}). "
            "Name every column; write decimals with a point, not with a comma."
        ) from None
    except pd.errors.ParserError as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        said = f"line {int(found[2]) + first - 1} holds {found[3]} fields, not {found[1]}" if found else str(error)
        raise InputError(
            f"{path}: {said}. Expected as many as the header names ({', '.join(names)}). "
            "Write decimals with a point, and put quotes around texts that hold a comma."
        ) from None
    return table.rename(columns=lambda name: str(name).strip())
