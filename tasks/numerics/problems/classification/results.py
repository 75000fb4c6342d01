"""What a comparison of classifiers found."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.forms import form_of
from tasks.numerics.problems.classification.baselines import notes_of
from tasks.numerics.problems.classification.scores import CLASS_METRICS
from tasks.numerics.problems.classification.windows import ClassWindows
from tasks.numerics.problems.results import Outcome, Result
from tasks.numerics.settings import NetworkSpec

STILL = 1e-4
"""Standard deviation over samples of every class's probability, below which a network says the same of all."""


@dataclass(frozen=True, kw_only=True)
class ClassOutcome(Outcome):
    """What classifiers and their baselines say of samples that they never saw.

    Dimensions beside those of every outcome: baseline (names), sample (of the test part), class.
    """

    windows: ClassWindows
    network: NetworkSpec
    probabilities: xr.DataArray
    """(variant, seed, sample, class)."""
    untuned_probabilities: xr.DataArray
    """The same of the candidate that was given."""
    baseline_probabilities: xr.DataArray
    """(baseline, sample, class)."""


@dataclass(frozen=True, kw_only=True)
class ClassResult(ClassOutcome, Result):
    """Scores of samples that were not seen."""

    head = "classification"
    metrics = CLASS_METRICS
    judged = tuple(CLASS_METRICS)
    told = ("log_loss",)
    shown = ("balanced_accuracy", "macro_f1", "log_loss", "brier", "auroc", "calibration_error")
    drawn = ("accuracy", "log_loss", "auroc")
    output = "prediction"
    scaled_loss = False
    method = (
        "Test samples are independent of one another, or where there are any their groups; of a split in time they are taken as a "
        "series. The variance of a mean difference has three components: seeds, samples, and both together",
        "AUROC: one class against the rest, with the components of DeLong, DeLong and Clarke-Pearson (1988). Votes: McNemar's (1947) "
        "exact test on the classes of the mean probabilities over seeds.",
    )

    votes: pd.DataFrame
    """McNemar's test of every variant against the reference, as `votes.mcnemar` gives it."""

    @property
    def unit(self) -> str:
        """None."""
        return ""

    @property
    def overlap(self) -> int:
        """Samples do not overlap."""
        return 1

    @property
    def tested(self) -> str:
        """What verdicts hold for other ones of."""
        return "groups of samples" if self.windows.grouped else "samples"

    @property
    def labels(self) -> np.ndarray:
        """The class of each test sample (N,), by its number."""
        return self.windows.labels[self.windows.tested]

    @property
    def window_shape(self) -> tuple[int, int]:
        """Time steps and features of a window."""
        steps, features = self.windows.inputs.shape[1:]
        return int(steps), int(features)

    @property
    def trained(self) -> tuple[NetworkSpec, int]:
        """The network, behind a Masking layer where windows are padded, and its outputs."""
        return self.network, self.windows.outputs

    @property
    def diverged_seeds(self) -> xr.DataArray:
        """(variant, seed) bool."""
        return self.scores["accuracy"].isnull()

    @property
    def constant_outputs(self) -> xr.DataArray:
        """Whether a network (variant, origin, seed) says the same of all test samples."""
        still: xr.DataArray = (self.probabilities.std("sample").max("class") <= STILL) & (len(self.labels) > 1)
        return still.expand_dims(origin=1).transpose("variant", "origin", "seed")

    @property
    def baseline_notes(self) -> Mapping[str, str]:
        """What each baseline is, by its name."""
        return notes_of(self.windows)

    @property
    def network_note(self) -> str:
        """Which layer masks what is padded."""
        if not self.windows.is_padded:
            return ""
        layer = f"Masking({self.windows.mask_value:g})"
        whose = f"{layer} was put in front by itself" if isinstance(self.network, MaskedNetwork) else f"its own {layer}"
        return (
            f"Windows have {self.lengths} time steps: shorter ones are padded at their end with {self.windows.mask_value:g}, once scaled, and "
            f"{whose}: the recurrent layers see none of the padding."
        )

    @property
    def lengths(self) -> str:
        """Time steps of the windows, such as `7 to 29`."""
        low, high = int(self.windows.lengths.min()), int(self.windows.lengths.max())
        return f"{high}" if low == high else f"{low} to {high}"

    @property
    def data(self) -> str:
        """What was compared, in a line."""
        T, F = self.window_shape
        return (
            f"{self.series.name}: {form_of(self.network, self.windows.outputs, T).words()}, windows of {self.lengths} time steps and {F} "
            f"feature{'s' * (F > 1)}, {len(self.windows.classes)} classes, {len(self.labels)} unseen samples tested, "
            f"{self.scores.sizes['seed']} seeds"
        )
