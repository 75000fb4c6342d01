"""What a schedule's last run came to, and its last result: a file a schedule, written by the run itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from flows.environment import MLRUNS
from tasks.numerics.whole_files import write_whole

KEPT = MLRUNS / "scheduled"
How = Literal["", "completed", "unchanged", "failed", "cancelled", "crashed", "stopped"]
AGAIN: Final = ("crashed", "stopped")
"""What has not served its time: killed, or stopped along with `interlayer serve`."""


@dataclass(frozen=True)
class LastResult:
    """What a schedule found when it last trained, or read what was trained."""

    digest: str
    """Of data, settings and program: while it stays the same there is nothing to be found out."""
    folder: str
    """Of report and summary."""
    seen: Mapping[str, str]
    """Where MLflow shows it, by what is shown."""
    ended: str
    goes: str
    """Tells apart where results go: another place, or another name of the champion, is to be served too."""
    settled: bool
    """Whether MLflow has it, and of the champion it is decided for good: what is left to do is done by the next run."""


@dataclass(frozen=True)
class LastRun:
    """Of a schedule; times are ISO texts in UTC, '' where there is none yet."""

    run: str = ""
    """Its id in Prefect; '' without."""
    usual: bool = True
    """Whether it ran with the schedule's own settings, not with others that were given to this run alone."""
    begun: str = ""
    ended: str = ""
    how: How = ""
    message: str = ""
    served: str = ""
    """The time up to which the schedule's times are served: that at which the last run began that ended, or was ended by a user."""
    result: LastResult | None = None

    @property
    def under_way(self) -> bool:
        """Whether it has begun, and nobody has written down how it ended."""
        return bool(self.begun) and not self.how


def last_run(name: str) -> LastRun:
    """What is kept of a schedule; nothing where it has not run, or its file was damaged."""
    try:
        kept = json.loads((KEPT / f"{name}.json").read_text("utf-8"))
        result = kept.pop("result", None)
        return LastRun(**kept, result=LastResult(**result) if result else None)
    except (OSError, ValueError, TypeError, AttributeError):
        return LastRun()


def keep_begun(name: str, run: str, usual: bool) -> None:
    """A run begins: until it is said how it ended, it may have been killed."""
    known = last_run(name)
    _keep(name, LastRun(run, usual, now(), served=known.served, result=known.result))


def keep_ended(name: str, run: str, how: How, message: str, result: LastResult | None = None) -> None:
    """A run has ended, unless that is known, or another has begun since. What was killed has served no time, and runs again."""
    known = last_run(name)
    if known.run != run or not known.under_way:
        return
    served = known.begun if known.usual and how not in AGAIN else known.served
    found = result if result and known.usual else known.result
    _keep(name, replace(known, ended=now(), how=how, message=message, served=served, result=found))


def forget(name: str) -> None:
    """The schedule is removed: another one of its name begins anew."""
    (KEPT / f"{name}.json").unlink(missing_ok=True)


def now() -> str:
    """As times are kept."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _keep(name: str, run: LastRun) -> None:
    write_whole(KEPT / f"{name}.json", json.dumps(asdict(run), indent=1))
