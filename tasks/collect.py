"""Collect: the trained blocks of every variant as one labelled dataset."""

import numpy as np
import xarray as xr

from tasks.numerics.blocks import TrainedBlock
from tasks.numerics.series import Series
from tasks.numerics.variants import Variant
from tasks.numerics.windows import Windows


def collect(
    series: Series,
    windows: Windows,
    seeds: range,
    blocks: dict[Variant, list[TrainedBlock]],
    baselines: xr.Dataset,
) -> tuple[xr.Dataset, xr.Dataset]:
    """Forecasts and histories as `Result` describes them, of the wanted seeds alone."""
    rows = windows.test_rows
    chosen = {variant.name: pick(trained, seeds) for variant, trained in blocks.items()}
    coordinates = {"variant": list(chosen), "seed": list(seeds)}
    forecast = np.stack([one["forecast"] for one in chosen.values()])
    forecasts = xr.Dataset(
        {
            "forecast": (("variant", "seed", "time"), forecast),
            "diverged": (("variant", "seed"), ~np.isfinite(forecast).all(axis=-1)),
            "actual": ("time", series.array[rows]),
            "previous": ("time", series.array[rows.start - 1 : rows.stop - 1]),
        },
        coords=coordinates | {"time": ("time", series.values.index[rows])},
    )
    histories = xr.Dataset(
        {
            "loss": (("variant", "seed", "epoch"), padded([one["loss"] for one in chosen.values()])),
            "validation_loss": (
                ("variant", "seed", "epoch"),
                padded([one["validation_loss"] for one in chosen.values()]),
            ),
            "best_epoch": (("variant", "seed"), np.stack([one["best_epoch"] for one in chosen.values()])),
        },
        coords=coordinates,
    )
    histories = histories.assign_coords(epoch=np.arange(1, histories.sizes["epoch"] + 1))
    return xr.merge([forecasts, baselines]), histories


def pick(trained: list[TrainedBlock], seeds: range) -> dict[str, np.ndarray]:
    """What each wanted seed gave, in the order of the seeds (R, ...)."""
    found = {
        seed: {
            "forecast": block.forecasts[row],
            "loss": block.loss[row],
            "validation_loss": block.validation_loss[row],
            "best_epoch": block.best_epoch[row],
        }
        for block in trained
        for row, seed in enumerate(block.seeds)
    }
    in_order = [found[seed] for seed in seeds]
    return {
        name: padded([one[name] for one in in_order])
        if name.endswith("loss")
        else np.stack([one[name] for one in in_order])
        for name in in_order[0]
    }


def padded(parts: list[np.ndarray]) -> np.ndarray:
    """Stacked (k, ..., E); NaN after the end of those that early stopping made shorter."""
    longest = max(part.shape[-1] for part in parts)
    return np.stack(
        [
            np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, longest - part.shape[-1])], constant_values=np.nan)
            for part in parts
        ]
    )
