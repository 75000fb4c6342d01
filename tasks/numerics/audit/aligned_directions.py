"""The mean directional accuracy that circulates, as pandas computes it: (n - 2) / n, whatever is forecast."""

import numpy as np
import pandas as pd

from tasks.numerics.statistics.scored_points import Array


def published_mda(actual: pd.Series, predicted: pd.Series) -> float:
    """Mean directional accuracy as it circulates; with NumPy arrays it is one, with pandas Series (n - 2) / n."""
    return float(np.mean((np.sign(actual[1:] - actual[:-1]) == np.sign(predicted[1:] - predicted[:-1])).astype(int)))


def aligned_mda(actual: Array, forecasts: Array) -> Array:
    """What pandas makes of it (S,) for forecasts (S, N) of actual values (N,)."""
    truth = pd.Series(actual)
    return np.array([published_mda(truth, pd.Series(one)) for one in forecasts])
