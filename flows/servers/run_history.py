"""Keeps the runs' history in Prefect true: what was killed does not run for ever, what is done is written down, if later."""

import socket
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.events.worker import EventsWorker
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, get_current_settings
from prefect.states import Cancelled, Completed, Crashed

from flows.servers.process_lock import at_work, hold_run, is_running, left_behind, let_run_go
from flows.servers.unrecorded_runs import Unrecorded, forget_unrecorded, keep_unrecorded, unrecorded_runs
from flows.studies.schedules import BY_A_SCHEDULE, MISSED

RECORDING_SECONDS = 5.0
ON_THE_WAY_SECONDS = 60.0
KILLED = "The process was killed."
LATER = "It was recorded later: Prefect's server was gone when the run ended."
SERVER_GONE = (httpx.HTTPError, PrefectHTTPStatusError, OSError)
"""What calls of the server raise that is gone, or is no more the one it was."""
UNFINISHED = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_under_way: list[UUID] = []
_usual_retries: list[int] = []


def begin_work(own_server: bool) -> None:
    """Writes down how runs ended that stand as unfinished though no process runs them, and what could not be recorded.

    On a server that is not the project's own, runs are left alone that this project does not know; on its own one those of a work
    pool, whose workers may be on other machines.
    """
    with at_work() as alone, get_client(sync_client=True) as client:
        recorded = record_the_unrecorded(client)
        left, any_that_rests = left_behind(), alone and own_server
        ended, elsewhere = set(left), set[str]()
        for run in client.read_flow_runs(flow_run_filter=in_states(UNFINISHED)):
            own = str(run.id) in left
            if run.work_pool_name and not own:
                elsewhere.add(str(run.id))
            elif own or (any_that_rests and not is_running(str(run.id))):
                client.set_flow_run_state(run.id, Crashed(message=KILLED), force=True)
                ended.add(str(run.id))

        def rests(run: str) -> bool:
            return any_that_rests and run not in elsewhere and not is_running(run)

        end_tasks(client, ended - recorded, rests, recorded)
        for run_id in left:
            let_run_go(run_id)


def end_tasks(client: SyncPrefectClient, ended: set[str], rests: Callable[[str], bool], recorded: set[str]) -> None:
    """Marks tasks as crashed that stand as running in runs that have ended, or rest; as completed in those `recorded` now."""
    wanted = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=UNFINISHED)))
    tasks = client.read_task_runs(task_run_filter=wanted)
    if not tasks:
        return
    completed = {str(run.id) for run in client.read_flow_runs(flow_run_filter=in_states([StateType.COMPLETED]))}
    for task in tasks:
        run = str(task.flow_run_id)
        if run in recorded:
            client.set_task_run_state(task.id, Completed(message=LATER), force=True)
            continue
        # The end of a task of a run that ended well may still be on its way.
        late = run in completed and task.state is not None and seconds_since(task.state.timestamp) < ON_THE_WAY_SECONDS
        if not late and (run in ended or rests(run)):
            client.set_task_run_state(task.id, Crashed(message=KILLED), force=True)


def in_states(states: list[StateType]) -> FlowRunFilter:
    """Flow runs of these states."""
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)))


def seconds_since(then: datetime) -> float:
    """How long ago it was."""
    return (datetime.now(UTC) - then).total_seconds()


def record_the_unrecorded(client: SyncPrefectClient) -> set[str]:
    """Writes down the end of runs during which the server was gone, with what they show; gives which they are."""
    recorded = set()
    for run in unrecorded_runs():
        if is_running(run.run):
            continue
        with suppress(ObjectNotFound):  # the history was put aside meanwhile
            client.set_flow_run_state(UUID(run.run), Completed(message=LATER), force=True)
            create_artifacts(run.artifacts, UUID(run.run), client)
        forget_unrecorded(run.run)
        recorded.add(run.run)
    return recorded


def server_is_gone() -> bool:
    """Whether nobody listens any more where the server was: a busy one may take its time, and is asked again."""
    address = urlsplit(PREFECT_API_URL.value() or "")
    try:
        socket.create_connection((address.hostname, address.port or 443), timeout=RECORDING_SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def ask_once_if_gone() -> None:
    """From here to the end of the run, Prefect's engine asks a server that is gone once, and not again for a minute."""
    # Set in place: the engine leaves contexts of settings before it is done with its asking.
    client = get_current_settings().client
    if server_is_gone() and not _usual_retries:
        _usual_retries.append(client.max_retries)
        client.max_retries = 0


def create_artifacts(
    artifacts: Iterable[dict[str, str]], run: UUID | None = None, client: SyncPrefectClient | None = None
) -> None:
    """Puts artifacts on the page of a run, of the one under way unless another is named."""
    with nullcontext(client) if client else get_client(sync_client=True) as client:
        for artifact in artifacts:
            client.create_artifact(ArtifactCreate(**artifact, flow_run_id=run or _under_way[0]))


def is_history(error: BaseException | None) -> bool:
    """Whether it was Prefect, or the way to its server, that failed, and not what was to be done."""
    while error is not None:
        if type(error).__module__.partition(".")[0] in ("httpx", "httpcore", "prefect", "websockets"):
            return True
        error = error.__cause__ or error.__context__
    return False


def remember(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Notes which run is under way in this process; a hook of the flow."""
    _under_way[:] = [flow_run.id]
    hold_run(str(flow_run.id))


def mark_cancelled() -> None:
    """Writes down that the user ended the run under way; its tasks are seen to when the next command begins."""
    with get_client(sync_client=True) as client:
        for run in _under_way:
            client.set_flow_run_state(run, Cancelled(message="Interrupted by the user."), force=True)


def keep_for_later(artifacts: list[dict[str, str]]) -> bool:
    """Whether a run is under way, which has ended well: its end is recorded when a command next begins."""
    if _usual_retries:
        get_current_settings().client.max_retries = _usual_retries.pop()
    for run in _under_way:
        keep_unrecorded(Unrecorded(str(run), artifacts))
    return bool(_under_way)


def end_work() -> None:
    """The run under way has ended and that is recorded."""
    send_the_rest()
    for run in _under_way:
        let_run_go(str(run))
    _under_way.clear()


def send_the_rest() -> None:
    """Sends what logs and events still wait in this process, so that nothing waits for a server that is gone."""
    EventsWorker.drain_all(timeout=RECORDING_SECONDS)
    APILogWorker.drain_all(timeout=RECORDING_SECONDS)


def forget_scheduled(flow: str) -> None:
    """Removes the runs that schedules of a flow had still before them, so that none of a time that is past begins when it is served again."""
    with get_client(sync_client=True) as client:
        served = [deployment.id for deployment in served_deployments(client, flow)]
        scheduled = FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            tags=FlowRunFilterTags(any_=[BY_A_SCHEDULE, MISSED]),
            deployment_id=FlowRunFilterDeploymentId(any_=served),
        )
        while served and (runs := client.read_flow_runs(flow_run_filter=scheduled)):  # a page at a time
            for run in runs:
                with suppress(ObjectNotFound):
                    client.delete_flow_run(run.id)


def forget_deployments(flow: str, names: set[str]) -> None:
    """Removes the deployments of a flow that have none of these names, with the runs that they had still scheduled."""
    with get_client(sync_client=True) as client:
        for deployment in served_deployments(client, flow):
            if deployment.name not in names:
                client.delete_deployment(deployment.id)


def served_deployments(client: SyncPrefectClient, flow: str) -> list[DeploymentResponse]:
    """Deployments of a flow that `interlayer serve` runs; those of work pools are others' affair."""
    of_flow = FlowFilter(name=FlowFilterName(any_=[flow]))
    return [one for one in client.read_deployments(flow_filter=of_flow) if not one.work_pool_name]
