"""What parts of a date are called, as names of columns, and how they are written in cells; nothing heavy is imported."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Part:
    """A part of a date that may have a column of its own."""

    words: frozenset[str]
    """Names of its column, in small letters, without what stands between words."""
    least: int
    most: int
    written: re.Pattern[str] = re.compile(r"(?!)")
    """How it is written, beside its number."""

    def number_in(self, text: str) -> int | None:
        """The number of the part that a text is, if it is one."""
        found = self.written.fullmatch(text.strip())
        digits = next(filter(None, found.groups())) if found else text.strip()
        if not (digits.isascii() and digits.isdigit()):
            return None
        return int(digits) if self.least <= int(digits) <= self.most else None


def _part(words: str, least: int, most: int, written: str = r"(?!)") -> Part:
    return Part(frozenset(words.split()), least, most, re.compile(written, re.IGNORECASE))


WEEK_WORDS: Final = "W|WK|KW"
"""What stands beside the number of a week, as a part of a pattern."""
PARTS: Final = {
    "year": _part("year yr yyyy jahr", 1000, 2999),
    "quarter": _part("quarter qtr q quartal", 1, 4, r"Q0?([1-4])|([1-4])Q"),
    "month": _part("month mon mm mo monat mnth", 1, 12, r"M(\d{1,2})"),
    "week": _part(
        "week wk isoweek weekofyear weeknumber weekno calendarweek kw woche", 1, 53, rf"(?:{WEEK_WORDS}) ?(\d{{1,2}})"
    ),
    "day": _part("day dd dom tag dayofmonth", 1, 31),
    "day of the year": _part("doy dayofyear yearday yday julian julianday jday day", 1, 366),
    "weekday": _part("weekday dayofweek dow wday wochentag", 0, 7),
    "hour": _part("hour hr hh hourofday stunde", 0, 24, r"(?:HE|H|HR|HOUR)[ _]?(\d{1,2})"),
    "minute": _part("minute minutes", 0, 59),
}
PERIODS: Final = frozenset(["period", "per", "season", "half", "halfyear", "semester", "term", "trimester", "tertial"])
"""Names of columns that may say which part of a year a row is of."""
MONTH_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
)
MONTHS: Final = {name[:3]: number for number, name in enumerate(MONTH_NAMES, start=1)}
"""Numbers by the letters that a name begins with."""


def word_of(name: str) -> str:
    """A column's name in small letters, without what stands between words."""
    return re.sub(r"[\W_]+", "", name.lower())


def names_a_month(text: str) -> bool:
    """Whether a text is a month's name, or three letters or more that it begins with."""
    word = text.strip().rstrip(".").lower()
    return len(word) >= 3 and any(name.startswith(word) for name in MONTH_NAMES)


def is_part_of_a_date(name: str) -> bool:
    """Whether a column is called as a part of a date that is less than a year."""
    word = word_of(name)
    return word in PERIODS or any(word in part.words for role, part in PARTS.items() if role != "year")
