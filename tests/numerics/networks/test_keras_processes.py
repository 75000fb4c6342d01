"""Processes that train with Keras: they answer, end with who began them, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from own_networks import ended_work, long_work, told_work

from tasks.numerics.networks.keras_engine.processes import KerasProcesses

SECONDS = 30
"""A moment, on a machine on which much else runs."""
PROJECT = Path(__file__).parents[3]
BEGIN = """
import sys
from own_networks import long_work
from tasks.numerics.networks.keras_engine.processes import KerasProcesses
with KerasProcesses(1) as processes:
    processes.ask(long_work, (sys.argv[1],), lambda: None)
"""


def is_there(process):
    with suppress(OSError):
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def waited(condition, seconds):
    """Whether a condition holds before so many seconds are over."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def pid_in(file):
    return int(file.read_text()) if waited(lambda: file.exists() and file.read_text(), 60) else 0


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_is_left_when_the_one_that_began_it_ends(tmp_path, end):
    file = tmp_path / "pid"
    state = os.environ | {"PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"}
    with subprocess.Popen([sys.executable, "-c", BEGIN, str(file)], env=state, stderr=subprocess.DEVNULL) as parent:
        try:
            worker = pid_in(file)
            assert worker and is_there(worker)
            parent.send_signal(end)
            parent.wait(SECONDS)
            assert waited(lambda: not is_there(worker), SECONDS)
        finally:
            parent.kill()


def test_work_that_is_no_longer_wanted_ends_with_its_process(tmp_path):
    file = tmp_path / "pid"

    def wait():
        if file.exists() and file.read_text():
            raise KeyboardInterrupt

    with KerasProcesses(1) as processes:
        with pytest.raises(KeyboardInterrupt):
            processes.ask(long_work, (str(file),), wait)
        assert waited(lambda: not is_there(pid_in(file)), SECONDS)
        assert processes.ask(told_work, (1,), lambda: None) == "done", "another process takes its place"


def test_progress_is_heard_and_what_is_printed_is_no_answer():
    heard = []
    with KerasProcesses(1) as processes:
        found = processes.ask(told_work, (3,), lambda: None, lambda done, of_all: heard.append((done, of_all)))
    assert found == "done"
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_a_process_that_ends_by_itself_is_told():
    with KerasProcesses(1) as processes, pytest.raises(RuntimeError, match="ended with 7 before its work was done"):
        processes.ask(ended_work, (), lambda: None)
