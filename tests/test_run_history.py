"""What stands as unfinished in a real history of Prefect: the next command tells the truth of it within seconds, and of nothing that is not its own."""

import os
import time
from types import SimpleNamespace
from uuid import uuid4

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.states import Cancelling, Pending, Running

from flows.servers import process_lock
from flows.servers.run_history import KILLED, begin_work
from flows.upkeep import history

pytestmark = pytest.mark.slow

SECONDS = 5


@flow(name="kept")
def kept():
    """Nothing."""


@task(name="step")
def step():
    """Nothing."""


@pytest.fixture
def client(prefect_server, tmp_path, monkeypatch):
    """Of a server whose runs no process is at work on; locks are those of a home of its own."""
    monkeypatch.setattr(process_lock, "MLRUNS", tmp_path)
    monkeypatch.setattr(process_lock, "RUNS", tmp_path / "runs")
    for held in ("_at_work", "_runs"):
        monkeypatch.setattr(process_lock, held, type(getattr(process_lock, held))())
    with get_client(sync_client=True) as client:
        next_command()
        yield client
        next_command()


def next_command():
    """Begins work as another process does, after all others have ended."""
    while process_lock._at_work:
        os.close(process_lock._at_work.pop())
    begin_work(own_server=True)


@pytest.fixture
def pooled(client):
    """A run of a work pool, and its task, which a worker on another machine is at work on."""
    pool = client.create_work_pool(WorkPoolCreate(name=f"pool-{uuid4().hex[:8]}", type="process"))
    deployment = client.create_deployment(client.create_flow(kept), "elsewhere", work_pool_name=pool.name)
    run = client.create_flow_run_from_deployment(deployment, state=Running()).id
    yield run, client.create_task_run(step, run, "0", state=Running()).id
    client.delete_work_pool(pool.name)
    client.delete_flow_run(run)


def states(client, run, of_task):
    return client.read_flow_run(run).state, client.read_task_run(of_task).state


@pytest.mark.parametrize("state", [Running, Pending, Cancelling])
def test_whatever_it_was_doing_a_killed_run_is_told_within_seconds_and_so_are_its_tasks(client, state):
    run = client.create_flow_run(kept, state=state()).id
    of_task = client.create_task_run(step, run, "0", state=Running()).id
    found = history.unfinished_runs()
    assert (found.state, found.words[:14]) == ("look", "1 run and 1 ta")
    begun = time.monotonic()
    next_command()
    assert time.monotonic() - begun < SECONDS
    assert [(one.type.value, one.message) for one in states(client, run, of_task)] == [("CRASHED", KILLED)] * 2
    assert history.unfinished_runs().words == "none is stuck"


def test_a_run_that_a_process_is_at_work_on_goes_on(client):
    run = client.create_flow_run(kept, state=Running()).id
    of_task = client.create_task_run(step, run, "0", state=Running()).id
    process_lock.hold_run(str(run))
    next_command()
    assert [one.type.value for one in states(client, run, of_task)] == ["RUNNING"] * 2
    assert history.unfinished_runs().words == "none is stuck, 1 run under way"
    process_lock.let_run_go(str(run))
    next_command()
    assert [one.type.value for one in states(client, run, of_task)] == ["CRASHED"] * 2


def test_a_run_of_a_work_pool_is_left_to_its_worker_unless_it_was_this_home_s(client, pooled):
    next_command()
    assert [one.type.value for one in states(client, *pooled)] == ["RUNNING"] * 2
    assert history.unfinished_runs().words == "none is stuck, 1 run under way"
    process_lock.RUNS.mkdir(exist_ok=True)
    (process_lock.RUNS / str(pooled[0])).touch()  # a worker of this home was killed
    assert history.unfinished_runs().state == "look"
    next_command()
    assert [one.type.value for one in states(client, *pooled)] == ["CRASHED"] * 2


def test_a_run_on_its_way_from_one_process_of_serve_to_the_next_is_not_stuck(client, monkeypatch):
    client.create_flow_run(kept, state=Pending())
    assert history.unfinished_runs().state == "look"
    monkeypatch.setattr(history, "serving", lambda command: SimpleNamespace())
    assert history.unfinished_runs().words == "none is stuck, 1 run under way"
    monkeypatch.setattr(history, "ON_THE_WAY_SECONDS", 0.0)
    assert history.unfinished_runs().state == "look"


@pytest.mark.parametrize("others", [False, True])
def test_what_was_marked_is_counted(client, monkeypatch, others):
    run = client.create_flow_run(kept, state=Running()).id
    client.create_task_run(step, run, "0", state=Running())
    monkeypatch.setattr(
        "flows.servers.shared_prefect.prefect_for_one_command",
        lambda: SimpleNamespace(wait=lambda: None, own=not others),
    )
    if not others:
        os.close(process_lock._at_work.pop())
    said = history.unfinished_runs().fix()
    marked, left = (0, 1) if others else (1, 0)
    assert said.startswith(f"{marked} run{'s' * (not marked)} and {marked} task{'s' * (not marked)} marked as crashed")
    assert ("1 run and 1 task can be marked when no other command" in said) is bool(left)
