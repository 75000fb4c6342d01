"""What a comparison takes, about: time and memory, told before anything begins; nothing heavy is imported."""

import math
import os
from dataclasses import dataclass
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.forms import Form, form_of, trained_by_keras
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

SPEED: Final = 50e9
"""Floating-point operations a second of one core, in these programs."""
OVERHEAD: Final = 1e-7
"""Seconds a step and replica beside the arithmetic."""
KERAS_STEP: Final = 2.5e-3
"""Seconds a step of one network takes in Keras, beside the arithmetic."""
KERAS_TIME_STEP: Final = 4e-4
"""Seconds more for every time step of every recurrent layer."""
LONG: Final = 600.0
"""Seconds from which on a comparison is told of before it begins."""
LONGEST: Final = 365 * 86400.0
"""Seconds that nobody waits for."""


@dataclass(frozen=True)
class Cost:
    """An estimate, right within a factor of three where it was measured."""

    replicas: int
    weights: int
    """Of one network."""
    seconds: float
    """On all cores."""
    memory: float
    """Bytes that are kept at once."""

    def __str__(self) -> str:
        """How long, how much and of what."""
        return (
            f"{duration(self.seconds)} of training and {max(self.memory / 1e9, 0.1):,.1f} GB of memory: "
            f"{self.replicas:,} networks of {self.weights:,} weights"
        )


def cost_of(
    network: NetworkSpec,
    training: TrainingSpec,
    windows: WindowSpec,
    replicas: int,
    rows: int,
    shape: tuple[int, int] | None = None,
) -> Cost:
    """What training so many replicas takes on a series of so many rows, that are all taken for training ones.

    Where windows are not cut from a series, rows are windows, and `shape` is theirs (T, F).
    """
    steps = windows.lookback if windows.layout == "steps" else 1
    inputs = 1 if windows.layout == "steps" else windows.lookback
    count = max(rows - windows.lookback, 1)
    if shape is not None:
        (steps, inputs), count = shape, rows
    form = form_of(network, windows.horizon if network.head == "forecast" else inputs, steps)
    sizes, batches = form.sizes(steps, inputs), math.ceil(count / training.batch_size)
    weights = sum(own for own, _ in sizes)
    seconds = fused_step(form, min(training.batch_size, count), steps, inputs)
    if trained_by_keras(network, training):
        seconds += KERAS_STEP + KERAS_TIME_STEP * steps * len(form.units)
    seconds *= replicas * training.epochs * batches
    outputs = windows.horizon if network.head == "forecast" else steps
    kept = 8 * outputs * _test_windows(windows, count) + 12 * training.epochs + 4 * weights
    cores = min(os.cpu_count() or 1, replicas)
    memory = replicas * kept + 4 * count * steps * inputs * windows.origins + 12 * weights * cores
    return Cost(replicas, weights, seconds / cores, memory)


def fused_step(form: Form, batch: int, steps: int, features: int) -> float:
    """Seconds that the fused engine takes for a step of one network, or would for as much arithmetic, about."""
    operations = 6 * batch * sum(weights * times for weights, times in form.sizes(steps, features))
    return operations / SPEED + OVERHEAD


def check_cost(cost: Cost) -> None:
    """Raises InputError where it is more than this machine holds, or than anybody waits for."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if cost.memory > there or cost.seconds > LONGEST:
        raise InputError(
            f"This comparison takes about {cost}. Expected at most the {there / 1e9:,.1f} GB that this machine has, and a year. "
            "Pass fewer --seeds, --epochs, --activations, --learning-rates or --origins, or smaller --layers."
        )


def _test_windows(windows: WindowSpec, count: int) -> float:
    return windows.test if windows.test >= 1 else windows.test * count


def duration(seconds: float) -> str:
    """In the largest unit of which there are two."""
    for size, unit in ((86400 * 365, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:,.0f} seconds"
