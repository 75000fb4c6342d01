"""What a comparison found, kept whole: nothing is averaged away."""

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from tasks.numerics.accuracy_tests import AccuracyTest
from tasks.numerics.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.verdicts import Verdict


@dataclass(frozen=True)
class Result:
    """Forecasts, scores and training histories of every variant and seed, and of the baselines."""

    series: Series
    training_rows: int
    """Rows of the series before the validation part; the test part is its last rows, those of `forecasts`."""
    forecasts: xr.Dataset
    """`forecast` (variant, seed, time) in the series' unit, `diverged` (variant, seed) bool; `actual` and `previous`,
    the actual value one period before, (time); `baseline_forecast` (baseline, time) and `baseline_note` (baseline), what
    the baseline is or why it failed. Coordinates variant and baseline: names; seed: its number; time: the series' index."""
    histories: xr.Dataset
    """`loss` and `validation_loss` (variant, seed, epoch), mean squared error of scaled values; `best_epoch` (variant, seed)."""
    scores: xr.Dataset
    """One variable (variant, seed) a metric, keys of `METRICS`; NaN where a seed diverged or the metric is undefined."""
    baseline_scores: xr.Dataset
    """One variable (baseline) a metric."""
    differences: pd.DataFrame
    """A row a variant (all but the reference) and metric: `variant, metric, difference, low, high` (95 % over seeds)."""
    verdicts: tuple[Verdict, ...]
    """Of every variant but the reference in every metric of `influence.JUDGED`."""
    accuracy: tuple[AccuracyTest, ...]
    """Of the seed means of all variants, and of the baselines, over time: best first, tested against the best baseline."""
    comparison: ComparisonSpec
    """What was compared with what, by which metric."""

    @property
    def test_start(self) -> int:
        """Row of the series where the test part starts."""
        return len(self.series.values) - self.forecasts.sizes["time"]

    @property
    def diverged(self) -> pd.Series:
        """Diverged seeds a variant."""
        return self.forecasts["diverged"].sum("seed").to_series()
