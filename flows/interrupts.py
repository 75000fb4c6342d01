"""Ctrl-C: a command ends within seconds whatever it is doing, and leaves nothing running."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SECONDS = 4.0
SIGNALS = (signal.SIGINT, signal.SIGHUP)
INTERRUPTED = 130


@contextmanager
def ends_within_seconds(clean_up: Callable[[], None]) -> Iterator[None]:
    """Raises KeyboardInterrupt at the first interrupt; what goes on seconds later is ended by force, after `clean_up`.

    A compilation is what goes on: nothing interrupts that. Further interrupts do not hurry it.
    """

    def force() -> None:
        with suppress(Exception):
            clean_up()
        print("interlayer: cancelled", file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        timer = threading.Timer(SECONDS, force)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt

    for each in SIGNALS:
        signal.signal(each, interrupt)
    yield


def leave(code: int) -> None:
    """Ends the process at once: taking TensorFlow down piece by piece would take seconds."""
    with suppress(OSError):  # whoever read the output may be gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
