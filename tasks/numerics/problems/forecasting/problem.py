"""Forecasting, as flow, report, tracking, terminal and summary ask it."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.forecasting import drawings, sections, summary, terminal, words
from tasks.numerics.problems.forecasting.baselines import baselines_key, forecast_baselines
from tasks.numerics.problems.forecasting.evaluation import evaluate, judge_forecasts
from tasks.numerics.problems.forecasting.keras_models import in_units
from tasks.numerics.problems.forecasting.outcomes import Grid, collect
from tasks.numerics.problems.forecasting.results import ForecastOutcome, ForecastResult
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.problem import Origins, Tell, Tracked
from tasks.numerics.problems.sections import Section, Table
from tasks.numerics.series.panel_windows import cut_windows
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, Head, NetworkSpec, WindowSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.verdicts import Verdict

Found = Overview[ForecastResult]


def tested(origins: Origins) -> tuple[int, ...]:
    """Test windows of each series, over all origins."""
    return tuple(np.sum([origin.own_by_series for origin in origins.windows], axis=0).tolist())


class Forecasting:
    """Networks that forecast the next periods."""

    head: Head = "forecast"
    experiment = ""

    def origins(self, series: Series, spec: WindowSpec, network: NetworkSpec) -> Origins:
        """The windows of every training end."""
        found = cut_windows(series, spec)
        return Origins(found, found[0].warnings)

    def baselines(self, series: Series, origins: Origins, network: NetworkSpec, tell: Tell) -> xr.Dataset:
        """Forecasts that need no network, of the same windows."""
        return forecast_baselines(series, tested(origins), origins.windows[0].horizon, tell)

    def baselines_key(self, series: Series, origins: Origins, network: NetworkSpec) -> str:
        """What decides the baselines, in a few characters."""
        return baselines_key(series, tested(origins), origins.windows[0].horizon)

    def collect(
        self, series: Series, origins: Origins, replicas: Replicas, network: NetworkSpec, baselines: xr.Dataset
    ) -> ForecastOutcome:
        """Forecasts of the wanted seeds."""
        grid = Grid(replicas.blocks, replicas.training, origins.windows, replicas.seeds)
        return collect(series, grid, network, baselines)

    def judge(
        self, series: Series, origins: Origins, outcome: ForecastOutcome, comparison: ComparisonSpec, look: Look
    ) -> tuple[Verdict, ...]:
        """The verdicts alone."""
        return judge_forecasts(series, origins.windows[0].training_rows, outcome.forecasts, comparison, look)

    def evaluate(
        self, series: Series, origins: Origins, outcome: ForecastOutcome, comparison: ComparisonSpec, look: Look
    ) -> ForecastResult:
        """Scores, verdicts and tests."""
        return evaluate(series, origins.windows[0].training_rows, outcome, comparison, look)

    def question(self, result: ForecastResult, layer: str) -> str:
        """What was asked."""
        return words.question(result, layer)

    def introduction(self, overview: Found, layer: str) -> str:
        """What was compared."""
        return words.introduction(overview, layer)

    def notes(self, overview: Found) -> tuple[str, ...]:
        """What several steps or series mean for the scores."""
        return words.notes(overview)

    def conclusions(self, overview: Found) -> tuple[str, ...]:
        """What the series of a panel say, one by one and of others."""
        return words.series_sentences(overview)

    def cautions(self, overview: Found) -> tuple[str, ...]:
        """Constant forecasts and baselines that failed."""
        return words.cautions(overview)

    def terminal_tables(self, overview: Found, width: int) -> tuple[Table, ...]:
        """RMSE by step, and verdicts by series, where there are several."""
        return terminal.tables(overview, width)

    def lead(self, overview: Found, variant: str) -> str:
        """The forecasts of a variant, of a panel of its first series."""
        return drawings.lead(overview, variant)

    def drawings(self, overview: Found) -> Drawings:
        """Forecasts against actual values, errors by step, series by series."""
        return drawings.drawings(overview)

    def sections(self, overview: Found, drawn: Drawings) -> tuple[Section, ...]:
        """Forecasts, steps, series, accuracy over time and directions."""
        return sections.sections(overview, drawn)

    def data(self, overview: Found, drawn: Drawings) -> Section:
        """The series and its parts."""
        return sections.data(overview, drawn)

    def summary(self, overview: Found) -> dict[str, Any]:
        """Tests, steps, series and ranks."""
        return summary.summary(overview.result)

    def variant_summary(self, result: ForecastResult, variant: str) -> dict[str, Any]:
        """A variant has no more than its scores."""
        return {}

    def outputs(self, result: ForecastResult) -> pd.DataFrame:
        """Forecasts: series, variant, period, step, then actual values, mean and 5 to 95 % of the seeds."""
        return summary.outputs(result)

    def in_units(self, model: Any, origins: Origins, spec: WindowSpec, member: int) -> Any:
        """Takes the last `lookback` rows (B, L, F), one more where differences are formed, and gives forecasts (B, H)."""
        return in_units(model, origins.windows[-1], spec, member)

    def tracked(self, result: ForecastResult) -> Tracked:
        """Scores of every series and step, and every dataset."""
        return summary.tracked(result)


PROBLEM = Forecasting()
