"""What may not take for ever: ended with a sentence when nothing has come for some time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from tasks.numerics.errors import InputError

R = TypeVar("R")
LOOK_SECONDS = 0.05


def within(seconds: float, work: Callable[[Callable[[], None]], R], who: str) -> R:
    """What `work` gives, which calls its argument whenever something has come; raises InputError where nothing has for so long.

    The thread that waits in vain ends with the process.
    """
    came = [time.monotonic()]
    found: list[R] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work(lambda: came.__setitem__(0, time.monotonic())))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_SECONDS)
        if thread.is_alive() and time.monotonic() - came[0] > seconds:
            raise InputError(
                f"{who}: nothing came for {seconds:g} seconds. Is it reachable from here? INTERLAYER_SOURCE_SECONDS says how long is waited."
            )
    if failed:
        raise failed[0]
    return found[0]
