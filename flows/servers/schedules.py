"""The comparisons that run at times of their own: kept in a file of the project, run by `interlayer serve`."""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import ValidationError

from flows.comparison.study import Study
from flows.environment import MLRUNS
from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole
from tasks.numerics.wording import did_you_mean

KEPT = MLRUNS / "schedules.json"
DEFAULT = "default"
"""The deployment that has no schedule: the dashboard's form."""
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

    def next_run(self, now: datetime) -> datetime:
        """The first time after `now` at which it runs, in its own time zone."""
        return next(CronSim(self.cron, now.astimezone(ZoneInfo(self.timezone))))


def read_schedules() -> tuple[Schedule, ...]:
    """What is kept, in the order in which it was added; raises InputError where the file was damaged."""
    try:
        kept = json.loads(KEPT.read_text())
    except FileNotFoundError:
        return ()
    except ValueError as error:
        raise InputError(f"{KEPT} is no JSON ({error}). Mend it, or delete it and add the schedules again.") from error
    try:
        return tuple(
            Schedule(one["name"], one["cron"], one["timezone"], Study.model_validate(one["settings"])) for one in kept
        )
    except (KeyError, TypeError, ValidationError) as error:
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
        kept = read_schedules()
        names = [one.name for one in kept]
        if name not in names:
            hint = did_you_mean(name, names)
            known = f"Expected one of: {', '.join(names)}." if names else "There are none."
            raise InputError(f"NAME {name}: no schedule has this name.{hint} {known}")
        _write(tuple(one for one in kept if one.name != name))


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


def _write(schedules: tuple[Schedule, ...]) -> None:
    entries = [
        {"name": one.name, "cron": one.cron, "timezone": one.timezone, "settings": settings_of(one)}
        for one in schedules
    ]
    write_whole(KEPT, json.dumps(entries, indent=2) + "\n")
