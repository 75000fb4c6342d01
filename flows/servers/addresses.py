"""Where the servers of `interlayer serve` and `interlayer ui` answer, noted for the other commands while they run."""

import fcntl
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.environment import MLRUNS
from flows.team.logins import ASK_SECONDS
from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole

PREFECT_PORT, MLFLOW_PORT = 4200, 5000
NOTES = {"serve": MLRUNS / "serving.json", "ui": MLRUNS / "ui.json"}
"""By command."""


@dataclass(frozen=True)
class Serving:
    """A command that serves dashboards of this home."""

    pid: int
    since: float
    """Seconds since 1970."""
    ports: Mapping[str, int]
    """Of `prefect` and `mlflow`."""
    secret: str
    """What its Prefect server proves to know."""
    host: str = ""
    """By which others reach it; empty where it is on loopback alone."""


@contextmanager
def noted(command: str, ports: Mapping[str, int], secret: str = "", host: str = "") -> Iterator[None]:
    """Notes where a command serves, for as long as this lasts; raises InputError where it serves this home already."""
    note = NOTES[command]
    note.parent.mkdir(parents=True, exist_ok=True)
    with _lock_of(note).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(_taken(command)) from None
        write_whole(note, json.dumps(asdict(Serving(os.getpid(), time.time(), ports, secret, host))))
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def refuse_second(command: str) -> None:
    """Raises InputError where a command serves this home already; changes nothing."""
    if serving(command):
        raise InputError(_taken(command))


def serving(command: str) -> Serving | None:
    """The command that serves this home now, if one does: a note that was left behind by a killed one says nothing."""
    note = NOTES[command]
    try:
        with _lock_of(note).open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
            except BlockingIOError:
                return Serving(**json.loads(note.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def mlflow_address() -> str:
    """The address of MLflow's UI: of the one that runs, by the name that others use, else at the usual port."""
    found = serving("serve") or serving("ui")
    port = found.ports.get("mlflow", MLFLOW_PORT) if found else MLFLOW_PORT
    return f"http://{found.host}:{port}" if found and found.host else local(port)


def local(port: int) -> str:
    """An address on loopback."""
    return f"http://127.0.0.1:{port}"


def read_address(address: str) -> str | None:
    """What stands there, None where nothing answers with success."""
    try:
        with urllib.request.urlopen(address, timeout=ASK_SECONDS) as response:
            return str(response.read().decode(errors="replace")) if response.status == 200 else None
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return None


def answers(address: str) -> bool:
    """Whether something answers there with success."""
    return read_address(address) is not None


def _taken(command: str) -> str:
    found = serving(command)
    who = "Another process"
    if found:
        places = " and ".join(local(port) for port in found.ports.values())
        who = f"Process {found.pid}, since {time.strftime('%H:%M', time.localtime(found.since))}, at {places},"
    return (
        f"'interlayer {command}' serves this home already ({MLRUNS}): {who} does. End that one first (Ctrl-C where it "
        "was started), or set INTERLAYER_HOME to another folder."
    )


def _lock_of(note: Path) -> Path:
    return note.with_suffix(".lock")
