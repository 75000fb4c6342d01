"""What a result says at a glance, in words and table cells: the same on the terminal and in the report."""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Generic, TypeVar, cast

import numpy as np
import pandas as pd

from tasks.numerics.problems.results import Result
from tasks.numerics.statistics.metrics import Metric
from tasks.numerics.statistics.seed_statistics import summary
from tasks.numerics.statistics.verdicts import Verdict, Word
from tasks.numerics.wording import NOTHING

R = TypeVar("R", bound=Result, covariant=True)
Q = TypeVar("Q", bound=Result)
T = TypeVar("T")
SIGNS: dict[Word, str] = {"helps": "▲", "hurts": "▼", "same": "=", "undecided": "?"}
"""Beside the words, for those who see no colour."""


@dataclass(frozen=True)
class Row:
    """One variant or baseline, in table cells."""

    name: str
    leading: str
    """Of the metric that leads: mean and standard deviation over seeds, a baseline's single value."""
    verdict: str
    """The word of the primary metric, with its sign; empty for the reference and for baselines."""
    difference: str
    """Of its mean to the reference's, with its interval over seeds and periods."""
    means: tuple[str, ...]
    """Of the metrics in `Result.shown`."""
    diverged: str
    best: bool
    """Best mean of its kind."""


@dataclass(frozen=True)
class Overview(Generic[R]):
    """A result in words and table cells."""

    result: R

    @classmethod
    def of(cls, result: Q) -> "Overview[Q]":
        """The one overview of a result: page, terminal, summary and trackers share what it has computed."""
        found: Overview[Q] = vars(result).setdefault("_overview", Overview(result))
        return found

    @cached_property
    def summary(self) -> pd.DataFrame:
        """As `statistics.summary` gives it."""
        return summary(self.result.scores)

    @cached_property
    def leading(self) -> pd.Series:
        """Mean of the metric that leads (variant,)."""
        return self.summary["mean"].xs(self.result.leading, level="metric")

    @cached_property
    def baseline_leading(self) -> pd.Series:
        """The metric that leads (baseline,)."""
        return self.result.baseline_scores[self.result.leading].to_series()

    @property
    def leads(self) -> Metric:
        """The metric that leads."""
        return self.result.metrics[self.result.leading]

    @property
    def extreme(self) -> str:
        """What the best value of it is: `lowest` or `highest`."""
        return "highest" if self.leads.better == "higher" else "lowest"

    def best_of(self, values: pd.Series) -> str | None:
        """Whose value of the metric that leads is best, None where nobody has one."""
        known = values.dropna() * (-1 if self.leads.better == "higher" else 1)
        return None if known.empty else str(known.idxmin())

    def beating(self, value: float) -> pd.Series:
        """Which variants' means of the metric that leads are better than a value (variant,)."""
        return self.leading > value if self.leads.better == "higher" else self.leading < value

    @property
    def best_baseline(self) -> str | None:
        """The best baseline, None where every one failed."""
        return self.best_of(self.baseline_leading)

    @cached_property
    def power(self) -> int:
        """Power of ten in which values in the series' unit are shown, so that a typical one of the metric that leads is neither tiny nor huge."""
        size = magnitude(float(self.leading.median())) if self.leads.in_series_unit else None
        return 0 if size is None or -1 <= size < 4 else 3 * (size // 3)

    @cached_property
    def decimals(self) -> int:
        """Decimals in the shown unit: three digits of what leads typically, two of its spread over seeds."""
        spread = self.summary["standard_deviation"].xs(self.result.leading, level="metric").median()
        sizes = [(magnitude(float(self.leading.median())), 2), (magnitude(float(spread)), 1)]
        wanted = [digits + self.power - size for size, digits in sizes if size is not None]
        return min(max([0, *wanted]), 4) if wanted else 2

    def number(self, metric: str, value: float) -> str:
        """A value of a metric, in as many decimals as make sense."""
        if not np.isfinite(value):
            return NOTHING
        what = self.result.metrics[metric]
        if what.percent:
            return f"{100 * value:z.0f} %"
        if not what.in_series_unit:
            return f"{value:z.{what.decimals}f}"
        shown = value / 10.0**self.power
        # A variant that all but diverged would stretch the whole column.
        return f"{shown:.1e}" if abs(shown) >= 1e6 else f"{shown:z.{self.decimals}f}"

    def mean_and_spread(self, variant: str, metric: str) -> str:
        """Mean ± standard deviation over seeds."""
        mean, spread = (
            self.number(metric, self.summary[name].to_dict()[(variant, metric)])
            for name in ("mean", "standard_deviation")
        )
        return mean if spread == NOTHING else f"{mean} ± {spread}"

    @cached_property
    def means(self) -> dict[tuple[str, str], float]:
        """Mean over seeds under variant and metric."""
        table = self.summary["mean"].unstack("metric")
        return {
            (str(variant), metric): float(table.loc[variant, metric])
            for variant in table.index
            for metric in self.result.metrics
        }

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """Every verdict under its variant and metric."""
        return {(verdict.variant, verdict.metric): verdict for verdict in self.result.verdicts}

    @cached_property
    def primary(self) -> tuple[Verdict, ...]:
        """The verdicts in the metric that comes first."""
        return tuple(one for one in self.result.verdicts if one.metric == self.result.metric)

    def with_interval(self, metric: str, value: float, low: float, high: float) -> str:
        """A value and its interval, alone where there is none."""
        ends = [self.number(metric, end) for end in (low, high)]
        interval = "" if NOTHING in ends else f" [{', '.join(ends)}]"
        return f"{self.number(metric, value)}{interval}"

    def cell(self, variant: str, metric: str) -> tuple[str, str]:
        """Word of a verdict with its sign, and its difference with its interval; empty for the reference."""
        verdict = self.verdicts.get((variant, metric))
        if verdict is None:
            return "", ""
        shown = self.with_interval(metric, verdict.difference, verdict.low, verdict.high)
        return f"{SIGNS[verdict.word]} {verdict.word}", shown

    def difference(self, variant: str, metric: str) -> str:
        """Signed mean difference to the reference and its 95 % interval over seeds alone, empty for the reference."""
        row = self.difference_rows.get((variant, metric))
        return "" if row is None else self.with_interval(metric, row["difference"], row["low"], row["high"])

    @cached_property
    def difference_rows(self) -> dict[tuple[str, str], dict[Hashable, Any]]:
        """Every difference to the reference under its variant and metric."""
        return {(row["variant"], row["metric"]): row for row in self.result.differences.to_dict("records")}

    @cached_property
    def variants(self) -> tuple[Row, ...]:
        """A row a variant, in the order of the result."""
        best, leading = self.best_of(self.leading), self.result.leading
        diverged, primary = self.result.diverged, self.result.metric
        return tuple(
            Row(
                name=str(name),
                leading=self.mean_and_spread(str(name), leading),
                verdict=self.cell(str(name), primary)[0],
                difference=self.cell(str(name), leading)[1],
                means=tuple(self.number(metric, self.means[str(name), metric]) for metric in self.result.shown),
                diverged=str(diverged[name]),
                best=name == best,
            )
            for name in self.leading.index
        )

    @cached_property
    def baselines(self) -> tuple[Row, ...]:
        """A row a baseline."""
        scores = self.result.baseline_scores.to_dataframe()
        return tuple(
            Row(
                name=name,
                leading=self.number(self.result.leading, scores.loc[name, self.result.leading]),
                verdict="",
                difference="",
                means=tuple(self.number(metric, scores.loc[name, metric]) for metric in self.result.shown),
                diverged="",
                best=name == self.best_baseline,
            )
            for name in scores.index
        )

    @property
    def seeds(self) -> int:
        """Seeds a variant."""
        return int(self.result.scores.sizes["seed"])

    @property
    def unit(self) -> str:
        """The unit that values are shown in, such as `10^3 arrivals`; empty where there is none to name."""
        factor = f"10^{self.power}" if self.power else ""
        return f"{factor} {self.result.unit}".strip()

    @cached_property
    def members(self) -> "tuple[Overview[R], ...]":
        """Of a panel: what was found of each series, in its own unit."""
        # The members of a result are of its own kind.
        return tuple(Overview(cast(R, one)) for one in self.result.members)


def computed_once(function: Callable[["Overview[Any]"], T]) -> Callable[["Overview[Any]"], T]:
    """What a function finds of an overview, computed once."""

    @wraps(function)
    def remembered(overview: "Overview[Any]") -> T:
        kept = vars(overview)
        name = f"{function.__module__}.{function.__name__}"
        if name not in kept:
            kept[name] = function(overview)
        found: T = kept[name]
        return found

    return remembered


def p_value(p: float) -> str:
    """In two decimals; `< 0.01` where these would be 0."""
    if not np.isfinite(p):
        return NOTHING
    return "< 0.01" if p < 0.01 else f"{p:.2f}"


def magnitude(value: float) -> int | None:
    """The power of ten at or below a positive value, None for any other."""
    return math.floor(math.log10(value)) if np.isfinite(value) and value > 0 else None
