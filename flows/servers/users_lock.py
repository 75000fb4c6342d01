"""Who uses the Prefect server that commands share: each holds a lock that the system frees when it ends, however it ends."""

import fcntl
from typing import TextIO

from flows.environment import MLRUNS

_held: list[TextIO] = []


def use_until_the_end() -> None:
    """This process uses the server from here to its end; waits while one is just ending."""
    fcntl.flock(_file(), fcntl.LOCK_SH)


def nobody_uses_it(keep_it_so: bool) -> bool:
    """Whether no process uses the server; where it is to be kept so, whoever wants to use it waits until this process ends."""
    lock = _file()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if not keep_it_so:
        fcntl.flock(lock, fcntl.LOCK_UN)
    return True


def _file() -> TextIO:
    if not _held:
        MLRUNS.mkdir(parents=True, exist_ok=True)
        _held.append((MLRUNS / "prefect-users.lock").open("a"))
    return _held[0]
