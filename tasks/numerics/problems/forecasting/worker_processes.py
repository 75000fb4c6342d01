"""Work that takes a processor for a while, shared out to processes of our own; they end with the one that began them.

`multiprocessing` would import a user's own script anew in each of them, be it a notebook's or one without a guard.
"""

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

R = TypeVar("R")
SERVE = "from tasks.numerics.problems.forecasting.worker_processes import serve; serve()"


def in_processes(
    work: Callable[..., R], jobs: Sequence[tuple[Any, ...]], processes: int, tell: Callable[[int], None]
) -> list[R]:
    """What `work`, a function of a module, gives of each job's arguments, in their order; `tell` hears how many are done.

    Raises RuntimeError where a process ends before its work is done.
    """
    found: dict[int, R] = {}
    left = list(enumerate(jobs))[::-1]

    def share() -> None:
        with _process() as worker:
            while left:
                try:
                    number, job = left.pop()
                except IndexError:  # another thread had the last one
                    return
                found[number] = _asked(worker, work, job)
                tell(len(found))

    with ThreadPoolExecutor(processes) as pool:
        shares = [pool.submit(share) for _ in range(min(processes, len(jobs)))]
    for one in shares:
        one.result()
    return [found[number] for number in range(len(jobs))]


def _process() -> "subprocess.Popen[bytes]":
    """A process that waits for work."""
    state = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SERVE]
    return subprocess.Popen(
        command, env=state, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _asked(worker: "subprocess.Popen[bytes]", work: Callable[..., R], job: tuple[Any, ...]) -> R:
    if worker.stdin is None or worker.stdout is None:
        raise RuntimeError("a worker process has no pipes")
    try:
        pickle.dump((work, job), worker.stdin)
        worker.stdin.flush()
        found: R = pickle.load(worker.stdout)
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise RuntimeError(f"a worker process ended with {worker.wait()} before its work was done") from error
    return found


def serve() -> None:
    """Works off what comes in until nothing does any more."""
    answers = sys.stdout.buffer
    # What a library prints is no answer.
    sys.stdout = sys.stderr
    with contextlib.suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        while True:
            work, job = pickle.load(sys.stdin.buffer)
            pickle.dump(work(*job), answers)
            answers.flush()
