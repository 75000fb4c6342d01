"""Reconstruction, as flow, report, tracking, terminal and summary ask it."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.problem import Origins, Tell, Tracked
from tasks.numerics.problems.reconstruction import drawings, sections, summary, words
from tasks.numerics.problems.reconstruction.baselines import baseline_reconstructions, baselines_key
from tasks.numerics.problems.reconstruction.evaluation import (
    collect_reconstructions,
    evaluate_reconstructions,
    judge_reconstructions,
)
from tasks.numerics.problems.reconstruction.keras_models import in_units
from tasks.numerics.problems.reconstruction.results import ReconstructionOutcome, ReconstructionResult
from tasks.numerics.problems.reconstruction.windows import make_reconstruction_windows
from tasks.numerics.problems.sections import Section, Table
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, Head, NetworkSpec, WindowSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.verdicts import Verdict

Found = Overview[ReconstructionResult]


class Reconstruction:
    """Autoencoders, that give windows back."""

    head: Head = "autoencoder"
    experiment = "autoencoder"

    def origins(self, series: Series, spec: WindowSpec, network: NetworkSpec) -> Origins:
        """The windows of its single training end."""
        return Origins((make_reconstruction_windows(series, spec),))

    def baselines(self, series: Series, origins: Origins, network: NetworkSpec, tell: Tell) -> xr.DataArray:
        """Windows given back without a network."""
        return baseline_reconstructions(origins.windows[0], network.layers[-1])

    def baselines_key(self, series: Series, origins: Origins, network: NetworkSpec) -> str:
        """What decides the baselines, in a few characters."""
        return baselines_key(origins.windows[0], network.layers[-1])

    def collect(
        self, series: Series, origins: Origins, replicas: Replicas, network: NetworkSpec, baselines: xr.DataArray
    ) -> ReconstructionOutcome:
        """Windows given back by the wanted seeds."""
        return collect_reconstructions(origins.windows[0], replicas, network, baselines)

    def judge(
        self, series: Series, origins: Origins, outcome: ReconstructionOutcome, comparison: ComparisonSpec, look: Look
    ) -> tuple[Verdict, ...]:
        """The verdicts alone."""
        return judge_reconstructions(outcome, comparison, look)

    def evaluate(
        self, series: Series, origins: Origins, outcome: ReconstructionOutcome, comparison: ComparisonSpec, look: Look
    ) -> ReconstructionResult:
        """Scores and verdicts."""
        return evaluate_reconstructions(series, outcome, comparison, look)

    def question(self, result: ReconstructionResult, layer: str) -> str:
        """What was asked."""
        return words.question(result)

    def introduction(self, overview: Found, layer: str) -> str:
        """What was compared."""
        return words.introduction(overview)

    def notes(self, overview: Found) -> tuple[str, ...]:
        """What scaled scores are."""
        return words.NOTES

    def conclusions(self, overview: Found) -> tuple[str, ...]:
        """Nothing beside what every problem says."""
        return ()

    def cautions(self, overview: Found) -> tuple[str, ...]:
        """Windows that overlap, codes that compress nothing, few seeds."""
        return words.cautions(overview)

    def terminal_tables(self, overview: Found, width: int) -> tuple[Table, ...]:
        """None."""
        return ()

    def lead(self, overview: Found, variant: str) -> str:
        """A clean window and what the variants make of it."""
        return "windows/clean"

    def drawings(self, overview: Found) -> Drawings:
        """Windows and what came back."""
        return drawings.drawings(overview.result)

    def sections(self, overview: Found, drawn: Drawings) -> tuple[Section, ...]:
        """Windows, anomalies, features."""
        return sections.sections(overview)

    def data(self, overview: Found, drawn: Drawings) -> Section:
        """The series, its features and windows."""
        return sections.data(overview.result)

    def summary(self, overview: Found) -> dict[str, Any]:
        """The kinds of anomaly, and the features."""
        result = overview.result
        return {
            "kinds": [str(kind) for kind in np.asarray(result.kinds["kind"])],
            "features": list(result.windows.names),
        }

    def variant_summary(self, result: ReconstructionResult, variant: str) -> dict[str, Any]:
        """Scores by feature and by kind of anomaly."""
        return summary.variant_summary(result, variant)

    def outputs(self, result: ReconstructionResult) -> pd.DataFrame:
        """Clean windows given back: variant, window, step, feature, then true values, mean and 5 to 95 % of the seeds."""
        return summary.outputs(result)

    def in_units(self, model: Any, origins: Origins, spec: WindowSpec, member: int) -> Any:
        """Takes windows (B, T, F) and gives them back."""
        return in_units(model, origins.windows[0], spec)

    def tracked(self, result: ReconstructionResult) -> Tracked:
        """Scores by kind and by feature, and every dataset."""
        return summary.tracked(result)


PROBLEM = Reconstruction()
