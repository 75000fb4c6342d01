"""A schedule's comparison, now: by `interlayer serve` where that runs, else by the command itself."""

import os
import time
from uuid import UUID

from flows.scheduling.last_runs import keep_begun, keep_ended
from flows.scheduling.scheduled_run import OF_SCHEDULE, ScheduledRun, UnchangedError
from flows.servers.addresses import Serving, local, serving
from flows.studies.schedules import COMPARISONS, Schedule
from tasks.numerics.errors import InputError

TAKEN_UP_SECONDS = 10.0
"""How long a schedule that was just added may take until it is served."""
HERE = "here"
"""What a run is called by that found nothing new before Prefect was asked."""


def run_schedule(schedule: Schedule) -> None:
    """Runs it as it would run at its time: what has not changed trains nothing."""
    served = serving("serve")
    if served:
        run = run_served(schedule.name, served)
        print(f"{schedule.name} runs now: {local(served.ports['prefect'])}/v2/runs/flow-run/{run}")
        return
    os.environ[OF_SCHEDULE] = schedule.name
    if said := unchanged(schedule):
        print(said)
        return
    from flows.command_line.commands import run_compare

    run_compare(schedule.study)


def run_served(name: str, served: Serving) -> UUID:
    """The id of a run of the schedule's deployment; raises InputError where it is not served."""
    os.environ["PREFECT_API_URL"] = f"{local(served.ports['prefect'])}/api"
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    until = time.monotonic() + TAKEN_UP_SECONDS
    with get_client(sync_client=True) as client:
        while True:
            try:
                deployment = client.read_deployment_by_name(f"{COMPARISONS}/{name}")
                return client.create_flow_run_from_deployment(deployment.id).id
            except ObjectNotFound:
                if time.monotonic() > until:
                    raise InputError(
                        f"NAME {name}: 'interlayer serve' runs, and has not taken up this schedule. Its log under logs/deployment.log "
                        "says why; begun anew it takes it up."
                    ) from None
                time.sleep(0.5)


def unchanged(schedule: Schedule) -> str:
    """Why there is nothing to train, before any server is started; '' where there is something."""
    from flows.comparison.data_checks import at_once
    from flows.comparison.first_checks import check_study
    from flows.comparison.given_data import validated
    from flows.terminal.progress import on_terminal, show_progress
    from flows.terminal.quiet_libraries import libraries_kept_quiet

    study = schedule.study
    keep_begun(schedule.name, HERE, usual=True)
    try:
        check_study(study)
        with libraries_kept_quiet(), on_terminal(), show_progress("check"):
            series, _ = validated(study, at_once)
        ScheduledRun(schedule.name, HERE, study).check(study.digest(series.digest))
    except UnchangedError as found:
        keep_ended(schedule.name, HERE, "unchanged", str(found))
        return f"Unchanged. {found}"
    except InputError as error:
        keep_ended(schedule.name, HERE, "failed", " ".join(str(error).split()))
        raise
    return ""
