"""Training segment after segment of epochs: a program has lanes, and who has stopped early leaves its lane to the next replica.

What a replica learns does not depend on its lane, nor on who stands beside it, to the last bit.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.engine.program_cache import kept_program, seal_programs
from tasks.numerics.networks.engine.programs import ProgramSpec, Rates, segment_program
from tasks.numerics.networks.randomness import BatchOrder

SEGMENT_SECONDS = 0.7
ORDER_ELEMENTS = 4_000_000
CHANGE_EPOCHS = 10
"""Lanes change hands after every so many epochs, whatever the machine's speed."""

State = dict[str, Any]


@dataclass(frozen=True)
class Begun:
    """A training that has not begun: state, batch orders and `Rates` of all replicas, arrays (R, ...), and the windows."""

    state: State
    arguments: dict[str, Any]
    order: BatchOrder
    rates: Rates


class Segments:
    """All replicas of one variant in training, some of them at a time in the lanes of one compiled program."""

    def __init__(self, spec: ProgramSpec, begun: Begun, epochs: int, lanes: int, programs: Path | None) -> None:
        """Compiles the program, which is kept in the folder `programs`; each replica is trained for so many epochs at most.

        Without early stopping all have a lane from the beginning.
        """
        self._spec, self._begun, self._epochs = spec, begun, epochs
        self.state: State = _each(np.array, begun.state)
        """Of all replicas: what they were when they last left their lanes."""
        replicas = len(begun.rates.seeds)
        self._trained = np.zeros(replicas, int)
        # Memory is taken when it is written to: most stop long before the last epoch.
        self._course = np.zeros((3, replicas, epochs), np.float32)
        self._lanes = np.arange(lanes)
        """The replica in each lane."""
        self._next = lanes
        self._rows = int(np.clip(ORDER_ELEMENTS // (begun.arguments["windows"].shape[0] * lanes), 1, epochs))
        if spec.patience:
            self._rows = min(self._rows, CHANGE_EPOCHS)
        started = time.perf_counter()
        self._in_lanes: State = taken(self.state, self._lanes)
        given = self._given(0)
        self._program = kept_program(segment_program(spec), spec, given, (self._in_lanes, None), programs)
        self._program(*given)
        seal_programs(programs)
        self.compile_seconds = time.perf_counter() - started

    def __iter__(self) -> Iterator[int]:
        """Trains a segment, as often as there is one, and tells how many epochs are done, in the mean of all replicas."""
        epochs, done = 1, 0
        while self._next < len(self._trained) or not self._over().all():
            begun, most = time.perf_counter(), self._epochs - done
            if self._spec.patience:
                most = CHANGE_EPOCHS - done % CHANGE_EPOCHS
            epochs = min(epochs, self._rows, most)
            self._train(epochs)
            done += epochs
            pace = (time.perf_counter() - begun) / epochs
            epochs = max(1, min(int(SEGMENT_SECONDS / pace), 4 * epochs))
            if not done % CHANGE_EPOCHS:
                self._change_lanes()
            yield self._mean_done()
        self.state = put_back(self.state, self._in_lanes, self._lanes)

    @property
    def course(self) -> NDArray[np.float32]:
        """Training loss, validation loss and norm of the gradients in every replica's epochs (3, R, E); 0 where it had none."""
        return self._course[:, :, : self._trained.max()]

    def _over(self) -> NDArray[np.bool_]:
        """Whether the replica in each lane has ended."""
        if self._spec.patience:
            return np.array(self._in_lanes["stopped"])
        return self._trained[self._lanes] >= self._epochs

    def _train(self, epochs: int) -> None:
        self._in_lanes, course = self._program(*self._given(epochs))
        found = course.numpy()
        for lane, replica in enumerate(self._lanes):
            first = self._trained[replica]
            last = min(first + epochs, self._epochs)
            self._course[:, replica, first:last] = found[:, : last - first, lane]
            self._trained[replica] = last

    def _given(self, epochs: int) -> tuple[Any, ...]:
        order = self._begun.order.draw(epochs, self._rows, self._lanes)
        rates = Rates(*(tf.constant(values[self._lanes]) for values in self._begun.rates))
        counts = tf.constant(self._epochs), tf.constant(epochs)
        return self._in_lanes, self._begun.arguments, tf.constant(order), rates, *counts

    def _change_lanes(self) -> None:
        free = np.flatnonzero(self._over())[: len(self._trained) - self._next]
        if len(free):
            self.state = put_back(self.state, self._in_lanes, self._lanes)
            self._lanes[free] = np.arange(self._next, self._next + len(free))
            self._next += len(free)
            self._in_lanes = taken(self.state, self._lanes)

    def _mean_done(self) -> int:
        done = self._trained.copy()
        done[: self._next] = self._epochs
        going_on = self._lanes[~self._over()]
        done[going_on] = self._trained[going_on]
        return int(done.mean())


def taken(state: State, places: NDArray[np.intp]) -> State:
    """The state of the replicas at some places."""
    return _each(lambda array: array[places], state)


def put_back(whole: State, part: State, places: NDArray[np.intp]) -> State:
    """The state of all replicas, with that of those at some places, which is newer, in its place."""

    def put(array: NDArray[Any], newer: Any) -> NDArray[Any]:
        array[places] = np.asarray(newer)
        return array

    return _each(put, whole, part)


def _each(change: Any, *states: State) -> State:
    """Every array of some states changed together; weights and what is kept beside them are lists of arrays."""

    def changed(*parts: Any) -> Any:
        if isinstance(parts[0], list):
            return [change(*arrays) for arrays in zip(*parts, strict=True)]
        return change(*parts)

    return {name: changed(*(state[name] for state in states)) for name in states[0]}
