"""Where every command begins: an interrupt has its answer from the first moment on, while the rest is imported."""

import os
import signal
from functools import partial
from types import FrameType

from flows.terminal.exit_codes import CANCELLED, INTERRUPTED


def main() -> None:
    """Runs the command line; a user's mistake ends with a message and code 2, an interrupt with 130."""
    answer_interrupts()
    from flows.command_line.application import run

    run()


def answer_interrupts() -> None:
    """Until a command says how it ends, it has begun nothing that would have to be ended.

    What is standard error now is told of it, whatever stands in its place later.
    """
    answer = partial(_end_at_once, os.dup(2))
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, answer)


def _end_at_once(shown: int, number: int, frame: FrameType | None) -> None:
    os.write(shown, f"{CANCELLED}\n".encode())
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
