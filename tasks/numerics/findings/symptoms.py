"""What networks did inside while they were trained, and what it did to their forecasts: every seed's, at every origin."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from tasks.numerics.problems.results import Result
from tasks.numerics.statistics.scored_points import Array


@dataclass(frozen=True)
class Symptom:
    """One thing that is looked at inside a network: a column of the table."""

    label: str
    meaning: str
    percent: bool = False
    whole: bool = False
    """Whether it counts something."""


SYMPTOMS = {
    "dead_units": Symptom(
        "dead units",
        "share of a layer's units whose output is 0 in every training window at every time step; of the layer with most",
        True,
    ),
    "saturated_gates": Symptom(
        "saturated gates", "share of gate activations where the slope is below a tenth of the greatest", True
    ),
    "saturated_cells": Symptom("saturated cells", "the same of the cell activation", True),
    "cell_reach": Symptom("cell state", "largest distance of any cell state from 0"),
    "gradient_typical": Symptom(
        "gradient norm", "median over the epochs of the root mean square of the gradients' norms, as clipped"
    ),
    "gradient_jump": Symptom("its largest", "the largest norm of an epoch, in medians"),
    "best_epoch": Symptom("best epoch", "of the lowest validation loss", whole=True),
}
"""In the order in which they are shown."""


def symptoms(result: Result) -> xr.Dataset:
    """The `SYMPTOMS` (variant, origin, seed), NaN where a seed diverged, and bool `dead_layer`, `constant`, `diverged`.

    `dead_layer`: every unit of some layer is dead. `constant`: what the network puts out of that origin's windows hardly moves.
    """
    found = result.diagnostics.transpose("variant", "origin", "seed", ...)
    dead = found["dead_units"].max("layer", skipna=False)
    norm = found["gradient_norm"]
    typical = norm.sel(quantile=0.5, drop=True)
    named = {
        "dead_units": dead,
        "saturated_gates": found["saturated_gates"],
        "saturated_cells": found["saturated_cells"],
        "cell_reach": xr.concat([abs(found["cell_low"]), abs(found["cell_high"])], "end").max("end", skipna=False),
        "gradient_typical": typical,
        "gradient_jump": norm.sel(quantile=1.0, drop=True) / typical.where(typical > 0),
        "best_epoch": found["best_epoch"],
    }
    diverged = result.diverged_seeds.transpose("variant", "seed")
    kept = ~diverged
    shown = {name: values.where(kept & np.isfinite(values)) for name, values in named.items()}
    return xr.Dataset(
        {
            **shown,
            "dead_layer": (dead == 1) & kept,
            "constant": result.constant_outputs & kept,
            "diverged": diverged & xr.ones_like(dead, bool),
        }
    ).transpose("variant", "origin", "seed")


def untold(result: Result) -> dict[str, str]:
    """What a dash stands for where a network has no recurrent layer that could be looked into."""
    if result.diagnostics["cell_low"].notnull().any() or result.diverged_seeds.all():
        return {}
    return {"—": "not known: the network has no LSTM, GRU or SimpleRNN of Keras, whose cells are what is looked into"}


def pooled(values: xr.DataArray) -> Array:
    """Finite values of all seeds and origins (n,) of a table (origin, seed)."""
    found = values.to_numpy().ravel().astype(np.float64)
    return found[np.isfinite(found)]


def median(values: xr.DataArray) -> float:
    """Over all seeds and origins of a table (origin, seed), NaN where there is none."""
    found = pooled(values)
    return float(np.median(found)) if len(found) else float("nan")
