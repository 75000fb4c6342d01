"""What was changed of a schedule in the dashboard, taken over into the project's file, so that it is kept."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.environment import MLRUNS
from flows.servers.allowed_files import check_allowed
from flows.studies.run_form import study_asked_for
from flows.studies.schedules import Schedule, as_kept, check_cron, check_timezone, schedule_from
from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole

if TYPE_CHECKING:
    from prefect.client.schemas.responses import DeploymentResponse

REGISTERED = MLRUNS / "schedules.served.json"
"""The schedules as they were told Prefect last: what differs from them there was edited there."""


def edited(schedule: Schedule, deployment: "DeploymentResponse") -> Schedule:
    """The schedule as the dashboard has it now; raises InputError where it was edited to what it can't be."""
    from prefect.client.schemas.schedules import CronSchedule

    try:
        study = study_asked_for(deployment.parameters)
    except ValueError as error:  # Pydantic's own
        raise InputError(f"its parameters can't be: {' '.join(str(error).split())}") from None
    if study != schedule.study:
        # An edit must not let a run read what the dashboard's runs may not.
        check_allowed(study)
    found = [one for one in deployment.schedules if one.slug == schedule.name] or list(deployment.schedules)
    if not found:
        return replace(schedule, study=study, active=False)
    times = found[0].schedule
    if not isinstance(times, CronSchedule):
        raise InputError("its times are no cron expression: expected minute, hour, day, month, weekday")
    timezone = times.timezone or "UTC"
    check_timezone(timezone)
    check_cron(times.cron, timezone)
    return replace(schedule, study=study, active=bool(found[0].active), cron=times.cron, timezone=timezone)


def keep_registered(schedules: list[Schedule]) -> None:
    """Notes what Prefect was told."""
    write_whole(REGISTERED, json.dumps([as_kept(one) for one in schedules]))


def read_registered() -> dict[str, Schedule]:
    """What Prefect was told last, by name; nothing where that is not known."""
    try:
        return {one.name: one for one in map(schedule_from, json.loads(REGISTERED.read_text("utf-8")))}
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return {}
