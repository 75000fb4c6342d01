"""How people and programs write dates: the shape of a text, and the formats that read it; nothing heavy is imported."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import product
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.calendar_words import WEEK_WORDS, names_a_month

ISO: Final = re.compile(
    r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
ZONE: Final = r"(?<=\d)\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"
"""What ends an ISO 8601 date with a time of day and a zone."""
QUARTER: Final = re.compile(
    r"(?P<year>\d{4})[- ]?Q(?P<quarter>[1-4])|Q(?P<q>[1-4])[- /]?(?P<y>\d{4})|(?P<n>[1-4])Q[- ]?(?P<yy>\d{4})"
)
_WEEK: Final = rf"(?:{WEEK_WORDS}|week) ?"
WEEK: Final = re.compile(
    rf"(?P<year>\d{{4}})[- /]?{_WEEK}(?P<week>\d{{1,2}})(?:-?(?P<day>[1-7]))?|"
    rf"{_WEEK}(?P<w>\d{{1,2}})[- /.,]{{0,3}}(?P<y>\d{{4}})",
    re.IGNORECASE,
)
"""A week of ISO 8601, as it is written there or in words, the year first or last."""
UNITS: Final = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
"""Of Unix times, as `--date-format` names them."""
DIGITS: Final = {"s": (9, 10), "ms": (12, 13), "us": (15, 16), "ns": (18, 19)}
"""Of Unix times from 1973 to 2286."""
TIME: Final = r"\d{1,2}(?::\d{2}){1,2}(?:\.\d{1,9})?(?: ?[AaPp][Mm])?|\d{1,2} ?[AaPp][Mm]"
OF_DAY: Final = re.compile(TIME)
"""A time of day."""
NAMES: Final = {
    *("date", "ds", "year", "time", "timestamp", "datetime", "day", "month", "week", "period", "quarter", "qtr"),
    *("epoch", "unix", "unixtime", "ts", "dt", "datum", "yyyymm", "yyyymmdd", "yearmonth", "created", "yr"),
}
"""Words in the names of columns in which a number may be a year, a date without dashes, or a Unix time."""


@dataclass(frozen=True)
class Shape:
    """A way to write a date, and what may be meant by it."""

    pattern: re.Pattern[str]
    formats: tuple[str, ...]


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape that stands for dates beside ISO 8601, with the time of day after it where there is one."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for mark in "-/.":
        one = re.escape(mark)
        found.append((rf"\d{{4}}{one}\d{{1,2}}{one}\d{{1,2}}", (f"%Y{mark}%m{mark}%d",)))
        found.append((rf"\d{{1,2}}{one}\d{{1,2}}{one}\d{{4}}", (f"%d{mark}%m{mark}%Y", f"%m{mark}%d{mark}%Y")))
        short = (f"%d{mark}%m{mark}%y", f"%m{mark}%d{mark}%y", f"%y{mark}%m{mark}%d")
        found.append((rf"\d{{1,2}}{one}\d{{1,2}}{one}\d{{2}}", short))
        found.append((rf"\d{{1,2}}{one}\d{{4}}", (f"%m{mark}%Y",)))
        found.append((rf"\d{{4}}{one}\d{{1,2}}", (f"%Y{mark}%m",)))
    for mark, name in product(("-", " ", "/", "."), ("%b", "%B")):
        one, word = re.escape(mark), "[A-Za-z]{3}" if name == "%b" else "[A-Za-z]{3,9}"
        found.append((rf"\d{{1,2}}{one}{word}{one}\d{{4}}", (f"%d{mark}{name}{mark}%Y",)))
        found.append((rf"\d{{1,2}}{one}{word}{one}\d{{2}}", (f"%d{mark}{name}{mark}%y",)))
        found.append((rf"{word}{one}\d{{4}}", (f"{name}{mark}%Y",)))
        found.append((rf"{word}{one}\d{{2}}", (f"{name}{mark}%y",)))
        found.append((rf"\d{{4}}{one}{word}", (f"%Y{mark}{name}",)))
    for name, word in (("%b", "[A-Za-z]{3}"), ("%B", "[A-Za-z]{3,9}")):
        found.append((rf"{word} \d{{1,2}}, \d{{4}}", (f"{name} %d, %Y",)))
        found.append((rf"{word} \d{{1,2}} \d{{4}}", (f"{name} %d %Y",)))
        found.append((rf"\d{{1,2}}{word}\d{{4}}", (f"%d{name}%Y",)))
    found += [(r"\d{4}M\d{1,2}", ("%YM%m",)), (r"\d{4}-M\d{1,2}", ("%Y-M%m",))]
    return tuple(Shape(re.compile(rf"(?:{one})(?:(?P<gap>,? |T)(?P<time>{TIME}))?"), formats) for one, formats in found)


NUMBERS: Final = (Shape(re.compile(r"[12]\d{3}"), ("%Y",)), Shape(re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])"), ("%Y%m",)))
"""Numbers that are dates in a column that says so by its name; those of eight digits are ISO's."""
DAYS: Final = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def is_date(text: str) -> bool:
    """Whether a text is a date for itself, and no number."""
    if any(pattern.fullmatch(text) for pattern in (ISO, QUARTER, WEEK)):
        return True
    if _numeric(text) or not all(map(names_a_month, re.findall(r"[A-Za-z]{3,}", text))):
        return False
    return any(shape.pattern.fullmatch(text) for shape in shapes())


def _numeric(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def says_dates(name: str) -> bool:
    """Whether a column's name says that it holds dates: one of its words does."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return name.lower() in NAMES or any(word.lower() in NAMES for word in words)


def formats_of(texts: Sequence[str], numbers: bool) -> tuple[str, ...]:
    """The formats in strptime's terms that may read most of some texts; none where they have another shape.

    `numbers`: whether they may be years or months in digits alone.
    """
    best: tuple[int, Shape | None] = (0, None)
    for shape in (*shapes(), *(NUMBERS if numbers else ())):
        fitting = sum(shape.pattern.fullmatch(text) is not None for text in texts)
        if fitting > best[0]:
            best = (fitting, shape)
    if best[1] is None or best[0] < len(texts) / 2:
        return ()
    same = [
        one
        for one in (*shapes(), *NUMBERS)
        if all((one.pattern.fullmatch(text) is None) == (best[1].pattern.fullmatch(text) is None) for text in texts)
    ]
    dates = [name for shape in same for name in shape.formats]
    found = [match for text in texts if (match := best[1].pattern.fullmatch(text))]
    times = {_time_format(match) for match in found} if "gap" in best[1].pattern.groupindex else {""}
    return tuple(dict.fromkeys(f"{date}{time}" for date in dates for time in times))


def _time_format(match: re.Match[str]) -> str:
    time = match["time"]
    if not time:
        return ""
    half = time[-1] in "mM"
    clock = ":".join(("%I" if half else "%H", "%M", "%S")[: time.count(":") + 1])
    parts = "" if "." not in time else ".%f"
    return match["gap"] + clock + parts + ((" %p" if " " in time else "%p") if half else "")


def unix_unit(texts: Sequence[str]) -> str:
    """The unit of Unix times, '' where most of the texts are none."""
    for unit, (least, most) in DIGITS.items():
        pattern = re.compile(rf"\d{{{least},{most}}}(?:\.\d+)?")
        if sum(pattern.fullmatch(text) is not None for text in texts) > len(texts) / 2:
            return unit
    return ""


def check_date_format(given: str) -> None:
    """Raises InputError where `--date-format` is neither a unit of Unix times nor a format that tells a date."""
    if not given or given in UNITS:
        return
    try:
        back = datetime.strptime(datetime(2001, 2, 3, 4, 5, 6).strftime(given), given)
        told = back.year == 2001
    except (ValueError, re.error):
        told = False
    if not told:
        raise InputError(
            f"--date-format {given!r} tells no date. Expected how the dates are written, in strptime's terms, such as %d/%m/%Y or "
            f"'%m/%d/%y %I:%M %p'; or the unit of Unix times: {', '.join(UNITS)}."
        )
