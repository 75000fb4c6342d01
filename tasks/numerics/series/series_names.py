"""What series are called: names that tell those of a panel apart, and a panel's own; nothing heavy is imported."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

LONGEST: Final = 60
"""Characters of a panel's name that is made of those of its series."""


def telling_apart(names: Sequence[str], given: Sequence[str]) -> list[str]:
    """The names of series, each with as many of its folders before it as tell it from others of its name.

    `given` are the names or paths that the series were asked for by.
    """
    found = list(names)
    for number, name in enumerate(names):
        same = [at for at, other in enumerate(names) if other == name]
        if len(same) > 1:
            tails = {at: PurePath(given[at]).parts for at in same}
            own = tails.pop(number)
            depth = next(
                (n for n in range(2, len(own)) if all(own[-n:] != tail[-n:] for tail in tails.values())), len(own)
            )
            folders = own[-depth:-1]
            told = PurePath(*folders, name) if all(folders != tail[-depth:-1] for tail in tails.values()) else None
            found[number] = str(told or PurePath(*own[-depth:]))
    return found


def together(names: Sequence[str]) -> str:
    """What a panel of named series is called."""
    joined = " + ".join(names)
    return joined if len(joined) <= LONGEST else f"{names[0]} + {len(names) - 1} more"
