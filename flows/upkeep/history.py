"""What stands in Prefect's history that is not so: read from its store, so that no server has to run."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.scheduling.last_runs import last_run
from flows.scheduling.missed_times import missed_time
from flows.servers.addresses import serving
from flows.servers.process_lock import is_running, left_behind
from flows.servers.store_checks import PREFECT_STORE
from flows.studies.schedules import Schedule, read_schedules
from flows.team.stores import history_database, history_is_elsewhere
from flows.upkeep.conditions import Condition, counted
from tasks.numerics.errors import InputError
from tasks.numerics.postgresql_stores import Database, connected, revision_of

UNFINISHED = ("RUNNING", "PENDING", "CANCELLING")
ON_THE_WAY_SECONDS = 60.0
"""How long a run may take from one process to the next."""
LATE = timedelta(minutes=2)
"""How long after its time a scheduled comparison may begin: one runs at a time, and the next waits."""


def unfinished_runs() -> Condition:
    """Runs and tasks that stand as unfinished though no process is at work on them."""
    stuck, tasks, under_way = _unfinished()
    if not stuck and not tasks:
        words = f", {counted(under_way, 'run')} under way" if under_way else ""
        return Condition("runs", "well", f"none is stuck{words}")
    return Condition(
        "runs",
        "look",
        f"{counted(stuck, 'run')} and {counted(tasks, 'task')} stand as unfinished, and no process is at work on them",
        "The next comparison marks them as crashed; --fix does it now. What they trained is kept.",
        mark_as_crashed,
    )


def _unfinished() -> tuple[int, int, int]:
    """How many runs are stuck, how many tasks are, and how many runs are under way."""
    found = _asked(f"SELECT id, state_timestamp, work_queue_id FROM flow_run WHERE state_type IN {UNFINISHED}")
    states = {str(run): since for run, since, _ in found}
    # Whether another machine is at work on a run of a team's history, or of a work pool, is not known here.
    pooled = {str(run) for run, _, queue in found if queue}
    known = left_behind()
    ours = known if history_database() else states.keys() - (pooled - known)
    # Between two processes of `serve` nobody is at work on a run for a moment.
    begins = {run for run, since in states.items() if serving("serve") and _seconds_since(since) < ON_THE_WAY_SECONDS}
    stuck = {run for run in states if run in ours and run not in begins and not is_running(run)}
    tasks = [str(run) for (run,) in _asked(f"SELECT flow_run_id FROM task_run WHERE state_type IN {UNFINISHED}")]
    alone = [run for run in tasks if run in stuck or (run not in states and not history_database())]
    return len(stuck), len(alone), len(states) - len(stuck)


def _seconds_since(text: str | datetime) -> float:
    """Of a time in UTC, as a store gives it."""
    then = datetime.fromisoformat(text) if isinstance(text, str) else text
    return (datetime.now(UTC) - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()


def mark_as_crashed() -> str:
    """As every command does when it begins; says how many there were, and what is left where others are at work."""
    from flows.servers.shared_prefect import prefect_for_one_command

    stuck, tasks, _ = _unfinished()
    server = prefect_for_one_command()
    from flows.servers.run_history import begin_work

    server.wait()
    begin_work(server.own)
    runs_left, tasks_left, _ = _unfinished()
    done = f"{counted(stuck - runs_left, 'run')} and {counted(tasks - tasks_left, 'task')} marked as crashed"
    if not runs_left and not tasks_left:
        return done
    left = f"{counted(runs_left, 'run')} and {counted(tasks_left, 'task')}"
    return f"{done}; {left} can be marked when no other command and no 'interlayer serve' is at work"


def schedules(now: datetime) -> Condition:
    """Whether every schedule's comparison began when it should have, since the schedules are served."""
    kept = read_schedules()
    if not kept:
        return Condition("schedules", "well", "none")
    served = serving("serve")
    if not served:
        return not_served(kept, now)
    since = datetime.fromtimestamp(served.since, UTC)
    missed = [one.name for one in kept if one.active and did_not_start(one, since, now)]
    if missed:
        mend = "The log of 'interlayer serve' says why; interlayer serve begun anew takes them up again."
        return Condition("schedules", "broken", f"did not start at their last time: {', '.join(missed)}", mend)
    return Condition(
        "schedules", "well", f"{counted(len(kept), 'schedule')}, served since {since.astimezone():%Y-%m-%d %H:%M}"
    )


def not_served(kept: Sequence[Schedule], now: datetime) -> Condition:
    """What passes meanwhile."""
    words = f"{counted(len(kept), 'schedule')}, and no 'interlayer serve' runs"
    mend = "They run while it runs: make up, or interlayer serve. What was missed is then made up for at once."
    active = [one for one in kept if one.active]
    if not active:
        return Condition("schedules", "look", words, mend)
    missed = [(one, due) for one in active if (due := missed_time(one, last_run(one.name), now - LATE))]
    if not missed:
        first = min(active, key=lambda one: one.next_run(now))
        following = first.next_run(now)
        words += f"; next {first.name}, {following:%Y-%m-%d %H:%M} ({first.timezone})"
        return Condition("schedules", "broken", words, mend)
    told = [f"{one.name} ({due:%Y-%m-%d %H:%M}, {one.timezone})" for one, due in missed]
    latest = max(due for _, due in missed).astimezone(UTC).isoformat()
    return Condition("schedules", "broken", f"{words}; missed at their last time: {', '.join(told)}", mend, due=latest)


def did_not_start(schedule: Schedule, since: datetime, now: datetime) -> bool:
    """Whether a time of the schedule came and went since it is served, and no run of it has begun since then."""
    due, following = None, schedule.next_run(since)
    while following < now - LATE:
        due, following = following, schedule.next_run(following)
    if due is None:
        return False
    begun = _asked(
        "SELECT COUNT(*) FROM flow_run JOIN deployment ON deployment.id = flow_run.deployment_id "
        "WHERE deployment.name = {0} AND flow_run.state_type != 'SCHEDULED' AND flow_run.expected_start_time >= {0}",
        schedule.name,
        due.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
    )
    return begun == [(0,)]


def _asked(question: str, *values: str) -> list[tuple[Any, ...]]:
    """Rows of the store, values in the place of `{0}`; none where there is no store, or it can't be read: that is told by itself."""
    if database := history_database():
        return _asked_of_team(database, question, values)
    if history_is_elsewhere() or not PREFECT_STORE.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{PREFECT_STORE.as_uri()}?mode=ro", timeout=10, uri=True)) as connection:
            return connection.execute(question.format("?"), values).fetchall()
    except sqlite3.DatabaseError:
        return []


def _asked_of_team(database: Database, question: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
    try:
        with connected(database) as connection:
            if not revision_of(connection):
                return []
            return connection.execute(question.format("%s").encode(), values).fetchall()
    except InputError:
        return []
