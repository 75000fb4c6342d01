"""Who uses the Prefect server that commands share: each holds a lock that the system frees when it ends, however it ends."""

import fcntl
import os

from flows.environment import MLRUNS

# Bare descriptors: Python closes a file object, and frees its lock, some time before the process has ended.
_held: list[int] = []


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


def _file() -> int:
    if not _held:
        MLRUNS.mkdir(parents=True, exist_ok=True)
        _held.append(os.open(MLRUNS / "prefect-users.lock", os.O_RDWR | os.O_CREAT, 0o644))
    return _held[0]
