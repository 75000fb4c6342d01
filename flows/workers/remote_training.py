"""What a worker of the cluster does: trains a block, as this process would."""

import os
import platform
import threading
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock, TrainingWindows, engine_version
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.training_settings import TrainingSpec

LOOK_SECONDS, END_SECONDS = 0.5, 3.0
TOPIC = "interlayer-training"


class UnlikeError(Exception):
    """A worker has other versions than the process that asks."""


class UnwantedError(Exception):
    """Who asked is gone, or wants it no more."""


@dataclass(frozen=True)
class Request:
    """A block that is to be trained."""

    architecture: Architecture
    training: TrainingSpec
    block: Block
    tried: tuple[Candidate, ...]
    versions: dict[str, str]
    """Of who asks."""


@cache
def own_versions() -> dict[str, str]:
    """What must be alike where a block is trained and where it is wanted."""
    return {
        "engine": engine_version(),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "TensorFlow": version("tensorflow"),
        "Keras": version("keras"),
        "NumPy": version("numpy"),
    }


def unlike(own: dict[str, str], wanted: dict[str, str]) -> str:
    """What differs, in words; empty where nothing does. The engine is named only where all else is alike: it changes with them."""
    found = [f"{name} {own.get(name)} instead of {one}" for name, one in wanted.items() if own.get(name) != one]
    named = [one for one in found if not one.startswith("engine")]
    return ", ".join(named or found)


def train_on_a_worker(request: Request, windows: TrainingWindows) -> TrainedBlock:
    """The block; raises UnlikeError where the worker's versions are others, UnwantedError where it is wanted no more."""
    from distributed import get_worker

    worker = get_worker()
    differs = unlike(own_versions(), request.versions)
    if differs:
        raise UnlikeError(f"{worker.address}: {differs}")
    key = worker.get_current_task()
    with Watched(worker, key) as watched:
        from flows.environment import COMPILED
        from tasks.train import train_block

        def progress(done: int, epochs: int) -> None:
            watched.check()
            worker.log_event(TOPIC, {"key": key, "done": done})

        replicas = (request.block, request.tried)
        return train_block(request.architecture, request.training, windows, replicas, progress, COMPILED)


class Watched:
    """A task of a worker, which ends soon after it is wanted no more, though it compiles meanwhile."""

    def __init__(self, worker: Any, key: str) -> None:
        """Before it begins."""
        self._worker, self._key = worker, key
        self._ended = threading.Event()

    def __enter__(self) -> "Watched":
        """It begins."""
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        """It has ended, however."""
        self._ended.set()

    @property
    def is_wanted(self) -> bool:
        """Whether the scheduler still waits for it: it forgets what nobody waits for."""
        task = self._worker.state.tasks.get(self._key)
        return task is not None and task.state in ("executing", "long-running")

    def check(self) -> None:
        """Raises UnwantedError where it is wanted no more."""
        if not self.is_wanted:
            raise UnwantedError(self._key)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            if not self.is_wanted:
                # Nothing else interrupts a compilation; the worker's nanny starts another one.
                if not self._ended.wait(END_SECONDS):
                    os._exit(1)
                return
