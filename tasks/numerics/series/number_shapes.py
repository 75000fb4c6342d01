"""How people and programs write numbers: the marks in a text, and what is meant by them; nothing heavy is imported."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tasks.numerics.errors import InputError

SPACES: Final = " \u00a0\u2009\u202f"
"""Between thousands: the plain one, those that do not break, and a thin one."""
APOSTROPHES: Final = "'\u2019"
GROUPS: Final = {" ": f"[{SPACES}]", "'": f"[{APOSTROPHES}]", ",": ",", ".": r"\."}
"""Of the marks between thousands, each by the one it is called by: what matches it."""
NAMES: Final = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes"}
DECIMALS: Final = (".", ",")


@dataclass(frozen=True)
class Marks:
    """A way to write numbers."""

    decimal: str
    """`.` or `,`."""
    thousands: str = ""
    """A key of `GROUPS`; '' where nothing stands between thousands."""

    @property
    def pattern(self) -> str:
        """What matches a number that is written so, for `re` and for Arrow alike: thousands in threes, or in twos above a thousand."""
        mark = re.escape(self.decimal)
        # A point may end a number; a comma that does is a slip.
        bare = rf"(?:\d+(?:{mark}\d{'*' if self.decimal == '.' else '+'})?|{mark}\d+)(?:[eE][+-]?\d+)?"
        if not self.thousands:
            return rf"[+-]?{bare}"
        group = GROUPS[self.thousands]
        grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+|[1-9]\d?(?:{group}\d{{2}})+{group}\d{{3}}"
        return rf"[+-]?(?:(?:{grouped})(?:{mark}\d+)?|{bare})"

    @property
    def words(self) -> str:
        """For people."""
        between = f", and {NAMES[self.thousands]} between thousands" if self.thousands else ""
        return f"a decimal {'point' if self.decimal == '.' else 'comma'}{between}"

    def plain(self, text: str) -> str:
        """A number that is written so, with a decimal point and nothing between thousands."""
        bare = re.sub(GROUPS[self.thousands], "", text) if self.thousands else text
        return bare.replace(self.decimal, ".")


PLAIN: Final = Marks(".")
EVERY: Final = tuple(Marks(decimal, mark) for decimal in DECIMALS for mark in ("", *GROUPS) if mark != decimal)
"""Every way that is known, the plain one first."""


def number_in(text: str) -> float | None:
    """The number that a text is, if it is a plain one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number != number or "_" in text else number


def is_number(text: str) -> bool:
    """Whether a text is a number, in whatever way it is written."""
    return (number_in(text) is not None and not text.isalpha()) or _every_way().fullmatch(text) is not None


def has_unit(text: str) -> bool:
    """Whether a text is a number beside a currency, a per cent sign or another unit."""
    found = re.fullmatch(
        r"(?P<before>[^\d+-]{0,5}?)\s*(?P<number>[+-]?[\d.,][^A-Za-z%]*?)\s*(?P<after>[^\d.,]{0,8})", text
    )
    if not found or not (found["before"] or found["after"]):
        return False
    return is_number(found["number"].strip())


@cache
def _every_way() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one.pattern})" for one in EVERY))


def check_decimal(given: str) -> None:
    """Raises InputError where `--decimal` is no decimal mark."""
    if given not in ("", *DECIMALS):
        raise InputError(
            f"--decimal {given!r} is no decimal mark. Expected . or , as the numbers are written: 1234.5 or 1234,5."
        )
