"""Windows of a series: what a network sees, and what it is to forecast."""

from dataclasses import dataclass

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
    def training_rows(self) -> slice:
        """Rows of the series that training saw, as inputs or as targets."""
        return slice(0, self.first_target + self.split.train)

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


def make_windows(values: FloatArray, spec: WindowSpec) -> Windows:
    """Cuts values (N,) into windows of `lookback` values and the one after; scaling is fitted on the training part alone."""
    split = split_windows(spec, len(values))
    transformed = transform(values, spec.transform)
    seen = transformed.values[: spec.lookback + split.train]
    scaler = Scaler.fit(seen, spec.scaling)
    scaled = scaler.apply(transformed.values).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(scaled, spec.lookback)[:-1]
    inputs = views[:, :, None] if spec.layout == "steps" else views[:, None, :]
    return Windows(
        np.ascontiguousarray(inputs),
        scaled[spec.lookback :],
        split,
        scaler,
        transformed,
        first_target=transformed.lost + spec.lookback,
        warnings=_warnings(spec),
    )


def _warnings(spec: WindowSpec) -> tuple[str, ...]:
    if spec.layout == "steps":
        return ()
    return (
        f"--layout features gives the network one time step of {spec.lookback} features: nothing is recurrent, "
        "the recurrent kernel and the forget gate never get a gradient. --layout steps gives it the same values one after another.",
    )
