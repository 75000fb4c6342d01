"""Transforming and scaling of a series, and the way back to its own units."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.settings import Scaling, Transform

FloatArray = NDArray[np.float64]
LEAST: Final = 1e-12
"""Of its level, that a series must spread by: of less, its numbers hold no more than a few digits."""
SMALLEST, LARGEST = float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)
"""Of single precision."""


@dataclass(frozen=True)
class Scaler:
    """scaled = (value - shift) / scale."""

    shift: float
    scale: float

    @classmethod
    def fit(cls, values: FloatArray, scaling: Scaling, column: str = "") -> "Scaler":
        """Standard: mean 0, standard deviation 1; minmax: 0 to 1; over `values` (N,), the training part.

        Raises InputError on constants, and on what hardly moves beside its level, that names the `column` where it is not the series itself.
        """
        if scaling == "none":
            return cls(0.0, 1.0)
        shift, scale = (
            (values.mean(), values.std()) if scaling == "standard" else (values.min(), values.max() - values.min())
        )
        if not scale > LEAST * max(abs(shift), 1e-300):
            _refuse_still(values, column)
        return cls(float(shift), float(scale))

    def apply(self, values: FloatArray) -> FloatArray:
        """Values in their units to scaled values."""
        return (values - self.shift) / self.scale

    def undo(self, scaled: FloatArray) -> FloatArray:
        """Scaled values back in their units."""
        return scaled * self.scale + self.shift


def _refuse_still(values: FloatArray, column: str) -> None:
    part = f"Column {column!r} in the training part" if column else "The training part"
    moved = float(values.max() - values.min())
    if moved > 0:
        raise InputError(
            f"{part} moves by {moved:g} at a level of {values[0]:g}: too little beside it to be computed with. "
            f"Expected {LEAST:g} of the level at least: subtract the level from the values{'' if column else ', or use --transform difference'}."
        )
    if column:
        raise InputError(
            f"Column {column!r} is constant ({values[0]:g}) in the training part: there is nothing to learn from it. "
            "Expected one that varies before the validation and test parts; leave it out, or use --scaling none."
        )
    raise InputError(
        f"The training part is constant ({values[0]:g}): there is nothing to scale by or to learn. "
        "Expected a series that varies before its validation and test parts; check the file, or use --scaling none."
    )


def in_single_precision(scaled: FloatArray) -> NDArray[np.float32]:
    """Scaled values as networks take them; raises InputError where they are too large for that, or all so small that they would be 0."""
    largest = float(np.abs(scaled).max(initial=0.0))
    if largest and not SMALLEST <= largest <= LARGEST:
        raise InputError(
            f"Scaled values go up to {largest:.3g}, and networks reckon in single precision, with numbers from {SMALLEST:.2g} to "
            f"{LARGEST:.2g}. Expected values like those of the training part: mend single ones that are far larger than all others, or "
            "use --scaling standard in place of none."
        )
    return scaled.astype(np.float32)


@dataclass(frozen=True)
class Transformed:
    """A series after its transform (N - lost,), with what the way back needs."""

    kind: Transform
    values: FloatArray
    original: FloatArray

    @property
    def lost(self) -> int:
        """Rows at the start that have no transformed value."""
        return len(self.original) - len(self.values)

    def undo(self, forecasts: FloatArray, rows: NDArray[np.int64]) -> FloatArray:
        """Forecasts (..., N, H) of the transformed series in its units; window n forecasts from rows[n] on.

        Differences add up from the last value that was known, the one before rows[n].
        """
        with np.errstate(over="ignore", invalid="ignore"):
            if self.kind == "none":
                return forecasts
            if self.kind == "log":
                return np.exp(forecasts)
            before: FloatArray = self.original[rows - 1][:, None]
            change: FloatArray = forecasts.cumsum(axis=-1)
            return before + change if self.kind == "difference" else before * np.exp(change)


def transform(values: FloatArray, kind: Transform) -> Transformed:
    """The series transformed; raises InputError where a logarithm meets a value that is not positive."""
    if kind in ("log", "log_difference") and not (values > 0).all():
        row = int(np.argmin(values > 0))
        raise InputError(
            f"--transform {kind}: value {row + 1} of the series is {values[row]:g}, and a logarithm takes positive values only. "
            "Use --transform difference or none."
        )
    logs = np.log(values) if kind in ("log", "log_difference") else values
    return Transformed(kind, np.diff(logs) if kind in ("difference", "log_difference") else logs, values)
