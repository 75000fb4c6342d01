"""The comparisons that run at times of their own: kept in a file of the project, run by `interlayer serve`."""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from flows.environment import MLRUNS
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole
from tasks.numerics.wording import did_you_mean

KEPT = MLRUNS / "schedules.json"
COMPARISONS = "compare-activations"
"""The flow that schedules run."""
DEFAULT = "default"
"""The deployment that has no schedule: the dashboard's form."""
BY_A_SCHEDULE = "auto-scheduled"
"""The tag that Prefect's scheduler gives its runs."""
MISSED = "missed-time"
"""The tag of the run that makes up for times that nobody served."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_ONE = r"(?:\d{1,2}|[A-Za-z]{3})"
_PART = rf"(?:\*|{_ONE}(?:-{_ONE})?)(?:/\d{{1,2}})?"
# What Prefect reads in the same way: numbers, names of three letters, ranges, steps and lists of them.
CRON_FIELD = re.compile(rf"{_PART}(?:,{_PART})*")


@dataclass(frozen=True)
class Schedule:
    """A comparison, and when it runs."""

    name: str
    cron: str
    timezone: str
    study: Study
    active: bool = True
    """Whether its times count; a paused one runs when it is asked for."""
    since: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)
    """From when on its times count: it was added, resumed or changed then."""

    def next_run(self, now: datetime) -> datetime:
        """The first time after `now` at which it runs, in its own time zone."""
        return next(CronSim(self.cron, now.astimezone(ZoneInfo(self.timezone))))

    def last_time(self, now: datetime) -> datetime:
        """The last time before `now` at which it should have run, in its own time zone."""
        return next(CronSim(self.cron, now.astimezone(ZoneInfo(self.timezone)), reverse=True))


def read_schedules() -> tuple[Schedule, ...]:
    """What is kept, in the order in which it was added; raises InputError where the file was damaged."""
    try:
        kept = json.loads(KEPT.read_text())
    except FileNotFoundError:
        return ()
    except ValueError as error:
        raise InputError(f"{KEPT} is no JSON ({error}). Mend it, or delete it and add the schedules again.") from error
    try:
        return tuple(map(schedule_from, kept))
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # Pydantic's own is a ValueError
        raise InputError(
            f"{KEPT} holds a schedule that cannot be read ({' '.join(str(error).split())}). "
            "Mend it, or delete it and add the schedules again."
        ) from error


def add_schedule(schedule: Schedule) -> None:
    """Keeps one more; raises InputError where it cannot be, or another one has its name."""
    check_name(schedule.name)
    check_timezone(schedule.timezone)
    check_cron(schedule.cron, schedule.timezone)
    with _changing():
        kept = read_schedules()
        if schedule.name in (one.name for one in kept):
            raise InputError(
                f"NAME {schedule.name}: there is a schedule of this name. Expected another name, or remove that one first: "
                f"interlayer schedule remove {schedule.name}"
            )
        _write((*kept, schedule))


def remove_schedule(name: str) -> None:
    """Forgets a schedule; raises InputError where none has the name."""
    with _changing():
        gone = named(name)
        _write(tuple(one for one in read_schedules() if one.name != gone.name))


def change_schedule(name: str, change: Callable[[Schedule], Schedule]) -> Schedule:
    """What a schedule is changed to: its times count from now on; raises InputError where none has the name."""
    with _changing():
        known = named(name)
        changed = change(known)
        if changed == known:
            return known
        changed = replace(changed, since=datetime.now(UTC))
        _write(tuple(changed if one.name == name else one for one in read_schedules()))
    return changed


def named(name: str) -> Schedule:
    """The schedule of a name; raises InputError, with the nearest, where none has it."""
    kept = {one.name: one for one in read_schedules()}
    if name not in kept:
        hint = did_you_mean(name, list(kept))
        known = f"Expected one of: {', '.join(kept)}." if kept else "There are none."
        raise InputError(f"NAME {name}: no schedule has this name.{hint} {known}")
    return kept[name]


def check_name(name: str) -> None:
    """Raises InputError where Prefect could not show it as a deployment's name, or it is the form's."""
    if not NAME.fullmatch(name) or name == DEFAULT:
        raise InputError(
            f"NAME {name!r}: expected up to 40 letters, digits, '.', '_' and '-', a letter or digit first, such as "
            f"sales-weekly, and not {DEFAULT!r}, which is the dashboard's form."
        )


def check_cron(cron: str, timezone: str) -> None:
    """Raises InputError where it is no schedule, or its time never comes."""
    fields = cron.split()
    try:
        if len(fields) != 5 or not all(CRON_FIELD.fullmatch(field) for field in fields):
            raise CronSimError("it has not five fields of numbers, names, ranges and steps")
        next(CronSim(cron, datetime.now(ZoneInfo(timezone))))
    except (CronSimError, StopIteration) as error:
        reason = str(error) or "its time never comes"
        raise InputError(
            f"--cron '{cron}' is no schedule: {reason[0].lower()}{reason[1:]}. Expected five fields, "
            "minute hour day month weekday, such as '0 6 * * 1': every Monday at 6:00."
        ) from error


def check_timezone(timezone: str) -> None:
    """Raises InputError where no time zone has this name."""
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(
            f"--timezone '{timezone}' is no time zone. Expected a name such as Europe/Berlin or UTC, or leave it out: "
            f"then it is this machine's, {local_timezone()}."
        ) from error


def local_timezone() -> str:
    """The name of this machine's time zone, such as Europe/Berlin."""
    found = os.environ.get("TZ", "") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(found).key
    except (KeyError, ValueError, OSError):
        return "UTC"


def settings_of(schedule: Schedule) -> dict[str, dict[str, object]]:
    """Its settings that differ from the default, a group a key: what is kept, and a deployment's parameters."""
    return schedule.study.changed("json")


@contextmanager
def _changing() -> Iterator[None]:
    """One command at a time reads and writes."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with KEPT.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def schedule_from(kept: dict[str, object]) -> Schedule:
    """A schedule as it is kept; raises KeyError, TypeError or ValueError where it can't be read."""
    study = Study.model_validate(kept["settings"])
    # Files of older releases know no more than these.
    since = datetime.fromisoformat(str(kept["since"])) if "since" in kept else datetime.now(UTC)
    active = bool(kept.get("active", True))
    return Schedule(str(kept["name"]), str(kept["cron"]), str(kept["timezone"]), study, active, since)


def as_kept(schedule: Schedule) -> dict[str, object]:
    """A schedule as JSON types."""
    return {
        "name": schedule.name,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "active": schedule.active,
        "since": schedule.since.isoformat(timespec="seconds"),
        "settings": settings_of(schedule),
    }


def _write(schedules: tuple[Schedule, ...]) -> None:
    write_whole(KEPT, json.dumps(list(map(as_kept, schedules)), indent=2) + "\n")
