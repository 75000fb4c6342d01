"""`interlayer doctor`: what is not as it should be is found, told and mended, and what is well is left alone."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from receiver import receiving
from served import Served, environment_of, said_by

from flows.blocks.sealed_arrays import write_arrays
from flows.command_line import doctor
from flows.scheduling import alerts
from flows.scheduling.last_runs import LastRun
from flows.servers.addresses import Serving
from flows.studies.schedules import Schedule
from flows.studies.study import Study
from flows.upkeep import history, kept_files, ports, programs
from flows.upkeep.conditions import Condition, size
from flows.upkeep.programs import Tried

usage = namedtuple("usage", "free")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GONE = 2**22 + 1
AGO = "2026-03-01 12:00:00.000000"
"""More than any process' number here."""


def test_a_damaged_file_of_a_ledger_is_told_and_deleted_alone(tmp_path):
    for name in ("a-0-4", "b-0-4", "c-0-4"):
        write_arrays(tmp_path / name, {}, {"x": np.arange(3)})
    assert kept_files.ledger("trained blocks", tmp_path).state == "well"
    content = bytearray((tmp_path / "b-0-4").read_bytes())
    content[-5] ^= 1
    (tmp_path / "b-0-4").write_bytes(content)
    found = kept_files.ledger("trained blocks", tmp_path)
    assert found.state == "broken" and "1 file, such as b-0-4" in found.words and found.words.startswith("3 files")
    assert found.fix() == "deleted 1 file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-0-4", "c-0-4"]


def test_a_store_that_sqlite_cannot_read_is_told(tmp_path):
    store = tmp_path / "mlflow.db"
    assert kept_files.store("MLflow", store, "runs").words == "none yet"
    with closing(sqlite3.connect(store)) as made, made:
        made.execute("CREATE TABLE runs (id TEXT)")
    assert kept_files.store("MLflow", store, "runs").state == "well"
    store.write_bytes(store.read_bytes()[:100] + b"x" * 4000)
    found = kept_files.store("MLflow", store, "runs")
    assert found.state == "broken" and f"mv '{store}'" in found.mend and found.fix is None


def test_what_a_killed_process_was_writing_is_told_and_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_files, "MLRUNS", tmp_path)
    monkeypatch.setattr(kept_files, "unrecorded_runs", list)
    (tmp_path / "trained").mkdir()
    left, at_work = tmp_path / "trained" / f".a-0-4.{GONE}", tmp_path / f".b.{os.getpid()}"
    for path in (left, at_work, tmp_path / "a-0-4", tmp_path / ".hidden"):
        path.write_text("")
    found = kept_files.leftovers()
    assert found.state == "look" and found.words == "1 half-written file of processes that are gone"
    found.fix()
    assert not left.exists() and at_work.exists() and len(list(tmp_path.rglob("*"))) == 4
    monkeypatch.setattr(kept_files, "unrecorded_runs", lambda: ["a run"])
    assert kept_files.leftovers().words == "the end of 1 run is recorded by the next command"


@pytest.mark.parametrize(("free", "state"), [(6e9, "well"), (3e9, "look"), (1e8, "broken")])
def test_a_disk_that_is_nearly_full_is_told(monkeypatch, free, state):
    monkeypatch.setattr(kept_files.shutil, "disk_usage", lambda place: usage(free))
    assert kept_files.disk().state == state


def test_a_home_that_is_open_to_others_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_files, "MLRUNS", tmp_path)
    for mode, state in ((0o700, "well"), (0o750, "look")):
        tmp_path.chmod(mode)
        assert kept_files.home().state == state


def test_a_port_that_another_program_has_is_told_with_the_flag_that_helps(monkeypatch):
    monkeypatch.setattr(ports, "serving", lambda command: None)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(ports, "PREFECT_PORT", taken)
        found = ports.ports()
        assert found.state == "look" and str(taken) in found.words and f"--prefect-port {taken + 1}" in found.mend
    assert not ports.is_taken(taken)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Prefect's tables, as far as they are looked at."""
    path = tmp_path / "prefect.db"
    monkeypatch.setattr(history, "PREFECT_STORE", path)
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(
            "CREATE TABLE flow_run (id TEXT, state_type TEXT, deployment_id TEXT, expected_start_time TEXT, state_timestamp TEXT, work_queue_id TEXT)"
        )
        made.execute("CREATE TABLE task_run (id TEXT, state_type TEXT, flow_run_id TEXT)")
        made.execute("CREATE TABLE deployment (id TEXT, name TEXT)")
        made.execute("INSERT INTO deployment VALUES ('d', 'weekly')")

    def insert(table, *values):
        with closing(sqlite3.connect(path)) as made, made:
            made.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    return insert


@pytest.mark.parametrize("state", history.UNFINISHED)
def test_a_run_on_which_no_process_is_at_work_is_stuck(store, monkeypatch, state):
    monkeypatch.setattr(history, "is_running", lambda run: run == "alive")
    store("flow_run", "done", "COMPLETED", None, "", AGO, None)
    store("flow_run", "alive", state, None, "", AGO, None)
    store("task_run", "t1", state, "alive")
    found = history.unfinished_runs()
    assert (found.state, found.words) == ("well", "none is stuck, 1 run under way")
    store("flow_run", "dead", state, None, "", AGO, None)
    store("task_run", "t2", state, "dead")
    store("task_run", "t3", state, "done")
    found = history.unfinished_runs()
    assert found.state == "look" and found.words.startswith("1 run and 2 tasks stand as unfinished")
    assert found.fix is history.mark_as_crashed


WEEKLY = Schedule("weekly", "0 6 * * 1", "UTC", Study(), since=NOW - timedelta(days=1))
"""Its last time was at six, six hours before now."""


@pytest.fixture
def unserved(monkeypatch):
    """Schedules that nothing serves, and what each one's last run came to."""

    def keep(*schedules: Schedule, served: str = "") -> Condition:
        monkeypatch.setattr(history, "serving", lambda command: None)
        monkeypatch.setattr(history, "read_schedules", lambda: schedules)
        monkeypatch.setattr(history, "last_run", lambda name: LastRun(served=served))
        return history.schedules(NOW)

    return keep


def test_schedules_that_nothing_serves_are_told_with_what_was_missed(unserved):
    assert unserved().words == "none"
    missed = unserved(WEEKLY)
    assert missed.state == "broken" and missed.due == "2026-03-02T06:00:00+00:00"
    assert missed.words == (
        "1 schedule, and no 'interlayer serve' runs; missed at their last time: weekly (2026-03-02 06:00, UTC)"
    )
    none_yet = unserved(WEEKLY, served="2026-03-02T06:00:01+00:00")
    assert (none_yet.state, none_yet.due) == ("broken", "")
    assert none_yet.words.endswith("no 'interlayer serve' runs; next weekly, 2026-03-09 06:00 (UTC)")
    assert unserved(replace(WEEKLY, active=False)).state == "look"


def test_what_is_broken_is_posted_once_until_it_was_well_and_again_with_another_missed_time(
    tmp_path, monkeypatch, unserved
):
    monkeypatch.setattr(alerts, "SENT", tmp_path / "alerts")
    now = {"schedules": unserved(WEEKLY), "disk": Condition("disk", "broken", "full", "Make room.")}
    monkeypatch.setattr(doctor, "looks", lambda with_programs: [lambda part=part: now[part] for part in now])
    with receiving() as receiver:

        def told():
            assert doctor.run_doctor(False, False, webhook=receiver.address) == all(
                one.state != "broken" for one in now.values()
            )
            parts = [one["part"] for one in receiver.taken]
            receiver.taken.clear()
            return parts

        receiver.status = 500
        assert told() == [] and len(receiver.refused) == 2
        receiver.status = 200
        assert told() == ["schedules", "disk"]
        assert told() == []
        now["disk"] = Condition("disk", "well", "room")
        assert told() == []
        now["disk"] = Condition("disk", "broken", "full", "Make room.")
        assert told() == ["disk"]
        now["schedules"] = unserved(replace(WEEKLY, cron="0 8 * * 1"))
        assert told() == ["schedules"]
        now.clear()
        assert told() == []


def test_nothing_that_serves_is_told_by_the_command_and_its_exit_code(tmp_path):
    home = tmp_path / "home"
    said_by(home, "schedule", "add", "weekly", "--cron", "0 6 * * 1", "--series", "nile")
    with receiving() as receiver:
        asked = [*Served.command("doctor", "--only-schedules"), "--webhook", receiver.address]
        done = [subprocess.run(asked, env=environment_of(home), capture_output=True, text=True) for _ in range(2)]
    assert [one.returncode for one in done] == [1, 1], done
    assert all("no 'interlayer serve' runs; next weekly" in " ".join(one.stdout.split()) for one in done)
    assert "disk" not in done[0].stdout and "its-secret" not in done[0].stdout + done[0].stderr
    (taken,) = receiver.taken
    assert (taken["event"], taken["part"]) == ("broken", "schedules")
    assert taken["text"].startswith(
        "Interlayer: schedules is broken. 1 schedule, and no 'interlayer serve' runs; next weekly"
    )


@pytest.mark.parametrize(
    ("served", "begun", "state"),
    [
        (timedelta(hours=1), None, "well"),  # its time was before
        (timedelta(days=1), None, "broken"),
        (timedelta(days=1), ("SCHEDULED", "2026-03-02 06:00:00.000000"), "broken"),
        (timedelta(days=1), ("COMPLETED", "2026-03-02 06:00:00.000000"), "well"),
        (timedelta(days=9), ("COMPLETED", "2026-02-23 06:00:00.000000"), "broken"),  # that of the week before
        (timedelta(days=9), ("RUNNING", "2026-03-02 06:00:00.000000"), "well"),
    ],
)
def test_a_schedule_whose_time_came_without_a_run_did_not_start(store, monkeypatch, served, begun, state):
    monkeypatch.setattr(history, "serving", lambda command: Serving(1, (NOW - served).timestamp(), {}, ""))
    monkeypatch.setattr(history, "read_schedules", lambda: (Schedule("weekly", "0 6 * * 1", "UTC", Study()),))
    if begun:
        store("flow_run", "r", begun[0], "d", begun[1], AGO, None)
    assert history.schedules(NOW).state == state


def test_a_program_that_the_second_process_does_not_find_is_told(monkeypatch):
    tried = iter([Tried(9.0, 2), Tried(8.0, 4)])
    monkeypatch.setattr(programs, "tried_in", lambda home: next(tried))
    assert programs.programs().state == "look"
    tried = iter([Tried(9.0, 2), Tried(0.5, 2)])
    found = programs.programs()
    assert found.state == "well" and "a small one took 9.0 s, a second process 0.5 s" in found.words
    tried = iter([Tried(said="no such library"), Tried(said="no such library")])
    assert programs.programs().state == "broken"


def test_a_program_that_takes_for_ever_is_told(monkeypatch):
    monkeypatch.setattr(programs, "SECONDS", 0.01)
    found = programs.programs()
    assert found.state == "broken" and "not done in 0.01 s" in found.words


@pytest.mark.slow
def test_the_second_process_finds_what_the_first_has_compiled(tmp_path):
    first, second = (programs.tried_in(str(tmp_path)) for _ in range(2))
    assert first.files == second.files > 0
    assert second.seconds < first.seconds


def test_what_is_mended_is_not_broken_any_more(monkeypatch, capsys):
    mended = []
    bad = Condition("blocks", "broken", "1 of 2", "Train.", lambda: mended.append(1) or "deleted 1 file")
    monkeypatch.setattr(doctor, "looks", lambda with_programs: [lambda: bad])
    assert not doctor.run_doctor(fix=False, with_programs=False)
    assert not mended and "1 broken" in capsys.readouterr().out
    assert doctor.run_doctor(fix=True, with_programs=False)
    assert mended and "mended: deleted 1 file" in capsys.readouterr().out


def test_a_new_home_is_well_and_the_exit_code_says_so(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flows.main", "doctor", "--no-programs"],
        env=os.environ | {"INTERLAYER_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert "Nothing is broken." in done.stdout, done.stderr
    assert done.returncode == 0 and not done.stderr


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 bytes"), (1500, "1.5 kB"), (2.5e6, "2.5 MB"), (1.25e10, "12.5 GB")]
)
def test_sizes(number, words):
    assert size(number) == words
