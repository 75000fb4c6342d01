"""What random convolutions see of windows: a strong classifier without training of its own (ROCKET; Dempster, Petitjean and Webb 2020).

Axes: N windows, T time steps, F features, k taps.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.randomness import generator
from tasks.numerics.statistics.scored_points import Array

KERNELS: Final = 500
"""A twentieth of the paper's 10,000, which tell little more."""
FEWEST, OPERATIONS = 50, 2e9
"""Kernels of data that are large, and how many values all kernels together read at most."""
TAPS: Final = (7, 9, 11)
SEEDS: Final = 0
"""Of the kernels: the same windows have the same features whenever they are compared."""


class Kernel(NamedTuple):
    """One random convolution."""

    weights: Array
    """(k, F), most of them 0: a kernel reads some features alone."""
    bias: float
    dilation: int
    padded: bool
    """Whether it reads beyond both ends, where zeros stand."""


def drawn_kernels(steps: int, features: int, number: int) -> list[Kernel]:
    """So many kernels for windows (T, F), always the same ones."""
    random, found = generator(SEEDS, f"convolutions {steps} {features}"), list[Kernel]()
    for _ in range(number):
        taps = int(random.choice(TAPS))
        weights = random.normal(size=(taps, features))
        weights -= weights.mean(axis=0)
        read = random.permutation(features)[: int(2 ** random.uniform(0, np.log2(min(features, taps) + 1)))]
        weights[:, np.setdiff1d(np.arange(features), read)] = 0
        longest = max(np.log2(max(steps - 1, 1) / (taps - 1)), 0)
        dilation = int(2 ** random.uniform(0, longest))
        padded = bool(random.random() < 0.5) or steps <= (taps - 1) * dilation
        found.append(Kernel(weights, float(random.uniform(-1, 1)), dilation, padded))
    return found


def response(windows: Array, kernel: Kernel) -> Array:
    """The convolution of every window (N, T, F) at every place that the kernel has (N, P)."""
    taps, reach = len(kernel.weights), (len(kernel.weights) - 1) * kernel.dilation
    if kernel.padded:
        windows = np.pad(windows, ((0, 0), (reach // 2, reach - reach // 2), (0, 0)))
    places = windows.shape[1] - reach
    read = np.flatnonzero(kernel.weights.any(axis=0))
    found = np.full((len(windows), places), kernel.bias)
    for tap in range(taps):
        start = tap * kernel.dilation
        found += windows[:, start : start + places, read] @ kernel.weights[tap, read]
    return found


def convolved(windows: Array, known: slice) -> Array:
    """Two numbers a kernel of every window (N, T, F): its greatest response, and the share that is positive; standardised by the known windows."""
    number = int(np.clip(OPERATIONS / (windows.size * TAPS[1]), FEWEST, KERNELS))
    usual = standardised(windows.reshape(-1, windows.shape[2]), windows[known].reshape(-1, windows.shape[2]))
    scaled, found = usual.reshape(windows.shape), list[Array]()
    for kernel in drawn_kernels(windows.shape[1], windows.shape[2], number):
        own = response(scaled, kernel)
        found += [own.max(axis=1), (own > 0).mean(axis=1)]
    table = np.stack(found, axis=1)
    return standardised(table, table[known])


def standardised(values: Array, known: Array) -> Array:
    """Columns of mean 0 and standard deviation 1 over the known rows; what does not vary there is 0."""
    spread = known.std(axis=0)
    varies: NDArray[np.bool_] = spread > 1e-9
    return np.where(varies, (values - known.mean(axis=0)) / np.where(varies, spread, 1), 0)
