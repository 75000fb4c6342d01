"""What the machine's own matrix product reaches, and how much of it a training needs."""

import time
from math import prod

import numpy as np
from cases import Case

from tasks.numerics.networks.chain.layers import Shape, Weight

SIZE, QUICK_SIZE = 2048, 256
"""Rows and columns of the product that is timed."""
REPEATS = 8


def sgemm_peak(size: int = SIZE) -> float:
    """Floating point operations a second of numpy's product of two float32 matrices on all cores, the best of several."""
    left, right = np.random.default_rng(0).standard_normal((2, size, size), dtype=np.float32)
    result, seconds = np.empty_like(left), []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        np.matmul(left, right, out=result)
        seconds.append(time.perf_counter() - begun)
    return 2 * size**3 / min(seconds)


def step_operations(case: Case) -> float:
    """Floating point operations of the matrix products of one training step of one replica, least that they take.

    Forward, gradients of the weights and of what goes into each layer but the first; with it the step's share of the
    validation after every epoch. A recurrent kernel is multiplied one time step less than there are: states begin at 0.
    """
    forward, to_first = window_operations(case)
    backward = 2 * forward - to_first
    return case.batch * (forward + backward) + forward * case.validation_windows / case.batches


def window_operations(case: Case) -> tuple[float, float]:
    """Operations of one window forward, and those of them that have a gradient of the windows themselves."""
    architecture = case.architecture
    layers = [
        [layer_operations(weight, before) for weight in own if len(weight.shape) > 1]
        for own, before in zip(architecture.weights, architecture.shapes, strict=False)
    ]
    kernels = [
        layer_operations(weight, architecture.shapes[0])
        for weight in architecture.weights[0]
        if weight.name.endswith("kernel") and "recurrent" not in weight.name
    ]
    return float(sum(map(sum, layers))), float(sum(kernels))


def layer_operations(weight: Weight, before: Shape) -> int:
    """Of one product of a window with a kernel, at every time step that it is at work on."""
    steps = before.steps or 1
    return 2 * prod(weight.shape) * (steps - 1 if "recurrent" in weight.name else steps)
