"""Windows that an autoencoder is to give back: of the series and of the columns beside it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.problems.reconstruction.anomalies import KINDS, plant
from tasks.numerics.series.scaling import Scaler, in_single_precision, transform
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import parts_of
from tasks.numerics.settings import WindowSpec
from tasks.numerics.split import Split


@dataclass(frozen=True)
class ReconstructionWindows:
    """Windows (N, T, F), scaled, float32: training, validation and test, and after these a copy of all test windows a kind.

    Of two parts no period is in both: T - 1 windows between them are left out.
    """

    inputs: NDArray[np.float32]
    split: Split
    """The planted copies are counted as test windows."""
    names: tuple[str, ...]
    """Of the features: the value, then the columns beside it."""
    scalers: tuple[Scaler, ...]
    first_rows: NDArray[np.int64]
    """Row of the series at which each test window begins."""

    @property
    def targets(self) -> NDArray[np.float32]:
        """What is to be given back: the windows themselves."""
        return self.inputs

    @property
    def steps(self) -> int:
        """Time steps of a window (T)."""
        return int(self.inputs.shape[1])

    @property
    def outputs(self) -> int:
        """Numbers a time step (F)."""
        return int(self.inputs.shape[2])

    @cached_property
    def tested(self) -> NDArray[np.float64]:
        """Test windows and their planted copies (1 + K, N, T, F)."""
        test = self.inputs[self.split.train + self.split.validation :]
        return test.astype(np.float64).reshape(1 + len(KINDS), len(self.first_rows), *test.shape[1:])

    @property
    def scales(self) -> NDArray[np.float64]:
        """Units of the series a scaled unit (F,)."""
        return np.array([scaler.scale for scaler in self.scalers])

    def to_units(self, reconstructions: NDArray[np.float32]) -> NDArray[np.float64]:
        """Reconstructions (R, N_test, T, F) stay scaled: features of several units are scored together."""
        return reconstructions.astype(np.float64)

    def identity(self) -> tuple[Any, ...]:
        """Everything that decides what training gives, beside the network and its training."""
        return (self.inputs, [vars(scaler) for scaler in self.scalers])


def make_reconstruction_windows(series: Series, spec: WindowSpec) -> ReconstructionWindows:
    """Cuts a series and its `--features` into windows of `lookback` rows, scaled by the training part alone.

    Raises InputError where a part would be empty, and for settings that an autoencoder has no use for.
    """
    refuse_what_forecasts(series, spec)
    transformed = transform(series.array, spec.transform)
    past = (
        series.covariates.after(transformed.lost).past if series.covariates else np.empty((len(transformed.values), 0))
    )
    table = np.column_stack([transformed.values, past])
    names = (series.name, *(series.covariates.names[: past.shape[1]] if series.covariates else ()))
    split, apart = split_reconstructions(spec, len(series.array)), spec.lookback - 1
    ends = np.cumsum([split.train, apart, split.validation, apart, split.test])
    table = table[: ends[-1] + apart]
    scalers = tuple(
        Scaler.fit(column[: ends[1]], spec.scaling, name) for name, column in zip(names, table.T, strict=True)
    )
    scaled = np.column_stack([scaler.apply(column) for scaler, column in zip(scalers, table.T, strict=True)])
    views = np.lib.stride_tricks.sliding_window_view(in_single_precision(scaled), spec.lookback, axis=0)
    windows = views.transpose(0, 2, 1)[np.r_[: ends[0], ends[1] : ends[2], ends[3] : ends[4]]]
    spread = scaled[: ends[1]].std(axis=0).astype(np.float32)
    planted = plant(windows[-split.test :], spread)
    return ReconstructionWindows(
        np.ascontiguousarray(np.concatenate([windows, *planted])),
        Split(split.train, split.validation, split.test * (1 + len(KINDS))),
        names,
        scalers,
        np.arange(ends[3], ends[4]) + transformed.lost,
    )


def refuse_what_forecasts(series: Series, spec: WindowSpec) -> None:
    """Raises InputError for settings that only a forecaster has."""
    wrong = {
        f"--layout {spec.layout}": spec.layout != "steps",
        f"--horizon {spec.horizon}": spec.horizon > 1,
        f"--origins {spec.origins}": spec.origins > 1,
        "--known-future or --calendar": bool(
            series.covariates and series.covariates.known.shape[1] + series.covariates.cyclic.shape[1]
        ),
        f"--lookback {spec.lookback}": spec.lookback < 2,
    }
    found = [flag for flag, given in wrong.items() if given]
    if found:
        raise InputError(
            f"{' and '.join(found)} with --head autoencoder: it gives back windows of a series and its --features, time step by "
            "time step, and forecasts nothing. Expected --layout steps, --lookback 2 or more, and none of the others."
        )


def split_reconstructions(spec: WindowSpec, rows: int) -> Split:
    """Counts of windows from shares or counts; raises InputError where a part would be empty."""
    apart = spec.lookback - 1
    windows = rows - spec.lost_rows - 3 * apart
    split = parts_of(spec, windows)
    if windows < 1 or min(split.test, split.validation, split.train) < 1:
        raise InputError(
            f"{rows} rows with --lookback {spec.lookback} make {max(windows, 0)} windows, with {2 * apart} left out between the parts "
            f"so that no period is in two: {max(split.train, 0)} to train, {max(split.validation, 0)} to validate, "
            f"{max(split.test, 0)} to test. Expected at least one of each: shorten --lookback or the parts, or take a longer series."
        )
    return split
