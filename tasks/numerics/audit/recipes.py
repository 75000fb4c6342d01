"""What a claim's networks are trained and tested on: prepared as it was published, and done properly.

Axes: N windows, L lookback, T time steps, F features; as everywhere, one window is (T, F): (L, 1) or (1, L).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.audit.claims import Claim, Recipe
from tasks.numerics.errors import InputError
from tasks.numerics.series.scaling import Scaler
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import Layout, WindowSpec

FloatArray = NDArray[np.float64]
PROPERLY = "done properly"


@dataclass(frozen=True)
class Prepared:
    """Scaled windows (N, T, F) and targets (N,), float32, and the way back to the series' unit."""

    name: str
    windows: NDArray[np.float32]
    targets: NDArray[np.float32]
    validation_windows: NDArray[np.float32]
    validation_targets: NDArray[np.float32]
    test_windows: NDArray[np.float32]
    back: Scaler
    """Forecasts are undone by it; not always what training was scaled by."""

    def to_units(self, forecasts: NDArray[np.float32]) -> FloatArray:
        """Scaled forecasts (..., N_test) in the series' unit."""
        return self.back.undo(forecasts.astype(np.float64))


def prepare(values: FloatArray, claim: Claim) -> tuple[Prepared, ...]:
    """A preparation of values (rows,) for every recipe of the claim, then the proper one; raises InputError on too short a series."""
    claim.check_length(len(values))
    return (*(as_published(values, claim, recipe) for recipe in claim.recipes), properly(values, claim))


def as_published(values: FloatArray, claim: Claim, recipe: Recipe) -> Prepared:
    """Values (rows,) prepared with every flaw that the recipe names; raises InputError where nothing is left to train on."""
    rows = values[: recipe.rows]
    part = rows[: int(len(rows) * recipe.part)]
    windows, targets = published_windows(part, claim.lookback, recipe.drops_last_window)
    # Keras' own validation_split.
    seen = math.floor(len(windows) * (1 - claim.validation))
    if seen < 1 or seen == len(windows):
        raise InputError(
            f"Recipe {recipe.name!r} of the claim makes {len(windows)} windows of {len(part)} rows, {seen} to train on and "
            f"{len(windows) - seen} to validate: expected at least one of each. Give it more rows or a shorter lookback."
        )
    fitted = _minmax(
        {"training_part": part, "training_rows": rows, "whole_series": values}[recipe.scaling], recipe.name
    )
    test = last_windows(values, claim.lookback, claim.test)
    scaled_test = fitted.apply(test) if recipe.test_scaling == "as_training" else scaled_by_lag(test)
    inputs = shaped(fitted.apply(windows), claim.layout)
    wanted = fitted.apply(targets).astype(np.float32)
    return Prepared(
        recipe.name,
        inputs[:seen],
        wanted[:seen],
        inputs[seen:],
        wanted[seen:],
        shaped(scaled_test, claim.layout),
        fitted if recipe.inversion == "as_training" else _minmax(values, recipe.name),
    )


def published_windows(values: FloatArray, lookback: int, drops_last: bool) -> tuple[FloatArray, FloatArray]:
    """Windows (N, L) of values (rows,) and the value after each (N,), by the routine that may lose the last one."""
    count = max(len(values) - lookback - int(drops_last), 0)
    if not count:
        return np.empty((0, lookback)), np.empty(0)
    return np.lib.stride_tricks.sliding_window_view(values, lookback)[:count], values[lookback : lookback + count]


def last_windows(values: FloatArray, lookback: int, test: int) -> FloatArray:
    """The windows (N_test, L) before each of the last `test` rows."""
    return np.lib.stride_tricks.sliding_window_view(values[len(values) - test - lookback : -1], lookback)


def scaled_by_lag(windows: FloatArray) -> FloatArray:
    """Windows (N, L), each lag from 0 to 1 over the windows: scikit-learn's `MinMaxScaler.fit_transform` of them."""
    extent = np.ptp(windows, axis=0)
    scaled: FloatArray = (windows - windows.min(axis=0)) / np.where(extent == 0, 1, extent)
    return scaled


def shaped(windows: FloatArray, layout: Layout) -> NDArray[np.float32]:
    """Windows (N, L) as a network takes them (N, T, F)."""
    turned = windows[:, :, None] if layout == "steps" else windows[:, None, :]
    return np.ascontiguousarray(turned, dtype=np.float32)


def properly(values: FloatArray, claim: Claim) -> Prepared:
    """Values (rows,) with no window lost, scaled by the training part alone; the same test rows. Raises InputError on too few rows."""
    spec = WindowSpec(
        lookback=claim.lookback,
        layout=claim.layout,
        validation=claim.validation,
        test=claim.test,
        origins=1,
        scaling="minmax",
    )
    (windows,) = make_windows(values, spec)
    seen, watched = windows.split.train, windows.split.train + windows.split.validation
    return Prepared(
        PROPERLY,
        windows.inputs[:seen],
        windows.targets[:seen, 0],
        windows.inputs[seen:watched],
        windows.targets[seen:watched, 0],
        windows.inputs[watched:],
        windows.scalers[0],
    )


def _minmax(values: FloatArray, name: str) -> Scaler:
    if values.min() == values.max():
        raise InputError(
            f"Recipe {name!r} of the claim scales by {len(values)} rows that are all {values[0]:g}: expected rows that vary."
        )
    return Scaler.fit(values, "minmax")
