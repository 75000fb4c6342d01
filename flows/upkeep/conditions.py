"""What a look at one part of the project's state says, and what mends it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["well", "look", "broken"]
SIGNS: dict[State, str] = {"well": "=", "look": "?", "broken": "!"}


@dataclass(frozen=True)
class Condition:
    """Of one part."""

    part: str
    state: State
    """`look`: it works, but somebody should know; `broken`: something does not work, or was lost."""
    words: str
    mend: str = ""
    """What a user can do."""
    fix: Callable[[], str] | None = None
    """What `--fix` does: it says what it has done, and loses nothing that could be read."""
    due: str = ""
    """The time that was missed last, in ISO: with another one it is told again."""


def counted(number: int, thing: str) -> str:
    """Such as `1 block` or `1,200 blocks`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """Bytes in the unit of which there are most."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= one:
            return f"{number / one:,.1f} {unit}"
    return f"{number:.0f} bytes"
