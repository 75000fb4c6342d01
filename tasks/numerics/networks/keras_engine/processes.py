"""Processes that train with Keras, as many as there are cores: spawned, as TensorFlow's threads do not survive a fork.

Each ends with the process that began it, however that ends: it reads its standard input until nothing is there any more.
"""

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from tasks.numerics.errors import InputError
from tasks.numerics.networks.keras_engine.worker import LENGTH

R = TypeVar("R")
SERVE = "from tasks.numerics.networks.keras_engine.worker import serve; serve()"
LOOK_SECONDS = 0.2
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
END_SECONDS = 1.0
"""What a process has to end by itself."""


class KerasProcesses:
    """Up to so many processes, begun when they are needed; they stay until the context ends."""

    def __init__(self, most: int = 0) -> None:
        """With as many as there are cores unless told otherwise."""
        self._free: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(most or os.cpu_count() or 1):
            self._free.put(None)
        self._begun: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._ended = False

    def __enter__(self) -> "KerasProcesses":
        """None is begun yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends all of them, what they are at work on too."""
        with self._lock:
            self._ended = True
            begun = list(self._begun)
        for process in begun:
            _end(process)

    def ask(
        self,
        work: Callable[..., R],
        arguments: tuple[Any, ...],
        wait: Callable[[], None],
        tell: Callable[[int, int], None] = lambda done, of_all: None,
    ) -> R:
        """What `work`, a function of a module, gives in one of the processes; it is called with `tell` after its arguments.

        `wait` is called while none is free, and while one is at work: what it, or `tell`, raises ends the work. Raises what
        the work raises, InputError as it is, and RuntimeError where the process ends before its work is done.
        """
        process = self._taken(wait)
        try:
            process = process or self._spawned()
            found: R = _asked(process, work, arguments, (wait, tell))
        except BaseException:
            if process:
                _end(process)
            self._free.put(None)
            raise
        self._free.put(process)
        return found

    def _taken(self, wait: Callable[[], None]) -> "subprocess.Popen[bytes] | None":
        while True:
            wait()
            with contextlib.suppress(queue.Empty):
                return self._free.get(timeout=LOOK_SECONDS)

    def _spawned(self) -> "subprocess.Popen[bytes]":
        state = os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        with self._lock:
            if self._ended:
                raise RuntimeError("the comparison has ended")
            # A session of its own: Ctrl-C reaches the parent alone, which ends it quietly.
            process = subprocess.Popen(
                [sys.executable, "-c", SERVE],
                env=state,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._begun.append(process)
        return process


def _end(process: "subprocess.Popen[bytes]") -> None:
    """At once, with all that it has started."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()


def _asked(
    process: "subprocess.Popen[bytes]",
    work: Callable[..., R],
    arguments: tuple[Any, ...],
    heard: tuple[Callable[[], None], Callable[[int, int], None]],
) -> R:
    """Hands the work over and listens, with a look at whether it is still wanted in between."""
    wait, tell = heard
    answers: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(process, answers), daemon=True).start()
    with contextlib.suppress(OSError):  # a process that is gone says so below
        given = pickle.dumps((work, arguments))
        process.stdin.write(LENGTH.pack(len(given)) + given)  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    while True:
        try:
            kind, value = answers.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            wait()
            continue
        if kind == "progress":
            tell(*value)
        elif kind == "input_error":
            raise InputError(value)
        elif kind == "error":
            raise RuntimeError(value)
        else:
            found: R = value
            return found


def _listen(process: "subprocess.Popen[bytes]", answers: "queue.SimpleQueue[tuple[str, Any]]") -> None:
    """Reads until the work is done, or the process is."""
    kind = "progress"
    while kind == "progress":
        try:
            kind, value = pickle.load(process.stdout)  # type: ignore[arg-type]
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
            kind, value = (
                "error",
                f"a process that trains with Keras ended with {process.poll()} before its work was done",
            )
        answers.put((kind, value))
