"""What the pages of a champion show: sentences, figures and tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from tasks.numerics.champions.inputs import Periods
from tasks.numerics.champions.kept import LEVELS, Kept
from tasks.numerics.champions.past_forecasts import PastForecast
from tasks.numerics.champions.words import coverage_in_words, scores_in_words, series_in_words
from tasks.numerics.problems.drawings import Band, Drawings, Line, Lines, literal
from tasks.numerics.series.periods import moment
from tasks.numerics.wording import NOTHING

MOST_DRAWN: Final = 12
"""Series of a panel that have a figure."""
FEWEST_SHOWN: Final = 40
"""Periods before the forecast that a figure shows at least, where there are as many."""


@dataclass(frozen=True)
class Table:
    """Rows with a caption."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""
    newest_last: bool = False
    """Whether of many rows the last ones are the ones to show where there is room for some."""


@dataclass(frozen=True)
class Page:
    """A page of a champion."""

    title: str
    question: str
    answer: tuple[str, ...]
    tables: tuple[Table, ...]
    drawings: Drawings = field(default_factory=dict)
    legend: tuple[tuple[str, str], ...] = ()
    """Samples of what lines stand for, and their words."""
    cautions: tuple[str, ...] = ()


def number(value: float) -> str:
    """Five digits that say something."""
    return f"{value:.5g}" if np.isfinite(value) else NOTHING


def interval(row: "pd.Series[float]", level: int) -> str:
    """Both ends of a level."""
    low, high = row[f"lower_{level}"], row[f"upper_{level}"]
    return f"{number(low)} to {number(high)}" if np.isfinite(low) and np.isfinite(high) else NOTHING


def when(kept: Kept) -> str:
    """The column of the period."""
    return "date" if kept.is_dated else "row"


def forecast_rows(kept: Kept, table: pd.DataFrame) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows of a forecast, for people."""
    head = (*(("series",) if kept.is_panel else ()), when(kept), "forecast", *(f"{level} %" for level in LEVELS))
    rows = [
        (
            *((str(row["series"]),) if kept.is_panel else ()),
            moment(row[when(kept)]),
            number(row["forecast"]),
            *(interval(row, level) for level in LEVELS),
        )
        for _, row in table.iterrows()
    ]
    return head, rows


def forecast_page(
    kept: Kept, made: PastForecast, table: pd.DataFrame, periods: Sequence[Periods], warnings: tuple[str, ...]
) -> Page:
    """What comes next, how sure it is, and what it rests on."""
    columns, rows = forecast_rows(kept, table)
    last = moment(max(one.index[-1] for one in periods))
    unit = f" ({kept.unit})" if kept.unit else ""
    about = [
        ("champion", f"{kept.name}, version {made.version}"),
        ("variant", f"{kept.decision}, {len(kept.seeds)} seeds"),
        ("verdict on it", kept.verdict),
        ("compared", kept.made),
        ("forecast made", made.made),
        ("rows", f"{sum(len(one.values) for one in periods)}, the last one {last}"),
        ("digest of the rows", made.digest[:16]),
    ]
    return Page(
        title=f"{kept.name}: forecast after {last}",
        question=f"What comes after {last}?",
        answer=(
            f"{kept.name}: {kept.horizon} period{'s' * (kept.horizon > 1)} of {series_in_words(kept)}{unit}, forecast by {kept.decision}.",
            coverage_in_words(kept),
            f"On the test part of its comparison: {scores_in_words(kept)}.",
        ),
        tables=(
            Table("forecast", "Forecast", columns, rows),
            Table("about", "What it rests on", ("", ""), about),
        ),
        drawings=forecast_drawings(kept, table, periods),
        legend=(("solid", "actual"), ("dash", "forecast"), ("band", "80 and 95 % intervals")),
        cautions=warnings,
    )


def forecast_drawings(kept: Kept, table: pd.DataFrame, periods: Sequence[Periods]) -> Drawings:
    """A figure a series: what came last, what is forecast, and both intervals."""
    found: Drawings = {}
    for at, one in enumerate(periods[:MOST_DRAWN]):
        own = table[table["series"] == one.name] if kept.is_panel else table
        shown = max(FEWEST_SHOWN, 4 * kept.horizon, 2 * kept.windows.lookback)
        x, values = list(one.index[-shown:]), one.values[-shown:]
        ahead = [x[-1], *own[when(kept)]]
        joined = {name: np.r_[values[-1], own[name].to_numpy(np.float64)] for name in own.columns[3:]}
        bands = [
            Band(
                ahead, joined[f"lower_{level}"], joined[f"upper_{level}"], f"{level} %", ends=("lower end", "upper end")
            )
            for level in sorted(LEVELS, reverse=True)
            if np.isfinite(joined[f"lower_{level}"]).all()
        ]
        found[f"forecast/{at + 1}"] = Lines(
            literal(one.name),
            [Line(x, values, "actual", "actual"), Line(ahead, joined["forecast"], "forecast", "own")],
            bands,
            y_title=literal(kept.unit),
            height=320,
        )
    return found
