"""By how much a variant's RMSE is larger than its reference's, as the logarithm of their ratio: effects on series of any unit side by side."""

import numpy as np

from tasks.numerics.statistics.influence import Scored, centred
from tasks.numerics.statistics.intervals import Difference, difference
from tasks.numerics.statistics.scored_points import Array


def log_rmse(forecasts: Array, actual: Array) -> Scored:
    """Logarithms (S,) of the RMSE of forecasts (S, N) of actual values (N,), NaN for a seed that diverged, and what each period adds."""
    with np.errstate(all="ignore"):
        squared = (forecasts - actual) ** 2
        mean = squared.mean(axis=-1)
        # Of log(m) / 2 at first order: what a period adds to m, over 2 m.
        value, influence = np.log(mean) / 2, centred(squared) / (2 * mean[:, None])
    known = np.isfinite(value)
    return Scored(np.where(known, value, np.nan), np.where(known[:, None], influence, 0.0))


def log_ratio(variant: str, own: Array, reference: Array, actual: Array, season: int) -> Difference:
    """The mean log ratio of own to reference RMSE over pairs of seeds, from forecasts (S, N) of actual values (N,)."""
    return difference((variant, "rmse"), log_rmse(own, actual), log_rmse(reference, actual), memory=(season, 1))
