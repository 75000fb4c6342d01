"""What every problem must say of itself: flow, report, tracking, terminal and summary ask it, and know none by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.networks.seed_blocks import TrainingWindows
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Outcome, Result
from tasks.numerics.problems.sections import Section, Table
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, Head, NetworkSpec, WindowSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.verdicts import Verdict

Tell = Callable[[int], None]
"""Hears how much is done."""


@dataclass(frozen=True)
class Origins:
    """The windows of a comparison, one set a training end, and what was found out while they were cut."""

    windows: tuple[Any, ...]
    """Each with what `TrainingWindows` asks for."""
    warnings: tuple[str, ...] = ()
    network: NetworkSpec | None = None
    """What is trained, where it is more than the network that was asked for."""

    @property
    def trained(self) -> tuple[TrainingWindows, ...]:
        """The same, as training takes them."""
        return self.windows


@dataclass(frozen=True)
class Tracked:
    """What a tracker is told of a result beside what it is told of every one."""

    scores: xr.Dataset = field(default_factory=xr.Dataset)
    """Further scores (variant, seed)."""
    seed_scores: xr.Dataset = field(default_factory=xr.Dataset)
    """Scores (variant, seed) that stand on seeds alone."""
    baseline_scores: xr.Dataset = field(default_factory=xr.Dataset)
    """Further scores (baseline,)."""
    by_step: xr.Dataset = field(default_factory=xr.Dataset)
    """Scores (variant, seed, step)."""
    datasets: Mapping[str, xr.Dataset] = field(default_factory=dict)
    """What is kept whole, by the name of its file."""


class Problem(Protocol):
    """What networks are for."""

    @property
    def head(self) -> Head:
        """Its name in the settings."""

    @property
    def experiment(self) -> str:
        """What stands after the series' name in the name of an experiment; empty for nothing."""

    def origins(self, series: Series, spec: WindowSpec, network: NetworkSpec) -> Origins:
        """The windows; raises InputError where a part would be empty, or where the network can't be trained on them."""

    def baselines(self, series: Series, origins: Origins, network: NetworkSpec, tell: Tell) -> Any:
        """What takes no network, as `collect` takes it; `tell` hears of how many series it is known."""

    def baselines_key(self, series: Series, origins: Origins, network: NetworkSpec) -> str:
        """What decides the baselines, in a few characters."""

    def collect(
        self, series: Series, origins: Origins, replicas: Replicas, network: NetworkSpec, baselines: Any
    ) -> Outcome:
        """What training gave of the wanted seeds."""

    def judge(
        self, series: Series, origins: Origins, outcome: Any, comparison: ComparisonSpec, look: Look
    ) -> tuple[Verdict, ...]:
        """The verdicts alone."""

    def evaluate(
        self, series: Series, origins: Origins, outcome: Any, comparison: ComparisonSpec, look: Look
    ) -> Result:
        """Scores, verdicts and tests of an outcome."""

    def question(self, result: Any, layer: str) -> str:
        """What was asked, with the recurrent layer's name in Keras."""

    def introduction(self, overview: Overview[Any], layer: str) -> str:
        """What was compared, in a paragraph."""

    def notes(self, overview: Overview[Any]) -> tuple[str, ...]:
        """What must be known to read the table of scores, a sentence each."""

    def conclusions(self, overview: Overview[Any]) -> tuple[str, ...]:
        """Sentences beside those that every problem has."""

    def cautions(self, overview: Overview[Any]) -> tuple[str, ...]:
        """What a reader must know before believing the table, beside what holds for every problem."""

    def terminal_tables(self, overview: Overview[Any], width: int) -> tuple[Table, ...]:
        """Its own tables on a terminal of so many columns."""

    def lead(self, overview: Overview[Any], variant: str) -> str:
        """The name of the figure that shows best what a variant does."""

    def drawings(self, overview: Overview[Any]) -> Drawings:
        """Its own figures."""

    def sections(self, overview: Overview[Any], drawn: Drawings) -> tuple[Section, ...]:
        """Its own sections of the page, between the verdicts and the scores over seeds."""

    def data(self, overview: Overview[Any], drawn: Drawings) -> Section:
        """What is known of the data."""

    def summary(self, overview: Overview[Any]) -> dict[str, Any]:
        """Its own keys of summary.json."""

    def variant_summary(self, result: Any, variant: str) -> dict[str, Any]:
        """Its own keys of a variant in summary.json."""

    def outputs(self, result: Any) -> pd.DataFrame:
        """What every variant put out over its seeds beside what is true: ids as columns, then `actual`, `mean`, `lower`, `upper`."""

    def in_units(self, model: Any, origins: Origins, spec: WindowSpec, member: int) -> Any:
        """A `keras.Model` around a network: values in their own units in, and out; of one series of a panel, by its number.

        Raises InputError where a network's transform can't be undone.
        """

    def tracked(self, result: Any) -> Tracked:
        """What a tracker is told beside what it is told of every result."""
