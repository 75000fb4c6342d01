"""What programs and trackers are told of autoencoders beside what they are told of every result."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.problem import Tracked
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.summary_parts import lists
from tasks.numerics.statistics.seed_bands import bands
from tasks.numerics.wording import trackable


def variant_summary(result: ReconstructionResult, variant: str) -> dict[str, Any]:
    """Scores by feature and by kind of anomaly, a list a seed."""
    return {
        "features": lists(result.features.sel(variant=variant)),
        "anomalies": lists(result.kinds.sel(variant=variant)),
    }


def tracked(result: ReconstructionResult) -> Tracked:
    """Scores by kind of anomaly and by feature, and every dataset."""
    return Tracked(
        scores=apart(result.kinds, "kind").merge(apart(result.features, "feature", "feature.")),
        baseline_scores=apart(result.baseline_kinds, "kind"),
        datasets={
            "reconstructions": reconstructions(result),
            "feature_scores": result.features,
            "anomaly_scores": result.kinds,
            "baseline_anomaly_scores": result.baseline_kinds,
        },
    )


def apart(table: xr.Dataset, dimension: str, prefix: str = "") -> xr.Dataset:
    """Each label of a dimension as variables of its own, such as `auroc.spike`."""
    names = trackable([str(label) for label in table[dimension].to_numpy()])
    return xr.Dataset(
        {
            f"{score}.{prefix}{name}": values.isel({dimension: place}, drop=True)
            for score, values in table.items()
            for place, name in enumerate(names)
        }
    )


def reconstructions(result: ReconstructionResult) -> xr.Dataset:
    """`window` (copy, window, step, feature), `reconstruction` and `baseline_reconstruction` of it, float32 as they were made.

    Scaled: a value in its feature's own unit, transformed as the series is, is `value * scale + shift`.
    """
    windows, place = result.windows, ("copy", "window", "step", "feature")
    tables = {
        "window": xr.DataArray(windows.tested, dims=place),
        "reconstruction": result.given_back,
        "baseline_reconstruction": result.baseline_given_back,
    }
    return xr.Dataset(
        {name: values.astype(np.float32) for name, values in tables.items()},
        coords={
            "copy": ["clean", *KINDS],
            "begins": ("window", result.series.values.index[windows.first_rows]),
            "step": np.arange(1, windows.tested.shape[2] + 1),
            "feature": list(windows.names),
            "scale": ("feature", windows.scales),
            "shift": ("feature", [scaler.shift for scaler in windows.scalers]),
        },
    )


def outputs(result: ReconstructionResult) -> pd.DataFrame:
    """A row a variant, clean window, time step and feature: true value, mean over seeds, and 5 to 95 % of them, scaled."""
    windows, clean = result.windows, result.given_back.isel(copy=0, drop=True)
    clean = clean.transpose("variant", "seed", "window", "step", "feature")
    flat = bands(
        xr.DataArray(
            clean.to_numpy().reshape(*clean.shape[:2], -1),
            dims=("variant", "seed", "point"),
            coords={"variant": clean["variant"], "point": np.arange(windows.tested[0].size)},
        )
    )
    place = np.indices(windows.tested.shape[1:]).reshape(3, -1)
    ids = {
        "window": result.series.values.index[windows.first_rows][place[0]],
        "step": place[1] + 1,
        "feature": np.array(windows.names)[place[2]],
        "actual": windows.tested[0].ravel(),
    }
    lines = {"mean": "mean", "lower": "low", "upper": "high"}
    frames = [
        pd.DataFrame(
            {"variant": name, **ids}
            | {column: flat.sel(variant=name, line=line).to_numpy() for column, line in lines.items()}
        )
        for name in result.variants
    ]
    return pd.concat(frames, ignore_index=True)
