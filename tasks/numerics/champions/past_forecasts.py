"""Forecasts that were made, as they are kept, and what became of them once the periods came."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.champions.inputs import Periods
from tasks.numerics.champions.kept import LEVELS, Kept, moment_of, moment_text
from tasks.numerics.strict_json import without_infinity

FORMAT: Final = 1
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One period of one series."""

    series: str
    step: int
    period: str
    """ISO 8601, or a row's number."""
    forecast: float
    naive: float
    """What the naive forecast said."""
    bounds: dict[str, tuple[float | None, float | None]]
    """Ends of the interval of each level."""


@dataclass(frozen=True)
class PastForecast:
    """What a champion said at one time."""

    name: str
    version: int
    decision: str
    made: str
    """When, in UTC."""
    last: str
    """The last period that it knew."""
    digest: str
    """Of the rows that it was made from."""
    dated: bool
    kind: dict[str, str]
    """What is forecast: `Kept.kind`."""
    naive_errors: dict[str, float]
    """Of each series, by which errors of several are divided."""
    rows: tuple[Row, ...]
    format: int = FORMAT


@dataclass(frozen=True)
class Outcome:
    """What became of a forecast as far as its periods have come."""

    came: int
    """Periods of all series that have come, of `wanted`."""
    wanted: int
    error: float
    """RMSE or MAE of those; of several series in naive errors. NaN of none."""
    naive: float
    held: dict[int, int]
    """By level, how many actual values lay between the ends; of `told`."""
    told: dict[int, int]


def past_forecast(
    kept: Kept, version: int, table: pd.DataFrame, periods: Sequence[Periods], digest: str, made: str
) -> PastForecast:
    """A forecast as it is kept, beside what the naive one says of the same periods."""
    when = "date" if kept.is_dated else "row"
    naive = {
        kept.member(one.name).name if kept.is_panel else one.name: naive_steps(kept, one.values) for one in periods
    }
    rows = tuple(
        Row(
            row["series"],
            int(row["step"]),
            moment_text(row[when]),
            float(row["forecast"]),
            float(naive[row["series"]][int(row["step"]) - 1]),
            {str(level): (_finite(row[f"lower_{level}"]), _finite(row[f"upper_{level}"])) for level in LEVELS},
        )
        for row in table.to_dict("records")
    )
    last = max(one.index[-1] for one in periods)
    errors = {one.name: kept.member(one.name).naive_error for one in periods}
    return PastForecast(
        kept.name, version, kept.decision, made, moment_text(last), digest, kept.is_dated, kept.kind, errors, rows
    )


def naive_steps(kept: Kept, values: Array) -> Array:
    """What the champion's naive forecast says after some values (n,): (H,)."""
    season = kept.season_length if kept.scores.naive_name == "seasonal last value" else 1
    if len(values) < season:
        season = 1
    return values[len(values) - season + np.arange(kept.horizon) % season]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def to_json(made: PastForecast) -> str:
    """As it is written down."""
    return json.dumps(without_infinity(asdict(made)), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> PastForecast | None:
    """What was written down; None of what is none, or of another release."""
    try:
        found: dict[str, Any] = json.loads(text)
        if found["format"] != FORMAT:
            return None
        rows = tuple(
            Row(**{**row, "bounds": {level: tuple(pair) for level, pair in row["bounds"].items()}})
            for row in found["rows"]
        )
        return PastForecast(**{**found, "rows": rows})
    except (ValueError, KeyError, TypeError):
        return None


def actual_values(periods: Sequence[Periods]) -> dict[str, dict[str, float]]:
    """The newest values by series and period."""
    return {
        one.name: {moment_text(period): float(value) for period, value in zip(one.index, one.values, strict=True)}
        for one in periods
    }


def outcome_of(made: PastForecast, actual: Mapping[str, Mapping[str, float]]) -> Outcome:
    """How far off it was, as far as the newest values tell; a lone series is taken whatever it is called."""
    lone = next(iter(actual.values())) if len(actual) == 1 and len(made.naive_errors) == 1 else None
    came = [
        (row, value)
        for row in made.rows
        if np.isfinite(value := (lone if lone is not None else actual.get(row.series, {})).get(row.period, np.nan))
    ]
    if not came:
        return Outcome(0, len(made.rows), np.nan, np.nan, dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, 0))
    several = len(made.naive_errors) > 1
    scale = np.array([made.naive_errors[row.series] if several else 1.0 for row, _ in came])
    misses = [np.array([getattr(row, what) - value for row, value in came]) / scale for what in ("forecast", "naive")]
    own, naive = (_error(one, made.kind["metric"]) for one in misses)
    held, told = dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, 0)
    for row, value in came:
        for level in LEVELS:
            low, high = row.bounds[str(level)]
            if low is not None and high is not None:
                told[level] += 1
                held[level] += low <= value <= high
    return Outcome(len(came), len(made.rows), own, naive, held, told)


def _error(missed: Array, metric: str) -> float:
    return float(np.abs(missed).mean() if metric == "mae" else np.sqrt((missed**2).mean()))


def period_of(made: PastForecast, text: str) -> Any:
    """A period as pandas has it."""
    return moment_of(text, made.dated)
