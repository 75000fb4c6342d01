"""Figures of classifiers: which classes are taken for which, and how sure networks are beside how often they are right."""

from itertools import cycle

import numpy as np

from tasks.numerics.problems.attempts import attempt_drawing, attempt_drawings
from tasks.numerics.problems.classification.results import ClassResult
from tasks.numerics.problems.classification.scores import BINS, bins_of, hits_of
from tasks.numerics.problems.drawings import Band, Confusion, Drawings, Line, Lines, Look, literal
from tasks.numerics.statistics.scored_points import Array

MOST_CLASSES = 30
"""Of more, those that are tested most are drawn."""


def drawings(result: ClassResult) -> Drawings:
    """`confusion/VARIANT`, and `calibration/all`."""
    found = attempt_drawings(
        "confusion/all", lambda: {f"confusion/{name}": confusion(result, name) for name in result.variants}
    )
    return found | attempt_drawing("calibration/all", calibration, result)


def shares_of(result: ClassResult, variant: str) -> Array:
    """Of the samples of a class how many are taken for which (K, K), mean over seeds: every row sums to 1; NaN of a class that is not tested."""
    made = result.probabilities.sel(variant=variant).to_numpy()
    told = made[np.isfinite(made).all(axis=(1, 2))].argmax(axis=2)
    K = len(result.windows.classes)
    counts = np.zeros((K, K))
    np.add.at(counts, (np.broadcast_to(result.labels, told.shape), told), 1)
    with np.errstate(all="ignore"):
        return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def confusion(result: ClassResult, variant: str) -> Confusion:
    """The confusion matrix of a variant, mean over its seeds."""
    tested = np.bincount(result.labels, minlength=len(result.windows.classes))
    kept = np.sort(np.argsort(-tested, kind="stable")[:MOST_CLASSES])
    return Confusion(
        f"<b>{variant}</b>  which class is taken for which, mean over seeds",
        [literal(result.windows.classes[number]) for number in kept],
        shares_of(result, variant)[np.ix_(kept, kept)],
        tested[kept],
    )


def calibration(result: ClassResult) -> Lines:
    """How often the most probable class is true, against its probability: all seeds together; the band is over seeds of the first variant."""
    middles = (np.arange(BINS) + 0.5) / BINS
    drawn, bands = [Line(middles, middles, "perfectly calibrated", "actual")], list[Band]()
    looks: cycle[Look] = cycle(("own", "other"))
    for variant in result.variants:
        shares = hits_by_bin(result, variant)
        if not len(shares):
            continue
        look: Look = "reference" if variant == result.comparison.reference else next(looks)
        drawn.append(Line(middles, nan_quantile(shares, 0.5), variant, look))
        if look == "own" and not bands:
            bands.append(Band(middles, nan_quantile(shares, 0.05), nan_quantile(shares, 0.95), f"{variant}, seeds"))
    return Lines(
        "<b>Calibration</b>  median over seeds",
        drawn,
        bands,
        x_title="probability of the most probable class",
        y_title="how often it is true",
        y_range=[0.0, 1.02],
        height=380,
        legend=True,
    )


def hits_by_bin(result: ClassResult, variant: str) -> Array:
    """How often each seed is right (S, bins) where it is so sure; NaN where it never is."""
    made = result.probabilities.sel(variant=variant).to_numpy()
    made = made[np.isfinite(made).all(axis=(1, 2))]
    hits, bins = hits_of(made, result.labels), bins_of(made)
    counts = np.stack([(bins == number).sum(axis=1) for number in range(BINS)], axis=1)
    right = np.stack([((bins == number) * hits).sum(axis=1) for number in range(BINS)], axis=1)
    return np.where(counts > 0, right / np.maximum(counts, 1), np.nan)


def nan_quantile(values: Array, share: float) -> Array:
    """Quantile over seeds of (S, bins), NaN where no seed has a value."""
    known = np.isfinite(values).any(axis=0)
    found = np.full(values.shape[1], np.nan)
    found[known] = np.nanquantile(values[:, known], share, axis=0)
    return found
