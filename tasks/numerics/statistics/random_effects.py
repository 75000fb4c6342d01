"""What estimates from many series say of series like them: their mean, how far they spread, and where the next one will be.

Each estimate is its series' own effect, with a known variance; the effects are normal about a mean with the standard
deviation tau. tau by restricted maximum likelihood (Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30,
261-293), the mean's interval by Hartung and Knapp (2001, Statistics in Medicine 20, 3875-3889), never narrower than
without it (Roever, Knapp and Friede 2015, BMC Medical Research Methodology 15, 99), the prediction interval by Higgins,
Thompson and Spiegelhalter (2009, Journal of the Royal Statistical Society A 172, 137-159).
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize  # type: ignore[import-untyped]

from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.variance_components import critical

LEAST = 1e-12
"""The least variance of an estimate: none is certain."""
FEWEST = 3
"""Estimates, below which nothing is said of their spread."""


@dataclass(frozen=True)
class RandomEffects:
    """Of K estimates; NaN where there are too few."""

    number: int
    mean: float
    low: float
    """Lower end of the mean's interval."""
    high: float
    tau: float
    """Standard deviation of the effects over series."""
    predicted_low: float
    """Lower end of the interval in which the effect on a further series lies."""
    predicted_high: float
    heterogeneity: float
    """I^2: share of the estimates' variance that is between series (Higgins and Thompson 2002)."""


def random_effects(estimates: Array, variances: Array, level: float = 0.95) -> RandomEffects:
    """Mean and spread of effects from estimates (K,) with variances (K,), intervals of the confidence `level`."""
    number = len(estimates)
    if number < FEWEST:
        return RandomEffects(number, *(float("nan"),) * 7)
    known = np.maximum(variances, LEAST)
    between = variance_between(estimates, known)
    weights = 1 / (known + between)
    mean = float((weights * estimates).sum() / weights.sum())
    # 1 where the estimates scatter as they should: less is chance, and makes no interval narrower.
    scatter = max(float((weights * (estimates - mean) ** 2).sum()) / (number - 1), 1.0)
    error = scatter / weights.sum()
    half = float(critical(level, number - 1) * np.sqrt(error))
    reach = float(critical(level, number - 2) * np.sqrt(between + error))
    usual = float((number - 1) * (1 / known).sum() / ((1 / known).sum() ** 2 - (1 / known**2).sum()))
    return RandomEffects(
        number,
        mean,
        mean - half,
        mean + half,
        float(np.sqrt(between)),
        mean - reach,
        mean + reach,
        between / (between + usual),
    )


def variance_between(estimates: Array, variances: Array, design: Array | None = None) -> float:
    """The variance of the effects that has the greatest restricted likelihood, at least 0; about a line where a `design` (K, P) is given."""
    design = np.ones((len(estimates), 1)) if design is None else design
    widest = float(estimates.var(ddof=1)) * 4 + LEAST
    # On a scale on which small and large variances are equally far apart.
    start = float(np.log(min(variances.min(), widest) / 1e3 + LEAST / 1e3))
    grid = np.linspace(start, np.log(widest), 64)
    found = [restricted_loss(float(np.exp(one)), estimates, variances, design) for one in grid]
    best = int(np.argmin(found))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    fitted = optimize.minimize_scalar(
        lambda one: restricted_loss(float(np.exp(one)), estimates, variances, design),
        bounds=ends,
        method="bounded",
        options={"xatol": 1e-8},
    )
    none = restricted_loss(0.0, estimates, variances, design)
    return 0.0 if none <= fitted.fun else float(np.exp(fitted.x))


def restricted_loss(between: float, estimates: Array, variances: Array, design: Array) -> float:
    """Minus the restricted log-likelihood of a variance between, up to a constant, of estimates (K,) with variances (K,) about a line in `design` (K, P)."""
    total = variances + between
    weighted = design / total[:, None]
    information = design.T @ weighted
    rest = estimates - design @ np.linalg.solve(information, weighted.T @ estimates)
    return float(np.log(total).sum() + np.linalg.slogdet(information)[1] + (rest**2 / total).sum()) / 2
