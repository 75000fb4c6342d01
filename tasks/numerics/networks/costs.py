"""What a comparison takes, about: time and memory, told before anything begins; nothing heavy is imported."""

import math
import os
from dataclasses import dataclass
from math import prod
from operator import mul
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.stacks import chain_of, shapes, weights_of
from tasks.numerics.settings import NetworkSpec, TrainingSpec, WindowSpec

SPEED: Final = 50e9
"""Floating-point operations a second of one core, in these programs."""
OVERHEAD: Final = 1e-7
"""Seconds a step and replica beside the arithmetic."""
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
            f"{_duration(self.seconds)} of training and {max(self.memory / 1e9, 0.1):,.1f} GB of memory: "
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
    chain = chain_of(network, windows.horizon if network.head == "forecast" else inputs, steps)
    per_layer = [sum(prod(weight.shape) for weight in own) for own in weights_of(chain, steps, inputs)]
    weights, batches = sum(per_layer), math.ceil(count / training.batch_size)
    at_steps = [shape.steps or 1 for shape in shapes(chain, steps, inputs)]
    operations = 6 * sum(map(mul, per_layer, at_steps)) * min(training.batch_size, count)
    seconds = replicas * training.epochs * batches * (operations / SPEED + OVERHEAD)
    outputs = windows.horizon if network.head == "forecast" else steps
    kept = 8 * outputs * _test_windows(windows, count) + 12 * training.epochs + 4 * weights
    cores = min(os.cpu_count() or 1, replicas)
    memory = replicas * kept + 4 * count * steps * inputs * windows.origins + 12 * weights * cores
    return Cost(replicas, weights, seconds / cores, memory)


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


def _duration(seconds: float) -> str:
    for size, unit in ((86400 * 365, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:,.0f} seconds"
