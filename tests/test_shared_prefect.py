"""The Prefect server that commands share: found by the next, told from any other, and never there for ever."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from served import all_processes, wait_for

from flows.servers import shared_prefect
from flows.servers.shared_prefect import SharedServer

pytestmark = pytest.mark.slow

PROGRAM = """
import sys
from flows.environment import set_environment
set_environment()
from flows.servers.shared_prefect import shared_prefect
server, started = shared_prefect()
server.wait()
print(server.pid, started, flush=True)
sys.stdin.readline()
"""


class Project:
    """Commands of one project, with state in a folder of its own."""

    def __init__(self, home, seconds: float) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
        self.environment = kept | {"INTERLAYER_HOME": str(home), "INTERLAYER_SERVER_SECONDS": str(seconds)}
        self.users: list[subprocess.Popen] = []

    def use(self) -> tuple[int, bool]:
        """A process that uses the server until it is ended: the server's number, and whether it was started for it."""
        user = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.users.append(user)
        pid, started = user.stdout.readline().split()
        return int(pid), started == "True"

    def leave(self) -> None:
        """Ends all who use it, without a word."""
        for user in self.users:
            user.kill()
            user.communicate()
        self.users.clear()

    def says(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "flows.main", "server", command],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    @property
    def servers(self) -> list[int]:
        found = all_processes(f"INTERLAYER_HOME={self.home}\0")
        return [pid for pid, command in found if "prefect_process" in command]


@pytest.fixture
def project(tmp_path, request):
    made = Project(tmp_path / "home", getattr(request, "param", 600))
    yield made
    made.leave()
    made.says("stop")
    assert made.servers == []


def test_two_commands_at_once_and_a_later_one_share_a_server_that_they_can_see_and_stop(project):
    assert project.says("status") == (
        0,
        "No Prefect server of this project runs. A comparison starts one, which serves the next ones too.\n",
    )
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: project.use(), range(2)))
    assert sorted(started for _, started in found) == [False, True]
    assert project.use() == (found[0][0], False)
    assert {pid for pid, _ in found} == set(project.servers)
    assert "; a command uses it. It ends by itself 10 minutes after the last command" in project.says("status")[1]
    code, said = project.says("stop")
    assert (code, "A command uses Prefect's server" in said) == (2, True)
    project.leave()
    assert "no command uses it" in project.says("status")[1]
    assert project.says("stop") == (0, "Stopped.\n")
    assert project.servers == []
    assert project.says("stop") == (0, "No Prefect server of this project runs.\n")


@pytest.mark.parametrize("project", [1.5], indirect=True)
def test_it_stays_as_long_as_it_is_used_and_ends_by_itself(project):
    pid, _ = project.use()
    time.sleep(4)
    assert project.servers == [pid]
    project.leave()
    wait_for(lambda: project.servers == [], 30)


def test_one_that_was_killed_is_replaced(project):
    pid, _ = project.use()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: pid not in project.servers, 10)
    again, started = project.use()
    assert started and again != pid


def test_another_server_on_its_port_is_not_taken_for_it(project, monkeypatch):
    project.use()
    noted = SharedServer(**json.loads((project.home / "prefect-server.json").read_text()))
    assert noted.answers and noted.lives
    assert not replace(noted, secret="another").answers
    monkeypatch.setattr(shared_prefect, "START_SECONDS", 1)
    assert not replace(noted, pid=os.getpid()).lives  # a process that is no server got the number


def test_the_users_lock_outlasts_what_python_takes_down(tmp_path):
    """Python drops a module's objects some time before the process has ended: a server that still lives is still held."""
    program = (
        "import sys; import flows.servers.users_lock as users; users.nobody_uses_it(keep_it_so=True); "
        "users._held.clear(); print('dropped', flush=True); sys.stdin.read()"
    )
    command, pipe = [sys.executable, "-c", program], subprocess.PIPE
    environment = os.environ | {"INTERLAYER_HOME": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe) as ending:
        assert ending.stdout.readline() == b"dropped\n"
        with (tmp_path / "prefect-users.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
