"""What a comparison found, kept whole: nothing is averaged away."""

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from tasks.numerics.series import Series


@dataclass(frozen=True)
class Result:
    """Forecasts, scores and training histories of every variant and seed, and of the baselines."""

    series: Series
    forecasts: xr.Dataset
    """`forecast` (variant, seed, time) in the series' unit, `diverged` (variant, seed) bool; `actual` and `previous`,
    the actual value one period before, (time); `baseline_forecast` (baseline, time). Coordinates variant and baseline: names."""
    scores: xr.Dataset
    """One variable (variant, seed) a metric."""
    baseline_scores: xr.Dataset
    """One variable (baseline) a metric."""
    histories: xr.Dataset
    """`loss` and `validation_loss` (variant, seed, epoch), mean squared error of scaled values; `best_epoch` (variant, seed)."""
    differences: pd.DataFrame
    """A row a variant (all but `stock`) and metric: `variant, metric, difference, low, high` (95 % interval)."""
