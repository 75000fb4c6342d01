"""Prefect's server and MLflow's, as child processes that end when their parent says so."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from flows.environment import LOGS, MLRUNS
from flows.servers.addresses import answers, local
from flows.servers.store_checks import MLFLOW_STORE
from flows.team.listening import LOOPBACK
from tasks.numerics.errors import InputError

START_SECONDS = 180
CLEAN_END_SECONDS = 30
"""How long one may take to end by itself: on a busy machine Prefect's runner needs ten seconds until a run is written down as cancelled."""
OWN_PORTS = range(20_000, 32_768)
PORTS_TRIED = 20
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
        first_line: str = "",
    ) -> None:
        """Starts it and writes it a line; its output goes to a file of its name under mlruns/logs."""
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name, self.ready, self.log = name, ready, LOGS / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Held open by this process alone: its end is seen there.
                stdin=subprocess.PIPE,
                env=os.environ | {"PYTHONSAFEPATH": "1"} | (environment or {}),
                # A folder of the user's own called `tasks` or `flows` is not taken for ours.
                cwd=MLRUNS,
                start_new_session=True,
            )
        if self.process.stdin:
            with suppress(BrokenPipeError):  # ended already: that is seen when it is waited for
                self.process.stdin.write(f"{first_line}\n".encode())
                self.process.stdin.flush()

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
        """Ends it and all it started: an interrupt first, so that nothing half-written stays.

        That is for the process itself, which ends what it started: a run that is interrupted beside it may end as crashed before it is cancelled.
        """
        self.process.send_signal(signal.SIGINT)
        self._gone(CLEAN_END_SECONDS)
        for number, seconds in ((signal.SIGTERM, 4), (signal.SIGKILL, 4)):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            self._gone(seconds)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

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


def free_port() -> int:
    """A port on loopback that nobody listens on, and that stays the caller's for a minute: nobody else is given it meanwhile.

    It lies where no outgoing connection begins, as the system counts them by default.
    """
    for _ in range(PORTS_TRIED):
        with suppress(OSError):
            return _set_aside(OWN_PORTS.start + secrets.randbelow(len(OWN_PORTS)))
    return _set_aside(0)


def _set_aside(port: int) -> int:
    """Leaves a closed connection at the port: until the system forgets it, only a server that doesn't mind such ones, as all do, can listen there.

    Raises OSError where the port is taken or set aside already.
    """
    with socket.socket() as listener:
        listener.bind((LOOPBACK, port))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.listen(1)
        with socket.create_connection(listener.getsockname()) as caller:
            # Whoever closes first is the one who remembers.
            listener.accept()[0].close()
            caller.recv(1)
        return int(listener.getsockname()[1])


def start_prefect(port: int, environment: dict[str, str], secret: str = "", host: str = "") -> Server:
    """Prefect's server on loopback, and on a host beyond it; it proves that it knows the secret."""
    command = [sys.executable, "-m", "flows.servers.prefect_process", str(port), "0", host]
    # The dashboard asks this port.
    own = {"PREFECT_SERVER_API_HOST": "127.0.0.1", "PREFECT_SERVER_API_PORT": str(port)}
    without_client = {"PREFECT_API_URL": ""}
    health = f"{local(port)}/api/health"
    return Server("prefect", command, lambda: answers(health), environment | own | without_client, secret)


def start_mlflow(port: int, host: str = "") -> Server:
    """MLflow's server and UI on loopback, and on a host beyond it, on the project's own store or a team's."""
    command = [sys.executable, "-m", "flows.servers.mlflow_process", str(port), host]
    return Server("mlflow", command, lambda: answers(f"{local(port)}/health"))


def store_address() -> str:
    """MLflow's address of the project's own store."""
    return f"sqlite:///{MLFLOW_STORE}"
