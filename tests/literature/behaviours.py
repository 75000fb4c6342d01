"""Series made of five behaviours that Khaldi et al. tell apart, each from a seed of its own."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LENGTH, BEFORE = 500, 500
"""Periods of a series, and those before it that are thrown away where it must forget how it began."""
Made = NDArray[np.float64]


def deterministic(random: np.random.Generator) -> Made:
    """Two waves of different lengths, and nothing else."""
    time, lengths, phases = np.arange(LENGTH), random.uniform(6, 24, 2), random.uniform(0, 2 * np.pi, 2)
    return np.sin(2 * np.pi * time / lengths[0] + phases[0]) + 0.5 * np.sin(2 * np.pi * time / lengths[1] + phases[1])


def random_walk(random: np.random.Generator) -> Made:
    """Every step is news: nobody can forecast it better than by the last value."""
    return np.cumsum(random.standard_normal(LENGTH))


def nonlinear(random: np.random.Generator) -> Made:
    """A threshold autoregression (Tong and Lim 1980): above 0 it turns back, below it goes on."""
    values = random.standard_normal(BEFORE + LENGTH)
    for period in range(1, len(values)):
        before = values[period - 1]
        values[period] = (-0.9 if before > 0 else 0.8) * before + 1.0 + 0.3 * values[period]
    return values[BEFORE:]


def long_memory(random: np.random.Generator) -> Made:
    """Fractionally integrated noise of order 0.4 (Granger and Joyeux 1980)."""
    lags = np.arange(1, BEFORE)
    weights = np.cumprod(np.concatenate([[1.0], (lags - 1 + 0.4) / lags]))
    return np.convolve(random.standard_normal(BEFORE + LENGTH), weights, mode="full")[BEFORE : BEFORE + LENGTH]


def chaotic(random: np.random.Generator) -> Made:
    """The logistic map at 3.9: a parabola of the value before, and no two courses stay together."""
    values = [random.uniform(0.1, 0.9)]
    for _ in range(BEFORE + LENGTH - 1):
        values.append(3.9 * values[-1] * (1 - values[-1]))
    return np.array(values[BEFORE:])


BEHAVIOURS: dict[str, Callable[[np.random.Generator], Made]] = {
    "deterministic": deterministic,
    "random walk": random_walk,
    "nonlinear": nonlinear,
    "long memory": long_memory,
    "chaotic": chaotic,
}


def made(behaviour: str, number: int) -> Made:
    """Series `number` (from 0) of a behaviour."""
    return BEHAVIOURS[behaviour](np.random.default_rng([list(BEHAVIOURS).index(behaviour), number]))
