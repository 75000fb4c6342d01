"""One process that trains with Keras: works off what its standard input brings, and ends when that does."""

import os
import pickle
import queue
import struct
import sys
import threading
import time
import traceback
from typing import Any, BinaryIO

from tasks.numerics.errors import InputError

LENGTH = struct.Struct("<Q")
"""Before each piece of work, how many bytes it has."""
TELL_SECONDS = 0.3
"""Between two words on progress."""


def serve() -> None:
    """Works off what comes in until the process that began this one is gone."""
    # What anybody else prints, be it a user's code or a library below Python, is no answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # Read from here on in a thread: it sees the end of the parent while the work goes on.
    threading.Thread(target=_read, args=(sys.stdin.buffer, asked), daemon=True).start()
    while True:
        given, told = asked.get(), 0.0

        def tell(done: int, of_all: int) -> None:
            nonlocal told
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                _answer(answers, "progress", (done, of_all))

        try:
            work, arguments = pickle.loads(given)
            found = work(*arguments, tell)
        except InputError as error:
            _answer(answers, "input_error", str(error))
        except Exception:
            _answer(answers, "error", f"training with Keras failed:\n{traceback.format_exc()}")
        else:
            _answer(answers, "found", found)


def _read(asked: BinaryIO, work: "queue.SimpleQueue[bytes]") -> None:
    """Reads only: what it takes to understand it, such as importing TensorFlow, would keep it from seeing the end."""
    while head := asked.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        work.put(asked.read(length))
    os._exit(0)


def _answer(answers: BinaryIO, kind: str, value: Any) -> None:
    try:
        pickle.dump((kind, value), answers)
        answers.flush()
    except BrokenPipeError:
        os._exit(0)
