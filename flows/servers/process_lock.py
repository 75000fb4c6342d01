"""Which processes of the project are at work: each holds a lock that the system frees when it ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from flows.environment import MLRUNS

_held: list[TextIO] = []


@contextmanager
def at_work() -> Iterator[bool]:
    """This process is at work from here to its end; gives whether it is the only one, and makes others wait meanwhile."""
    place = (MLRUNS / "at-work.lock").open("a")
    _held.append(place)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
    except BlockingIOError:
        fcntl.flock(place, fcntl.LOCK_SH)
        alone = False
    try:
        yield alone
    finally:
        fcntl.flock(place, fcntl.LOCK_SH)
