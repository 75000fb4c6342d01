"""What effects go with over many series: a regression of their estimates on what each series is like.

Random effects about a line: an estimate is its series' own effect with a known variance, effects are normal about the line
with the standard deviation tau (Berkey et al. 1995, Statistics in Medicine 14, 395-411; tau by restricted maximum likelihood,
`random_effects`). The variances are estimates too, and large where effects are: intervals therefore come from how estimates scatter
about the line, whatever their variances are (Hedges, Tipton and Johnson 2010, Research Synthesis Methods 1, 39-65), and
series that are near relatives are one cluster. The covariance leaves one cluster out at a time (CR3: Bell and McCaffrey 2002, Survey Methodology
28, 169-181), which is HC3 (MacKinnon and White 1985, Journal of Econometrics 29, 305-325) where clusters are single
series; Student's t has as many degrees of freedom as there are clusters less coefficients. `statsmodels` has the latter alone.
Axes: K series, P columns of a design.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped]

from tasks.numerics.statistics.intervals import CONFIDENCE
from tasks.numerics.statistics.random_effects import LEAST, variance_between
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.variance_components import critical

FOLDS = 10
"""Parts of which one at a time is predicted from all others."""
ALONE = 1 - 1e-10
"""Leverage from which on a cluster alone says what a coefficient is."""
Clusters = NDArray[np.int64]


@dataclass(frozen=True)
class MetaRegression:
    """A line through effects; NaN where there are too few clusters."""

    coefficients: Array
    """(P,)"""
    errors: Array
    """(P,) standard errors."""
    freedom: int
    """Clusters less coefficients."""
    tau: float
    """Standard deviation of the effects about the line."""

    @cached_property
    def margin(self) -> Array:
        """Half the width (P,) of the 95 % interval of every coefficient."""
        return np.asarray(critical(CONFIDENCE, self.freedom) * self.errors, np.float64)

    @cached_property
    def p(self) -> Array:
        """Two-sided p (P,) of a coefficient of 0."""
        with np.errstate(all="ignore"):
            statistic = np.abs(self.coefficients) / self.errors
        return np.asarray(2 * special.stdtr(self.freedom, -statistic), np.float64)


def meta_regression(estimates: Array, variances: Array, design: Array, clusters: Clusters) -> MetaRegression:
    """Of estimates (K,) with variances (K,) on a design (K, P) of full rank, `clusters` (K,) being numbers that near relatives share."""
    columns = design.shape[1]
    freedom = len(np.unique(clusters)) - columns
    if freedom < 1 or np.linalg.matrix_rank(design) < columns:
        nothing = np.full(columns, np.nan)
        return MetaRegression(nothing, nothing, max(freedom, 1), float("nan"))
    coefficients, weights, between = fitted(estimates, variances, design)
    covariance = left_out_covariance(estimates - design @ coefficients, weights, design, clusters)
    return MetaRegression(coefficients, np.sqrt(np.diag(covariance)), freedom, float(np.sqrt(between)))


def fitted(estimates: Array, variances: Array, design: Array) -> tuple[Array, Array, float]:
    """Coefficients (P,) of the line, the weights (K,) that it was fitted with, and the variance of the effects about it."""
    known = np.maximum(variances, LEAST)
    between = variance_between(estimates, known, design)
    weights = 1 / (known + between)
    return least_squares(estimates, weights, design), np.asarray(weights, np.float64), between


def least_squares(estimates: Array, weights: Array, design: Array) -> Array:
    """Coefficients (P,) with the least weighted squares."""
    weighted = design * weights[:, None]
    return np.asarray(np.linalg.solve(design.T @ weighted, weighted.T @ estimates), np.float64)


def left_out_covariance(rest: Array, weights: Array, design: Array, clusters: Clusters) -> Array:
    """Covariance (P, P) of the coefficients: how far they move where one cluster at a time is left out; NaN where one can't be."""
    inverse = np.linalg.inv(design.T @ (design * weights[:, None]))
    pulls = (design * weights[:, None]) @ inverse
    names, sizes = np.unique(clusters, return_counts=True)
    single = np.isin(clusters, names[sizes == 1])
    leverage = (pulls * design).sum(axis=1)[single]
    with np.errstate(all="ignore"):
        steps = [pulls[single] * np.where(leverage < ALONE, rest[single] / (1 - leverage), np.nan)[:, None]]
    for cluster in names[sizes > 1]:
        own = clusters == cluster
        left = np.eye(int(own.sum())) - design[own] @ pulls[own].T
        certain = np.linalg.cond(left) > 1 / (1 - ALONE)
        steps.append(
            np.full((1, design.shape[1]), np.nan)
            if certain
            else (pulls[own].T @ np.linalg.solve(left, rest[own]))[None]
        )
    moved = np.concatenate(steps)
    found: Array = moved.T @ moved
    return found


def held_out_errors(estimates: Array, variances: Array, design: Array, clusters: Clusters) -> tuple[Array, Array]:
    """Squared errors (K,) of what is predicted of series that were left out, by the line and by the plain mean of the others.

    Series are dealt into `FOLDS` parts cluster by cluster. The line goes through the plain mean, so that what differs is what
    the characteristics say, and not how series are weighed. The first column of the design is the constant.
    """
    folds = np.unique(clusters, return_inverse=True)[1] % FOLDS
    by_line, by_mean = np.full(len(estimates), np.nan), np.full(len(estimates), np.nan)
    for fold in np.unique(folds):
        out = folds == fold
        kept = ~out
        mean, slopes = estimates[kept].mean(), np.full(design.shape[1] - 1, np.nan)
        if np.linalg.matrix_rank(design[kept]) == design.shape[1]:
            slopes = fitted(estimates[kept], variances[kept], design[kept])[0][1:]
        line = mean + (design[out, 1:] - design[kept, 1:].mean(axis=0)) @ slopes
        by_line[out], by_mean[out] = (estimates[out] - line) ** 2, (estimates[out] - mean) ** 2
    return by_line, by_mean


def cluster_means(values: Array, clusters: Clusters) -> Array:
    """The mean (G,) of values (K,) within every cluster."""
    numbers = np.unique(clusters, return_inverse=True)[1]
    return np.asarray(np.bincount(numbers, values) / np.bincount(numbers), np.float64)
