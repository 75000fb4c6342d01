"""Adding seeds until a verdict is decided, with an error that holds though one looks in between.

Group-sequential error spending (Lan and DeMets 1983, Biometrika 70, 659-663) with the linear spending of Kim and DeMets
(1987, Biometrika 74, 149-154): a look at n of at most n_max seeds may have spent the share n / n_max of the error. Intervals
at a look's level are repeated confidence intervals (Jennison and Turnbull 1989, Journal of the Royal Statistical Society B
51, 305-361): all of them together hold with the error given, so that `same` keeps it too, and a stop for any reason does.

Means over more and more seeds on one test part have cov(mean of n1, mean of n2 > n1) = var(mean of n2), the canonical
joint distribution of Jennison and Turnbull; the variance of the test periods, which no seed lowers, only makes looks more
alike than n / n_max says, and so the rule safer. Levels are converted to each look's t quantile (the significance-level
approach of the same authors, 2000, section 3.3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import optimize, stats  # type: ignore[import-untyped]

from tasks.numerics.statistics.scored_points import Array

Spending = Callable[[float, float], float]
"""(error, share of the seeds) to what of the error may have been spent."""

POINTS = 401
FURTHEST = 12.0
"""Standard deviations beyond which nothing is ever found."""


@dataclass(frozen=True)
class Look:
    """The errors to be used at one look for the whole of the looks to keep theirs."""

    interval_error: float
    """1 less the confidence of the intervals."""
    error: float
    """The level of p after Holm over the comparisons, at most `interval_error`."""


def linear(error: float, share: float) -> float:
    """Spends the error evenly over the seeds: an early `same` or `helps` stays possible."""
    return error * min(share, 1.0)


def obrien_fleming(error: float, share: float) -> float:
    """Spends almost nothing early, like O'Brien and Fleming's bounds, and so almost all at the last look."""
    return float(min(4 * stats.norm.sf(stats.norm.isf(error / 4) / np.sqrt(share)), error)) if share < 1 else error


def look(
    seeds: Sequence[int], most_seeds: int, comparisons: int = 1, error: float = 0.05, spending: Spending = linear
) -> Look:
    """The errors of the last of the looks at so many `seeds`, of at most `most_seeds`, at so many variants.

    Holm compares p with error / k for k = 1 to `comparisons`; its error is the one at which each of these is a level that
    keeps error / k over all looks.
    """
    interval = nominal_levels(seeds, most_seeds, error, spending)[-1]
    steps = [k * nominal_levels(seeds, most_seeds, error / k, spending)[-1] for k in range(1, comparisons + 1)]
    return Look(float(interval), float(min(steps)))


def nominal_levels(seeds: Sequence[int], most_seeds: int, error: float = 0.05, spending: Spending = linear) -> Array:
    """Two-sided levels (L,) of the looks at so many `seeds`, of at most `most_seeds`, that keep the error over all of them.

    By the recursive integration of Armitage, McPherson and Rowe (1969, Journal of the Royal Statistical Society A 132,
    235-244). Raises `ValueError` where `seeds` does not rise, or rises above `most_seeds`.
    """
    if not len(seeds) or seeds[0] < 1 or np.any(np.diff(seeds) <= 0) or seeds[-1] > most_seeds:
        raise ValueError(
            f"Looks must be at rising numbers of seeds from 1 up to {most_seeds}; received {', '.join(map(str, seeds))}."
        )
    shares = [number / most_seeds for number in seeds]
    spent = [spending(error, share) for share in shares]
    bounds = [float(stats.norm.isf(spent[0] / 2))]
    # Where the sum of what was seen stands, and how likely, if no look has crossed its bound.
    places, weights = quadrature(bounds[0] * np.sqrt(shares[0]))
    mass = weights * stats.norm.pdf(places, scale=np.sqrt(shares[0]))
    for position in range(1, len(seeds)):
        root, scale = np.sqrt(shares[position]), np.sqrt(shares[position] - shares[position - 1])
        target = spent[position] - spent[position - 1]
        bounds.append(bound(places, mass, (root, scale), target))
        next_places, weights = quadrature(bounds[-1] * root)
        mass = weights * (stats.norm.pdf(next_places[:, None] - places, scale=scale) @ mass)
        places = next_places
    return np.asarray(2 * stats.norm.sf(bounds))


def bound(places: Array, mass: Array, roots: tuple[float, float], target: float) -> float:
    """The bound, in standard deviations, that a walk at `places` (P,) with this `mass` (P,) next crosses as often as `target`.

    `roots` are the standard deviations of its next sum and of its next step.
    """
    root, scale = roots

    def surplus(edge: float) -> float:
        outside = stats.norm.sf((edge * root - places) / scale) + stats.norm.sf((edge * root + places) / scale)
        return float(mass @ outside) - target

    return float(optimize.brentq(surplus, 0.0, FURTHEST)) if surplus(FURTHEST) < 0 else FURTHEST


def quadrature(edge: float) -> tuple[Array, Array]:
    """Points and weights (P,) of Gauss and Legendre's integration from -edge to edge."""
    points, weights = unit_quadrature()
    return edge * points, edge * weights


@cache
def unit_quadrature() -> tuple[Array, Array]:
    """The same from -1 to 1, computed once."""
    points, weights = np.polynomial.legendre.leggauss(POINTS)
    return points, weights
