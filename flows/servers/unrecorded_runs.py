"""Runs that ended well while Prefect's server was gone: kept until a command can record them."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from flows.environment import MLRUNS
from tasks.numerics.whole_files import write_whole

UNRECORDED: Final = MLRUNS / "unrecorded"


@dataclass(frozen=True)
class Unrecorded:
    """A run and what it shows on its page."""

    run: str
    """Its id in Prefect."""
    artifacts: list[dict[str, str]]
    """As Prefect's API takes them."""


def keep_unrecorded(run: Unrecorded) -> None:
    """Writes it down."""
    write_whole(UNRECORDED / f"{run.run}.json", json.dumps(asdict(run)))


def unrecorded_runs() -> list[Unrecorded]:
    """What is still to be recorded; a file that can't be read is left out."""
    found = []
    for path in sorted(UNRECORDED.glob("*.json")):
        try:
            found.append(Unrecorded(**json.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, TypeError):
            continue
    return found


def forget_unrecorded(run: str) -> None:
    """It is recorded."""
    (UNRECORDED / f"{run}.json").unlink(missing_ok=True)
