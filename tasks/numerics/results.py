"""What a comparison found, kept whole: nothing is averaged away."""

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from tasks.numerics.accuracy_tests import AccuracyTest
from tasks.numerics.directions import DirectionTest
from tasks.numerics.sequential import Look
from tasks.numerics.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.verdicts import Verdict


@dataclass(frozen=True)
class Outcome:
    """What training gave of every variant and seed, with the candidate of the grid that was chosen for each variant.

    Dimensions: variant and baseline (names), candidate, origin and layer (from 0), seed (its number), time (the test
    windows, each by the first period that it forecasts, a label of the series' index), step (from 1: the first period, up
    to the horizon), epoch (from 1).
    """

    forecasts: xr.Dataset
    """`forecast` (variant, seed, time, step) in the series' unit, `diverged` (variant, seed) bool; `actual` (time, step);
    `previous`, the actual value one period before a window's first, the last that it knows, and `origin`, which training
    end forecasts it, (time); `baseline_forecast` (baseline, time, step) and `baseline_note` (baseline), what the baseline
    is or why it failed."""
    histories: xr.Dataset
    """`loss` and `validation_loss` (variant, seed, epoch), mean squared error of scaled values, mean over origins."""
    tuning: xr.Dataset
    """`validation_loss` (variant, candidate, origin, seed) of the weights that were kept, `forecast` (variant, candidate,
    seed, time, step), `chosen` (variant, origin), a candidate's number, `initialisation` (variant), in words; coordinates
    `learning_rate` and `clip_norm` (candidate).
    Attribute `given`: the number of the candidate that was asked for, the untuned one."""
    diagnostics: xr.Dataset
    """Of the chosen candidate (variant, origin, seed): `dead_units`, share (..., layer) of units whose output is 0 for every
    training window and time step; `saturated_gates` and `saturated_cells`, shares of activations where their slope is below
    a tenth of its greatest; `cell_low` and `cell_high`, range of the cell state; `gradient_norm` (..., quantile) over
    training, quantiles 0.05, 0.5, 0.95 and 1 of the epochs' root mean squares; `best_epoch`, of lowest validation loss."""

    @property
    def chosen_loss(self) -> xr.DataArray:
        """Validation loss (variant, origin, seed) of the weights that were kept, at the chosen candidate."""
        return (
            self.tuning["validation_loss"].isel(candidate=self.tuning["chosen"]).transpose("variant", "origin", "seed")
        )


@dataclass(frozen=True)
class Result(Outcome):
    """An outcome with its scores, verdicts and tests."""

    series: Series
    training_rows: int
    """Rows of the series before the first validation part; the test part is its last rows, those of `forecasts`."""
    scores: xr.Dataset
    """One variable (variant, seed) a metric, keys of `METRICS`; NaN where a seed diverged or the metric is undefined."""
    untuned_scores: xr.Dataset
    """The same of the candidate that was given, had nothing been chosen."""
    baseline_scores: xr.Dataset
    """One variable (baseline) a metric."""
    step_scores: xr.Dataset
    """The same of every step alone: one variable (variant, seed, step) a metric."""
    baseline_step_scores: xr.Dataset
    """One variable (baseline, step) a metric."""
    differences: pd.DataFrame
    """A row a variant (all but the reference) and metric: `variant, metric, difference, low, high` (95 % over seeds)."""
    verdicts: tuple[Verdict, ...]
    """Of every variant but the reference in every metric of `influence.JUDGED`."""
    untuned_verdicts: tuple[Verdict, ...]
    """The same of the candidate that was given."""
    directions: tuple[DirectionTest, ...]
    """Of the seed means of all variants."""
    accuracy: tuple[AccuracyTest, ...]
    """Of the seed means of all variants, and of the baselines, over time: best first, tested against the best baseline."""
    comparison: ComparisonSpec
    """What was compared with what, by which metric."""
    look: Look
    """The errors with which the verdicts were taken."""

    @property
    def test_start(self) -> int:
        """Row of the series where the test part starts."""
        return len(self.series.values) - self.forecasts.sizes["time"] - self.horizon + 1

    @property
    def horizon(self) -> int:
        """Periods that a window forecasts (H)."""
        return int(self.forecasts.sizes["step"])

    def periods(self, step: int) -> pd.Index:
        """The periods (N,) that a step of the test windows forecasts."""
        start = self.test_start + step - 1
        return self.series.values.index[start : start + self.forecasts.sizes["time"]]

    @property
    def diverged(self) -> pd.Series:
        """Diverged seeds a variant."""
        return self.forecasts["diverged"].sum("seed").to_series()

    @property
    def tuned(self) -> bool:
        """Whether there was more than one candidate to choose from."""
        return self.tuning.sizes["candidate"] > 1
