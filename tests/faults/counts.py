"""What a campaign has tried so far, kept in a file, so that the next call goes on where the last one ended."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tasks.numerics.whole_files import write_whole


@dataclass
class Count:
    """The trials of a part; the next one's number is how many there were."""

    trials: int = 0
    minutes: float = 0.0
    faults: list[str] = field(default_factory=list)
    """What was found wrong, with the trial's number and what was done in it."""

    def line(self, part: str) -> str:
        """In words."""
        return f"{part:<10} {self.trials:>7,} trials, {len(self.faults):,} with a fault, {self.minutes:,.0f} min"


@dataclass
class Counts:
    """Of every part, in a file."""

    path: Path
    parts: dict[str, Count] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Counts":
        """As they were written, or of nothing yet."""
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return cls(path, {part: Count(**count) for part, count in kept.items()})

    def of(self, part: str) -> Count:
        """A part's own."""
        return self.parts.setdefault(part, Count())

    def write(self) -> None:
        """The whole file or none of it."""
        write_whole(self.path, json.dumps({part: asdict(count) for part, count in self.parts.items()}, indent=1))
