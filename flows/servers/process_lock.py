"""Which processes of the project are at work, and on what: each holds locks that the system frees when it ends, however it ends."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.environment import MLRUNS
from tasks.numerics.whole_files import write_whole

RUNS = MLRUNS / "runs"
"""A file a run that is under way, locked by the process that runs it."""
HOLDERS = MLRUNS / "holders"
"""A file for whatever is done by one process at a time and says who does it."""
LOOK_SECONDS = 0.1
# Bare descriptors, held to the end of the process.
_at_work: list[int] = []
_runs: dict[str, int] = {}
_tasks: list[int] = []


@contextmanager
def at_work() -> Iterator[bool]:
    """This process is at work from here to its end; gives whether it is the only one, and makes others wait meanwhile."""
    place = _opened(MLRUNS / "at-work.lock")
    _at_work.append(place)
    alone = _taken(place)
    if not alone:
        fcntl.flock(place, fcntl.LOCK_SH)
    try:
        yield alone
    finally:
        fcntl.flock(place, fcntl.LOCK_SH)


def hold_run(run: str) -> None:
    """This process runs a run from here to its end."""
    if run not in _runs:
        _runs[run] = _opened(RUNS / run)
        fcntl.flock(_runs[run], fcntl.LOCK_EX)


def let_run_go(run: str) -> None:
    """The run has ended as it should, or was ended: nobody has to look after it."""
    (RUNS / run).unlink(missing_ok=True)
    if run in _runs:
        os.close(_runs.pop(run))


def left_behind() -> set[str]:
    """Runs whose process has ended without letting them go."""
    return {path.name for path in RUNS.glob("*") if path.name not in _runs and not _is_held(path)}


def is_running(run: str) -> bool:
    """Whether a process runs it now."""
    return run in _runs or _is_held(RUNS / run)


@contextmanager
def by_one_process(name: str, waiting: Callable[[], None]) -> Iterator[None]:
    """While this lasts no other process of the project does what is called so; `waiting` is called again and again until then.

    Bytes of one file are locked, so that nothing is left behind.
    """
    if not _tasks:
        _tasks.append(_opened(MLRUNS / "tasks.lock"))
    place = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])
    while True:
        try:
            fcntl.lockf(_tasks[0], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            break
        except (BlockingIOError, PermissionError):  # as systems differ
            waiting()
            time.sleep(LOOK_SECONDS)
    try:
        yield
    finally:
        fcntl.lockf(_tasks[0], fcntl.LOCK_UN, 1, place)


@contextmanager
def in_turn(name: str, who: str, waiting: Callable[[str], None]) -> Iterator[None]:
    """As `by_one_process`, for what takes long: `waiting` is told again and again who does it, in the words of that process."""
    note = HOLDERS / hashlib.sha256(name.encode()).hexdigest()[:16]

    def tell() -> None:
        try:
            told = note.read_text("utf-8")
        except OSError:  # it has just begun, or just ended
            told = "another process"
        waiting(told)

    with by_one_process(name, tell):
        write_whole(note, f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}, {who}")
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def _is_held(path: Path) -> bool:
    with suppress(FileNotFoundError):
        place = os.open(path, os.O_RDWR)
        try:
            return not _taken(place)
        finally:
            os.close(place)
    return False


def _taken(place: int) -> bool:
    """Whether a file could be locked at once."""
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
