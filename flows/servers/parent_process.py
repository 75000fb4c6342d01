"""A child that ends with its parent, however that ends: the parent holds the other end of its standard input."""

import os
import signal
import sys
import threading
from collections.abc import Callable


def end_with_parent(end: Callable[[], None]) -> None:
    """Calls `end` in a thread once the parent is gone; what it writes until then is read and forgotten."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        end()

    threading.Thread(target=wait, daemon=True).start()


def interrupt_oneself() -> None:
    """As Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGINT)


def end_own_group() -> None:
    """Ends this process and all that it has started, at once."""
    os.killpg(os.getpgrp(), signal.SIGKILL)
