"""What programs and trackers are told of classifiers beside what they are told of every result."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.classification.drawings import shares_of
from tasks.numerics.problems.classification.results import ClassResult
from tasks.numerics.problems.problem import Tracked
from tasks.numerics.statistics.seed_bands import bands


def summary(result: ClassResult) -> dict[str, Any]:
    """`classes`, and `votes`: McNemar's test of every variant."""
    return {"classes": list(result.windows.classes), "votes": result.votes.to_dict("records")}


def variant_summary(result: ClassResult, variant: str) -> dict[str, Any]:
    """`confusion`: shares of each class that are taken for which, mean over seeds."""
    return {"confusion": shares_of(result, variant).tolist()}


def tracked(result: ClassResult) -> Tracked:
    """Probabilities of every test sample, with its class and its number in the file."""
    tested = result.windows.tested
    tables = {
        "probability": result.probabilities.astype(np.float32),
        "baseline_probability": result.baseline_probabilities.astype(np.float32),
    }
    whole = xr.Dataset(
        tables,
        coords={
            "class": list(result.windows.classes),
            "true_class": ("sample", np.array(result.windows.classes)[result.labels]),
            "number": ("sample", result.windows.samples[tested]),
        },
    )
    return Tracked(datasets={"probabilities": whole})


def outputs(result: ClassResult) -> pd.DataFrame:
    """A row a variant, test sample and class: 1 where it is the true one, mean probability over seeds, and 5 to 95 % of them."""
    made = result.probabilities.transpose("variant", "seed", "sample", "class")
    N, K = made.shape[2:]
    flat = bands(
        xr.DataArray(
            made.to_numpy().reshape(*made.shape[:2], -1),
            dims=("variant", "seed", "point"),
            coords={"variant": made["variant"], "point": np.arange(N * K)},
        )
    )
    ids = {
        "sample": np.repeat(result.windows.samples[result.windows.tested], K),
        "class": np.tile(np.array(result.windows.classes), N),
        "actual": np.eye(K)[result.labels].ravel(),
    }
    lines = {"mean": "mean", "lower": "low", "upper": "high"}
    return pd.concat(
        [
            pd.DataFrame(
                {"variant": name, **ids}
                | {column: flat.sel(variant=name, line=line).to_numpy() for column, line in lines.items()}
            )
            for name in result.variants
        ],
        ignore_index=True,
    )
