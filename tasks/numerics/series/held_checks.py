"""Checks held to without Great Expectations, in time proportional to the rows: what many series are asked before it is.

Great Expectations takes some 0.3 s a series for its suite and its page. What it would say of each check is said here by pandas;
a test compares both on every kind of fault.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.series.checked_tables import WRITTEN, Check, Held
from tasks.numerics.series.expectations import held_to
from tasks.numerics.series.failing_rows import Findings
from tasks.numerics.series.periods import Steps
from tasks.numerics.series.records import Records
from tasks.numerics.series.validation import MOST_DETAILS, Expectation, RowsNeeded
from tasks.numerics.series_settings import SeriesSpec

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """The rows that a check is asked of, and which of them fail; or of a whole table, whether it holds and what was found."""

    rows: int
    failing: NDArray[np.int64]
    """Their positions in the table."""
    observed: str = ""
    """Of a whole table."""
    holds: bool = True

    @property
    def success(self) -> bool:
        """Whether the check is met."""
        return self.holds and not len(self.failing)


def outcomes_of(held: Held) -> list[Expectation]:
    """Every check of a table, met or not, with the rows that fail; raises KeyError or TypeError on what only Great Expectations can tell."""
    table, found = held.table, []
    words = Findings(held.rows, held.place)
    for check in held.checks:
        asked = ASKED[check.type](table, check.kwargs)
        failing = [int(row) for row in asked.failing[:MOST_DETAILS]]
        details = (
            () if asked.success else words.describe(check.kind, failing, check.kwargs.get("frequency", ""), check.of)
        )
        found.append(
            Expectation(
                name=check.type,
                suite=held.name,
                column=str(check.kwargs.get("column", "")).removesuffix(WRITTEN),
                success=asked.success,
                severity=check.severity,
                asks=check.asks,
                observed=asked.observed or f"{len(asked.failing)} of {asked.rows} {held.place}s fail",
                details=details,
                remedy=check.remedy,
                further=max(0, len(asked.failing) - MOST_DETAILS),
            )
        )
    return found


def _of_rows(holds: Callable[..., Any]) -> Callable[[pd.DataFrame, dict[str, Any]], Asked]:
    """A check of a column's values, those that are missing left out, as Great Expectations leaves them out."""

    def asked(table: pd.DataFrame, kwargs: dict[str, Any]) -> Asked:
        column = table[kwargs["column"]]
        there = np.flatnonzero(column.notna().to_numpy())
        met = np.asarray(holds(column.iloc[there], **{key: kwargs[key] for key in kwargs if key != "column"}), bool)
        return Asked(len(column), there[~met])

    return asked


def _not_null(table: pd.DataFrame, kwargs: dict[str, Any]) -> Asked:
    column = table[kwargs["column"]]
    asked = np.arange(len(table))
    if condition := kwargs.get("row_condition"):
        asked = np.flatnonzero(table[condition["column"]["name"]].notna().to_numpy())
    return Asked(len(asked), asked[column.isna().to_numpy()[asked]])


def _exists(table: pd.DataFrame, kwargs: dict[str, Any]) -> Asked:
    there = kwargs["column"] in table
    return Asked(len(table), np.empty(0, np.int64), "found" if there else "not found", there)


def _counted(count: Callable[[pd.DataFrame, dict[str, Any]], int]) -> Callable[[pd.DataFrame, dict[str, Any]], Asked]:
    def asked(table: pd.DataFrame, kwargs: dict[str, Any]) -> Asked:
        found = count(table, kwargs)
        return Asked(len(table), np.empty(0, np.int64), f"found {found}", found >= kwargs["min_value"])

    return asked


def _spread(table: pd.DataFrame, kwargs: dict[str, Any]) -> Asked:
    found = float(table[kwargs["column"]].std())
    return Asked(len(table), np.empty(0, np.int64), f"found {found}", found >= kwargs["min_value"])


def _pairs(table: pd.DataFrame, kwargs: dict[str, Any]) -> Asked:
    pairs = table[[kwargs["column_A"], kwargs["column_B"]]].to_numpy(np.float64)
    there = np.flatnonzero(np.isfinite(pairs).all(axis=1))
    return Asked(len(table), there[pairs[there, 0] < pairs[there, 1]])


def _between(column: pd.Series, min_value: float, max_value: float) -> Bools:
    return np.asarray((column >= min_value) & (column <= max_value))


def _on_frequency(column: pd.Series, frequency: str) -> Bools:
    steps = Steps.of(column, frequency)
    return ~np.asarray(column.isin(steps.dates[steps.off | steps.short]))


def _no_gap(column: pd.Series, frequency: str) -> Bools:
    steps = Steps.of(column, frequency)
    return ~np.asarray(column.isin(steps.dates[steps.gap]))


ASKED: dict[str, Callable[[pd.DataFrame, dict[str, Any]], Asked]] = {
    "expect_column_to_exist": _exists,
    "expect_column_values_to_not_be_null": _not_null,
    "expect_column_values_to_be_between": _of_rows(_between),
    "expect_column_values_to_be_unique": _of_rows(lambda column: ~column.duplicated(keep=False)),
    "expect_column_values_to_stand_in_order": _of_rows(lambda column: ~(column < column.shift())),
    "expect_column_values_to_be_not_after": _of_rows(lambda column, latest: column <= pd.Timestamp(latest)),
    "expect_column_values_to_fall_on_frequency": _of_rows(_on_frequency),
    "expect_column_values_to_leave_no_gap": _of_rows(_no_gap),
    "expect_table_row_count_to_be_between": _counted(lambda table, kwargs: len(table)),
    "expect_column_unique_value_count_to_be_between": _counted(lambda table, kwargs: table[kwargs["column"]].nunique()),
    "expect_column_stdev_to_be_between": _spread,
    "expect_column_pair_values_a_to_be_greater_than_b": _pairs,
}
"""How each type is asked."""


def asked_before(records: Records, spec: SeriesSpec, needs: RowsNeeded) -> list[Expectation]:
    """Every expectation that a series is held to, as Great Expectations would find it; nothing where only it can tell."""
    found: list[Expectation] = []
    try:
        for held in held_to(records, spec, needs):
            # Sums of unreadable records say nothing.
            if not records.aggregated or all(one.success for one in found if one.severity == "critical"):
                found += outcomes_of(held)
    except (KeyError, TypeError, ValueError):
        return []
    return found


def to_be_told(found: list[list[Expectation]], most: int) -> list[int]:
    """The numbers of the series of which nothing is known yet, and of so many at most of which something is: what stops first."""
    unknown = [number for number, own in enumerate(found) if not own]
    failed = {number: [one.severity for one in own if not one.success] for number, own in enumerate(found)}
    told = sorted((number for number in failed if failed[number]), key=lambda number: "critical" not in failed[number])
    return [*unknown, *told[:most]]


def panel_table(names: list[str], found: list[list[Expectation]]) -> tuple[pd.DataFrame, tuple[Check, ...]]:
    """A row a series with how often each check failed there (0 or 1), and the checks that it never did: Great Expectations' own page of a panel."""
    columns: dict[str, list[float]] = {"place": list(range(1, len(names) + 1))}
    severities: dict[str, str] = {}
    for number, own in enumerate(found):
        for one in own:
            # Under the series' own names of columns, as they are the same for all that come of one file.
            column = columns.setdefault(one.about, [np.nan] * len(found))
            column[number] = float(one.success)
            severities[one.about] = one.severity
    checks = [
        Check(
            "expect_column_values_to_be_between",
            {"column": about, "min_value": 1, "max_value": 1},
            "",
            about,
            "Mend the series that are listed.",
            severity,
        )
        for about, severity in severities.items()
    ]
    return pd.DataFrame({"series": names, **columns}), tuple(checks)
