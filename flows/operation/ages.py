"""How old a champion is, and that an old one is to be replaced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.operation.times import days_since
from tasks.track.places import Place
from tasks.track.registry import Version, champion, champion_names


@dataclass(frozen=True)
class OldChampion:
    """One that is past its greatest age."""

    name: str
    version: int
    sentence: str
    """How old it is, and what to do."""


def old_champions(where: Place, now: datetime | None = None) -> Iterator[OldChampion]:
    """Those of a registry, each by the age that its own comparison allowed it."""
    for name in champion_names(where):
        version = champion(where, name)
        if version and (words := old_in_words(name, version, int(version.tags["days"]), now)):
            yield OldChampion(name, version.number, words)


def old_in_words(name: str, version: Version, days: int, now: datetime | None = None) -> str:
    """That a champion is past its greatest age, and what to do; empty where it is not."""
    promoted = version.tags.get("promoted_at", "")
    age = days_since(promoted, now) if promoted else 0.0
    if age <= days:
        return ""
    return (
        f"The champion {name} (version {version.number}) is {age:.0f} days old, and {days} are allowed (--champion-days): compare again on the newest "
        f"rows with --champion {name}."
    )
