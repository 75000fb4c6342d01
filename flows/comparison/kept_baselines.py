"""Baselines are fitted once: kept under a key of all that decides them, as trained blocks are."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from flows.blocks.sealed_arrays import Arrays, read_arrays, write_arrays
from flows.environment import BASELINES
from tasks.baselines import baselines_key, run_baselines
from tasks.numerics.problems.problem import Origins, Tell
from tasks.numerics.series.series import Series
from tasks.numerics.settings import NetworkSpec


def baselines_once(series: Series, origins: Origins, network: NetworkSpec, tell: Tell) -> Any:
    """Every baseline of the problem, as `evaluate` takes them: read where they were fitted before.

    `tell` hears of how many series they are known.
    """
    file = BASELINES / baselines_key(series, origins, network)
    kept = read_arrays(file)
    if kept is not None:
        return from_arrays(*kept)
    found = run_baselines(series, origins, network, tell)
    write_arrays(file, *to_arrays(found))
    return found


def are_damaged(series: Series, origins: Origins, network: NetworkSpec) -> bool:
    """Whether baselines were kept that are not as they were written: they are fitted again."""
    file = BASELINES / baselines_key(series, origins, network)
    return file.exists() and read_arrays(file) is None


def to_arrays(labelled: xr.Dataset | xr.DataArray) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dimensions of each variable and coordinate by its name, and their values; texts as such."""
    dataset = labelled if isinstance(labelled, xr.Dataset) else labelled.to_dataset(name="")
    about = {
        "variables": {str(name): list(map(str, one.dims)) for name, one in dataset.data_vars.items()},
        "coordinates": {str(name): list(map(str, one.dims)) for name, one in dataset.coords.items()},
        "dataset": isinstance(labelled, xr.Dataset),
    }
    values = {str(name): one.to_numpy() for name, one in dataset.variables.items()}
    return about, {f"of {name}": one.astype(str) if one.dtype == object else one for name, one in values.items()}


def from_arrays(about: Mapping[str, Any], arrays: Arrays) -> xr.Dataset | xr.DataArray:
    """What `to_arrays` was given."""
    variables, coordinates = (
        {name: (dimensions, arrays[f"of {name}"]) for name, dimensions in about[kind].items()}
        for kind in ("variables", "coordinates")
    )
    dataset = xr.Dataset(variables, coordinates)
    return dataset if about["dataset"] else dataset[""].rename(None)
