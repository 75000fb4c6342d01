"""Tables whose rows are no periods: dates, or parts of them, stand in the names of the columns; nothing heavy is imported."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.calendar_words import MONTHS, PARTS, is_part_of_a_date, names_a_month, word_of
from tasks.numerics.series.date_shapes import OF_DAY, is_date, says_dates
from tasks.numerics.wording import few

FEWEST_PERIODS: Final = 3
"""Columns that are named by dates, months or times of day, from which on they may be the periods of a wide table."""
NUMBERED: Final = {"quarter": (4, 4), "month": (12, 12), "week": (52, 53), "day": (28, 31), "hour": (24, 25)}
"""How many columns that are named by numbers in order may be the parts of a year, a month or a day."""
BESIDE: Final = {"quarter": {"year"}, "month": {"year"}, "week": {"year"}, "day": {"year", "month"}, "hour": set()}
"""The parts that must have columns of their own then."""
NEAREST: Final = 10
"""Years that columns named by a word and a year are apart at most."""
_YEAR: Final = re.compile(r"(?P<before>\D{0,20})(?P<year>(?:1[5-9]|2[01])\d\d)(?P<after>\D{0,20}| \[YR\d{4}\])")


@dataclass(frozen=True)
class _Wide:
    """Columns that are periods, and how they become rows."""

    called: str
    """What the columns are named by, for people."""
    columns: list[str]
    kept: list[str]
    """Columns that stay as they are."""
    variable: str
    """The column of what the columns were named by."""
    table: str = "table"
    """The table that is melted."""
    whole: bool = True
    """Whether all other columns are melted."""
    in_order: str = ""
    """Further arguments, and what follows them."""
    then: str = " Or name one column by --value."

    @property
    def melted(self) -> str:
        """The long table, in pandas."""
        value = _free(("value", "number", "amount"), self.kept)
        chosen = "" if self.whole else f"[{', '.join(map(repr, self.columns))}], "
        return (
            f"{self.table}.melt([{few([*map(repr, self.kept)])}], {chosen}var_name={self.variable!r}, value_name={value!r}"
            f"{self.in_order or ')'}"
        )

    @property
    def flag(self) -> str:
        """The flag that names the column which tells series apart, if there is one."""
        ids = [name for name in self.kept if self.then or not (says_dates(name) or is_part_of_a_date(name))]
        return f" --id {shlex.quote(ids[0])}" if ids else ""


def refuse_wide(names: Sequence[str], path: str) -> None:
    """Raises `InputError` where most columns are named by dates, or by parts of dates: a row is then several periods."""
    found = _by_dates(names) or _by_parts(names)
    if found:
        raise InputError(
            f"{path} is a wide table: {len(found.columns)} of its {len(names)} columns are named by {found.called}, {found.columns[0]} to "
            f"{found.columns[-1]}. Expected a row a period. Make it long, in pandas: {found.melted}"
            f".to_csv('long.csv', index=False); then pass long.csv{found.flag}.{found.then}"
        )


def _by_dates(names: Sequence[str]) -> _Wide | None:
    """A column is a period, and a row a series."""
    dates = [name for name in names if is_date(name) or (name.isdigit() and 1500 <= int(name) <= 2200)]
    worded = [] if _are_most(dates, names) else _worded_years(names)
    columns = worded or dates
    if not _are_most(columns, names):
        return None
    kept = [name for name in names if name not in columns]
    variable = _free(("date", "period", "time"), kept)
    years = rf").assign({variable}=lambda long: long['{variable}'].str.extract(r'(\d{{4}})', expand=False))"
    return _Wide("dates", columns, kept, variable, in_order=years if worded else "")


def _worded_years(names: Sequence[str]) -> list[str]:
    """Columns that are named by the same word and a year: X1980, X1981."""
    found = [(name, match) for name in names if (match := _YEAR.fullmatch(name))]
    words = [(match["before"], match["after"][:4]) for _, match in found]
    same = [(name, int(match["year"])) for (name, match), word in zip(found, words, strict=True) if word == words[0]]
    rising = all(0 < after - before <= NEAREST for (_, before), (_, after) in pairwise(same))
    return [name for name, _ in same] if rising else []


def _by_parts(names: Sequence[str]) -> _Wide | None:
    """A column is a part of each row's date: a month of its year, an hour of its day."""
    own = {role for role, part in PARTS.items() for name in names if word_of(name) in part.words}
    unnamed = [name for name in names if name.startswith("Unnamed: ")]
    if len(unnamed) == 1:
        own.add("year")
    times = [name for name in names if OF_DAY.fullmatch(name)]
    months = [name for name in names if names_a_month(name)]
    ways = [("month", months if _follow(months) else []), ("time", times), *_numbered(names, own)]
    role, columns = next(((role, found) for role, found in ways if _are_most(found, names)), ("", []))
    if not columns:
        return None
    first = names.index(columns[0])
    kept = [name for at, name in enumerate(names) if name not in columns and (at < first or _is_year(name))]
    table = "table"
    if unnamed and kept == unnamed and role not in ("hour", "time"):
        table, kept = f"table.rename(columns={{{unnamed[0]!r}: 'Year'}})", ["Year"]
    called = "times of day" if role == "time" else f"{role}s"
    whole = len(kept) + len(columns) == len(names)
    return _Wide(called, columns, kept, role, table, whole, ", ignore_index=False).sort_index(kind='stable')", "")


def _numbered(names: Sequence[str], own: set[str]) -> list[tuple[str, list[str]]]:
    """Columns that are named by the numbers of a part, all of them in order, where what they are parts of has a column."""
    found = []
    for role, (fewest, most) in NUMBERED.items():
        numbers = {name: number for name in names if (number := PARTS[role].number_in(name)) is not None}
        counted = list(numbers.values())
        first = counted[0] if counted else 1
        in_order = first in (0, 1) and counted == list(range(first, first + len(counted)))
        if in_order and fewest <= len(counted) <= most and own >= BESIDE[role]:
            found.append((role, list(numbers)))
    return found


def _follow(months: Sequence[str]) -> bool:
    """Whether each month is the one after that before it."""
    numbers = [MONTHS[name.strip().lower()[:3]] for name in months]
    return all((after - before) % 12 == 1 for before, after in pairwise(numbers))


def _is_year(name: str) -> bool:
    return word_of(name) in PARTS["year"].words


def _are_most(columns: Sequence[str], names: Sequence[str]) -> bool:
    return len(columns) >= max(FEWEST_PERIODS, len(names) / 2)


def _free(words: Sequence[str], taken: Sequence[str]) -> str:
    return next(word for word in words if word not in taken)
