"""How well windows are given back, and whether the error tells an anomaly: each metric of every seed, with its influence.

Axes: S seeds, K kinds of anomaly, N test windows, T time steps, F features; everything scaled as in training.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.problems.reconstruction.anomalies import auroc, average_precision, without_each
from tasks.numerics.statistics.influence import Scored, centred
from tasks.numerics.statistics.metrics import Metric
from tasks.numerics.statistics.scored_points import Array

RECONSTRUCTION_METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric("rmse", "RMSE", "Root mean squared error", "lower", "Of the scaled windows, over all features.", True),
        Metric("mae", "MAE", "Mean absolute error", "lower", "Of the scaled windows, over all features.", True),
        Metric(
            "explained_variance",
            "explained",
            "Explained variance",
            "higher",
            "1 less the variance of the error over that of the windows, mean over features; 1 is perfect.",
            decimals=3,
        ),
        Metric(
            "alpha",
            "alpha",
            "Variance ratio",
            "nearest 1",
            "Spread of the reconstruction over that of the windows, mean over features.",
            decimals=3,
        ),
        Metric(
            "auroc",
            "AUROC",
            "Area under the receiver operating characteristic",
            "higher",
            "How often a window with an anomaly has a larger error than one without, mean over kinds; 0.5 is chance.",
            decimals=3,
        ),
        Metric(
            "average_precision",
            "precision",
            "Average precision",
            "higher",
            "Precision at the error of each anomaly, mean over anomalies and kinds; 0.5 is chance.",
            decimals=3,
        ),
    )
}
OF_FEATURES = ("rmse", "mae", "explained_variance", "alpha")
OF_KINDS = ("auroc", "average_precision")


def scored_reconstructions(given_back: Array, windows: Array) -> dict[str, Scored]:
    """Every metric of windows given back (S, 1 + K, N, T, F) against those that went in (1 + K, N, T, F), clean ones first.

    NaN for a seed that diverged. The influence is the jackknife's (Efron 1992): what leaving a window out changes.
    """
    complete: NDArray[np.bool_] = np.asarray(np.isfinite(given_back).all(axis=(1, 2, 3, 4)))
    sane = np.where(complete[:, None, None, None, None], given_back, 0.0)
    sums = moments(sane[:, 0], windows[0])
    total = {name: values.sum(axis=1) for name, values in sums.items()}
    left = {name: total[name][:, None] - values for name, values in sums.items()}
    per_window = windows[0, 0].size
    found = {}
    for name, metric in WHOLE.items():
        whole = metric(total, len(windows[0]) * per_window)
        found[name] = jackknifed(whole, metric(left, (len(windows[0]) - 1) * per_window), complete)
    clean, planted = kinds_errors(sane, windows)
    without = without_each(clean, planted)
    for name, whole, leaving in zip(
        OF_KINDS, (auroc(clean, planted), average_precision(clean, planted)), without, strict=True
    ):
        found[name] = jackknifed(whole.mean(axis=1), leaving.mean(axis=1), complete)
    return found


def jackknifed(whole: Array, left: Array, complete: NDArray[np.bool_]) -> Scored:
    """A metric (S,) with its influence (S, N) from what it is without each window (S, N); NaN where a seed is not complete."""
    windows = left.shape[1]
    influence = centred((windows - 1) * (whole[:, None] - left))
    return Scored(np.where(complete, whole, np.nan), influence)


def moments(given_back: Array, windows: Array) -> dict[str, Array]:
    """Sums over the time steps of each window (S, N, F), of windows given back (S, N, T, F) and those that went in (N, T, F)."""
    error = given_back - windows
    ones = np.ones((len(given_back), 1, 1))
    return {
        "error": error.sum(axis=2),
        "squared_error": (error**2).sum(axis=2),
        "absolute_error": np.abs(error).sum(axis=2),
        "made": given_back.sum(axis=2),
        "squared_made": (given_back**2).sum(axis=2),
        "true": ones * windows.sum(axis=1),
        "squared_true": ones * (windows**2).sum(axis=1),
    }


def variance(sums: Mapping[str, Array], name: str, count: float) -> Array:
    """Population variance (..., F) of `count` numbers all in all, an equal share a feature."""
    each = count / sums[name].shape[-1]
    return np.asarray(np.maximum(sums[f"squared_{name}"] / each - (sums[name] / each) ** 2, 0))


def explained(sums: Mapping[str, Array], count: float) -> Array:
    """1 less the variance of the error over that of the windows (..., F)."""
    with np.errstate(all="ignore"):
        return np.asarray(1 - variance(sums, "error", count) / variance(sums, "true", count))


def spread_ratio(sums: Mapping[str, Array], count: float) -> Array:
    """Standard deviation of what is given back over that of what went in (..., F)."""
    with np.errstate(all="ignore"):
        return np.asarray(np.sqrt(variance(sums, "made", count) / variance(sums, "true", count)))


WHOLE: dict[str, Callable[[Any, float], Array]] = {
    "rmse": lambda sums, count: np.sqrt(sums["squared_error"].sum(axis=-1) / count),
    "mae": lambda sums, count: sums["absolute_error"].sum(axis=-1) / count,
    "explained_variance": lambda sums, count: explained(sums, count).mean(axis=-1),
    "alpha": lambda sums, count: spread_ratio(sums, count).mean(axis=-1),
}
"""Metrics (...) out of sums (..., F) over so many numbers."""


def by_feature(given_back: Array, windows: Array, scales: Array) -> dict[str, Array]:
    """`OF_FEATURES` (S, F) of clean windows (S, N, T, F) and (N, T, F); RMSE and MAE in each feature's unit."""
    sums = {name: values.sum(axis=1) for name, values in moments(given_back, windows).items()}
    count = windows.size
    of_feature = count / windows.shape[-1]
    return {
        "rmse": np.sqrt(sums["squared_error"] / of_feature) * scales,
        "mae": sums["absolute_error"] / of_feature * scales,
        "explained_variance": explained(sums, count),
        "alpha": spread_ratio(sums, count),
    }


def by_kind(given_back: Array, windows: Array) -> dict[str, Array]:
    """AUROC and average precision (S, K) of each kind of anomaly."""
    pairs = list(zip(*kinds_errors(given_back, windows), strict=True))
    return {
        name: np.stack([metric(*pair) for pair in pairs])
        for name, metric in (("auroc", auroc), ("average_precision", average_precision))
    }


def kinds_errors(given_back: Array, windows: Array) -> tuple[Array, Array]:
    """Mean squared error of each clean window, again for each kind, and of each planted one: (S, K, N) each."""
    errors = ((given_back - windows) ** 2).mean(axis=(-1, -2))
    return np.repeat(errors[:, :1], errors.shape[1] - 1, axis=1), errors[:, 1:]
