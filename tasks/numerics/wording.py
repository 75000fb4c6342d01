"""Words of every sentence and table: lists, articles, what stands where there is nothing."""

import math
import re
from collections.abc import Iterable, Sequence

NOTHING = "—"
"""Stands where there is no value."""
NAMED = 3
"""More variants of one word are counted, not named; of what speaks for others, as many are told."""


def joined(parts: list[str]) -> str:
    """With commas, and `and` before the last."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def article(label: str) -> str:
    """`an` before what is spoken with a vowel first."""
    return "an" if label[0] in "AEFHILMNORSXaeiou" else "a"


def listed(names: list[str]) -> str:
    """A few names, or how many they are."""
    return joined(names) if len(names) <= NAMED else f"{len(names)} variants"


def did_you_mean(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """` Did you mean 'relu'?`, of the known name that is most like a name; empty where none is so much like it, from 0 to 1."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1, cutoff=likeness)
    return f" Did you mean {near[0]!r}?" if near else ""


def trackable(labels: Sequence[str]) -> list[str]:
    """Labels as parts of a metric's name: what no tracker takes there, or takes for a folder, is an underscore.

    Labels that are then the same have their number too, from 1.
    """
    names = [re.sub(r"[^\w. -]", "_", label) for label in labels]
    return [name if names.count(name) == 1 else f"{name} {number}" for number, name in enumerate(names, 1)]


def few(names: Sequence[object], most: int = 8, between: str = ", ") -> str:
    """The first of some names with commas, and how many more there are: a line, however many columns a file has."""
    shown = between.join(cut(str(name)) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def grouped(said: Iterable[tuple[str, str]], most: int = 20) -> tuple[str, ...]:
    """Sentences with the names that each is said of, alike ones once, and of many how many more there are."""
    names: dict[str, list[str]] = {}
    for name, sentence in said:
        names.setdefault(sentence, []).append(name)
    found = [f"{few(own, NAMED)}: {sentence}" for sentence, own in names.items()]
    return tuple(found) if len(found) <= most else (*found[:most], f"And {len(found) - most:,} more such sentences.")


def cut(text: str, most: int = 60) -> str:
    """A text, or what begins it."""
    return text if len(text) <= most else f"{text[:most]}..."


def cell(value: object) -> str:
    """What stands in a cell, for people: texts in quotes, numbers and dates plainly, whatever library holds them."""
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value
    if isinstance(plain, str):
        return repr(cut(plain))
    missing = plain is None or (isinstance(plain, float) and math.isnan(plain)) or str(plain) in ("NaT", "<NA>")
    return "nothing" if missing else cut(" ".join(str(plain).split()))


def rounded(value: float, digits: int) -> str:
    """A number in so many digits after the point."""
    return f"{value:z.{digits}f}" if math.isfinite(value) else NOTHING


def mean_and_spread(mean: float, spread: float, digits: int) -> str:
    """Mean ± standard deviation over seeds."""
    return f"{rounded(mean, digits)} ± {rounded(spread, digits)}" if math.isfinite(mean) else NOTHING
