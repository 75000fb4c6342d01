"""Classification, as flow, report, tracking, terminal and summary ask it."""

from typing import Any

import pandas as pd
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.problems.classification import drawings, sections, summary, words
from tasks.numerics.problems.classification.baselines import baseline_probabilities, baselines_key
from tasks.numerics.problems.classification.evaluation import collect_classes, evaluate_classes, judge_classes
from tasks.numerics.problems.classification.keras_models import in_units
from tasks.numerics.problems.classification.results import ClassOutcome, ClassResult
from tasks.numerics.problems.classification.windows import make_class_windows
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.problem import Origins, Tell, Tracked
from tasks.numerics.problems.sections import Section, Table
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, Head, NetworkSpec, WindowSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.verdicts import Verdict

Found = Overview[ClassResult]


class Classification:
    """Networks that tell which class a window is of."""

    head: Head = "classification"
    experiment = "classification"

    def origins(self, series: Series, spec: WindowSpec, network: NetworkSpec) -> Origins:
        """The samples in their parts."""
        windows = make_class_windows(series, spec, network)
        return Origins((windows,), windows.warnings, windows.network)

    def baselines(self, series: Series, origins: Origins, network: NetworkSpec, tell: Tell) -> xr.DataArray:
        """Probabilities without a network."""
        return baseline_probabilities(origins.windows[0])

    def baselines_key(self, series: Series, origins: Origins, network: NetworkSpec) -> str:
        """What decides the baselines, in a few characters."""
        return baselines_key(origins.windows[0])

    def collect(
        self, series: Series, origins: Origins, replicas: Replicas, network: NetworkSpec, baselines: xr.DataArray
    ) -> ClassOutcome:
        """Probabilities by the wanted seeds."""
        return collect_classes(origins.windows[0], replicas, network, baselines)

    def judge(
        self, series: Series, origins: Origins, outcome: ClassOutcome, comparison: ComparisonSpec, look: Look
    ) -> tuple[Verdict, ...]:
        """The verdicts alone."""
        return judge_classes(outcome, comparison, look)

    def evaluate(
        self, series: Series, origins: Origins, outcome: ClassOutcome, comparison: ComparisonSpec, look: Look
    ) -> ClassResult:
        """Scores, verdicts and votes."""
        return evaluate_classes(series, outcome, comparison, look)

    def question(self, result: ClassResult, layer: str) -> str:
        """What was asked."""
        return words.question(result, layer)

    def introduction(self, overview: Found, layer: str) -> str:
        """What was compared."""
        return words.introduction(overview)

    def notes(self, overview: Found) -> tuple[str, ...]:
        """What the log loss of a sure baseline is."""
        return words.NOTES

    def conclusions(self, overview: Found) -> tuple[str, ...]:
        """What the votes of all seeds say."""
        return words.conclusions(overview.result)

    def cautions(self, overview: Found) -> tuple[str, ...]:
        """Classes that are hardly tested, few groups, few seeds."""
        return words.cautions(overview)

    def terminal_tables(self, overview: Found, width: int) -> tuple[Table, ...]:
        """None."""
        return ()

    def lead(self, overview: Found, variant: str) -> str:
        """Which class the variant takes for which."""
        return f"confusion/{variant}"

    def drawings(self, overview: Found) -> Drawings:
        """Confusion and calibration."""
        return drawings.drawings(overview.result)

    def sections(self, overview: Found, drawn: Drawings) -> tuple[Section, ...]:
        """Confusion, votes, calibration."""
        return sections.sections(overview, drawn)

    def data(self, overview: Found, drawn: Drawings) -> Section:
        """The samples, their classes and parts."""
        return sections.data(overview.result)

    def summary(self, overview: Found) -> dict[str, Any]:
        """The classes, and the votes."""
        return summary.summary(overview.result)

    def variant_summary(self, result: ClassResult, variant: str) -> dict[str, Any]:
        """Its confusion matrix."""
        return summary.variant_summary(result, variant)

    def outputs(self, result: ClassResult) -> pd.DataFrame:
        """Probabilities: variant, sample, class, then 1 for the true one, mean and 5 to 95 % of the seeds."""
        return summary.outputs(result)

    def in_units(self, model: Any, origins: Origins, spec: WindowSpec, member: int) -> Any:
        """Takes windows (B, T, F) and gives probabilities."""
        return in_units(model, origins.windows[0])

    def tracked(self, result: ClassResult) -> Tracked:
        """Every probability."""
        return summary.tracked(result)


PROBLEM = Classification()
