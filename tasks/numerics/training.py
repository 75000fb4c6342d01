"""Training of many replicas of one variant, watched and stopped between segments of epochs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.kept_programs import kept_program
from tasks.numerics.networks import Architecture, Weights, initial_weights
from tasks.numerics.programs import ProgramSpec, initial_state, segment_program
from tasks.numerics.randomness import BatchOrder
from tasks.numerics.settings import TrainingSpec
from tasks.numerics.sizes import layout_name

SEGMENT_SECONDS = 0.7
ORDER_ELEMENTS = 4_000_000

Progress = Callable[[int, int], None]
"""Called after every segment with the epochs done and the epochs in all; what it raises ends the training."""


@dataclass(frozen=True)
class TrainingData:
    """Scaled windows (N, T, F) and targets (N,), float32, to train on and to watch, and windows to forecast at the end."""

    windows: NDArray[np.float32]
    targets: NDArray[np.float32]
    validation_windows: NDArray[np.float32]
    validation_targets: NDArray[np.float32]
    test_windows: NDArray[np.float32]

    def arguments(self) -> dict[str, Any]:
        """As the compiled programs take them."""
        return {name: tf.constant(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Trained:
    """Replicas after training, in the order of their seeds."""

    seeds: tuple[int, ...]
    weights: Weights
    forecasts: NDArray[np.float32]
    """Scaled, of the test windows (R, N_test)."""
    loss: NDArray[np.float32]
    """Mean squared error of the training windows while each epoch ran (R, E)."""
    validation_loss: NDArray[np.float32]
    """Mean squared error of the validation windows after each epoch (R, E)."""
    best_epoch: NDArray[np.int32]
    """Epoch (from 1) whose weights were kept (R,)."""
    seconds: float
    """Training without compilation."""
    compile_seconds: float


def program_spec(architecture: Architecture, training: TrainingSpec, windows: int, steps: int) -> ProgramSpec:
    """The program for a network and training windows of so many time steps, in the layout that is faster for its size."""
    batch = min(training.batch_size, windows)
    return ProgramSpec(
        architecture=architecture,
        batch=batch,
        windows=windows,
        patience=training.patience,
        clip_norm=training.clip_norm,
        layout_name=layout_name(architecture.network.layers, steps, batch),
    )


def train(
    architecture: Architecture,
    training: TrainingSpec,
    data: TrainingData,
    seeds: tuple[int, ...],
    progress: Progress = lambda done, all_epochs: None,
    programs: Path | None = None,
) -> Trained:
    """All seeds of one variant in one compiled program; the same on every rerun, and alone or in a crowd up to rounding.

    Programs are kept in the folder `programs`, where one is given.
    """
    spec = program_spec(architecture, training, *data.windows.shape[:2])
    state: Any = initial_state(spec, initial_weights(architecture, list(seeds)))
    order = BatchOrder(list(seeds), spec.windows, spec.batch)
    rows = int(np.clip(ORDER_ELEMENTS // (spec.steps * spec.batch * len(seeds)), 1, training.epochs))
    rates = tf.fill([len(seeds)], np.float32(training.learning_rate))
    begun, arguments, losses, done = time.perf_counter(), data.arguments(), [], 0
    nothing = _segment(state, arguments, order.draw(0, rows), rates, 0, 0)
    program = kept_program(segment_program(spec), spec, nothing, programs)
    program(*nothing)
    compiled, epochs = time.perf_counter(), 1
    while done < training.epochs:
        epochs, segment_begun = min(epochs, rows, training.epochs - done), time.perf_counter()
        state, segment, forecasts = program(*_segment(state, arguments, order.draw(epochs, rows), rates, done, epochs))
        losses.append(segment.numpy()[:, :epochs])
        done += epochs
        progress(done, training.epochs)
        if training.patience and bool(np.all(state["stopped"])):
            break
        pace = (time.perf_counter() - segment_begun) / epochs
        epochs = max(1, min(int(SEGMENT_SECONDS / pace), 4 * epochs))
    seconds = (compiled - begun, time.perf_counter() - compiled)
    return _trained(tuple(seeds), state, forecasts.numpy(), np.concatenate(losses, axis=1), seconds)


def _segment(state: Any, data: Any, order: NDArray[np.int32], rates: Any, done: int, epochs: int) -> tuple[Any, ...]:
    return state, data, tf.constant(order), rates, tf.constant(done), tf.constant(epochs)


def _trained(
    seeds: tuple[int, ...],
    state: Any,
    forecasts: NDArray[np.float32],
    losses: NDArray[np.float32],
    seconds: tuple[float, float],
) -> Trained:
    kept = "best_weights" if "best_weights" in state else "weights"
    epochs = losses.shape[1]
    best = np.asarray(state["best_epoch"]) + 1 if "best_epoch" in state else np.full(len(seeds), epochs, np.int32)
    return Trained(
        seeds,
        [np.asarray(weight) for weight in state[kept]],
        forecasts,
        losses[0].T,
        losses[1].T,
        best.astype(np.int32),
        seconds=seconds[1],
        compile_seconds=seconds[0],
    )
