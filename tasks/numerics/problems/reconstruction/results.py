"""Everything that a comparison of autoencoders found, and what it says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.problems.reconstruction.scores import RECONSTRUCTION_METRICS
from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import Verdict, all_decided, helps_most


@dataclass(frozen=True)
class ReconstructionResult:
    """Autoencoders on windows that they never saw. Datasets with labels: `variant` or `baseline`, then `seed`."""

    series: Series
    windows: ReconstructionWindows
    network: NetworkSpec
    comparison: ComparisonSpec
    look: Look
    """The errors with which the verdicts were taken."""
    given_back: xr.DataArray
    """(variant, seed, copy, window, step, feature), scaled: clean windows, then a copy a kind."""
    baseline_given_back: xr.DataArray
    """(baseline, copy, window, step, feature), scaled."""
    histories: xr.Dataset
    """`loss` and `validation_loss` (variant, seed, epoch) at the chosen candidate, mean squared error of scaled windows."""
    diagnostics: xr.Dataset
    """As those of an `Outcome`, with a single origin; layers are the encoder's and then the decoder's."""
    validation_loss: xr.DataArray
    """(variant, candidate, seed) of the weights that were kept."""
    chosen: Mapping[str, int]
    """Of each variant, among `candidates`."""
    candidates: tuple[Candidate, ...]
    scores: xr.Dataset
    """`RECONSTRUCTION_METRICS` (variant, seed)."""
    untuned_scores: xr.Dataset
    """The same at the candidate that was asked for."""
    baseline_scores: xr.Dataset
    """(baseline,)."""
    features: xr.Dataset
    """RMSE in each feature's unit, explained variance and alpha (variant, seed, feature)."""
    kinds: xr.Dataset
    """AUROC and average precision (variant, seed, kind)."""
    baseline_kinds: xr.Dataset
    """(baseline, kind)."""
    verdicts: tuple[Verdict, ...]
    untuned_verdicts: tuple[Verdict, ...]

    @cached_property
    def diverged(self) -> dict[str, int]:
        """How many seeds of each variant diverged."""
        count = self.scores["rmse"].isnull().sum("seed")
        return {str(name): int(count.sel(variant=name)) for name in count["variant"].to_numpy()}

    @property
    def decided(self) -> bool:
        """Whether the verdict on every variant is, in the metric that comes first."""
        return all_decided(self.verdicts, self.primary)

    @property
    def recommended(self) -> str:
        """The variant that helps most in the metric that comes first; the reference where none is shown to help."""
        return helps_most([one for one in self.verdicts if one.metric == self.primary], self.comparison.reference)

    @property
    def chosen_loss(self) -> xr.DataArray:
        """Validation loss (variant, seed) of the weights that were kept, at the chosen candidate."""
        names = self.validation_loss["variant"].to_numpy()
        return self.validation_loss.isel(
            candidate=xr.DataArray([self.chosen[str(name)] for name in names], dims="variant")
        )

    @property
    def primary(self) -> str:
        """The metric whose verdict comes first."""
        return self.comparison.metric if self.comparison.metric in RECONSTRUCTION_METRICS else "rmse"

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

    def mean_and_spread(self, table: xr.DataArray) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation over seeds (variant, seed), by variant."""
        mean, spread = table.mean("seed"), table.std("seed", ddof=1 if table.sizes["seed"] > 1 else 0)
        return {
            str(name): (float(mean.sel(variant=name)), float(spread.sel(variant=name)))
            for name in table["variant"].to_numpy()
        }


def stacked(parts: Mapping[str, Array], dimension: str, *others: str) -> xr.DataArray:
    """Arrays by name as one with labels."""
    return xr.DataArray(np.stack(list(parts.values())), dims=(dimension, *others), coords={dimension: list(parts)})
