"""Which line of a text file is its header, and what it calls the columns; nothing heavy is imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.date_shapes import is_date, says_dates
from tasks.numerics.series.number_shapes import is_number
from tasks.numerics.series.separators import (
    COMMA,
    OTHERS,
    blanks_between,
    cells_of,
    declared_separator,
    most_usual,
    separator_of,
)
from tasks.numerics.wording import cut, few

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
    separator: str = COMMA


def find_header(lines: Sequence[str], numbers: Sequence[int], path: Path) -> Header:
    """The header among the first lines that are not blank, whose `numbers` in the file are given; raises `InputError`.

    Above it may stand comments, a title, and Excel's `sep=`; it may have several lines itself.
    """
    declared = declared_separator(lines)
    first = int(declared is not None)
    looked_at = lines[first : first + LOOKED_AT]
    comments = _leading(looked_at, "#")
    if comments == len(looked_at):
        raise InputError(f"{path} holds comments alone. Expected a header line, then one row a period.")
    separator = declared or separator_of(looked_at[comments:])
    names, at, end = _names(looked_at, comments, separator)
    if len(names) == 1 and (other := next((one for one in OTHERS if one in names[0] and one != separator), "")):
        separator = other
        names, at, end = _names(looked_at, comments, separator)
    cells = [cells_of(line, separator) for line in looked_at]
    _refuse_whole_in_quotes(looked_at[at], names, path)
    if len(names) == 1:
        _refuse_blanks(looked_at, end, path)
    _refuse_no_header(looked_at[at], names, cells[end] if end < len(cells) else [], path)
    named = [name or f"Unnamed: {number}" for number, name in enumerate(names)]
    doubled = sorted({name for name in named if named.count(name) > 1})
    if doubled:
        raise InputError(
            f"{path} has several columns named {few([repr(cut(one)) for one in doubled])}. Give each a name of its own."
        )
    notes = _notes(numbers[first + at], numbers[: first + at], end - at)
    return Header(named, (first + at, first + end), notes, separator)


def _names(lines: Sequence[str], comments: int, separator: str) -> tuple[list[str], int, int]:
    """What the header calls the columns, the place of its first line, and that of the first row after it."""
    cells = [cells_of(line, separator) for line in lines]
    width = most_usual([len(one) for one in cells[comments:]])
    at = comments + _titles(cells[comments:], width)
    told = cells_of(lines[comments - 1].lstrip("# "), separator) if comments else []
    if len(told) == width > 1 and is_data(cells[at]) and not is_data(told):
        return told, at - 1, at  # a header that is a comment itself
    names, end = _several(cells, at)
    return names, at, end


def is_data(cells: Sequence[str]) -> bool:
    """Whether a line holds a number or a date, as rows do and headers do not."""
    return any(map(_is_data, cells))


def _is_data(cell: str) -> bool:
    return is_number(cell) or is_date(cell)


def _leading(lines: Sequence[str], mark: str) -> int:
    """How many of the first lines begin with a mark."""
    return next((number for number, line in enumerate(lines) if not line.lstrip().startswith(mark)), len(lines))


def _titles(cells: Sequence[list[str]], width: int) -> int:
    """How many lines stand above the header: of fewer columns than the rows have, or with nothing but a title, or words beside words."""
    named = _named_above_rows(cells, width)
    if named is not None:
        return named
    for number, one in enumerate(cells):
        alone = len(one) > 1 and one[0] != "" and not any(one[1:])
        below = cells[number + 1] if number + 1 < len(cells) else []
        if len(one) == width and not (alone and below and not is_data(below)):
            return 0 if is_data(one) and not _are_periods(one, below) else number
    return 0


def _named_above_rows(cells: Sequence[list[str]], width: int) -> int | None:
    """The place of the line above the rows that names a column each, one of them as dates or right above the rows; None where none does."""
    rows = [one for one in cells if len(one) == width]
    data = [at for at in range(width) if 2 * sum(_is_data(one[at]) for one in rows) > len(rows)]
    first = next((number for number, one in enumerate(cells) if len(one) == width and _is_row(one, data)), 0)
    heads = [
        number
        for number, one in enumerate(cells[:first])
        if len(one) == width and all(one) and len(set(one)) == width and not is_data(one)
    ]
    dated = [
        number
        for number in heads
        if any(says_dates(cells[number][at]) and not cells[number][at].endswith(":") for at in data)
    ]
    if dated:
        return dated[0]
    return heads[-1] if heads[-1:] == [first - 1] and any(map(is_data, cells[: first - 1])) else None


def _is_row(cells: Sequence[str], data: Sequence[int]) -> bool:
    """Whether a line holds numbers and dates wherever most lines hold them, or nothing there."""
    held = [cells[at] for at in data]
    return any(map(_is_data, held)) and all(_is_data(cell) or cell.lower() in NO_NAMES for cell in held)


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
    alone = len(words) == 1 and cells[0] == words[0] and (words[0].lower() == "index" or says_dates(words[0]))
    return len(cells) == len(names) and not is_data(cells) and (alone or len(words) > 1 or cells[0] == "-")


def _refuse_whole_in_quotes(line: str, names: list[str], path: Path) -> None:
    if len(names) == 1 and any(one in names[0] for one in OTHERS):
        raise InputError(
            f"{path}: each line stands in quotes as a whole, such as {cut(line, 200)!r}. Expected quotes around single cells, or none: "
            "take them out, or save the table as CSV again."
        )


def _refuse_blanks(lines: Sequence[str], end: int, path: Path) -> None:
    """Raises `InputError` where blanks alone separate the columns of the rows, which begin at `end`."""
    width = blanks_between(lines[end:])
    if not width:
        return
    remedy = "Put commas between them"
    if len(lines[end - 1].split()) == width:
        remedy = rf"Write commas, in pandas: pandas.read_csv({path.name!r}, sep=r'\s+').to_csv('commas.csv', index=False); then pass commas.csv"
    raise InputError(
        f"{path}: blanks stand between its columns, as in {cut(lines[end], 200)!r}. Expected commas, semicolons or tabs. {remedy}."
    )


def _refuse_no_header(line: str, names: list[str], below: list[str], path: Path) -> None:
    numbers = [name for name in names if is_number(name)]
    if numbers and not _are_names(names, numbers, below):
        raise InputError(
            f"{path} has no header: its first line is {cut(line, 200)!r}. Put the columns' names there: date,value."
        )


def _are_names(names: list[str], numbers: list[str], below: list[str]) -> bool:
    """Whether numbers are names: pandas' own 0, 1, 2, or years, a column each; dates in the first column are none."""
    if (is_date(names[0]) and not is_number(names[0])) or not all(number.isdigit() for number in numbers):
        return False
    whole = [int(number) for number in numbers]
    counted = whole == list(range(len(whole)))
    years = len(whole) > 1 and all(1500 <= one <= 2200 for one in whole)
    if is_number(names[0]):
        return counted and len(names) == len(whole) and bool(below) and not is_number(below[0])
    steps = {after - before for before, after in pairwise(whole)}
    return counted or (years and 0 not in steps) or (len(whole) > 2 and len(steps) == 1 and steps != {0})


def _are_periods(cells: list[str], below: list[str]) -> bool:
    """Whether a line of data is a header all the same: that of a wide table, whose columns are named by years or dates."""
    periods = [cell for cell in cells if _is_data(cell)]
    return 2 < len(periods) == len(set(periods)) and _are_names(
        cells, [cell for cell in cells if is_number(cell)], below
    )


def _notes(header: int, above: Sequence[int], lines: int) -> tuple[str, ...]:
    if not above and lines == 1:
        return ()
    left_out = f"; {len(above)} line{'s' * (len(above) > 1)} above it left out" if above else ""
    several = f"lines {header} to {header + lines - 1}" if lines > 1 else f"line {header}"
    return (f"The header was found in {several}{left_out}.",)
