"""What tells classes without a network: the most frequent one, logistic regression on flattened windows and on random convolutions, the nearest neighbour."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

from tasks.numerics.problems.attempts import Attempts
from tasks.numerics.problems.classification.convolutions import convolved
from tasks.numerics.problems.classification.windows import ClassWindows
from tasks.numerics.statistics.scored_points import Array

PENALTY, TOLERANCE = 10.0, 1e-3
"""L2, of as many numbers as random convolutions give; with a finer tolerance the same samples are told, ten times as late."""
MOST_ROUNDS = 2000
"""Of the logistic regression's optimizer."""
NOTES = {
    "most frequent": "the most frequent class of all that is known before the test, with the classes' shares as probabilities",
    "logistic": "logistic regression on flattened windows (scikit-learn, L2 penalty of 1)",
    "convolutions": "logistic regression on what 500 random convolutions see (ROCKET, Dempster et al. 2020), L2 penalty of 10",
    "1-NN": "the class of the nearest window, by Euclidean distance; wholly sure of it",
}

PADDED = "; windows that are shorter are padded at their end with the means of the training part's features"


def notes_of(windows: ClassWindows) -> dict[str, str]:
    """What each baseline is, by its name, on windows of one length or of several."""
    return {name: note + PADDED * (windows.is_padded and name != "most frequent") for name, note in NOTES.items()}


def baselines_key(windows: ClassWindows) -> str:
    """What decides the baselines, in a few characters: windows, and what computes them."""
    source = (
        Path(__file__).read_bytes()
        + Path(__file__).with_name("convolutions.py").read_bytes()
        + version("scikit-learn").encode()
    )
    asked = hashlib.sha256(windows.inputs.tobytes() + windows.targets.tobytes() + source)
    asked.update(repr((windows.inputs.shape, windows.split)).encode())
    return f"baselines-{asked.hexdigest()[:16]}"


def baseline_probabilities(windows: ClassWindows) -> xr.DataArray:
    """Probabilities (baseline, sample, class) of the test samples, from all samples before them.

    What fails is NaN, and the coordinate `note` (baseline) says why.
    """
    tests = len(windows.labels[windows.tested])
    nothing = np.full((tests, len(windows.classes)), np.nan)
    found, notes = [], []
    for name, baseline in BASELINES.items():
        attempt = Attempts()
        found.append(attempt(name, nothing, baseline, windows))
        notes.append("".join(attempt.failures))
    return xr.DataArray(
        np.stack(found),
        dims=("baseline", "sample", "class"),
        coords={"baseline": list(BASELINES), "note": ("baseline", notes)},
    )


def known(windows: ClassWindows) -> tuple[Array, Array]:
    """Flattened windows before the test part (N, T·F), and those of the test part."""
    flat = filled(windows).reshape(len(windows.inputs), -1)
    return flat[: windows.tested.start], flat[windows.tested]


def filled(windows: ClassWindows) -> Array:
    """Windows (N, T, F), the training part's means in the place of padding."""
    inputs = windows.inputs.astype(np.float64)
    there = np.arange(inputs.shape[1]) < windows.lengths[:, None]
    usual = inputs[: windows.split.train][there[: windows.split.train]].mean(axis=0)
    return np.where(there[:, :, None], inputs, usual)


def most_frequent(windows: ClassWindows) -> Array:
    """The share of each class, for every sample."""
    labels = windows.labels[: windows.tested.start]
    shares = np.bincount(labels, minlength=len(windows.classes)) / len(labels)
    return np.tile(shares, (len(windows.labels) - len(labels), 1))


def logistic(windows: ClassWindows) -> Array:
    """Probabilities of a multinomial logistic regression."""
    from sklearn.linear_model import LogisticRegression

    before, after = known(windows)
    fitted = LogisticRegression(max_iter=MOST_ROUNDS).fit(before, windows.labels[: len(before)])
    return in_place(fitted.predict_proba(after), fitted.classes_, len(windows.classes))


def convolutions(windows: ClassWindows) -> Array:
    """Probabilities of a multinomial logistic regression on random convolutions."""
    from sklearn.linear_model import LogisticRegression

    before = windows.tested.start
    seen = convolved(filled(windows), slice(before)).astype(np.float32)
    model = LogisticRegression(C=1 / PENALTY, tol=TOLERANCE, max_iter=MOST_ROUNDS)
    fitted = model.fit(seen[:before], windows.labels[:before])
    return in_place(fitted.predict_proba(seen[before:]), fitted.classes_, len(windows.classes))


def nearest(windows: ClassWindows) -> Array:
    """The class of the nearest neighbour, as a probability of 1."""
    from sklearn.neighbors import KNeighborsClassifier

    before, after = known(windows)
    fitted = KNeighborsClassifier(1).fit(before, windows.labels[: len(before)])
    return in_place(fitted.predict_proba(after), fitted.classes_, len(windows.classes))


def in_place(probabilities: Array, classes: Array, number: int) -> Array:
    """Probabilities (N, k) of the classes that were seen, among all (N, K)."""
    found = np.zeros((len(probabilities), number))
    found[:, classes.astype(int)] = probabilities
    return found


BASELINES: dict[str, Callable[[ClassWindows], Array]] = {
    "most frequent": most_frequent,
    "logistic": logistic,
    "convolutions": convolutions,
    "1-NN": nearest,
}
