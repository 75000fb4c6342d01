"""Large libraries are imported by one thread at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_LOCK = RLock()


@contextmanager
def one_import_at_a_time() -> Iterator[None]:
    """Where threads that run side by side import libraries that share others.

    Python lets a module be used between its own import and its entry in its package, and gives a half-made one where two threads wait for
    each other.
    """
    with _LOCK:
        yield
