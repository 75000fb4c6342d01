"""What a comparison of forecasters found."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.results import Outcome, Result
from tasks.numerics.series.periods import moment
from tasks.numerics.statistics.directional_accuracy import DirectionTest
from tasks.numerics.statistics.influence import JUDGED
from tasks.numerics.statistics.metrics import CONSTANT, METRICS
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.wording import joined

HELD_BY_ALPHA = "88 to 95"
"""Of 100 intervals of alpha where windows overlap or series move together, how many hold the truth, by case: some four fewer than 95 in
the middle of that range (`python -m tests.calibration.windows`)."""
NAIVE_ERRORS = "naive errors"
"""The unit of a panel: what repeating the last season misses in the training part of each series."""


@dataclass(frozen=True, kw_only=True)
class ForecastOutcome(Outcome):
    """What forecasters gave.

    Dimensions beside those of every outcome: baseline (names), time (the test windows, each by the first period that it
    forecasts, a label of the series' index), step (from 1: the first period, up to the horizon).
    """

    forecasts: xr.Dataset
    """`forecast` (variant, seed, time, step) in the series' unit, `diverged` (variant, seed) bool; `actual` (time, step);
    `previous`, the actual value one period before a window's first, the last that it knows, and `origin`, which training
    end forecasts it, (time); `baseline_forecast` (baseline, time, step) and `baseline_note` (baseline), what the baseline
    is or why it failed. Of a panel also `member`, the number of its series, and `moment`, its first period on the calendar
    of all series, (time); the note is (baseline, series), empty where a series has no such baseline."""

    @property
    def untuned_forecasts(self) -> xr.Dataset:
        """`forecasts` of the candidate that was given."""
        given = self.tuning["forecast"].isel(candidate=self.given, drop=True)
        return self.forecasts.assign(forecast=given)

    def of_member(self, number: int) -> "ForecastOutcome":
        """What there is of one series of a panel; histories and diagnostics are of the networks, which all series share."""
        windows = np.flatnonzero(self.forecasts["member"].to_numpy() == number)
        return ForecastOutcome(
            forecasts=of_member(self.forecasts, number),
            histories=self.histories,
            tuning=self.tuning.isel(time=windows),
            diagnostics=self.diagnostics,
        )


def of_member(forecasts: xr.Dataset, number: int) -> xr.Dataset:
    """Forecasts of one series of a panel, as those of a series alone are."""
    own = forecasts.isel(time=np.flatnonzero(forecasts["member"].to_numpy() == number)).drop_vars(["member", "moment"])
    own = own.isel(series=number, drop=True)
    return own.isel(baseline=np.flatnonzero(own["baseline_note"].to_numpy() != ""))


@dataclass(frozen=True, kw_only=True)
class ForecastResult(ForecastOutcome, Result):
    """Scores in the series' unit; of a panel means over series, RMSE, MAE and MFE in multiples of each one's naive error.

    `Outcome.tuning` has `forecast` (variant, candidate, seed, time, step) too.
    """

    head = "forecast"
    metrics = METRICS
    judged = JUDGED
    shown = ("mae", "mfe", "mda", "alpha", "slope")
    drawn = ("rmse", "mae", "mfe", "mda", "alpha", "slope")
    output = "forecast"

    training_rows: tuple[int, ...]
    """Rows of each series before the first validation part; the test part is its last rows, those of `forecasts`."""
    step_scores: xr.Dataset
    """The scores of every step alone: one variable (variant, seed, step) a metric."""
    baseline_step_scores: xr.Dataset
    """One variable (baseline, step) a metric."""
    directions: tuple[DirectionTest, ...]
    """Of the seed means of all variants; of a panel none but those of its members."""
    members: tuple["ForecastResult", ...] = ()
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
    def split_by_date(self) -> bool:
        """Of a panel: whether its test parts begin after all that networks were trained on, in any series."""
        trained = [one.series.values.index[one.rows_before_validation - 1] for one in self.members]
        tested = [one.series.values.index[one.test_start] for one in self.members]
        ends = [len(one.series.values) for one in self.members]
        if not isinstance(trained[0], pd.Timestamp):  # sequences end together
            trained, tested = ([at - end for at, end in zip(found, ends, strict=True)] for found in (trained, tested))
        return bool(max(trained) < min(tested))

    @property
    def horizon(self) -> int:
        """Periods that a window forecasts (H)."""
        return int(self.forecasts.sizes["step"])

    @property
    def overlap(self) -> int:
        """The horizon: neighbouring windows forecast all but one of the same periods."""
        return self.horizon

    @property
    def too_narrow(self) -> str:
        """Of alpha, where windows overlap or there are several series (`python -m tests.calibration.windows`)."""
        reasons = [
            *(["windows overlap"] if self.horizon > 1 else []),
            *(["series move together"] if self.members else []),
        ]
        if not reasons or "alpha" not in self.judged:
            return ""
        return (
            f"Intervals of alpha are too narrow where {joined(reasons)}: of 100 that should hold the truth 95 times, {HELD_BY_ALPHA} do, by case. Read "
            "its verdicts with care."
        )

    @property
    def ahead(self) -> str:
        """How far ahead is forecast, where that is further than a period; else empty."""
        return f"{self.horizon} steps ahead together" if self.horizon > 1 else ""

    def periods(self, step: int) -> pd.Index:
        """The periods (N,) that a step of the test windows forecasts."""
        start = self.test_start + step - 1
        return self.series.values.index[start : start + self.forecasts.sizes["time"]]

    @property
    def diverged_seeds(self) -> xr.DataArray:
        """(variant, seed) bool."""
        return self.forecasts["diverged"]

    @property
    def constant_outputs(self) -> xr.DataArray:
        """Whether a forecast (variant, origin, seed) is the same for all of its origin's windows; a single one says nothing.

        Of a panel, whether that is so for every series.
        """
        if self.members:
            return xr.concat([one.constant_outputs for one in self.members], "series").all("series")
        least = CONSTANT * float(self.forecasts["actual"].std())
        forecast, origin = self.forecasts["forecast"], self.forecasts["origin"].to_numpy()
        parts = [
            ((own.std("time") ** 2).mean("step") <= least**2) & (own.sizes["time"] > 1)
            for own in (
                forecast.isel(time=np.flatnonzero(origin == k)) for k in range(self.diagnostics.sizes["origin"])
            )
        ]
        return xr.concat(parts, "origin").transpose("variant", "origin", "seed")

    @property
    def baseline_notes(self) -> Mapping[str, str]:
        """What each baseline is, or why it failed, by its name; of a panel what it is of each series."""
        notes = self.forecasts["baseline_note"]
        return {
            str(name): "; ".join(
                dict.fromkeys(filter(None, np.atleast_1d(notes.sel(baseline=name).to_numpy()).tolist()))
            )
            for name in notes["baseline"].to_numpy()
        }

    @property
    def data(self) -> str:
        """Which series, how long, and which part was tested, in a line."""
        series = self.series
        if self.members:
            return self._panel_data
        tested = series.values.index[self.test_start :]
        first, last = (label(tested[at]) for at in (0, -1))
        dropped = f", {len(series.dropped)} partial periods dropped" if series.dropped else ""
        return f"{series.name}: {len(series.values)} rows{dropped}, the last {len(tested)} tested ({first} to {last})"

    @property
    def _panel_data(self) -> str:
        series, moments = self.series, self.forecasts["moment"].to_numpy()
        time = self.forecasts["time"].to_index()
        first, last = (label(time[int(at)]) for at in (moments.argmin(), moments.argmax()))
        tested = f"{len(time)} windows tested, the first {first}, the last {last}"
        return f"{series.name}: {len(series.members)} series, {len(series.values)} rows; {tested}"


def label(time: object) -> str:
    """A period for people: its date, or its row."""
    return moment(time) if isinstance(time, pd.Timestamp) else f"row {time}"
