"""Before anything is trained by Keras: whether each variant changes what the network gives, and how long a step takes."""

import time
from dataclasses import replace

import numpy as np

from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.keras_engine.trained_models import built
from tasks.numerics.networks.keras_engine.trainees import Trainee, start_of
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.training_settings import TrainingSpec

SEEDS = (0, 1, 2)
"""With each of these, a variant's outputs would have to be the same as those of the first."""
MOST_WINDOWS = 160
"""On which a step is measured."""


def check_variants(architectures: list[Architecture]) -> None:
    """Raises InputError where a variant gives what the first one gives, from the same weights, whatever it is asked."""
    first, *others = architectures
    random = np.random.default_rng(0)
    shape = getattr(built(first, SEEDS[0]), "input_shape", None)
    count = shape[0] if isinstance(shape, tuple) and shape[0] else 16
    windows = (3 * random.normal(size=(count, first.steps, first.features))).astype(np.float32)
    plain = [np.asarray(built(first, seed)(windows, training=False)) for seed in SEEDS]
    for other in others:
        if all(
            np.array_equal(np.asarray(built(other, seed)(windows, training=False)), before)
            for seed, before in zip(SEEDS, plain, strict=True)
        ):
            raise InputError(
                f"{other.variant.name}: put into the network, this activation changes nothing that the network gives: the layers that have it "
                "do not use it, or their outputs are not used. Expected --placements and --activations that a network of this kind calls."
            )


def step_seconds(architecture: Architecture, training: TrainingSpec, data: TrainingData) -> tuple[float, float]:
    """Of training one network: seconds a step, and what is done once for every block of seeds before."""
    few = replace(data, windows=data.windows[:MOST_WINDOWS], targets=data.targets[:MOST_WINDOWS])
    begun = time.perf_counter()
    start = start_of(architecture, SEEDS[0])
    trainee = Trainee(architecture, training, candidates(training)[0], few)
    trainee.begin(start)
    order, times = np.arange(len(few.windows), dtype=np.int32), [begun]
    for _ in range(3):  # the first one is traced
        trainee.epoch(order, training.learning_rate)
        times.append(time.perf_counter())
    once, *others = np.diff(times)
    return float(min(others)) / -(-trainee.whole // trainee.batch), float(once)
