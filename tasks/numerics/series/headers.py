"""Which line of a text file is its header, and what it calls the columns; nothing heavy is imported."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.date_shapes import is_date
from tasks.numerics.wording import cut, few

SEPARATORS: Final = {";": "';'", "\t": "a tab", "|": "'|'"}
LOOKED_AT: Final = 100
"""Lines by which the number of columns is told."""
MOST_HEADERS: Final = 4
"""Lines that a header may have."""
NO_NAMES: Final = {"", "-", "na", "n/a", "nan", "null", "none"}
"""Texts that are no name, and no number either."""


@dataclass(frozen=True)
class Header:
    """The names of the columns, and where they stand."""

    names: list[str]
    lines: tuple[int, int]
    """Places among the lines that are not blank: the header's first line, and the first row after it."""
    notes: tuple[str, ...] = ()
    """What was left out above it, a sentence each."""


def find_header(lines: Sequence[str], numbers: Sequence[int], path: Path) -> Header:
    """The header among the first lines that are not blank, whose `numbers` in the file are given; raises `InputError`.

    Above it may stand comments, a title, and Excel's `sep=`; it may have several lines itself.
    """
    first = _after_separator(lines, path)
    cells = [cells_of(line) for line in lines[first : first + LOOKED_AT]]
    comments = _leading(lines[first : first + LOOKED_AT], "#")
    if comments == len(cells):
        raise InputError(f"{path} holds comments alone. Expected a header line, then one row a period.")
    _refuse_decimal_commas(lines[first + comments : first + LOOKED_AT], path)
    width = _most_usual([len(one) for one in cells[comments:]])
    at = comments + _titles(cells[comments:], width)
    told = cells_of(lines[first + comments - 1].lstrip("# ")) if comments else []
    if len(told) == width > 1 and is_data(cells[at]) and not is_data(told):
        # A header that is a comment itself.
        names, at, end = told, at - 1, at
    else:
        _refuse_separator(lines[first + at], cells[at], path)
        names, end = _several(cells, at)
    _refuse_no_header(lines[first + at], names, cells[end] if end < len(cells) else [], path)
    named = [name or f"Unnamed: {number}" for number, name in enumerate(names)]
    doubled = sorted({name for name in named if named.count(name) > 1})
    if doubled:
        raise InputError(
            f"{path} has several columns named {few([repr(cut(one)) for one in doubled])}. Give each a name of its own."
        )
    return Header(named, (first + at, first + end), _notes(numbers[first + at], numbers[: first + at], end - at))


def cells_of(line: str) -> list[str]:
    """The fields of a line, without the blanks around them."""
    try:
        return [cell.strip() for cell in next(csv.reader([line]))]
    except (csv.Error, StopIteration):
        return [line.strip()]


def number_in(text: str) -> float | None:
    """The number that a text is, if it is one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number != number or "_" in text else number


def is_data(cells: Sequence[str]) -> bool:
    """Whether a line holds a number or a date, as rows do and headers do not."""
    return any(_is_number(cell) or is_date(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    return number_in(cell) is not None and not cell.isalpha()


def _after_separator(lines: Sequence[str], path: Path) -> int:
    found = re.fullmatch(r"\"?sep=(.?)\"?,*", lines[0].strip(), re.IGNORECASE)
    if not found or len(lines) == 1:
        return 0
    if found[1] in SEPARATORS:
        _refuse_separator(lines[1], [lines[1]], path)
    return 1


def _leading(lines: Sequence[str], mark: str) -> int:
    """How many of the first lines begin with a mark."""
    return next((number for number, line in enumerate(lines) if not line.lstrip().startswith(mark)), len(lines))


def _most_usual(counts: Sequence[int]) -> int:
    """Ties go to the larger one."""
    found = Counter(counts)
    return max(found, key=lambda count: (found[count], count))


def _titles(cells: Sequence[list[str]], width: int) -> int:
    """How many lines stand above the header: of fewer columns than the rows have, or with nothing but a title."""
    for number, one in enumerate(cells):
        alone = len(one) > 1 and one[0] != "" and not any(one[1:])
        below = cells[number + 1] if number + 1 < len(cells) else []
        if len(one) == width and not (alone and below and not is_data(below)):
            return 0 if number and is_data(one) else number
    return 0


def _several(cells: Sequence[list[str]], at: int) -> tuple[list[str], int]:
    """The names in a header of one line or several, and the place of the first row after them."""
    names, end = cells[at], at + 1
    rows = [names]
    if len(names) > 1 and not is_data(names):
        while end < len(cells) - 1 and len(rows) < MOST_HEADERS and _goes_on(cells[end], names):
            rows.append(cells[end])
            end += 1
    if len(rows) == 1 or not is_data(cells[end]):
        return names, at + 1
    # The first column of a table with an index has its name in a line of its own.
    index = [row[0] for row in rows[1:] if row[0] and not any(row[1:])]
    if len(set(names[1:])) < len(names) - 1:
        columns = zip(*(row for row in rows if any(row[1:])), strict=False)
        names = [" ".join(dict.fromkeys(filter(None, column))) for column in columns]
    return [*(index[-1:] or names[:1]), *names[1:]], end


def _goes_on(cells: list[str], names: list[str]) -> bool:
    """Whether a line goes on with the header: texts in two columns at least, or the name of the index alone."""
    words = [cell for cell in cells if cell.lower() not in NO_NAMES]
    alone = len(words) == 1 and cells[0] == words[0] and words[0].lower() in ("date", "time", "datetime", "index")
    return len(cells) == len(names) and not is_data(cells) and (alone or len(words) > 1 or cells[0] == "-")


def _refuse_decimal_commas(lines: Sequence[str], path: Path) -> None:
    """Where commas stand within the numbers of each row, another separator stands between them, and alone in the header."""
    for separator in SEPARATORS:
        counts = [line.count(separator) for line in lines]
        usual = _most_usual(counts)
        header = lines[counts.index(usual)]
        if usual and "," not in header and 2 * counts.count(usual) > len(counts):
            _refuse_separator(header, [header], path)


def _refuse_separator(line: str, cells: list[str], path: Path) -> None:
    if len(cells) > 1:
        return
    for separator, shown in SEPARATORS.items():
        if separator in line:
            raise InputError(
                f"{path} is separated by {shown}: its header is {cut(line, 200)!r}. Expected commas. "
                "Save it as comma-separated CSV, with a point in decimals."
            )


def _refuse_no_header(line: str, names: list[str], below: list[str], path: Path) -> None:
    numbers = [name for name in names if _is_number(name)]
    if numbers and not _are_names(names, numbers, below):
        raise InputError(
            f"{path} has no header: its first line is {cut(line, 200)!r}. Put the columns' names there: date,value."
        )


def _are_names(names: list[str], numbers: list[str], below: list[str]) -> bool:
    """Whether numbers are names: pandas' own 0, 1, 2, or years, a column each; dates in the first column are none."""
    if (is_date(names[0]) and not _is_number(names[0])) or not all(number.isdigit() for number in numbers):
        return False
    whole = [int(number) for number in numbers]
    counted = whole == list(range(len(whole)))
    years = len(whole) > 1 and all(1500 <= one <= 2200 for one in whole)
    if _is_number(names[0]):
        return counted and len(names) == len(whole) and bool(below) and not _is_number(below[0])
    steps = {after - before for before, after in pairwise(whole)}
    return counted or (years and 0 not in steps) or (len(whole) > 2 and len(steps) == 1 and steps != {0})


def _notes(header: int, above: Sequence[int], lines: int) -> tuple[str, ...]:
    if not above and lines == 1:
        return ()
    left_out = f"; {len(above)} line{'s' * (len(above) > 1)} above it left out" if above else ""
    several = f"lines {header} to {header + lines - 1}" if lines > 1 else f"line {header}"
    return (f"The header was found in {several}{left_out}.",)
