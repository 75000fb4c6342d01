"""Looks for what went wrong and could not say so itself: runs that were killed, times at which nothing began."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flows.scheduling.alerts import MINUTES, USUAL_MINUTES, WEBHOOK, Alert, Event, send
from flows.scheduling.last_runs import last_run
from flows.studies.schedules import Schedule

HOOK_SECONDS = 15.0
"""How long a failed run has for telling it itself."""
AGAIN_SECONDS = 60.0
"""After which an alert that was not taken is sent again."""
Running = Callable[[], Mapping[str, tuple[Schedule, UUID]]]


class Watch:
    """Sends alerts from the process that serves the schedules."""

    def __init__(self, flows: list[str], running: Running, since: datetime) -> None:
        """Of what happens from a time on, to the runs of some flows and the schedules that run."""
        self.flows, self.running, self.since = flows, running, since
        self.tried: dict[str, float] = {}

    async def look(self) -> None:
        """Sends what has happened and was not taken yet."""
        if not os.environ.get(WEBHOOK):
            return
        now = datetime.now(UTC)
        schedules = {identity: schedule for schedule, identity in self.running().values()}
        late = timedelta(minutes=float(os.environ.get(MINUTES, USUAL_MINUTES)))
        alerts = [*await self._ended(schedules, now), *not_begun(schedules.values(), self.since, now, late)]
        for alert in alerts:
            again = self.tried.get(alert.key, 0.0) + AGAIN_SECONDS
            if alert.sent or time.monotonic() < again:
                continue
            self.tried[alert.key] = time.monotonic()
            await asyncio.to_thread(send, alert)

    async def _ended(self, schedules: Mapping[UUID, Schedule], now: datetime) -> list[Alert]:
        """Runs that were killed, and those that failed and had time to tell it."""
        from prefect.client.orchestration import get_client
        from prefect.client.schemas import filters
        from prefect.client.schemas.objects import StateType
        from prefect.client.schemas.sorting import FlowRunSort

        states = [StateType.FAILED, StateType.CRASHED]
        wanted = filters.FlowRunFilter(
            state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=states)),
            deployment_id=filters.FlowRunFilterDeploymentId(is_null_=False),
            end_time=filters.FlowRunFilterEndTime(after_=self.since),
        )
        of_flow = filters.FlowFilter(name=filters.FlowFilterName(any_=self.flows))
        async with get_client() as client:
            runs = await client.read_flow_runs(
                flow_filter=of_flow, flow_run_filter=wanted, sort=FlowRunSort.END_TIME_DESC
            )
        return [alert for run in runs if (alert := alert_of(run, schedules, now))]


def alert_of(run: Any, schedules: Mapping[UUID, Schedule], now: datetime) -> Alert | None:
    """What is to be told of a run that has ended; None while it has time to tell it itself."""
    crashed = run.state.type.value == "CRASHED"
    if not crashed and (now - run.state.timestamp).total_seconds() < HOOK_SECONDS:
        return None
    schedule = schedules.get(run.deployment_id)
    event: Event = "crashed" if crashed else "failed"
    return Alert(event, schedule.name if schedule else "", str(run.id), run.state.message or "")


def not_begun(schedules: Iterable[Schedule], since: datetime, now: datetime, late: timedelta) -> list[Alert]:
    """Times of schedules, since they are served, at which no run has begun until `late`."""
    found = []
    for one in schedules:
        due = one.last_time(now - late)
        begun = last_run(one.name).begun
        if one.active and due > max(one.since, since) and not (begun and datetime.fromisoformat(begun) >= due):
            words = f"Its time was {due:%Y-%m-%d %H:%M} ({one.timezone}), and no run has begun since. Runs begin one after another: another one may take long."
            found.append(Alert("did not start", one.name, "", words, due.isoformat()))
    return found
