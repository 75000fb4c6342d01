"""What a comparison found, kept whole: nothing is averaged away."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.accuracy_tests import AccuracyTest
from tasks.numerics.statistics.directional_accuracy import DirectionTest
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.statistics.verdicts import Verdict

NAIVE_ERRORS = "naive errors"
"""The unit of a panel: what repeating the last season misses in the training part of each series."""


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
    is or why it failed. Of a panel also `member`, the number of its series, and `moment`, its first period on the calendar
    of all series, (time); the note is (baseline, series), empty where a series has no such baseline."""
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
    def tuned(self) -> bool:
        """Whether there was more than one candidate to choose from."""
        return self.tuning.sizes["candidate"] > 1

    @property
    def untuned_forecasts(self) -> xr.Dataset:
        """`forecasts` of the candidate that was given."""
        given = self.tuning["forecast"].isel(candidate=self.tuning.attrs["given"], drop=True)
        return self.forecasts.assign(forecast=given)

    def of_member(self, number: int) -> "Outcome":
        """What there is of one series of a panel; histories and diagnostics are of the networks, which all series share."""
        windows = np.flatnonzero(self.forecasts["member"].to_numpy() == number)
        return Outcome(
            of_member(self.forecasts, number), self.histories, self.tuning.isel(time=windows), self.diagnostics
        )

    @property
    def chosen_loss(self) -> xr.DataArray:
        """Validation loss (variant, origin, seed) of the weights that were kept, at the chosen candidate."""
        return (
            self.tuning["validation_loss"].isel(candidate=self.tuning["chosen"]).transpose("variant", "origin", "seed")
        )


def of_member(forecasts: xr.Dataset, number: int) -> xr.Dataset:
    """Forecasts of one series of a panel, as those of a series alone are."""
    own = forecasts.isel(time=np.flatnonzero(forecasts["member"].to_numpy() == number)).drop_vars(["member", "moment"])
    own = own.isel(series=number, drop=True)
    return own.isel(baseline=np.flatnonzero(own["baseline_note"].to_numpy() != ""))


@dataclass(frozen=True)
class Result(Outcome):
    """An outcome with its scores, verdicts and tests."""

    series: Series
    training_rows: tuple[int, ...]
    """Rows of each series before the first validation part; the test part is its last rows, those of `forecasts`."""
    scores: xr.Dataset
    """One variable (variant, seed) a metric, keys of `METRICS`; NaN where a seed diverged or the metric is undefined.
    Of a panel means over series, RMSE, MAE and MFE in multiples of each one's naive error."""
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
    """Of the seed means of all variants; of a panel none but those of its members."""
    accuracy: tuple[AccuracyTest, ...]
    """Of the seed means of all variants, and of the baselines, over time: best first, tested against the best baseline."""
    comparison: ComparisonSpec
    """What was compared with what, by which metric."""
    look: Look
    """The errors with which the verdicts were taken."""
    members: tuple["Result", ...] = ()
    """Of a panel: what was found of each series, in its own unit."""
    naive_errors: tuple[float, ...] = ()
    """Of a panel: what repeating the last season misses in each series' training part, mean absolute error in its unit."""
    ranks: Ranks | None = None
    """Of a panel: the variants' ranks over its series."""

    @property
    def unit(self) -> str:
        """What RMSE, MAE and MFE are in; '' where it is not known."""
        return NAIVE_ERRORS if self.members else self.series.unit

    @property
    def rows_before_validation(self) -> int:
        """Rows of one series before the first validation part."""
        (rows,) = self.training_rows
        return rows

    @property
    def test_start(self) -> int:
        """Row of one series where the test part starts."""
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
