"""How old a champion is, and that an old one is to be replaced."""

from datetime import datetime

from flows.operation.times import days_since
from tasks.track.registry import Version


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
