"""Training of many replicas of one variant, watched and stopped between segments of epochs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture, initial_weights
from tasks.numerics.networks.chain.stacks import all_units
from tasks.numerics.networks.class_weights import window_weights
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.early_stopping import ended
from tasks.numerics.networks.engine.plateaus import Plateau
from tasks.numerics.networks.engine.programs import ProgramSpec, Rates, initial_state
from tasks.numerics.networks.engine.rooms import count_arguments, in_room, room
from tasks.numerics.networks.engine.segments import Begun, Segments
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.layout_choice import lanes, layout_name
from tasks.numerics.networks.optimizer_settings import optimizer_settings
from tasks.numerics.networks.randomness import BatchOrder
from tasks.numerics.networks.seed_blocks import TrainedBlock, TrainingWindows
from tasks.numerics.networks.tuning import Candidate, candidates
from tasks.numerics.training_settings import TrainingSpec

Progress = Callable[[int, int], None]
"""Called after every segment with the epochs done and the epochs in all; what it raises ends the training."""


@dataclass(frozen=True)
class TrainingData:
    """Scaled windows and targets, float32, to train on and to watch, and windows to forecast at the end.

    Windows (N, T, F); targets (N, O), of an autoencoder the windows themselves.
    """

    windows: NDArray[np.float32]
    targets: NDArray[np.float32]
    validation_windows: NDArray[np.float32]
    validation_targets: NDArray[np.float32]
    test_windows: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None
    """What each training window counts (N,): Keras' `sample_weight`; all the same where it is not given."""

    @classmethod
    def of(cls, windows: TrainingWindows) -> "TrainingData":
        """The training windows, those to watch, and those of the test part."""
        seen, watched = windows.split.train, windows.split.train + windows.split.validation
        inputs, targets = windows.inputs, windows.targets
        return cls(inputs[:seen], targets[:seen], inputs[seen:watched], targets[seen:watched], inputs[watched:])

    def arguments(self, batch: int) -> dict[str, Any]:
        """As the compiled programs take them, in batches of so many."""
        training, watched = room(len(self.windows)), room(len(self.validation_windows))
        arrays = {
            "windows": in_room(self.windows, training),
            "targets": in_room(self.targets, training),
            "validation_windows": in_room(self.validation_windows, watched),
            "validation_targets": in_room(self.validation_targets, watched),
            **({} if self.weights is None else {"weights": in_room(self.weights, training)}),
        }
        with_steps = {name: array[:, None] if array.ndim == 2 else array for name, array in arrays.items()}
        counts = count_arguments(len(self.windows), batch, training, len(self.validation_windows))
        return {name: tf.constant(value) for name, value in (with_steps | counts).items()}


@dataclass(frozen=True)
class Trained:
    """Replicas after training: every seed at the first candidate, then every seed at the next."""

    seeds: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    weights: Weights
    forecasts: NDArray[np.float32]
    """Scaled, of the test windows (R, N_test, O); of an autoencoder its reconstructions (R, N_test, T, F)."""
    loss: NDArray[np.float32]
    """Loss of the training windows while each epoch ran (R, E); this and the next two are NaN after a replica stopped."""
    validation_loss: NDArray[np.float32]
    """Loss of the validation windows after each epoch (R, E)."""
    gradient_norm: NDArray[np.float32]
    """Root mean square over each epoch's steps of the gradients' norm, as clipped (R, E)."""
    best_epoch: NDArray[np.int32]
    """Epoch (from 1) whose weights were kept (R,)."""
    diagnostics: dict[str, NDArray[np.float32]]
    """By the names of `diagnostics.diagnose` (R, ...)."""
    seconds: float
    """Training without compilation."""
    compile_seconds: float

    def block(self, architecture: Architecture, windows: TrainingWindows) -> TrainedBlock:
        """What is kept of it, forecasts in the series' own units."""
        own = {name: value for name, value in vars(self).items() if name != "forecasts"}
        return TrainedBlock(architecture.variant.name, forecasts=windows.to_units(self.forecasts), **own)


def program_spec(architecture: Architecture, training: TrainingSpec, windows: int) -> ProgramSpec:
    """The program for a network and so many training windows, in the layout that is faster for its size."""
    batch = min(training.batch_size, windows)
    # Where weights begin changes no program.
    network = replace(architecture.network, initialisation="keras")
    return ProgramSpec(
        architecture=replace(architecture, network=network),
        batch=batch,
        fills=bool(windows % batch),
        patience=training.patience,
        clips=any(one.clip_norm for one in candidates(training)),
        layout_name=layout_name(all_units(architecture.chain), architecture.steps, batch),
        optimizer=optimizer_settings(training),
        loss_name=training.loss,
        quantile=training.quantile,
        plateau=Plateau(training.plateau_patience, training.plateau_factor) if training.plateau_patience else None,
        label_smoothing=training.label_smoothing,
        weighs=bool(training.class_weight),
    )


def train(
    architecture: Architecture,
    training: TrainingSpec,
    data: TrainingData,
    seeds: tuple[int, ...],
    progress: Progress = lambda done, all_epochs: None,
    programs: Path | None = None,
    tried: tuple[Candidate, ...] = (),
) -> Trained:
    """All seeds of one variant at each candidate in one compiled program; the same on every rerun, alone or in a crowd.

    The latter up to rounding. The candidates `tried` are all of the training's own unless given. Programs are kept in the
    folder `programs`, where one is given; trainings of other numbers of windows share one where their arrays have the same room.
    """
    tried = tried or candidates(training)
    if training.class_weight:
        data = replace(data, weights=window_weights(training.class_weight, data.targets))
    spec = program_spec(architecture, training, len(data.windows))
    weights = initial_weights(architecture, list(seeds))
    state = initial_state(spec, [np.concatenate([weight] * len(tried)) for weight in weights])
    order = BatchOrder(list(seeds) * len(tried), len(data.windows), spec.batch, room(len(data.windows)))
    each = np.repeat(np.array([(one.learning_rate, one.clip_norm) for one in tried], np.float32), len(seeds), axis=0)
    rates = Rates(each[:, 0], each[:, 1], np.tile(np.array(seeds, np.uint32), len(tried)))
    size = (all_units(architecture.chain), architecture.steps, spec.batch)
    together = lanes(*size, training.patience, len(each))
    started = time.perf_counter()
    begun = Begun(state, data.arguments(spec.batch), order, rates)
    segments = Segments(spec, begun, training.epochs, together, programs)
    for done in segments:
        progress(done, training.epochs)
    state = segments.state
    kept: Weights = state["best_weights" if training.patience else "weights"]
    found = diagnose(architecture, kept, data.windows, data.test_windows)
    forecasts = found.pop("forecasts")
    course = segments.course
    loss, validation_loss, gradient_norm = (
        ended(course, state["best_epoch"], training.patience) if training.patience else course
    )
    return Trained(
        tuple(seeds),
        tried,
        kept,
        forecasts if architecture.network.head == "autoencoder" else forecasts[:, :, 0],
        loss,
        validation_loss,
        gradient_norm,
        state["best_epoch"] + 1 if training.patience else np.full(len(each), training.epochs, np.int32),
        found,
        seconds=time.perf_counter() - started - segments.compile_seconds,
        compile_seconds=segments.compile_seconds,
    )
