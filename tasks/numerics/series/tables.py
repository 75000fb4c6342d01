"""Tables from files that people have: each way of being unreadable has its own words."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Final
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd

from tasks.numerics.errors import InputError

SEPARATORS: Final = {";": "';'", "\t": "a tab", "|": "'|'"}
PARQUET: Final = (".parquet", ".pq")


def read_table(path: Path) -> tuple[pd.DataFrame, pd.Series, str]:
    """The columns of a CSV file as texts, or of a Parquet file as they are; each row's number (N,); what it counts.

    A CSV's rows count by line, the header being line 1; a Parquet file's by row, from 1. Raises `InputError`.
    """
    _reach(path)
    if path.suffix.lower() in PARQUET:
        table, place = _read_parquet(path), "row"
        numbers = np.arange(1, len(table) + 1)
    else:
        (table, numbers), place = _read_csv(path), "line"
    if table.empty:
        raise InputError(f"{path} holds a header ({', '.join(table.columns)}) and no rows. Expected one row a period.")
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


def _reach(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a directory. Expected one CSV or Parquet file: pass the path of a file in it.")
    try:
        empty = path.stat().st_size == 0
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}. Expected a CSV or Parquet file.") from None
    if empty:
        raise InputError(f"{path} is empty. Expected a CSV file: a header line, then one row a period.")


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise InputError(
            f"{path} is no Parquet file: {error}. Expected one, or a CSV file with the ending .csv."
        ) from None
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    return table.rename(columns=str)


def _read_csv(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    lines = re.split(r"\r\n|\r|\n", _decode(path))
    filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
    if not filled:
        raise InputError(f"{path} holds blank lines alone. Expected a CSV file: a header line, then one row a period.")
    first = filled[0]
    names = _header(lines[first - 1], path)
    lines = lines[first - 1 : filled[-1]]
    # In a single column a blank line is a missing value.
    numbers = np.asarray(filled[1:] if len(names) > 1 else range(first + 1, filled[-1] + 1), dtype=np.int64)
    table = _parse("\n".join(lines), path, names, first)
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


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    for start, kind in (
        (b"PK\x03\x04", "a spreadsheet or zip archive"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"PAR1", "Parquet"),
    ):
        if raw.startswith(start):
            raise InputError(f"{path} is {kind}, not CSV. Expected UTF-8 text, or Parquet with the ending .parquet.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:1000]:
        raise InputError(f"{path} is not UTF-8: it looks like UTF-16 or like no text. Save it as CSV in UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        seen = raw[error.start : error.start + 1]
        raise InputError(
            f"{path} is not UTF-8: byte 0x{seen.hex()} in line {line} (byte {error.start} of the file). In Windows' encoding "
            f"it would be {seen.decode('cp1252', 'replace')!r}. Save the file as CSV in UTF-8."
        ) from None


def _header(line: str, path: Path) -> list[str]:
    names = [name.strip() for name in next(csv.reader([line]))]
    if len(names) == 1:
        for separator, shown in SEPARATORS.items():
            if separator in line:
                raise InputError(
                    f"{path} is separated by {shown}: its header is {line!r}. Expected commas. "
                    "Save it as comma-separated CSV, with a point in decimals."
                )
    numbers = as_numbers(pd.Series(names, dtype="str")).notna()
    if numbers.any() and not all(name.isalpha() for name in np.asarray(names)[numbers]):
        raise InputError(f"{path} has no header: its first line is {line!r}. Put the columns' names there: date,value.")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise InputError(
            f"{path} has several columns named {', '.join(map(repr, doubled))}. Give each a name of its own."
        )
    return names
