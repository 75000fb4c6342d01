"""The deployments of the flow: `default`, which runs what the dashboard's form asks for, and one a schedule.

`interlayer serve` starts this file as a process of its own: `python -m flows.servers.deployment`.
"""

import asyncio
import os
import signal
import time
import traceback
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.environment import set_environment
from flows.servers.addresses import answers
from flows.servers.parent_process import end_own_group, end_with_parent
from flows.servers.schedules import DEFAULT, KEPT, Schedule, read_schedules, settings_of

if TYPE_CHECKING:
    from prefect.runner import Runner

# By its module's name the code is found from any current directory.
ENTRYPOINT = "flows.servers.served_flow.compare_activations"
SERVING = "Serving the deployment"
POLL_SECONDS = 2.0


async def serve_deployments() -> None:
    """Registers the deployments and runs what is asked for, one run at a time, until an interrupt."""
    from prefect.runner import Runner

    from flows.compare import compare_activations
    from flows.servers.run_history import begin_work, forget_deployments, forget_scheduled

    # Imported while the server starts; who started both gives up when it never answers.
    wait_for_server()
    begin_work(own_server=True)
    # However it ended: a clean end may race with Prefect's scheduler, and one that is killed leaves all of them.
    forget_scheduled(compare_activations.name)
    runner = Runner("interlayer", limit=1, query_seconds=POLL_SECONDS)
    identity = await register(runner, DEFAULT)
    schedules = Schedules(runner)
    await schedules.take_up()
    forget_deployments(compare_activations.name, {DEFAULT, *schedules.running})
    print(SERVING, identity, flush=True)
    await run_until_interrupt(runner, schedules)


async def register(runner: "Runner", name: str, **others: Any) -> UUID:
    """Makes the runner serve a deployment of the flow, new or known by its name; returns its id."""
    from prefect.types.entrypoint import EntrypointType

    from flows.compare import compare_activations

    deployment = await compare_activations.ato_deployment(name, entrypoint_type=EntrypointType.MODULE_PATH, **others)
    deployment.entrypoint = ENTRYPOINT
    return await runner.aadd_deployment(deployment)


class Schedules:
    """The schedules that run: those of the project's file, whenever it changes."""

    def __init__(self, runner: "Runner") -> None:
        """None runs yet."""
        self.runner = runner
        self.running: dict[str, tuple[Schedule, UUID]] = {}
        self._taken_up = 0

    async def follow(self) -> None:
        """Takes up what is added and drops what is removed, for ever; what goes wrong stops none of those that run."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.take_up()
            except Exception:
                traceback.print_exc()

    async def take_up(self) -> None:
        """Makes those run that are kept, and no others; raises InputError where the file was damaged."""
        changed = KEPT.stat().st_mtime_ns if KEPT.exists() else 0
        if changed == self._taken_up:
            return
        kept = {one.name: one for one in read_schedules()}
        for name, (schedule, identity) in list(self.running.items()):
            if kept.get(name) != schedule:
                await stop_scheduling(identity)
                del self.running[name]
        for name in kept.keys() - self.running.keys():
            self.running[name] = kept[name], await self._start(kept[name])
        self._taken_up = changed

    async def _start(self, schedule: Schedule) -> UUID:
        from prefect.schedules import Cron

        return await register(
            self.runner,
            schedule.name,
            # With a slug it stays paused, where it was, when it is registered again.
            schedule=Cron(schedule.cron, timezone=schedule.timezone, slug=schedule.name),
            parameters=settings_of(schedule),
        )


async def stop_scheduling(deployment: UUID) -> None:
    """Removes a deployment's schedules; the deployment itself goes at the next start, for the runner pauses what it has served."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        for schedule in await client.read_deployment_schedules(deployment):
            await client.delete_deployment_schedule(deployment, schedule.id)


def wait_for_server() -> None:
    """Returns when Prefect's server answers."""
    while not answers(f"{os.environ['PREFECT_API_URL']}/health"):
        time.sleep(0.2)


async def run_until_interrupt(runner: "Runner", schedules: Schedules) -> None:
    """Polls for runs, and for schedules; an interrupt cancels the run under way."""
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    polling = asyncio.create_task(runner.start())
    waiting = asyncio.create_task(interrupted.wait())
    following = asyncio.create_task(schedules.follow())
    await asyncio.wait({polling, waiting, following}, return_when=asyncio.FIRST_COMPLETED)
    if interrupted.is_set():
        await runner.astop()
    waiting.cancel()
    following.cancel()
    await polling


if __name__ == "__main__":
    set_environment()
    end_with_parent(end_own_group)
    asyncio.run(serve_deployments())
