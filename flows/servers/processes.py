"""Prefect's server and MLflow's, as child processes that end when their parent says so."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from flows.environment import MLRUNS
from tasks.numerics.errors import InputError

START_SECONDS = 180
PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: a child between fork and exec may not
LOGS = MLRUNS / "logs"
# A server for one command keeps runs and their events; what schedules and cleans up is for `interlayer serve`.
FOR_ONE_COMMAND = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}


class Server:
    """A child process that answers at an address."""

    def __init__(
        self,
        name: str,
        command: list[str],
        ready: Callable[[], bool],
        environment: dict[str, str] | None = None,
    ) -> None:
        """Starts it; its output goes to a file of its name under mlruns/logs."""
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name, self.ready, self.log = name, ready, LOGS / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | {"PYTHONSAFEPATH": "1"} | (environment or {}),
                # A folder of the user's own called `tasks` or `flows` is not taken for ours.
                cwd=MLRUNS,
                start_new_session=True,
                preexec_fn=interrupted_with_its_parent,
            )

    def wait(self) -> None:
        """Returns when it is ready; raises InputError where it ends or is not ready in time."""
        until = time.monotonic() + START_SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise InputError(f"{self.name} did not start; the end of its log {self.log}:\n{self.last_words()}")
            time.sleep(0.1)

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def stop(self) -> None:
        """Ends it and all it started: an interrupt first, so that nothing half-written stays."""
        for number, seconds in ((signal.SIGINT, 8), (signal.SIGTERM, 4), (signal.SIGKILL, 4)):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            self._gone(seconds)
        self.process.wait()

    def _gone(self, seconds: float) -> None:
        """Waits until its whole group has ended, so many seconds at most."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.process.poll()
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)


def interrupted_with_its_parent() -> None:
    """Runs in a child before its program: when the parent is killed, Linux sends the child an interrupt."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def answers(address: str) -> bool:
    """Whether something answers there with success."""
    return read_address(address) is not None


def read_address(address: str) -> str | None:
    """What stands there, None where nothing answers with success."""
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return str(response.read().decode(errors="replace")) if response.status == 200 else None
    except (urllib.error.URLError, OSError, ValueError):
        return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def program(name: str) -> str:
    """Path of a program of this environment."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name) or name


def start_prefect(port: int, environment: dict[str, str]) -> Server:
    """Prefect's server on loopback."""
    command = [program("prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    # The dashboard asks this port.
    own = {"PREFECT_SERVER_API_HOST": "127.0.0.1", "PREFECT_SERVER_API_PORT": str(port)}
    without_client = {"PREFECT_API_URL": ""}
    health = f"http://127.0.0.1:{port}/api/health"
    return Server("prefect", command, lambda: answers(health), environment | own | without_client)


def start_mlflow(port: int) -> Server:
    """MLflow's server and UI on loopback, on the project's own store."""
    command = [program("mlflow"), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", store_address(), "--artifacts-destination", (MLRUNS / "artifacts").as_uri()]
    command += ["--allowed-hosts", f"127.0.0.1:{port},localhost:{port}"]
    return Server("mlflow", command, lambda: answers(f"http://127.0.0.1:{port}/health"))


def store_address() -> str:
    """MLflow's address of the project's own store."""
    return f"sqlite:///{MLRUNS / 'mlflow.db'}"
