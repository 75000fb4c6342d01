"""Keeps the runs' history in Prefect true: what was killed does not run for ever, what is done is written down."""

from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.states import Cancelled, Crashed

from flows.servers.process_lock import at_work

RECORDING_SECONDS = 5.0
_under_way: list[UUID] = []


def begin_work(own_server: bool) -> None:
    """Marks runs as crashed that stand as running though no process of this project is at work but this one."""
    with at_work() as alone:
        if not (alone and own_server):
            return
        running = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING])))
        with get_client(sync_client=True) as client:
            for run in client.read_flow_runs(flow_run_filter=running):
                client.set_flow_run_state(run.id, Crashed(message="The process was killed."), force=True)


def remember(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Notes which run is under way in this process; a hook of the flow."""
    _under_way[:] = [flow_run.id]


def mark_cancelled() -> None:
    """Writes down that the user ended the run under way."""
    with get_client(sync_client=True) as client:
        for run in _under_way:
            client.set_flow_run_state(run, Cancelled(message="Interrupted by the user."), force=True)


def send_the_rest() -> None:
    """Sends what logs and events still wait in this process, so that nothing waits for a server that is gone."""
    EventsWorker.drain_all(timeout=RECORDING_SECONDS)
    APILogWorker.drain_all(timeout=RECORDING_SECONDS)


def forget_deployments(flow: str, names: set[str]) -> None:
    """Removes the deployments of a flow that have none of these names, with the runs that they had still scheduled."""
    of_flow = FlowFilter(name=FlowFilterName(any_=[flow]))
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments(flow_filter=of_flow):
            if deployment.name not in names:
                client.delete_deployment(deployment.id)
