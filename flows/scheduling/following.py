"""The schedules that `interlayer serve` runs: those of the project's file, with what is edited of them in the dashboard."""

import asyncio
import ssl
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.scheduling.dashboard_edits import edited, keep_registered, read_registered
from flows.scheduling.last_runs import How, forget, keep_ended, last_run
from flows.scheduling.missed_times import missed_time
from flows.sources.passwords import forget_passwords
from flows.studies.run_form import parameters_of
from flows.studies.schedules import (
    BY_A_SCHEDULE,
    KEPT,
    MISSED,
    Schedule,
    change_schedule,
    read_schedules,
    remove_schedule,
)
from tasks.numerics.errors import InputError

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.runner import Runner

POLL_SECONDS = 2.0
STEP_SECONDS = 60.0
"""After which a step is given up, told, and tried again with the next round."""
ENDED: dict[str, How] = {"CANCELLED": "cancelled", "CRASHED": "crashed", "FAILED": "failed"}
Register = Callable[..., Awaitable[UUID]]
"""Makes a runner serve a deployment by its name; gives its id."""


class Schedules:
    """What runs by itself, and what becomes of it."""

    def __init__(self, runner: "Runner", register: Register) -> None:
        """None runs yet."""
        self.runner, self.register = runner, register
        self.running: dict[str, tuple[Schedule, UUID]] = {}
        self._taken_up = 0
        self._told: set[str] = set()

    async def follow(self, *further: Callable[[], Awaitable[None]]) -> None:
        """Takes up what is added, edited and removed, for ever; what goes wrong, or gets no answer, stops none of those that run."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            for step in (self.take_over_edits, self.take_up, self.note_ends, self.drop_surplus, *further):
                try:
                    await asyncio.wait_for(step(), STEP_SECONDS)
                except Exception:
                    traceback.print_exc()

    async def begin(self, flow: str) -> None:
        """Takes over what was edited in the dashboard and not noticed any more, then makes run what is kept."""
        registered = read_registered()
        async with _client() as client:
            for one in read_schedules():
                if registered.get(one.name) != one:  # changed since on the terminal: that counts
                    continue
                deployment = await _deployment(client, f"{flow}/{one.name}")
                if deployment is not None:
                    self._take_over(one, deployment)
        await self.take_up()

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
        for name in [name for name in kept if name not in self.running]:
            self.running[name] = kept[name], await self._start(kept[name])
        keep_registered([schedule for schedule, _ in self.running.values()])
        self._taken_up = changed

    async def take_over_edits(self) -> None:
        """What was edited in the dashboard is kept in the file; a deployment that was deleted there is removed from it."""
        kept = {one.name: one for one in read_schedules()}
        async with _client() as client:
            for name, (schedule, identity) in list(self.running.items()):
                if kept.get(name) != schedule:  # changed on the terminal: that is taken up first
                    continue
                deployment = await _deployment(client, identity)
                if deployment is None:
                    remove_schedule(name)
                    forget(name)
                    forget_passwords({one.study.data.series for one in read_schedules()})
                    del self.running[name]
                elif (found := self._take_over(schedule, deployment)) != schedule:
                    self.running[name] = found, identity
                    keep_registered([one for one, _ in self.running.values()])

    def _take_over(self, schedule: Schedule, deployment: Any) -> Schedule:
        try:
            found = edited(schedule, deployment)
        except InputError as error:
            told = f"The schedule {schedule.name} was edited in the dashboard, and the edit is not kept: {error}"
            if told not in self._told:
                print(told, flush=True)
            self._told.add(told)
            return schedule
        return schedule if found == schedule else change_schedule(schedule.name, lambda _: found)

    async def note_ends(self) -> None:
        """Writes down how runs ended whose process could not: cancelled or killed."""
        from prefect.exceptions import ObjectNotFound

        async with _client() as client:
            for name in self.running:
                last = last_run(name)
                if not last.under_way:
                    continue
                try:
                    run = await client.read_flow_run(UUID(last.run))
                except (ObjectNotFound, ValueError):
                    continue
                if run.state and (how := ENDED.get(run.state.type.value)):
                    keep_ended(name, last.run, how, run.state.message or "")

    async def drop_surplus(self) -> None:
        """Of times that came while nothing could begin, as while the machine slept, the last is left: one run serves them all."""
        names = {identity: name for name, (_, identity) in self.running.items()}
        due: dict[UUID, list[tuple[datetime, UUID]]] = {}
        async with _client() as client:
            for run in await _waiting(client, list(names)):
                if run.deployment_id and run.expected_start_time:
                    due.setdefault(run.deployment_id, []).append((run.expected_start_time, run.id))
            for deployment, runs in due.items():
                last = last_run(names[deployment])
                begun = datetime.fromisoformat(last.begun) if last.begun else datetime.min.replace(tzinfo=UTC)
                newest, _ = max(runs)
                for expected, run in runs:
                    if expected < newest or (expected <= begun and last.usual):
                        await client.delete_flow_run(run)

    def stopped(self) -> None:
        """Runs that are under way end along with all: their times are made up for when it is served again."""
        for name in self.running:
            if (last := last_run(name)).under_way:
                keep_ended(name, last.run, "stopped", "'interlayer serve' was stopped while it ran.")

    async def _start(self, schedule: Schedule) -> UUID:
        from prefect.schedules import Cron

        identity = await self.register(
            self.runner,
            schedule.name,
            # By its slug it is the same one when it is registered again.
            schedule=Cron(schedule.cron, timezone=schedule.timezone, slug=schedule.name, active=schedule.active),
            parameters=parameters_of(schedule.study),
        )
        async with _client() as client:
            await self._note_killed(client, schedule.name)
            if due := missed_time(schedule, last_run(schedule.name), datetime.now(UTC)):
                print(f"The schedule {schedule.name} missed {due:%Y-%m-%d %H:%M}, and runs now.", flush=True)
                await client.create_flow_run_from_deployment(identity, tags=[MISSED])
        return identity

    async def _note_killed(self, client: "PrefectClient", name: str) -> None:
        """A run that was under way when all was killed serves no time; one that was cancelled in the dashboard does."""
        last = last_run(name)
        if not last.under_way:
            return
        from prefect.exceptions import ObjectNotFound

        how: How = "crashed"
        try:
            state = (await client.read_flow_run(UUID(last.run))).state
            how = ENDED.get(state.type.value, "crashed") if state else "crashed"
        except (ObjectNotFound, ValueError):
            pass
        keep_ended(name, last.run, how, "The process was killed." if how == "crashed" else "")


async def stop_scheduling(deployment: UUID) -> None:
    """Removes a deployment's schedules; the deployment itself goes at the next start, for the runner pauses what it has served."""
    async with _client() as client:
        for schedule in await client.read_deployment_schedules(deployment):
            await client.delete_deployment_schedule(deployment, schedule.id)


def _client() -> "PrefectClient":
    from prefect.client.orchestration import get_client

    return get_client(httpx_settings={"verify": _certificates()})


@cache
def _certificates() -> ssl.SSLContext:
    """Those that are trusted, read once: clients that read them anew every two seconds take a thirtieth of a processor.

    None is asked for, as the server is that of `serve`, on loopback.
    """
    return ssl.create_default_context()


async def _deployment(client: "PrefectClient", which: str | UUID) -> Any:
    """A deployment by its id or full name; None where there is none."""
    from prefect.exceptions import ObjectNotFound

    try:
        if isinstance(which, UUID):
            return await client.read_deployment(which)
        return await client.read_deployment_by_name(which)
    except ObjectNotFound:
        return None


async def _waiting(client: "PrefectClient", deployments: list[UUID]) -> Any:
    """Runs of these deployments that should have begun and have not."""
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType

    if not deployments:
        return []
    wanted = filters.FlowRunFilter(
        state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=filters.FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)),
        tags=filters.FlowRunFilterTags(any_=[BY_A_SCHEDULE, MISSED]),
        deployment_id=filters.FlowRunFilterDeploymentId(any_=deployments),
    )
    return await client.read_flow_runs(flow_run_filter=wanted)
