"""Contenders as processes of their own: each trains when asked, and answers with what it took."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from cases import Case

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
# What one contender sets for itself must not reach another.
KEPT_OUT = ("XLA_", "TF_", "KERAS_", "JAX_", "OMP_", "PYTHON", "INTERLAYER_")


@dataclass(frozen=True)
class Answer:
    """What one repeat of a contender took and gave."""

    seconds: float
    processor_seconds: float
    """Of all threads: what others do on the machine lengthens this less than the wall time."""
    replica_steps: int
    """Optimiser's steps in all, over replicas."""
    compile_seconds: float = 0.0
    """Before the first step of a first repeat."""
    losses: list[float] = field(default_factory=list)
    """Mean training loss of each epoch so far, over replicas; of the first replica alone for `fit`."""
    first_losses: list[float] = field(default_factory=list)
    """Training loss of each epoch of the first replica, which `fit` trains too."""
    replicas: int = 1
    way: str = ""
    """How it was done, where a contender has the choice."""

    @property
    def microseconds(self) -> float:
        """Wall time by replica and step."""
        return self.seconds / self.replica_steps * 1e6

    @property
    def processor_microseconds(self) -> float:
        """Processor time by replica and step."""
        return self.processor_seconds / self.replica_steps * 1e6


class Stopwatch:
    """Wall time and processor time since it was made."""

    def __init__(self) -> None:
        """Begins."""
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Seconds of wall time, and of all this process's threads."""
        return time.perf_counter() - self._wall, time.process_time() - self._processor


class Contender:
    """A process that trains when asked; idle in between, so that contenders can take turns."""

    def __init__(self, script: str, *arguments: str, home: Path) -> None:
        """Starts `script`, which imports its tools meanwhile."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(KEPT_OUT)}
        environment |= {"PYTHONPATH": str(PROJECT), "INTERLAYER_HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "3"}
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )

    def ask(self, case: Case, **wishes: Any) -> None:
        """Lets it begin to train."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"case": asdict(case), **wishes}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Answer:
        """Waits until it has trained; raises RuntimeError with its last words if it ended instead."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._said.seek(0)
            raise RuntimeError(f"A contender ended without an answer:\n{self._said.read()[-3000:]}")
        return Answer(**json.loads(line))

    def measure(self, case: Case, **wishes: Any) -> Answer:
        """Lets it train alone."""
        self.ask(case, **wishes)
        return self.answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()
        self._said.close()


def serve(measure: Callable[..., Answer]) -> None:
    """Answers each line of standard input with one measurement, until the input ends."""
    # Whatever a library prints must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        wishes = json.loads(line)
        case = wishes.pop("case")
        answer = measure(Case(**case | {name: tuple(case[name]) for name in ("layers", "dense")}), **wishes)
        answers.write(json.dumps(asdict(answer)) + "\n")
        answers.flush()
