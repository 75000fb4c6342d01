"""Files as people have them, up to their header: each way of being unreadable has its own words; nothing heavy is imported."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.headers import Header, find_header
from tasks.numerics.series.parquet_files import PARQUET, parquet_outline
from tasks.numerics.wording import few

MOST_ABOVE: Final = 300
"""Lines, of those that are not blank, in which the header is looked for."""
ARCHIVES: Final = {b"PK\x03\x04": "a spreadsheet or zip archive", b"\x1f\x8b": "a gzip archive", b"PAR1": "Parquet"}


@dataclass(frozen=True)
class TextFile:
    """The lines of a CSV file, up to the last that is not blank."""

    header: Header
    lines: list[str]
    """Its rows, from the first line after the header."""
    filled: list[int]
    """Numbers of the rows that are not blank, the file's first line being 1."""

    @property
    def names(self) -> list[str]:
        """Of the columns."""
        return self.header.names

    @property
    def numbers(self) -> list[int]:
        """The line of each row: in a single column a blank line is a missing value."""
        return self.filled if len(self.names) > 1 else list(range(self.first, self.first + len(self.lines)))

    @property
    def first(self) -> int:
        """Number of the first line after the header."""
        return self.filled[-1] + 1 - len(self.lines) if self.filled else 0


def outline(path: Path) -> tuple[list[str], int]:
    """The names of a file's columns, and how many rows it holds at most; raises `InputError` as reading it whole does."""
    reach(path)
    if path.suffix.lower() in PARQUET:
        names, rows = parquet_outline(path)
    else:
        text = read_text(path)
        names, rows = text.names, len(text.numbers)
    if not rows:
        refuse_no_rows(path, names)
    return names, rows


def refuse_no_rows(path: Path, names: list[str]) -> None:
    """Raises `InputError` that says that a file holds a header alone."""
    raise InputError(f"{path} holds a header ({few(names)}) and no rows. Expected one row a period.")


def reach(path: Path) -> None:
    """Raises `InputError` where a file can't be opened or is empty."""
    if path.is_dir():
        raise InputError(f"{path} is a folder. Expected one CSV or Parquet file: pass the path of a file in it.")
    if path.exists() and not path.is_file():
        raise InputError(
            f"{path} is no file but a device or a pipe. Expected a CSV or Parquet file: write it to one first."
        )
    try:
        empty = path.stat().st_size == 0
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}. Expected a CSV or Parquet file.") from None
    if empty:
        raise InputError(f"{path} is empty. Expected a CSV file: a header line, then one row a period.")


def read_text(path: Path) -> TextFile:
    """The text of a CSV file; raises `InputError` where it is no text, or has no header."""
    lines = re.split(r"\r\n|\r|\n", _decode(path))
    filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
    if not filled:
        raise InputError(f"{path} holds blank lines alone. Expected a CSV file: a header line, then one row a period.")
    header = find_header([lines[number - 1] for number in filled[:MOST_ABOVE]], filled[:MOST_ABOVE], path)
    start = header.lines[1]
    # What stands between header and rows is blank.
    above = filled[start - 1]
    return TextFile(header, lines[above : filled[-1]], filled[start:])


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
