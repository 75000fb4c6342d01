"""Words of every sentence and table: lists, articles, what stands where there is nothing."""

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
