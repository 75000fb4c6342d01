"""What a comparison found, whatever its networks are for, kept whole: nothing is averaged away."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, Head, NetworkSpec
from tasks.numerics.statistics.accuracy_tests import AccuracyTest
from tasks.numerics.statistics.effect_distribution import EffectPrior
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.metrics import Metric
from tasks.numerics.statistics.verdicts import Verdict, all_decided


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What training gave of every variant and seed, with the candidate of the grid that was chosen for each variant.

    Dimensions: variant (names), candidate, origin and layer (from 0), seed (its number), epoch (from 1). What the networks put
    out, and what it is held against, is the problem's own.
    """

    histories: xr.Dataset
    """`loss` and `validation_loss` (variant, seed, epoch), of scaled values, mean over origins."""
    tuning: xr.Dataset
    """`validation_loss` (variant, candidate, origin, seed) of the weights that were kept, `chosen` (variant, origin), a
    candidate's number, `initialisation` (variant), in words; coordinates `learning_rate` and `clip_norm` (candidate).
    Attributes `given`, the number of the candidate that was asked for, the untuned one, `loss`, in words, and `seconds_a_seed`, of training."""
    diagnostics: xr.Dataset
    """Of the chosen candidate (variant, origin, seed): `dead_units`, share (..., layer) of units whose output is 0 for every
    training window and time step; `saturated_gates` and `saturated_cells`, shares of activations where their slope is below
    a tenth of its greatest; `cell_low` and `cell_high`, range of the cell state; `gradient_norm` (..., quantile) over
    training, quantiles 0.05, 0.5, 0.95 and 1 of the epochs' root mean squares; `best_epoch`, of lowest validation loss."""

    @property
    def tuned(self) -> bool:
        """Whether there was more than one candidate to choose from."""
        return self.tuning.sizes["candidate"] > 1

    @property
    def given(self) -> int:
        """The number of the candidate that was asked for."""
        return int(self.tuning.attrs["given"])

    @property
    def loss(self) -> str:
        """What was trained on, and watched, such as `mean squared error`."""
        return str(self.tuning.attrs["loss"])

    @property
    def quantile(self) -> float:
        """The quantile that was trained for; NaN where there is none."""
        return float(self.tuning.attrs["quantile"])

    @property
    def layers(self) -> list[tuple[str, str, int]]:
        """The network layer by layer: what it is, its output's shape, and its parameters."""
        return [(str(layer), str(shape), int(count)) for layer, shape, count in json.loads(self.tuning.attrs["layers"])]

    @property
    def chosen_loss(self) -> xr.DataArray:
        """Validation loss (variant, origin, seed) of the weights that were kept, at the chosen candidate."""
        return (
            self.tuning["validation_loss"].isel(candidate=self.tuning["chosen"]).transpose("variant", "origin", "seed")
        )


@dataclass(frozen=True, kw_only=True)
class Result(Outcome, ABC):
    """An outcome with its scores and verdicts."""

    head: ClassVar[Head]
    """The problem, as the settings name it."""
    metrics: ClassVar[Mapping[str, Metric]]
    """Every score, by its key."""
    judged: ClassVar[tuple[str, ...]]
    """Metrics that have a verdict."""
    told: ClassVar[tuple[str, ...]] = ()
    """Metrics whose verdicts are told in sentences beside those of the metric that comes first."""
    shown: ClassVar[tuple[str, ...]]
    """Metrics that the table shows as a mean, beside the one that leads it."""
    drawn: ClassVar[tuple[str, ...]]
    """Metrics whose distribution over seeds is drawn."""
    output: ClassVar[str]
    """What a network puts out, in a word."""
    scaled_loss: ClassVar[bool] = True
    """Whether losses are of scaled values."""
    method: ClassVar[tuple[str, str] | None] = None
    """Where the variance of a difference comes from, and what tests there are beside the verdicts; None where it is as for series."""

    series: Series
    comparison: ComparisonSpec
    """What was compared with what, by which metric."""
    look: Look
    """The errors with which the verdicts were taken."""
    scores: xr.Dataset
    """One variable (variant, seed) a metric; NaN where a seed diverged or the metric is undefined."""
    untuned_scores: xr.Dataset
    """The same of the candidate that was given, had nothing been chosen."""
    baseline_scores: xr.Dataset
    """One variable (baseline) a metric."""
    differences: pd.DataFrame
    """A row a variant (all but the reference) and metric: `variant, metric, difference, low, high` (95 % over seeds)."""
    verdicts: tuple[Verdict, ...]
    """Of every variant but the reference in every judged metric."""
    untuned_verdicts: tuple[Verdict, ...]
    """The same of the candidate that was given."""
    accuracy: tuple[AccuracyTest, ...] = ()
    """Of the seed means of all variants, and of the baselines, over time: best first, tested against the best baseline."""
    not_computed: tuple[str, ...] = ()
    """What could not be computed, and why, in sentences."""
    prior: EffectPrior | None = None
    """What other series say of the variants, where they are asked."""
    members: tuple["Result", ...] = ()
    """Of a panel: what was found of each series, in its own unit."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """What metrics in the series' unit are in; '' where it is not known."""

    @property
    @abstractmethod
    def overlap(self) -> int:
        """Periods of a test window, of which its neighbour has all but one."""

    @property
    @abstractmethod
    def data(self) -> str:
        """Which series, how long, and which part was tested, in a line."""

    @property
    @abstractmethod
    def diverged_seeds(self) -> xr.DataArray:
        """(variant, seed) bool."""

    @property
    @abstractmethod
    def constant_outputs(self) -> xr.DataArray:
        """Whether a network (variant, origin, seed) puts out the same for all of its test windows."""

    @property
    @abstractmethod
    def baseline_notes(self) -> Mapping[str, str]:
        """What each baseline is, by its name."""

    @property
    def ahead(self) -> str:
        """How far ahead is looked, where that is further than a period; else empty."""
        return ""

    @property
    def tested(self) -> str:
        """What verdicts hold for other ones of."""
        return "periods"

    @property
    def too_narrow(self) -> str:
        """Which intervals are known to be too narrow here, and why, in a sentence; else empty."""
        return ""

    @property
    def window_shape(self) -> tuple[int, int] | None:
        """Time steps and features of a window; None where the settings say them."""
        return None

    @property
    def trained(self) -> tuple[NetworkSpec, int] | None:
        """The network that was trained, and the numbers that it gives; None where the settings say them."""
        return None

    @property
    def network_note(self) -> str:
        """What must be known of the network beside its layers, in a sentence; else empty."""
        return ""

    @property
    def leading(self) -> str:
        """The metric that leads the table, and comes first unless another is asked for."""
        return self.judged[0]

    @property
    def metric(self) -> str:
        """The metric whose verdict comes first."""
        return self.comparison.metric if self.comparison.metric in self.judged else self.leading

    @property
    def variants(self) -> list[str]:
        """Names of the variants, in order."""
        return [str(name) for name in self.scores["variant"].to_numpy()]

    @property
    def diverged(self) -> pd.Series:
        """Diverged seeds a variant."""
        return self.diverged_seeds.sum("seed").to_series()

    @property
    def decided(self) -> bool:
        """Whether the verdict on every variant is, in the metric that comes first."""
        return all_decided(self.verdicts, self.metric)


def arrays(table: xr.DataArray, dimension: str) -> dict[str, np.ndarray]:
    """Parts of a table (dimension, ...) under their names."""
    return {str(name): table.sel({dimension: name}).to_numpy() for name in table[dimension].to_numpy()}
