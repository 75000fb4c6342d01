"""Which times of a schedule nobody has served: however many there are, they are made up for by one run."""

from datetime import datetime

from flows.scheduling.last_runs import LastRun
from flows.studies.schedules import Schedule


def missed_time(schedule: Schedule, last: LastRun, now: datetime) -> datetime | None:
    """The latest time before `now` that no run has served, since the schedule was added, resumed or changed; None where there is none."""
    if not schedule.active:
        return None
    due = schedule.last_time(now)
    served = max(schedule.since, datetime.fromisoformat(last.served)) if last.served else schedule.since
    return due if due > served else None
