"""What time it is, for all that grows old."""

from datetime import UTC, datetime


def now() -> datetime:
    """In UTC; a test puts another clock in its place."""
    return datetime.now(UTC)


def now_in_text(given: datetime | None = None) -> str:
    """ISO 8601, to the second."""
    return (given or now()).astimezone(UTC).isoformat(timespec="seconds")


def days_since(text: str, given: datetime | None = None) -> float:
    """Days that have gone by since a time that was written down."""
    return ((given or now()) - datetime.fromisoformat(text)).total_seconds() / 86_400
