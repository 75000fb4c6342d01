"""What a comparison of autoencoders found."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from tasks.numerics.networks.chain.stacks import chain_of, in_words
from tasks.numerics.problems.reconstruction.scores import RECONSTRUCTION_METRICS
from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows
from tasks.numerics.problems.results import Outcome, Result
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.statistics.metrics import CONSTANT
from tasks.numerics.statistics.scored_points import Array


@dataclass(frozen=True, kw_only=True)
class ReconstructionOutcome(Outcome):
    """What autoencoders and their baselines made of windows that they never saw.

    Dimensions beside those of every outcome: baseline (names), copy (clean windows, then a copy a kind of anomaly), window,
    step, feature.
    """

    windows: ReconstructionWindows
    network: NetworkSpec
    given_back: xr.DataArray
    """(variant, seed, copy, window, step, feature), scaled."""
    untuned_given_back: xr.DataArray
    """The same of the candidate that was given."""
    baseline_given_back: xr.DataArray
    """(baseline, copy, window, step, feature), scaled."""


@dataclass(frozen=True, kw_only=True)
class ReconstructionResult(ReconstructionOutcome, Result):
    """Scores of windows that were not seen, scaled as in training, so that features of several units count alike."""

    head = "autoencoder"
    metrics = RECONSTRUCTION_METRICS
    judged = tuple(RECONSTRUCTION_METRICS)
    told = ("auroc",)
    shown = ("mae", "explained_variance", "alpha", "auroc", "average_precision")
    drawn = ("rmse", "explained_variance", "auroc")
    output = "reconstruction"

    features: xr.Dataset
    """RMSE and MAE in each feature's unit, explained variance and alpha (variant, seed, feature)."""
    kinds: xr.Dataset
    """AUROC and average precision (variant, seed, kind)."""
    baseline_kinds: xr.Dataset
    """(baseline, kind)."""

    @property
    def unit(self) -> str:
        """What RMSE and MAE are in."""
        return "scaled units"

    @property
    def overlap(self) -> int:
        """Time steps of a window, of which neighbours share all but one."""
        return self.windows.steps

    @property
    def diverged_seeds(self) -> xr.DataArray:
        """(variant, seed) bool."""
        return self.scores["rmse"].isnull()

    @property
    def constant_outputs(self) -> xr.DataArray:
        """Whether a network (variant, origin, seed) gives the same back of all clean windows."""
        clean = self.given_back.isel(copy=0)
        least = CONSTANT * float(self.windows.tested[0].std())
        spread = (clean.std("window") ** 2).mean(("step", "feature"))
        still: xr.DataArray = (spread <= least**2) & (clean.sizes["window"] > 1)
        return still.expand_dims(origin=1).transpose("variant", "origin", "seed")

    @property
    def baseline_notes(self) -> Mapping[str, str]:
        """What each baseline is, by its name."""
        return {
            "PCA": f"{self.code} principal components of the training windows",
            "window mean": "each window's own mean at every time step",
        }

    @property
    def data(self) -> str:
        """What was compared, in a line."""
        T, F = self.windows.inputs.shape[1:]
        return (
            f"{self.series.name}: {in_words(chain_of(self.network, F, T))}, windows of {T} time steps and {F} feature{'s' * (F > 1)}, "
            f"{len(self.windows.first_rows)} unseen ones tested, {self.scores.sizes['seed']} seeds"
        )

    @property
    def code(self) -> int:
        """Numbers that a window is squeezed into."""
        return self.network.layers[-1]

    @property
    def windows_apart(self) -> int:
        """Windows that the test part would hold side by side, none over another."""
        count, steps = self.windows.tested.shape[1:3]
        return int(count + steps - 1) // int(steps)

    @property
    def window_size(self) -> int:
        """Numbers of a window (T·F)."""
        return int(np.prod(self.windows.inputs.shape[1:]))


def stacked(parts: Mapping[str, Array], dimension: str, *others: str) -> xr.DataArray:
    """Arrays by name as one with labels."""
    return xr.DataArray(np.stack(list(parts.values())), dims=(dimension, *others), coords={dimension: list(parts)})
