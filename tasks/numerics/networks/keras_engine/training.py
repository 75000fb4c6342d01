"""Training of replicas of one variant by Keras, one after another: the same batch order, candidates, early stopping and results as the fused engine has."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.class_weights import window_weights
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.plateaus import LEAST_GAIN
from tasks.numerics.networks.engine.training import Progress, Trained, TrainingData
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.keras_engine.observed_cells import observed
from tasks.numerics.networks.keras_engine.trained_models import outline_of_network
from tasks.numerics.networks.keras_engine.trainees import Trainee, start_of
from tasks.numerics.networks.keras_models import chain_weights
from tasks.numerics.networks.randomness import BatchOrder
from tasks.numerics.networks.tuning import Candidate, candidates
from tasks.numerics.training_settings import TrainingSpec


class Replica(NamedTuple):
    """One network after training."""

    weights: list[NDArray[np.float32]]
    """As Keras' `get_weights` gives them."""
    forecasts: NDArray[np.float32]
    """Of the test windows (N_test, O)."""
    course: NDArray[np.float32]
    """Loss, validation loss and gradient norm of each epoch (3, E)."""
    best_epoch: int
    """From 1."""
    diagnostics: dict[str, NDArray[np.float32]]
    """By the names of `diagnostics.diagnose`, without the axis R; empty of a chain, which is diagnosed as a whole."""


def train(
    architecture: Architecture,
    training: TrainingSpec,
    data: TrainingData,
    seeds: tuple[int, ...],
    progress: Progress = lambda done, all_epochs: None,
    tried: tuple[Candidate, ...] = (),
) -> Trained:
    """All seeds of one variant at each candidate: what the fused engine gives of a chain, to rounding, where nothing is dropped.

    `progress` hears the epochs done of one replica, in the mean over all.
    """
    tried = tried or candidates(training)
    if training.class_weight:
        data = replace(data, weights=window_weights(training.class_weight, data.targets))
    begun, replicas, count = time.perf_counter(), list[Replica](), len(seeds) * len(tried)
    starts = {seed: start_of(architecture, seed) for seed in seeds}
    by_clipping = {one.clip_norm: Trainee(architecture, training, one, data) for one in tried}
    prepared = time.perf_counter()
    for candidate in tried:
        for seed in seeds:
            done = len(replicas) * training.epochs

            def tell(epochs: int, done: int = done) -> None:
                progress((done + epochs) // count, training.epochs)

            trainee = by_clipping[candidate.clip_norm]
            trainee.begin(starts[seed])
            order = BatchOrder([seed], len(data.windows), trainee.batch)
            replicas.append(_one(trainee, training, candidate.learning_rate, order, tell))
    seconds = (time.perf_counter() - prepared, prepared - begun)
    return _together(architecture, data, (seeds, tried), replicas, seconds)


def _one(
    trainee: Trainee, training: TrainingSpec, learning_rate: float, order: BatchOrder, tell: Callable[[int], None]
) -> Replica:
    """One replica that has not begun, watched after every epoch."""
    course, best, best_epoch, kept = list[tuple[float, float, float]](), np.inf, 0, trainee.model.get_weights()
    factor, lowest, waited = np.float32(1.0), np.inf, 0
    for epoch in range(training.epochs):
        drawn = order.draw(1, 1).reshape(-1)[: len(trainee.data.windows)]
        loss, norm = trainee.epoch(drawn, float(np.float32(learning_rate) * factor))
        watched = trainee.validation_loss()
        course.append((loss, watched, norm))
        tell(epoch + 1)
        if training.patience:
            if watched < best:
                best, best_epoch, kept = watched, epoch, trainee.model.get_weights()
            if epoch - best_epoch >= training.patience:
                break
        if training.plateau_patience:
            lower = watched < lowest - LEAST_GAIN
            lowest, waited = (watched, 0) if lower else (lowest, waited + 1)
            if waited >= training.plateau_patience:
                factor, waited = factor * np.float32(training.plateau_factor), 0
    if training.patience:
        trainee.model.set_weights(kept)
    return Replica(
        trainee.model.get_weights(),
        trainee.forecasts(trainee.data.test_windows),
        np.array(course, np.float32).T,
        best_epoch + 1 if training.patience else len(course),
        observed(trainee) if outline_of_network(trainee.architecture) else {},
    )


def _together(
    architecture: Architecture,
    data: TrainingData,
    grid: tuple[tuple[int, ...], tuple[Candidate, ...]],
    replicas: list[Replica],
    seconds: tuple[float, float],
) -> Trained:
    """All replicas as one, what early stopping made shorter filled up with NaN."""
    longest = max(one.course.shape[1] for one in replicas)
    courses = [
        np.pad(one.course, ((0, 0), (0, longest - one.course.shape[1])), constant_values=np.nan) for one in replicas
    ]
    loss, validation_loss, gradient_norm = np.stack(courses, axis=1)
    weights: Weights = [np.stack(parts) for parts in zip(*(one.weights for one in replicas), strict=True)]
    if outline_of_network(architecture) is None:
        own = [chain_weights(architecture.weights, one.weights) for one in replicas]
        weights = [np.stack(parts) for parts in zip(*own, strict=True)]
        found = diagnose(architecture, weights, data.windows, data.test_windows)
        found.pop("forecasts")
    else:
        names = replicas[0].diagnostics
        found = {name: np.stack([one.diagnostics[name] for one in replicas]) for name in names}
    seeds, tried = grid
    return Trained(
        tuple(seeds),
        tried,
        weights,
        np.stack([one.forecasts for one in replicas]),
        loss,
        validation_loss,
        gradient_norm,
        np.array([one.best_epoch for one in replicas], np.int32),
        found,
        *seconds,
    )
