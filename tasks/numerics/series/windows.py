"""Windows of a series: what a network sees, and what it is to forecast."""

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.covariates import Covariates
from tasks.numerics.series.scaling import Scaler, Transformed, in_single_precision, transform
from tasks.numerics.settings import Layout, WindowSpec
from tasks.numerics.split import Split

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Windows:
    """All windows of a series, scaled, oldest first: (N, T, F) and targets (N, H), float32.

    Of a panel (`Series.members`), `inputs` and `targets` hold the training windows of all members, then all their
    validation windows, then all their test windows, each part by member and then by time. `first_rows` and `members` say of
    every test window what it forecasts, and `own` how many are this origin's, for a panel and for one series alike;
    `test_rows` and `rows_before_validation` are of one series only.

    A time step has F features: the value of its period, the columns of `--features` at that period, and what is known
    ahead (`--known-future`, then sine and cosine of each `--calendar`) H periods later: so the last H steps bring what is
    known of the H periods that are forecast, in their order, and no step a column more than it has. It takes a lookback
    of H at least, and what was known of the first H periods of the lookback is not seen. In layout `features` the F
    features of all steps stand one step after another.
    """

    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    split: Split
    scalers: tuple[Scaler, ...]
    """Of the values, one a series; each fitted on what the training windows of its series hold."""
    transformed: tuple[Transformed, ...]
    """Of the values, one a series."""
    first_rows: NDArray[np.int64]
    """Row of `Series.array` that each test window forecasts first (N_test,); the next H - 1 rows follow it."""
    members: NDArray[np.int64]
    """Which of `Series.members` each test window is of (N_test,); 0 where there is one series."""
    training_rows: tuple[int, ...]
    """Rows of each series, its first ones, up to the last that training saw, as an input or as a target."""
    own: int
    """Test windows that are this origin's to forecast, the first ones; the others make its program the size of every origin's."""
    warnings: tuple[str, ...]
    column_scalers: tuple[tuple[Scaler, ...], ...]
    """Of the columns beside the values, in the order of a time step, one tuple a series."""

    @property
    def horizon(self) -> int:
        """Periods that a window forecasts (H)."""
        return int(self.targets.shape[1])

    @property
    def test_rows(self) -> slice:
        """Rows of one series that its test windows forecast first; with H > 1, H - 1 more rows are scored after them."""
        return slice(int(self.first_rows[0]), int(self.first_rows[-1]) + 1)

    @property
    def rows_before_validation(self) -> int:
        """Rows of one series up to the last that training saw."""
        (rows,) = self.training_rows
        return rows

    @property
    def own_by_series(self) -> NDArray[np.int64]:
        """How many of this origin's own test windows are of each series."""
        return np.bincount(self.members[: self.own], minlength=len(self.scalers))

    @property
    def outputs(self) -> int:
        """Numbers that a network gives for a window: the horizon."""
        return self.horizon

    def identity(self) -> tuple[Any, ...]:
        """Everything that decides what training gives, beside the network and its training."""
        scaling = [*(vars(one) for one in self.scalers), self.transformed[0].kind]
        originals = (one.original for one in self.transformed)
        return (self.inputs, self.targets, self.first_rows, self.members, *originals, scaling)

    def to_units(self, forecasts: NDArray[np.float32]) -> FloatArray:
        """Scaled forecasts (..., N_test, H) of the test part in the series' own units."""
        found = forecasts.astype(np.float64)
        begins = accumulate((len(one.original) for one in self.transformed), initial=0)
        for number, (begin, scaler, transformed) in enumerate(
            zip(begins, self.scalers, self.transformed, strict=False)
        ):
            own = self.members == number
            found[..., own, :] = transformed.undo(scaler.undo(found[..., own, :]), self.first_rows[own] - begin)
        return found


def split_windows(spec: WindowSpec, rows: int) -> Split:
    """Counts of windows from shares or counts; raises InputError where a part would be empty.

    Purged: with a horizon H > 1 the H - 1 windows before the validation part and those before the test part are in no part,
    so that no period is forecast in two of them (López de Prado, Advances in Financial Machine Learning, chapter 7).
    """
    purged = 2 * (spec.horizon - 1)
    windows = rows - spec.lost_rows - spec.lookback - (spec.horizon - 1) - purged
    split = parts_of(spec, windows)
    if windows < 1 or min(split.test, split.validation, split.train) < 1:
        horizon = f" and --horizon {spec.horizon}" if purged else ""
        between = (
            f" ({purged} are left out between the parts, that none forecasts a period of another)" if purged else ""
        )
        shorten = "--lookback, --horizon" if purged else "--lookback"
        raise InputError(
            f"{rows} rows with --lookback {spec.lookback}{horizon} make {max(windows, 0)} windows{between}: {max(split.train, 0)} to train, "
            f"{max(split.validation, 0)} to validate (--validation {spec.validation:g}), {max(split.test, 0)} to test (--test {spec.test:g}). "
            f"Expected at least one of each: shorten {shorten} or the parts, or take a longer series."
        )
    return split


def parts_of(spec: WindowSpec, windows: int) -> Split:
    """So many windows in their parts, some perhaps empty."""
    test = count_of(spec.test, windows, "--test")
    validation = count_of(spec.validation, windows - test, "--validation")
    return Split(windows - test - validation, validation, test)


def count_of(part: float, windows: int, flag: str) -> int:
    """How many windows a share below 1 or a count is; raises InputError for neither."""
    if part >= 1 and part != int(part):
        raise InputError(f"{flag} {part:g}: expected a share below 1 or a whole number of windows.")
    return int(part) if part >= 1 else round(part * windows)


def make_windows(values: FloatArray, spec: WindowSpec, covariates: Covariates | None = None) -> tuple[Windows, ...]:
    """Cuts values (N,) into windows of `lookback` values and the `horizon` after, for every origin; scaled by its training part alone.

    The test part is cut into as many parts as there are origins, as even as they get; before each stand its validation and
    its training windows: as many for every origin as the first one has, so that later origins forget the oldest windows
    (`rolling`), or all from the first one on (`expanding`). Every origin has test windows for the longest part, so that one
    program serves all. Raises InputError where there are fewer test windows than origins.
    """
    split = split_windows(spec, len(values))
    if split.test < spec.origins:
        raise InputError(
            f"--origins {spec.origins}: there are only {split.test} test windows. Expected at most one origin a test window."
        )
    transformed = transform(values, spec.transform)
    beside = (covariates or Covariates.none(len(values))).after(transformed.lost)
    beside.check_reach(spec)
    of_origin = replace(split, test=-(-split.test // spec.origins))
    starts = [k * split.test // spec.origins for k in range(spec.origins + 1)]
    return tuple(_windows_between(ends, transformed, beside, spec, of_origin) for ends in pairwise(starts))


def _windows_between(
    moved: tuple[int, int], transformed: Transformed, beside: Covariates, spec: WindowSpec, split: Split
) -> Windows:
    """The windows of an origin whose test part is that of the first, moved by so many rows, up to that of the next."""
    start, end = moved
    more = spec.horizon - 1
    begin = 0 if spec.training_window == "expanding" else start
    split = replace(split, train=split.train + start - begin)
    ends = np.cumsum([begin, split.train, more, split.validation, more, split.test])
    every = AllWindows.of(transformed, beside, slice(begin, spec.lookback + int(ends[2])), spec)
    kept = np.r_[ends[0] : ends[1], ends[2] : ends[3], ends[4] : ends[5]]
    before = transformed.lost + spec.lookback
    return Windows(
        every.inputs_of(kept),
        every.targets_of(kept),
        split,
        (every.scaler,),
        (transformed,),
        first_rows=before + np.arange(ends[4], ends[5]),
        members=np.zeros(split.test, np.int64),
        training_rows=(before + int(ends[2]),),
        own=end - start,
        warnings=layout_warnings(spec, every.features),
        column_scalers=(every.column_scalers,),
    )


@dataclass(frozen=True)
class AllWindows:
    """Every window of one series, oldest first, whatever part it is to be of: window n forecasts from row n + L on."""

    steps: NDArray[np.float32]
    """(L, F) of each window as a view (N, F, L)."""
    ahead: NDArray[np.float32]
    """(N, H)."""
    scaler: Scaler
    column_scalers: tuple[Scaler, ...]
    layout: Layout

    @classmethod
    def of(cls, transformed: Transformed, beside: Covariates, seen: slice, spec: WindowSpec) -> "AllWindows":
        """The windows of transformed values and what stands beside them, each column scaled by its rows `seen`."""
        scaler = Scaler.fit(transformed.values[seen], spec.scaling)
        scaled = in_single_precision(scaler.apply(transformed.values))
        steps = np.column_stack([scaled[: -spec.horizon], in_single_precision(beside.at_steps(seen, spec))])
        return cls(
            np.lib.stride_tricks.sliding_window_view(steps, spec.lookback, axis=0),
            np.lib.stride_tricks.sliding_window_view(scaled[spec.lookback :], spec.horizon),
            scaler,
            beside.scalers(seen, spec),
            spec.layout,
        )

    @property
    def features(self) -> int:
        """Numbers that a time step carries (F)."""
        return int(self.steps.shape[1])

    def inputs_of(self, kept: NDArray[np.int64]) -> NDArray[np.float32]:
        """Inputs (n, T, F) of the windows whose numbers (n,) are given."""
        found = self.steps[kept].transpose(0, 2, 1)
        return np.ascontiguousarray(found if self.layout == "steps" else found.reshape(len(kept), 1, -1))

    def targets_of(self, kept: NDArray[np.int64]) -> NDArray[np.float32]:
        """Targets (n, H) of the windows whose numbers (n,) are given."""
        return np.ascontiguousarray(self.ahead[kept])


def layout_warnings(spec: WindowSpec, features: int) -> tuple[str, ...]:
    """What is to be said of a layout of time steps with so many features."""
    if spec.layout == "steps":
        return ()
    return (
        f"--layout features gives the network one time step of {spec.lookback * features} features: nothing is recurrent, "
        "the recurrent kernel and the forget gate never get a gradient. --layout steps gives it the same values one after another.",
    )
