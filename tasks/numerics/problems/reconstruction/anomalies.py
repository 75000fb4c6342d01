"""Anomalies planted into windows that were not seen in training: does the error of a reconstruction tell them?

Every window gets a copy of each kind, on one feature and from one time step on, both drawn by its number: the same for
every variant and seed.
"""

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.randomness import generator
from tasks.numerics.statistics.scored_points import Array

FloatArray = NDArray[np.float32]
KINDS = ("spike", "level shift", "variance change", "dropout")
SIZES = {"spike": 3.0, "level shift": 2.0, "variance change": 1.0}
"""In standard deviations of the feature over the training part; a dropout repeats the last value before it."""
WORDS = {
    "spike": "one value 3 standard deviations off",
    "level shift": "from one time step on 2 standard deviations off",
    "variance change": "from one time step on noise of 1 standard deviation added",
    "dropout": "from one time step on the sensor repeats its last value",
}


def plant(windows: FloatArray, spread: FloatArray) -> FloatArray:
    """Copies (K, N, T, F) of windows (N, T, F), a kind each in the order of `KINDS`; `spread` (F,) is a feature's in training."""
    found = np.repeat(windows[None], len(KINDS), axis=0)
    _, steps, features = windows.shape
    for kind, copies in zip(KINDS, found, strict=True):
        for number, window in enumerate(copies):
            random = generator(number, f"planted {kind}")
            feature = int(random.integers(features))
            # The first time step stays: a dropout needs a value before it, a shift a level.
            begin = int(random.integers(1, steps))
            size = np.float32(SIZES.get(kind, 0.0) * spread[feature] * random.choice([-1, 1]))
            match kind:
                case "spike":
                    window[begin, feature] += size
                case "level shift":
                    window[begin:, feature] += size
                case "variance change":
                    window[begin:, feature] += size * random.normal(size=steps - begin).astype(np.float32)
                case _:
                    window[begin:, feature] = window[begin - 1, feature]
    return found


def auroc(clean: Array, planted: Array) -> Array:
    """Area under the receiver operating characteristic (...): how often an anomaly's error (..., N) is above a clean one's.

    A tie counts half (Hanley and McNeil 1982). NaN where an error is.
    """
    above = (planted[..., :, None] > clean[..., None, :]).mean(axis=(-1, -2))
    ties = (planted[..., :, None] == clean[..., None, :]).mean(axis=(-1, -2))
    return np.where(known(clean, planted), above + ties / 2, np.nan)


def average_precision(clean: Array, planted: Array) -> Array:
    """Mean over the anomalies (..., N) of the precision at their own error: as scikit-learn defines it. NaN where an error is."""
    true, false = (flags.sum(axis=-1) for flags in flagged(clean, planted))
    precision = true / np.maximum(true + false, 1)
    return np.where(known(clean, planted), precision.mean(axis=-1), np.nan)


def known(clean: Array, planted: Array) -> Array:
    """Whether all errors (..., N) of both are numbers (...)."""
    return np.asarray(~np.isnan(clean).any(axis=-1) & ~np.isnan(planted).any(axis=-1))


def flagged(clean: Array, planted: Array) -> tuple[Array, Array]:
    """Whether anomaly j, or clean window k, is at least as far off as anomaly i: (..., N, N) each."""
    threshold = planted[..., :, None]
    return (planted[..., None, :] >= threshold).astype(float), (clean[..., None, :] >= threshold).astype(float)


def without_each(clean: Array, planted: Array) -> tuple[Array, Array]:
    """AUROC and average precision (..., N) without window n and its anomaly, from errors (..., N)."""
    windows = clean.shape[-1]
    won = (planted[..., :, None] > clean[..., None, :]) + (planted[..., :, None] == clean[..., None, :]) / 2
    own = np.diagonal(won, axis1=-2, axis2=-1)
    left = won.sum(axis=(-1, -2))[..., None] - won.sum(axis=-1) - won.sum(axis=-2) + own
    true, false = flagged(clean, planted)
    # Axes: anomaly i, window n that is left out.
    true, false = (counts.sum(axis=-1, keepdims=True) - counts for counts in (true, false))
    with np.errstate(invalid="ignore"):
        precision = true / (true + false)
    others = ~np.eye(windows, dtype=bool)
    precise = np.where(others, precision, 0).sum(axis=-2) / (windows - 1)
    return left / (windows - 1) ** 2, precise
