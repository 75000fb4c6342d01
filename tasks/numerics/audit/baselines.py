"""What an audit's test rows are forecast with when there is no network."""

import numpy as np

from tasks.numerics.audit.claims import Claim
from tasks.numerics.statistics.scored_points import Array


def baseline_forecasts(values: Array, claim: Claim) -> dict[str, Array]:
    """Forecasts (N,) of the last rows: the value before, the mean of the training rows, and an autoregression by least squares.

    The autoregression has as many lags as the claim's lookback, and is fitted on the rows that the first recipe windows
    for training.
    """
    recipe, lags = claim.recipes[0], claim.lookback
    part = values[: int(recipe.rows * recipe.part)]
    windows = np.lib.stride_tricks.sliding_window_view(part, lags)[:-1]
    fitted = np.linalg.lstsq(np.column_stack([np.ones(len(windows)), windows]), part[lags:], rcond=None)[0]
    last = np.lib.stride_tricks.sliding_window_view(values[len(values) - claim.test - lags : -1], lags)
    return {
        "last value": values[-claim.test - 1 : -1],
        f"mean of the first {recipe.rows} rows": np.full(claim.test, values[: recipe.rows].mean()),
        f"AR({lags}) by least squares": fitted[0] + last @ fitted[1:],
    }
