"""What stands between the columns of a text file; nothing heavy is imported."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tasks.numerics.series.date_shapes import is_date
from tasks.numerics.series.number_shapes import is_number

COMMA: Final = ","
OTHERS: Final = {";": "';'", "\t": "a tab", "|": "'|'"}
"""Separators beside the comma, as they are called."""


def cells_of(line: str, separator: str = COMMA) -> list[str]:
    """The fields of a line, without the blanks around them."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    except (csv.Error, StopIteration):
        return [line.strip()]


def most_usual(counts: Sequence[int]) -> int:
    """Ties go to the larger one."""
    found = Counter(counts)
    return max(found, key=lambda count: (found[count], count))


def declared_separator(lines: Sequence[str]) -> str | None:
    """What Excel's first line `sep=` says, where the line below it is separated so; '' where it says nothing, None without such a line."""
    found = re.fullmatch(r"\"?sep=(?P<separator>[,;|\t:~ ]?)\"?[,;|\t ]*", lines[0], re.IGNORECASE)
    if not found or len(lines) == 1:
        return None
    said = found["separator"]
    return said if said and said in lines[1] else ""


def separator_of(lines: Sequence[str]) -> str:
    """The separator of most lines: another one than the comma where the header holds no comma, or the rows hold dates by it alone."""
    for separator in OTHERS:
        rows = [cells_of(line, separator) for line in lines]
        width = most_usual([len(row) for row in rows])
        wide = [number for number, row in enumerate(rows) if len(row) == width]
        if width == 1 or 2 * len(wide) <= len(rows):
            continue
        header = lines[wide[0]]
        if len(cells_of(header)) == 1 or (_have_dates(rows) and not any(_has_date(cells_of(line)) for line in lines)):
            return separator
    return COMMA


def _has_date(cells: Sequence[str]) -> bool:
    return any(is_date(cell) for cell in cells)


def _have_dates(rows: Sequence[Sequence[str]]) -> bool:
    return 2 * sum(_has_date(cells) for cells in rows) > len(rows)


def blanks_between(lines: Sequence[str]) -> int:
    """How many columns blanks separate in most lines, the first of dates or numbers and the last of numbers; 0 where they are within columns."""
    rows = [line.split() for line in lines if not is_number(line.strip()) and not is_date(line.strip())]
    width = most_usual([len(row) for row in rows]) if rows else 0
    fitting = [
        row for row in rows if len(row) == width and is_number(row[-1]) and (is_date(row[0]) or is_number(row[0]))
    ]
    return width if width > 1 and 2 * len(fitting) > len(lines) else 0
