"""What a person sees while a comparison runs: a line and a bar on the terminal, an artifact in Prefect."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from flows.terminal.lines import write_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

R = TypeVar("R")
LOOK_SECONDS = 0.2
WORDS = {
    "network": "Reading the network",
    "check": "Reading the series",
    "start": "Starting what is needed",
    "validate": "Validating the series",
    "window": "Cutting windows",
    "train": "Training",
    "evaluate": "Scoring",
    "report": "Writing the report",
    "track": "Logging to MLflow",
    "forecast": "Forecasting",
    "history": "Reading what was kept",
}


class CancelledError(Exception):
    """The user asked for an end."""


class TrainingProgress:
    """How far training is, in epochs of replicas; told by many threads, read by one."""

    def __init__(self, total: int) -> None:
        """Begins with nothing of `total` done."""
        self.total = total
        self.cancelled = threading.Event()
        self._done: dict[object, int] = {}
        self._lock = threading.Lock()

    def teller(self, key: object, replicas: int, epochs: int) -> "TrainingTeller":
        """What a block calls after each segment."""
        return TrainingTeller(self, key, replicas, epochs)

    def tell(self, key: object, done: int) -> None:
        """Notes that a block has done so much; raises CancelledError when the user asked for an end."""
        self.check()
        with self._lock:
            self._done[key] = done

    def check(self) -> None:
        """Raises CancelledError when the user asked for an end."""
        if self.cancelled.is_set():
            raise CancelledError("cancelled by the user")

    @property
    def share(self) -> float:
        """Done, 0 to 1."""
        with self._lock:
            return min(1.0, sum(self._done.values()) / self.total) if self.total else 1.0


class TrainingTeller:
    """Tells the progress of one block."""

    def __init__(self, progress: TrainingProgress, key: object, replicas: int, epochs: int) -> None:
        """A block of so many replicas and epochs."""
        self._progress, self._key, self._replicas, self._epochs = progress, key, replicas, epochs

    def begin(self) -> None:
        """Before a block is compiled, and while another process trains it: raises CancelledError when the user asked for an end."""
        self._progress.check()

    def __call__(self, done: int, epochs: int) -> None:
        """After a segment: `done` of `epochs`."""
        self._progress.tell(self._key, done * self._replicas)

    def finish(self) -> None:
        """The block is done, be it by early stopping."""
        self._progress.tell(self._key, self._epochs * self._replicas)


class _Terminal:
    """One bar at a time on the user's terminal; nothing where there is none."""

    def __init__(self) -> None:
        self.bar: Progress | None = None
        self.shown: TaskID | None = None
        self.said = ""
        """The stage of the last line, where there is no bar."""


_TERMINAL = _Terminal()


@contextmanager
def on_terminal() -> Iterator[None]:
    """Shows progress on standard error while it lasts: a bar on a terminal, a line a stage elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        _TERMINAL.bar, _TERMINAL.said = bar, ""
        try:
            yield
        finally:
            _TERMINAL.bar = None


def end_terminal() -> None:
    """Gives the terminal back as it was, though the stage goes on."""
    if _TERMINAL.bar is not None:
        _TERMINAL.bar.stop()


@contextmanager
def show_progress(name: str) -> Iterator[None]:
    """A stage, while it runs."""
    words = WORDS[name]
    if _TERMINAL.bar is None:
        yield
        return
    if not sys.stderr.isatty() and words != _TERMINAL.said:
        write_line(f"{words} ...")
        _TERMINAL.said = words
    _TERMINAL.shown = _TERMINAL.bar.add_task(words, total=None)
    try:
        yield
    finally:
        _TERMINAL.bar.remove_task(_TERMINAL.shown)


@contextmanager
def stage(timings: dict[str, float], name: str) -> Iterator[None]:
    """Times a stage in seconds, added to what it took before, and shows its name while it runs."""
    begun = perf_counter()
    with show_progress(name):
        yield
    timings[name] = timings.get(name, 0.0) + perf_counter() - begun


def update_terminal(share: float, words: str) -> None:
    """Moves the bar of the stage that runs."""
    if _TERMINAL.bar is not None and _TERMINAL.shown is not None:
        _TERMINAL.bar.update(_TERMINAL.shown, total=100, completed=100 * share, description=words)


def shown_while(wait: Callable[[], R], progress: TrainingProgress, words: str) -> Callable[[], R]:
    """What waits for a result, and moves the bar of the stage meanwhile; for several series, as one is there at once or not."""

    def shown() -> R:
        waited = threading.Event()

        def watch() -> None:
            while not waited.wait(LOOK_SECONDS):
                update_terminal(progress.share, words)

        if progress.total < 2:
            return wait()
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            return wait()
        finally:
            waited.set()
            watcher.join()

    return shown


def say(sentence: str) -> None:
    """A sentence on standard error, above the bar."""
    if _TERMINAL.bar is None:
        write_line(sentence)
    else:
        _TERMINAL.bar.console.print(sentence, markup=False, highlight=False, soft_wrap=True)
