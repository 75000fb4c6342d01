"""The seeds of a chosen variant, as one forecaster: every network's forecast, and their mean."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.forms import form_of
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import Candidate

TOGETHER = 256
"""Windows that go forward at once where their number is no matter."""


@dataclass(frozen=True)
class Ensemble:
    """S networks of one architecture."""

    architecture: Architecture
    weights: Weights
    """(S, ...) each."""

    def one_by_one(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scaled forecasts (S, N, H) of windows (N, T, F), each by itself: what stands beside a window does not move its last bit."""
        return np.concatenate([self._forward(windows[at : at + 1]) for at in range(len(windows))], axis=1)

    def together(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same, many windows at a time."""
        parts = [self._forward(windows[at : at + TOGETHER]) for at in range(0, len(windows), TOGETHER)]
        return np.concatenate(parts, axis=1)

    @cached_property
    def _forward(self) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
        return _by_keras(self) if form_of(self.architecture.network).lacks else _fused(self)


def _fused(ensemble: Ensemble) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """All networks in one graph, as the engine has them."""
    import tensorflow as tf

    from tasks.numerics.networks.engine.gradients import forecast
    from tasks.numerics.networks.engine.layouts import ReplicaFirst

    layout, architecture = ReplicaFirst(), ensemble.architecture
    with tf.device("CPU"):
        weights = [tf.constant(weight) for weight in ensemble.weights]

    def run(windows: Any) -> Any:
        given = tf.broadcast_to(windows[None], [len(ensemble.weights[-1]), *windows.shape])
        return forecast(layout, architecture, weights, given)

    graph = tf.function(run, autograph=False)

    @cache
    def of_shape(shape: tuple[int, ...]) -> Any:
        return graph.get_concrete_function(tf.TensorSpec(shape, tf.float32))

    def forward(windows: NDArray[np.float32]) -> NDArray[np.float32]:
        with tf.device("CPU"):
            found: NDArray[np.float32] = of_shape(windows.shape)(tf.constant(windows)).numpy()[:, :, 0]
        return found

    return forward


def _by_keras(ensemble: Ensemble) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """One network after the other, of those that the engine does not have."""
    from tasks.numerics.networks.keras_engine.trained_models import trained_model

    models = [trained_model(ensemble.architecture, ensemble.weights, seed) for seed in range(len(ensemble.weights[-1]))]

    def forward(windows: NDArray[np.float32]) -> NDArray[np.float32]:
        # In batches of the size that a network may insist on.
        return np.stack([np.asarray(_in_batches(model, windows)) for model in models])

    return forward


def _in_batches(model: Any, windows: NDArray[np.float32]) -> NDArray[np.float32]:
    fixed = getattr(model, "input_shape", (None,))[0]
    if not fixed:
        return np.asarray(model(windows))
    filled = np.concatenate([windows, np.zeros((-len(windows) % fixed, *windows.shape[1:]), np.float32)])
    parts = [np.asarray(model(filled[at : at + fixed])) for at in range(0, len(filled), fixed)]
    return np.concatenate(parts)[: len(windows)]


def weights_of_seeds(blocks: list[TrainedBlock], origin: int, candidate: Candidate, seeds: list[int]) -> Weights:
    """Weights (S, ...) of some seeds of a variant at one training end and candidate, in the order of the seeds."""
    holding = {
        seed: (block, block.replica(candidate, seed))
        for block in blocks
        if block.origin == origin and candidate in block.candidates
        for seed in block.seeds
    }
    first = holding[seeds[0]][0]
    return [
        np.stack([holding[seed][0].weights[place][holding[seed][1]] for seed in seeds])
        for place in range(len(first.weights))
    ]


def finite_seeds(weights: Weights) -> NDArray[np.bool_]:
    """Which networks (S,) have nothing but numbers in all of their weights."""
    finite = [np.isfinite(weight).reshape(len(weight), -1).all(axis=1) for weight in weights]
    return np.asarray(np.logical_and.reduce(finite))
