"""Files as people have them, up to their header: each way of being unreadable has its own words; nothing heavy is imported."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError

SEPARATORS: Final = {";": "';'", "\t": "a tab", "|": "'|'"}
PARQUET: Final = (".parquet", ".pq")
ARCHIVES: Final = {b"PK\x03\x04": "a spreadsheet or zip archive", b"\x1f\x8b": "a gzip archive", b"PAR1": "Parquet"}


@dataclass(frozen=True)
class TextFile:
    """The lines of a CSV file from its header to the last that is not blank."""

    names: list[str]
    lines: list[str]
    filled: list[int]
    """Numbers of the lines that are not blank, the file's first line being 1, the header's number first."""

    @property
    def numbers(self) -> list[int]:
        """The line of each row: in a single column a blank line is a missing value."""
        return self.filled[1:] if len(self.names) > 1 else list(range(self.filled[0] + 1, self.filled[-1] + 1))


def outline(path: Path) -> tuple[list[str], int]:
    """The names of a file's columns, and how many rows it holds at most; raises `InputError` as reading it whole does."""
    reach(path)
    if path.suffix.lower() in PARQUET:
        names, rows = _parquet_outline(path)
    else:
        text = read_text(path)
        names, rows = text.names, len(text.numbers)
    if not rows:
        refuse_no_rows(path, names)
    return names, rows


def refuse_no_rows(path: Path, names: list[str]) -> None:
    """Raises `InputError` that says that a file holds a header alone."""
    raise InputError(f"{path} holds a header ({', '.join(names)}) and no rows. Expected one row a period.")


def reach(path: Path) -> None:
    """Raises `InputError` where a file can't be opened or is empty."""
    if path.is_dir():
        raise InputError(f"{path} is a directory. Expected one CSV or Parquet file: pass the path of a file in it.")
    try:
        empty = path.stat().st_size == 0
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}. Expected a CSV or Parquet file.") from None
    if empty:
        raise InputError(f"{path} is empty. Expected a CSV file: a header line, then one row a period.")


def no_parquet(path: Path, error: Exception) -> InputError:
    """What is said of a file with Parquet's ending that is none."""
    return InputError(f"{path} is no Parquet file: {error}. Expected one, or a CSV file with the ending .csv.")


def read_text(path: Path) -> TextFile:
    """The text of a CSV file; raises `InputError` where it is no text, or has no header."""
    lines = re.split(r"\r\n|\r|\n", _decode(path))
    filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
    if not filled:
        raise InputError(f"{path} holds blank lines alone. Expected a CSV file: a header line, then one row a period.")
    return TextFile(_header(lines[filled[0] - 1], path), lines[filled[0] - 1 : filled[-1]], filled)


def number_in(text: str) -> float | None:
    """The number that a text is, if it is one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number != number or "_" in text else number


def _parquet_outline(path: Path) -> tuple[list[str], int]:
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            return list(map(str, file.schema_arrow.names)), int(file.metadata.num_rows)
    except (ValueError, OSError) as error:
        raise no_parquet(path, error) from None


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    for start, kind in ARCHIVES.items():
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
    numbers = [name for name in names if number_in(name) is not None]
    if not all(name.isalpha() for name in numbers):
        raise InputError(f"{path} has no header: its first line is {line!r}. Put the columns' names there: date,value.")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise InputError(
            f"{path} has several columns named {', '.join(map(repr, doubled))}. Give each a name of its own."
        )
    return names
