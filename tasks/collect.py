"""Collect: the trained blocks of every variant as labelled datasets, with the candidate that is chosen for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.blocks import TrainedBlock
from tasks.numerics.diagnostics import QUANTILES
from tasks.numerics.initialisation import initialisation_words
from tasks.numerics.results import Outcome
from tasks.numerics.series import Series
from tasks.numerics.settings import NetworkSpec, TrainingSpec
from tasks.numerics.tuning import candidates, chosen, given
from tasks.numerics.variants import Variant
from tasks.numerics.windows import Windows

Array = np.ndarray
PLACE = ("variant", "origin", "seed")


@dataclass(frozen=True)
class Grid:
    """The replicas of a comparison, by variant, candidate, origin and seed (V, C, O, S)."""

    blocks: Mapping[Variant, list[TrainedBlock]]
    training: TrainingSpec
    origins: tuple[Windows, ...]
    seeds: range

    def table(self, value: Callable[[TrainedBlock], Array]) -> Array:
        """A value of every replica (V, C, O, S, ...), NaN after the end of what early stopping made shorter."""
        tried = candidates(self.training)
        found = [
            {
                (candidate, block.origin, seed): value(block)[block.replica(candidate, seed)]
                for block in trained
                for candidate in block.candidates
                for seed in block.seeds
            }
            for trained in self.blocks.values()
        ]
        places = [(one, origin, seed) for one in tried for origin in range(len(self.origins)) for seed in self.seeds]
        stacked = padded([one[place] for one in found for place in places])
        return stacked.reshape(len(found), len(tried), len(self.origins), len(self.seeds), *stacked.shape[1:])

    def by_period(self, table: Array) -> Array:
        """Forecasts (V, C, O, S, windows of an origin) as (V, C, S, N): each period's by the origin last before it."""
        starts = [windows.test_rows.start for windows in self.origins]
        lengths = np.diff([*starts, self.origins[-1].test_rows.stop])
        return np.concatenate([table[:, :, k, :, :length] for k, length in enumerate(lengths)], axis=-1)

    @property
    def origin_of_period(self) -> Array:
        """Which origin forecasts each period of the test part (N,)."""
        starts = [windows.test_rows.start for windows in self.origins]
        return np.searchsorted(starts, np.arange(starts[0], self.origins[-1].test_rows.stop), side="right") - 1


def collect(series: Series, grid: Grid, network: NetworkSpec, baselines: xr.Dataset) -> Outcome:
    """What training gave of the wanted seeds, as `Outcome` describes it."""
    forecast = grid.table(lambda block: block.forecasts[..., 0])
    watched = grid.table(lambda block: block.validation_loss)
    # Of the weights that were kept: the lowest where seeds may stop early, else the last.
    kept = np.fmin.reduce(watched, axis=-1) if grid.training.patience else watched[..., -1]
    diverged = ~np.isfinite(forecast).all(axis=-1)
    kept = np.where(diverged, np.nan, kept)
    choice = chosen(kept.transpose(0, 2, 1, 3))
    by_period, of_period = grid.by_period(forecast), grid.origin_of_period
    best = np.take_along_axis(by_period, choice[:, of_period][:, None, None], axis=1)[:, 0]
    rows = slice(grid.origins[0].test_rows.start, grid.origins[-1].test_rows.stop)
    coordinates = {"variant": [variant.name for variant in grid.blocks], "seed": list(grid.seeds)}
    forecasts = xr.Dataset(
        {
            "forecast": (("variant", "seed", "time"), best),
            "diverged": (("variant", "seed"), ~np.isfinite(best).all(axis=-1)),
            "actual": ("time", series.array[rows]),
            "previous": ("time", series.array[rows.start - 1 : rows.stop - 1]),
            "origin": ("time", of_period),
        },
        coords=coordinates | {"time": ("time", series.values.index[rows])},
    )
    losses = {"loss": grid.table(lambda block: block.loss), "validation_loss": watched}
    histories = xr.Dataset(
        {name: (("variant", "seed", "epoch"), at(choice, table).mean(axis=1)) for name, table in losses.items()},
        coords=coordinates | {"epoch": np.arange(1, watched.shape[-1] + 1)},
    )
    return Outcome(
        xr.merge([forecasts, baselines]),
        histories,
        tuning_of(grid, network, (kept, by_period, choice), coordinates),
        diagnostics_of(grid, choice, at(choice, diverged), at(choice, watched), coordinates),
    )


def tuning_of(
    grid: Grid, network: NetworkSpec, found: tuple[Array, Array, Array], coordinates: dict[str, Any]
) -> xr.Dataset:
    """The dataset `Outcome.tuning` from validation losses (V, C, O, S), forecasts (V, C, S, N) and choices (V, O)."""
    loss, forecast, choice = found
    tried = candidates(grid.training)
    return xr.Dataset(
        {
            "validation_loss": (("variant", "candidate", "origin", "seed"), loss),
            "forecast": (("variant", "candidate", "seed", "time"), forecast),
            "chosen": (("variant", "origin"), choice),
            "initialisation": ("variant", [initialisation_words(network, variant) for variant in grid.blocks]),
        },
        coords=coordinates
        | {
            "learning_rate": ("candidate", [one.learning_rate for one in tried]),
            "clip_norm": ("candidate", [one.clip_norm for one in tried]),
        },
        attrs={"given": given(grid.training)},
    )


def diagnostics_of(
    grid: Grid, choice: Array, diverged: Array, watched: Array, coordinates: dict[str, Any]
) -> xr.Dataset:
    """The dataset `Outcome.diagnostics` at the choices (V, O); diverged (V, O, S) and validation losses (V, O, S, E) there."""
    found = {}
    for name in next(iter(grid.blocks.values()))[0].diagnostics:
        table = at(choice, grid.table(lambda block, name=name: block.diagnostics[name]))  # type: ignore[misc]
        dimensions = (*PLACE, "layer") if name == "dead_units" else PLACE
        found[name] = (dimensions, np.where(diverged[..., None] if table.ndim > 3 else diverged, np.nan, table))
    norms = at(choice, grid.table(lambda block: block.gradient_norm))
    # Diverged ones are kept: how large the gradients were before is what one wants to know.
    norms = np.where(np.isfinite(norms), norms, np.nan)
    with np.errstate(all="ignore"):
        quantiles = np.moveaxis(np.nanquantile(norms, QUANTILES, axis=-1), 0, -1)
    found["gradient_norm"] = ((*PLACE, "quantile"), quantiles)
    lowest = np.where(np.isfinite(watched), watched, np.inf).argmin(axis=-1) + 1.0
    found["best_epoch"] = (PLACE, np.where(diverged, np.nan, lowest))
    return xr.Dataset(found, coords=coordinates | {"quantile": list(QUANTILES)})


def at(choice: Array, table: Array) -> Array:
    """A table (V, C, O, ...) at the choices (V, O): (V, O, ...)."""
    index = choice.reshape(len(choice), 1, -1, *[1] * (table.ndim - 3))
    return np.take_along_axis(table, index, axis=1)[:, 0]


def padded(parts: list[Array]) -> Array:
    """Stacked (k, ..., E); NaN after the end of those that early stopping made shorter."""
    longest = max(part.shape[-1] for part in parts) if parts[0].ndim else 0
    if not parts[0].ndim or all(part.shape[-1] == longest for part in parts):
        return np.stack(parts)
    return np.stack(
        [
            np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, longest - part.shape[-1])], constant_values=np.nan)
            for part in parts
        ]
    )
