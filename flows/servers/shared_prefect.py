"""The Prefect server that the commands of a project share: started by the first, found by the next, gone some minutes after the last."""

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.environment import LOGS, MLRUNS, PROJECT
from flows.servers.addresses import local, serving
from flows.servers.identity import is_ours, is_prefect
from flows.servers.processes import FOR_ONE_COMMAND, START_SECONDS, free_port
from flows.servers.store_checks import check_prefect_store
from flows.servers.users_lock import nobody_uses_it, use_until_the_end
from flows.team.logins import history_is_refused
from flows.team.stores import history_is_elsewhere
from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole

IDLE_SECONDS = float(os.environ.get("INTERLAYER_SERVER_SECONDS", "300"))
"""How long the server waits for the next command."""
NOTE = MLRUNS / "prefect-server.json"
LOG = LOGS / "prefect.log"


@dataclass(frozen=True)
class SharedServer:
    """A server that was started for this project; it may still be starting."""

    pid: int
    port: int
    secret: str
    """It alone proves that it knows this: another program on its port does not."""
    started: float
    """Seconds since 1970."""

    @property
    def api(self) -> str:
        """The address of its API."""
        return f"{local(self.port)}/api"

    @property
    def lives(self) -> bool:
        """Whether its process is there and is no other that has got its number."""
        try:
            os.kill(self.pid, 0)
            command = Path(f"/proc/{self.pid}/cmdline")
            return not command.parent.parent.joinpath("self").exists() or str(self.port) in command.read_text()
        except OSError:
            return False

    @property
    def answers(self) -> bool:
        """Whether it is ready, and is the one that was started here."""
        return is_ours(self.port, self.secret)

    def wait(self) -> None:
        """Returns when it is ready; raises InputError where it ends before."""
        until = time.monotonic() + START_SECONDS
        while not self.answers:
            if not self.lives or time.monotonic() > until:
                last = "\n".join(LOG.read_text(errors="replace").splitlines()[-5:])
                raise InputError(f"Prefect's server did not start; the end of its log {LOG}:\n{last}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends its process: an interrupt first, so that nothing half-written stays."""
        for number, seconds in ((signal.SIGINT, 8.0), (signal.SIGTERM, 4.0), (signal.SIGKILL, 4.0)):
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
            until = time.monotonic() + seconds
            while self.lives and time.monotonic() < until:
                time.sleep(0.05)
            if not self.lives:
                return


@dataclass(frozen=True)
class PrefectOfCommand:
    """The Prefect server that a command uses."""

    shared: SharedServer | None
    """None where it is another one: that of `interlayer serve`, or the user's own."""
    started: bool = False
    """Whether this command has started it."""
    own: bool = True
    """Whether it keeps this home's own history alone."""

    @property
    def is_gone(self) -> bool:
        """Whether it does not answer any more."""
        return not is_prefect(os.environ["PREFECT_API_URL"])

    def wait(self) -> None:
        """Returns when it answers."""
        if self.shared:
            self.shared.wait()


def prefect_for_one_command() -> PrefectOfCommand:
    """The server that runs already, or a new one that stays for the next command; its address is set before Prefect is imported."""
    if given := os.environ.get("PREFECT_API_URL"):
        if history_is_refused(given):
            raise InputError(
                f"PREFECT_API_URL is {given}, and the Prefect server there asks for a user and password that were not given, or are "
                "others. Set PREFECT_API_AUTH_STRING to user:password."
            )
        if is_prefect(given):
            return PrefectOfCommand(None, own=False)
        raise InputError(
            f"PREFECT_API_URL is {given}, and no Prefect server answers there. Start it, or unset PREFECT_API_URL: "
            "the project's own server is used then."
        )
    own = not history_is_elsewhere()
    served = serving("serve")
    if served and is_ours(served.ports["prefect"], served.secret):
        os.environ["PREFECT_API_URL"] = f"{local(served.ports['prefect'])}/api"
        return PrefectOfCommand(None, own=own)
    check_prefect_store()
    server, started = shared_prefect()
    os.environ["PREFECT_API_URL"] = server.api
    return PrefectOfCommand(server, started, own)


def shared_prefect() -> tuple[SharedServer, bool]:
    """The project's server, and whether it was started just now; this process uses it to its end."""
    use_until_the_end()
    with _alone():
        found = noted_server()
        if found:
            return found, False
        started = _start()
        write_whole(NOTE, json.dumps(asdict(started)))
        return started, True


def noted_server() -> SharedServer | None:
    """The project's server, if one lives."""
    try:
        server = SharedServer(**json.loads(NOTE.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if server.lives else None


def in_words() -> str:
    """What is to be said of the project's server."""
    server = noted_server()
    if server is None:
        return "No Prefect server of this project runs. A comparison starts one, which serves the next ones too."
    since = time.strftime("%H:%M", time.localtime(server.started))
    used = "no command uses it" if nobody_uses_it(keep_it_so=False) else "a command uses it"
    return (
        f"Prefect's server runs since {since} at {local(server.port)} (process {server.pid}); {used}. It ends by itself "
        f"{minutes()} after the last command; 'interlayer server stop' ends it now."
    )


def stop_idle_server() -> bool:
    """Ends the project's server, if one lives; raises InputError where a command uses it."""
    server = noted_server()
    if server is None:
        return False
    if not nobody_uses_it(keep_it_so=True):
        raise InputError(
            "A command uses Prefect's server. Wait until it has ended, or end it with Ctrl-C, then stop the server."
        )
    server.stop()
    NOTE.unlink(missing_ok=True)
    return True


def minutes() -> str:
    """How long the server waits, in words."""
    return f"{IDLE_SECONDS / 60:g} minutes" if IDLE_SECONDS >= 60 else f"{IDLE_SECONDS:g} seconds"


def _start() -> SharedServer:
    LOGS.mkdir(parents=True, exist_ok=True)
    port, secret = free_port(), secrets.token_hex(16)
    own = {"PREFECT_API_URL": ""}  # it is the server, and asks none
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.servers.prefect_process", str(port), str(IDLE_SECONDS), ""],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | FOR_ONE_COMMAND | own,
            cwd=PROJECT,
            # What ends the command, such as Ctrl-C, does not reach it.
            start_new_session=True,
        )
    if process.stdin:
        process.stdin.write(f"{secret}\n".encode())
        process.stdin.close()
    return SharedServer(process.pid, port, secret, time.time())


@contextmanager
def _alone() -> Iterator[None]:
    """One command at a time looks for the server, or starts it."""
    with (MLRUNS / "prefect-start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
