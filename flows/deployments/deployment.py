"""The deployments: `default`, which runs the comparison that the dashboard's form asks for, one a schedule, and `forecast`.

`interlayer serve` starts this file as a process of its own: `python -m flows.deployments.deployment`.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.environment import begin_own_process
from flows.servers.addresses import answers
from flows.servers.parent_process import end_own_group, end_with_parent
from flows.studies.schedules import COMPARISONS, DEFAULT
from flows.team.stores import history_is_elsewhere

if TYPE_CHECKING:
    from prefect.runner import Runner

    from flows.scheduling.following import Schedules

# By its module's name the code is found from any current directory.
MODULE = "flows.deployments.served_flow"
FORECAST = "forecast"
"""The deployment that forecasts with champions."""
SERVING = "Serving the deployment"


async def serve_deployments() -> None:
    """Registers the deployments and runs what is asked for, one run at a time, until an interrupt."""
    from prefect.runner import Runner

    from flows.compare import compare_activations
    from flows.forecast import forecast_champion
    from flows.scheduling.deleted_comparisons import DeletedComparisons
    from flows.scheduling.following import POLL_SECONDS, Schedules
    from flows.scheduling.heartbeat import Heartbeat
    from flows.scheduling.old_champions import OldChampions
    from flows.scheduling.watching import Watch
    from flows.servers.run_history import begin_work, forget_deployments, forget_scheduled

    # Imported while the server starts; who started both gives up when it never answers.
    wait_for_server()
    # From before runs are marked that were killed: those are told, too.
    began = datetime.now(UTC)
    begin_work(own_server=not history_is_elsewhere())
    # However it ended: a clean end may race with Prefect's scheduler, and one that is killed leaves all of them.
    for flow in (compare_activations, forecast_champion):
        forget_scheduled(flow.name)
    # None begins before its time: the data of that time are meant.
    runner = Runner("interlayer", limit=1, query_seconds=POLL_SECONDS, prefetch_seconds=0)
    identity = await register(runner, DEFAULT)
    forecasts = await register_forecasts(runner)
    schedules = Schedules(runner, register)
    await schedules.begin(compare_activations.name)
    forget_deployments(compare_activations.name, {DEFAULT, *schedules.running})
    print(SERVING, identity, forecasts, flush=True)
    watch = Watch([compare_activations.name, forecast_champion.name], lambda: schedules.running, began)
    looks = (watch.look, DeletedComparisons().look, Heartbeat().look, OldChampions().look)
    await run_until_interrupt(runner, schedules, looks)


async def register(runner: "Runner", name: str, **others: Any) -> UUID:
    """Makes the runner serve a deployment of the comparison, new or known by its name; returns its id."""
    from flows.compare import compare_activations
    from flows.studies.run_form import lay_out

    return await _register(runner, compare_activations, name, lay_out, **others)


async def register_forecasts(runner: "Runner") -> UUID:
    """Makes the runner serve the deployment that forecasts; returns its id.

    Schedules that were given it in the dashboard stay, and go on: a clean stop has paused it.
    """
    from flows.forecast import forecast_champion
    from flows.studies.run_form import capitalise

    return await _register(runner, forecast_champion, FORECAST, capitalise, paused=False)


async def _register(runner: "Runner", flow: Any, name: str, form: Callable[[Any], None], **others: Any) -> UUID:
    from prefect.types.entrypoint import EntrypointType

    deployment = await flow.ato_deployment(name, entrypoint_type=EntrypointType.MODULE_PATH, **others)
    form(deployment._parameter_openapi_schema)
    if flow.name != COMPARISONS:
        # That there are none would remove those that its page in the dashboard gave it; comparisons have a file of theirs.
        deployment.model_fields_set.discard("schedules")
    deployment.entrypoint = f"{MODULE}.{flow.fn.__name__}"
    return await runner.aadd_deployment(deployment)


def wait_for_server() -> None:
    """Returns when Prefect's server answers."""
    while not answers(f"{os.environ['PREFECT_API_URL']}/health"):
        time.sleep(0.2)


async def run_until_interrupt(
    runner: "Runner", schedules: "Schedules", looks: tuple[Callable[[], Awaitable[None]], ...]
) -> None:
    """Polls for runs, and for schedules, and looks; an interrupt cancels the run under way."""
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    polling = asyncio.create_task(runner.start())
    waiting = asyncio.create_task(interrupted.wait())
    following = asyncio.create_task(schedules.follow(*looks))
    await asyncio.wait({polling, waiting, following}, return_when=asyncio.FIRST_COMPLETED)
    if interrupted.is_set():
        schedules.stopped()
        await runner.astop()
    waiting.cancel()
    following.cancel()
    await polling


if __name__ == "__main__":
    begin_own_process()
    end_with_parent(end_own_group)
    asyncio.run(serve_deployments())
