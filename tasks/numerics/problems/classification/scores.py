"""How well classes are told: each metric of every seed, with its influence.

Axes: S seeds, N test samples, K classes, M moments: samples, or groups of them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata  # type: ignore[import-untyped]

from tasks.numerics.statistics.influence import Scored, centred
from tasks.numerics.statistics.metrics import Metric
from tasks.numerics.statistics.scored_points import Array, Points

Labels = NDArray[np.int64]
LEAST = 1e-7
"""Probabilities are held away from 0 by so much before a logarithm is taken, as Keras does."""
BINS = 10
"""Of the calibration error."""
CLASS_METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric(
            "accuracy",
            "accuracy",
            "Accuracy",
            "higher",
            "Share of test samples whose most probable class is the true one.",
            decimals=3,
        ),
        Metric(
            "balanced_accuracy",
            "balanced",
            "Balanced accuracy",
            "higher",
            "Mean over classes of the share of their samples that is told: rare classes count as much as others.",
            decimals=3,
        ),
        Metric(
            "macro_f1",
            "macro F1",
            "Macro-averaged F1",
            "higher",
            "Mean over classes of the harmonic mean of precision and recall.",
            decimals=3,
        ),
        Metric(
            "log_loss",
            "log loss",
            "Logarithmic loss",
            "lower",
            "Mean of -log of the probability given to the true class, at least 1e-7: sure and wrong costs most.",
            decimals=3,
        ),
        Metric(
            "brier",
            "Brier",
            "Brier score",
            "lower",
            "Squared distance of the probabilities to the truth, summed over classes (Brier 1950): 0 to 2.",
            decimals=3,
        ),
        Metric(
            "auroc",
            "AUROC",
            "Area under the receiver operating characteristic",
            "higher",
            "How often a sample of a class gets a higher probability of it than one of another, mean over classes; 0.5 is chance.",
            decimals=3,
        ),
        Metric(
            "calibration_error",
            "calibration",
            "Expected calibration error",
            "lower",
            "Distance of the probability of the most probable class to how often it is true, over ten bins (Guo et al. 2017).",
            decimals=3,
        ),
    )
}


def scored_classes(probabilities: Array, labels: Labels, groups: Labels) -> dict[str, Scored]:
    """Every metric of probabilities (S, N, K) of samples of these classes (N,); NaN for a seed that diverged.

    The influence is of samples, or where several are of one group (N,) of these: how much a metric changes at first order when it
    counts more.
    """
    complete: NDArray[np.bool_] = np.asarray(np.isfinite(probabilities).all(axis=(1, 2)))
    sane = np.where(complete[:, None, None], probabilities, 1 / probabilities.shape[2])
    points = Points(groups, np.zeros_like(groups))
    found = {}
    for name, metric in METRICS_OF.items():
        value, influence = metric(sane, labels)
        found[name] = Scored(np.where(complete, value, np.nan), points.by_moment(influence))
    return found


def hits_of(probabilities: Array, labels: Labels) -> Array:
    """Whether the most probable class is the true one (S, N), as 0 and 1."""
    return np.asarray(probabilities.argmax(axis=2) == labels, np.float64)


def mean_of(each: Array) -> tuple[Array, Array]:
    """A mean over samples (S, N), and its influence."""
    return each.mean(axis=1), centred(each)


def balanced_accuracy(probabilities: Array, labels: Labels) -> tuple[Array, Array]:
    """Mean recall (S,) over the classes that are tested."""
    hits, (present, counts) = hits_of(probabilities, labels), np.unique(labels, return_counts=True)
    influence, recalls = np.zeros_like(hits), []
    for label, count in zip(present, counts, strict=True):
        own: NDArray[np.bool_] = np.equal(labels, label)
        recalls.append(hits[:, own].mean(axis=1))
        influence[:, own] = (hits[:, own] - recalls[-1][:, None]) * (len(labels) / count / len(present))
    return np.mean(recalls, axis=0), influence


def macro_f1(probabilities: Array, labels: Labels) -> tuple[Array, Array]:
    """Mean F1 (S,) over the classes that are tested."""
    told, present = probabilities.argmax(axis=2), np.unique(labels)
    values, influence = np.zeros(len(told)), np.zeros(told.shape)
    for label in present:
        true, said = np.asarray(labels == label), told == label
        total = true.sum() + said.sum(axis=1)
        score = 2 * (true & said).sum(axis=1) / total
        moved = 2.0 * (true & said) - score[:, None] * (1.0 * true + said)
        influence += moved * (len(labels) / total[:, None] / len(present))
        values += score / len(present)
    return values, influence


def log_loss(probabilities: Array, labels: Labels) -> tuple[Array, Array]:
    """Mean (S,) of what the true class's probability costs."""
    own = np.take_along_axis(probabilities, labels[None, :, None], axis=2)[:, :, 0]
    return mean_of(-np.log(np.clip(own, LEAST, 1)))


def brier(probabilities: Array, labels: Labels) -> tuple[Array, Array]:
    """Mean squared distance (S,) to the truth, over all classes together."""
    truth = np.eye(probabilities.shape[2])[labels]
    return mean_of(((probabilities - truth) ** 2).sum(axis=2))


def auroc(probabilities: Array, labels: Labels) -> tuple[Array, Array]:
    """One class against the rest (S,), mean over the classes that are tested; its influence is DeLong's (1988). NaN where all are of one."""
    present = np.unique(labels)
    if len(present) < 2:
        return np.full(len(probabilities), np.nan), np.zeros(probabilities.shape[:2])
    values, influence = np.zeros(len(probabilities)), np.zeros(probabilities.shape[:2])
    for label in present:
        own, score = np.asarray(labels == label), probabilities[:, :, label]
        ranks = rankdata(score, axis=1)
        above = (ranks[:, own] - rankdata(score[:, own], axis=1)) / (~own).sum()
        below = 1 - (ranks[:, ~own] - rankdata(score[:, ~own], axis=1)) / own.sum()
        area = above.mean(axis=1)
        for part, share in ((own, above), (~own, below)):
            influence[:, part] += (share - area[:, None]) * (len(labels) / part.sum() / len(present))
        values += area / len(present)
    return values, influence


def calibration_error(probabilities: Array, labels: Labels) -> tuple[Array, Array]:
    """Distance (S,) between how sure networks are and how often they are right, over `BINS` even bins of the former."""
    gap = probabilities.max(axis=2) - hits_of(probabilities, labels)
    bins, each = bins_of(probabilities), np.zeros_like(gap)
    for number in range(BINS):
        own = bins == number
        each += own * gap * np.sign((own * gap).sum(axis=1))[:, None]
    return mean_of(each)


def bins_of(probabilities: Array) -> Labels:
    """In which bin of its greatest probability a sample is (S, N)."""
    return np.asarray(np.minimum(probabilities.max(axis=2) * BINS, BINS - 1), np.int64)


METRICS_OF: dict[str, Callable[[Array, Labels], tuple[Array, Array]]] = {
    "accuracy": lambda probabilities, labels: mean_of(hits_of(probabilities, labels)),
    "balanced_accuracy": balanced_accuracy,
    "macro_f1": macro_f1,
    "log_loss": log_loss,
    "brier": brier,
    "auroc": auroc,
    "calibration_error": calibration_error,
}
"""Metrics (S,) with their influence (S, N), of mean 0 over samples."""
