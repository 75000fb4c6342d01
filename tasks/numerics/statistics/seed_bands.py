"""What figures show of many seeds: bands, and ranges that a few runaway seeds can't stretch."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

FEWEST = 5
"""Fewer seeds have no density worth drawing."""
PLACES = 64
"""Points of a density's outline."""


def bands(values: xr.DataArray) -> xr.DataArray:
    """Over seeds: (variant, line, x) with lines `mean`, `median`, `low`, `high` (5 and 95 %); seeds without a value left out."""
    found = []
    for one in values.transpose("variant", "seed", ...):
        seeds = pd.DataFrame(one.to_numpy()).astype(np.float64).replace([np.inf, -np.inf], np.nan)
        found.append([seeds.mean(), *(seeds.quantile(share) for share in (0.5, 0.05, 0.95))])
    return xr.DataArray(
        np.array(found),
        dims=("variant", "line", values.dims[-1]),
        coords={"variant": values["variant"], "line": ["mean", "median", "low", "high"], **axis_of(values)},
    )


def axis_of(values: xr.DataArray) -> dict[str, Any]:
    """The coordinate of the last dimension."""
    last = str(values.dims[-1])
    return {last: values[last]}


def forecast_range(actual: np.ndarray, forecasts: xr.DataArray) -> list[float]:
    """One range for all variants: their bands and the actual values, unless a band leaves by more than their extent."""
    extent = float(np.ptp(actual)) or 1.0
    found = forecasts.to_numpy()[np.isfinite(forecasts.to_numpy())]
    low, high = (np.append(found, actual).min(), np.append(found, actual).max())
    low, high = max(low, actual.min() - extent), min(high, actual.max() + extent)
    return [float(low - 0.04 * extent), float(high + 0.04 * extent)]


def score_range(values: np.ndarray) -> tuple[list[float], int]:
    """A range that a few runaway seeds can't stretch (ten interquartile ranges beyond the quartiles), and how many lie outside."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return [0.0, 1.0], 0
    low, high = np.quantile(finite, [0.25, 0.75])
    reach = 10 * (high - low) or np.inf
    low, high = max(low - reach, finite.min()), min(high + reach, finite.max())
    margin = 0.04 * (high - low) or 0.5
    return [float(low - margin), float(high + margin)], int(((finite < low) | (finite > high)).sum())


def densities(values: np.ndarray, shown: list[float]) -> tuple[np.ndarray, np.ndarray] | None:
    """Places (K,) within a range and the density of values (S,) there (K,), its peak 1; None for few or equal values.

    Gaussian kernels, their width by Silverman (1986, equation 3.31), which a few runaway seeds can't stretch.
    """
    finite = values[np.isfinite(values)]
    if len(finite) < FEWEST:
        return None
    first, third = np.quantile(finite, [0.25, 0.75])
    spread = min(filter(None, (float(finite.std(ddof=1)), float(third - first) / 1.34)), default=0.0)
    width = max(0.9 * spread * len(finite) ** -0.2, (shown[1] - shown[0]) / 400)
    inside = finite[(finite >= shown[0]) & (finite <= shown[1])]
    if spread == 0 or not len(inside):
        return None
    places = np.linspace(max(inside.min() - 3 * width, shown[0]), min(inside.max() + 3 * width, shown[1]), PLACES)
    heights = np.exp(-(((places[:, None] - inside) / width) ** 2) / 2).sum(axis=1)
    return places, heights / heights.max()


def log_range(losses: tuple[xr.DataArray, xr.DataArray]) -> list[float] | None:
    """One range for all variants, in powers of ten: most of their bands, so that what explodes leaves the panel."""
    values = np.concatenate([table.sel(line=["low", "high"]).to_numpy().ravel() for table in losses])
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return None
    low, high = np.log10(np.quantile(positive, [0.0, 0.995]))
    return [float(low - 0.05), float(high + 0.05)]
