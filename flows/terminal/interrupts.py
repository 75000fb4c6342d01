"""Ctrl-C: a command ends within seconds whatever it is doing, and leaves nothing running."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from flows.terminal.exit_codes import CANCELLED, INTERRUPTED

SECONDS = 3.5
CLEAN_UP_SECONDS = 1.0
AGAIN_SECONDS = 0.02
SIGNALS = (signal.SIGINT, signal.SIGHUP)


def end_within_seconds(clean_up: Callable[[], None]) -> None:
    """From here on the first interrupt raises KeyboardInterrupt; what goes on seconds later is ended after `clean_up`.

    A compilation is what goes on: nothing interrupts that. Further interrupts do not hurry it. Where the exception comes up
    in what Python calls between two steps (a finalizer, a callback of C), nobody can pass it on: it is raised once more after that.
    """

    def force() -> None:
        # In a thread: a server that is gone is waited for, and the terminal must not be.
        cleaning = threading.Thread(target=_without_a_word, args=(clean_up,), daemon=True)
        cleaning.start()
        cleaning.join(CLEAN_UP_SECONDS)
        print(CANCELLED, file=sys.stderr, flush=True)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        exit_after(SECONDS, INTERRUPTED, force)
        raise KeyboardInterrupt

    for each in SIGNALS:
        signal.signal(each, interrupt)
    sys.unraisablehook = _raised_once_more


def _raised_once_more(lost: "sys.UnraisableHookArgs") -> None:
    """Python's own answer to an exception that nobody can pass on, but for an interrupt, which comes again in a moment."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    else:
        sys.__unraisablehook__(lost)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _without_a_word(action: Callable[[], None]) -> None:
    with suppress(Exception):
        action()


def exit_after(seconds: float, code: int, first: Callable[[], None] = lambda: None) -> None:
    """Ends the process by then, whatever it is doing, unless it has ended by itself; `first` is called before."""

    def end() -> None:
        first()
        os._exit(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def leave(code: int) -> None:
    """Ends the process at once: taking TensorFlow down piece by piece would take seconds."""
    with suppress(OSError):  # whoever read the output may be gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
