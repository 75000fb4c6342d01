"""Who runs the steps of a comparison: Prefect, that keeps their history, or this process alone."""

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, Protocol, TypeVar

from flows.terminal.progress import TrainingProgress, say, update_terminal

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")
LOOK_SECONDS = 0.1


class Runner(Protocol):
    """Runs verbs."""

    def run(self, verb: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """A verb's result."""

    def begin(self, verb: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> Callable[[], R]:
        """Starts a verb beside what follows; gives what waits for its result."""

    def train(
        self, jobs: Mapping[K, Callable[[], R]], names: Mapping[K, str], progress: TrainingProgress, words: str
    ) -> dict[K, R]:
        """The result of every job, side by side, by its name; an interrupt ends each at its next segment."""

    def tell(self, sentence: str) -> None:
        """Writes a sentence into the history of the run."""

    def warn(self, sentence: str) -> None:
        """Says on the terminal, and in the history of the run, what a user should know though the comparison goes on."""

    def show(self, artifacts: list[dict[str, str]]) -> None:
        """Puts the result on the page of the run."""


class Alone:
    """This process alone: nothing is kept of the steps but what they write themselves."""

    def run(self, verb: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Calls it."""
        return verb(*arguments, **named)

    def begin(self, verb: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> Callable[[], R]:
        """Calls it in a thread."""
        pool = ThreadPoolExecutor(1)
        future = pool.submit(verb, *arguments, **named)
        pool.shutdown(wait=False)
        return future.result

    def train(
        self, jobs: Mapping[K, Callable[[], R]], names: Mapping[K, str], progress: TrainingProgress, words: str
    ) -> dict[K, R]:
        """As many side by side as there are cores."""
        return in_threads(jobs, progress, words)

    def tell(self, sentence: str) -> None:
        """There is no history."""

    def warn(self, sentence: str) -> None:
        """On the terminal."""
        say(sentence)

    def show(self, artifacts: list[dict[str, str]]) -> None:
        """There is no page."""


def in_threads(jobs: Mapping[K, Callable[[], R]], progress: TrainingProgress, words: str) -> dict[K, R]:
    """The result of every job, as many side by side as there are cores, with progress on the terminal."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    futures: dict[K, Future[R]] = {key: pool.submit(job) for key, job in jobs.items()}
    try:
        while not all(future.done() for future in futures.values()) and not any(map(failed, futures.values())):
            update_terminal(progress.share, words)
            time.sleep(LOOK_SECONDS)
        return {key: future.result() for key, future in futures.items()}
    finally:
        progress.cancelled.set()
        pool.shutdown(wait=False, cancel_futures=True)


def failed(future: "Future[Any]") -> bool:
    """Whether it has ended with an error."""
    return future.done() and future.exception() is not None
