"""Windows of a series: what a network sees, and what it is to forecast."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.scaling import Scaler, Transformed, transform
from tasks.numerics.settings import WindowSpec

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """How many windows train, are watched and are scored, in the order of time."""

    train: int
    validation: int
    test: int


@dataclass(frozen=True)
class Windows:
    """All windows of a series, scaled, oldest first: (N, T, F) and targets (N,), float32."""

    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    split: Split
    scaler: Scaler
    transformed: Transformed
    first_target: int
    """Row of the series that the first window forecasts."""
    warnings: tuple[str, ...]

    @property
    def test_rows(self) -> slice:
        """Rows of the series that are scored."""
        begin = self.first_target + self.split.train + self.split.validation
        return slice(begin, begin + self.split.test)

    @property
    def rows_before_validation(self) -> int:
        """Rows of the series up to the last that training saw, as an input or as a target."""
        return self.first_target + self.split.train

    def to_units(self, forecasts: NDArray[np.float32]) -> FloatArray:
        """Scaled forecasts (..., N_test) of the test part in the series' own units."""
        return self.transformed.undo(self.scaler.undo(forecasts.astype(np.float64)), self.test_rows)


def split_windows(spec: WindowSpec, rows: int) -> Split:
    """Counts of windows from shares or counts; raises InputError where a part would be empty."""
    lost = spec.lookback + (1 if spec.transform in ("difference", "log_difference") else 0)
    windows = rows - lost
    test = _count(spec.test, windows, "--test")
    validation = _count(spec.validation, windows - test, "--validation")
    train = windows - test - validation
    if windows < 1 or min(test, validation, train) < 1:
        raise InputError(
            f"{rows} rows with --lookback {spec.lookback} make {max(windows, 0)} windows: {max(train, 0)} to train, "
            f"{max(validation, 0)} to validate (--validation {spec.validation:g}), {max(test, 0)} to test (--test {spec.test:g}). "
            "Expected at least one of each: shorten --lookback or the parts, or take a longer series."
        )
    return Split(train, validation, test)


def _count(part: float, windows: int, flag: str) -> int:
    if part >= 1 and part != int(part):
        raise InputError(f"{flag} {part:g}: expected a share below 1 or a whole number of windows.")
    return int(part) if part >= 1 else round(part * windows)


def make_windows(values: FloatArray, spec: WindowSpec) -> tuple[Windows, ...]:
    """Cuts values (N,) into windows of `lookback` values and the one after, for every origin; scaled by its training part alone.

    The test part is cut into as many parts as there are origins, as even as they get; before each stand its validation and
    its training windows, as many for every origin as the first one has: later origins forget the oldest windows. Every
    origin has test windows for the longest part, so that one program serves all. Raises InputError where there are fewer
    test windows than origins.
    """
    split = split_windows(spec, len(values))
    if split.test < spec.origins:
        raise InputError(
            f"--origins {spec.origins}: there are only {split.test} test windows. Expected at most one origin a test window."
        )
    transformed = transform(values, spec.transform)
    of_origin = replace(split, test=-(-split.test // spec.origins))
    starts = [k * split.test // spec.origins for k in range(spec.origins)]
    return tuple(_windows_from(start, transformed, spec, of_origin) for start in starts)


def _windows_from(start: int, transformed: Transformed, spec: WindowSpec, split: Split) -> Windows:
    count = split.train + split.validation + split.test
    part = transformed.values[start : start + spec.lookback + count]
    scaler = Scaler.fit(part[: spec.lookback + split.train], spec.scaling)
    scaled = scaler.apply(part).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(scaled, spec.lookback)[:-1]
    inputs = views[:, :, None] if spec.layout == "steps" else views[:, None, :]
    return Windows(
        np.ascontiguousarray(inputs),
        scaled[spec.lookback :],
        split,
        scaler,
        transformed,
        first_target=transformed.lost + spec.lookback + start,
        warnings=_warnings(spec),
    )


def _warnings(spec: WindowSpec) -> tuple[str, ...]:
    if spec.layout == "steps":
        return ()
    return (
        f"--layout features gives the network one time step of {spec.lookback} features: nothing is recurrent, "
        "the recurrent kernel and the forget gate never get a gradient. --layout steps gives it the same values one after another.",
    )
