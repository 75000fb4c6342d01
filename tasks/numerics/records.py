"""What a file holds for one series, before anything about it is known to be right."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.numerics.covariates import Covariates, cycles
from tasks.numerics.frequencies import INDEX, calendar
from tasks.numerics.series import Series
from tasks.numerics.settings import SeriesSpec


@dataclass(frozen=True)
class CatalogueEntry:
    """What is known of a series that comes with the project."""

    name: str
    frequency: str
    season_length: int
    length: int
    unit: str
    description: str
    source: str


@dataclass(frozen=True)
class Records:
    """The rows of a file, and the periods they make: read and unchecked."""

    name: str
    path: str
    place: str
    """What a row is called and counted by: 'line' of a text file, whose header is line 1, or 'row', the first being 1."""
    date_column: str
    """'' where rows have no date."""
    value_column: str
    coverage_column: str
    """'' where no column says how much of its period a row covers."""
    covariates: tuple[str, ...]
    """Further columns, as they are called in the file: those of `--features`, then those of `--known-future`."""
    table: pd.DataFrame
    """The file's columns, numbers as numbers where all of a column are, dates as they are written."""
    rows: pd.DataFrame
    """One row a record (N): `place`, `date` (NaT where it can't be read), `date_text`, `value` (NaN likewise), `value_text`;
    of covariate k `covariate k` and `covariate k_text`."""
    periods: pd.DataFrame
    """One row a period (M), partial ones dropped where asked for: `place`, `date`, `value`, `covered`, `whole`, `label`, `covariate k`.
    `place` is a record's, or where records were aggregated the period's own number."""
    frequency: str
    season_length: int
    unit: str
    description: str
    source: str
    aggregated: bool
    dropped: tuple[str, ...]
    """Labels of the partial periods that were dropped."""


def covariate_key(number: int) -> str:
    """What a covariate's column is called in `rows` and `periods`."""
    return f"covariate {number}"


def to_series(records: Records, spec: SeriesSpec, warnings: tuple[str, ...]) -> Series:
    """The series of `records` that were found right: a calendar with its frequency, or a plain sequence."""
    values = records.periods["value"].to_numpy(np.float64)
    index: pd.Index = pd.RangeIndex(len(values))
    if records.frequency != INDEX:
        dates = pd.DatetimeIndex(records.periods["date"], name="date").as_unit("us")
        index = pd.DatetimeIndex(dates, freq=calendar(records.frequency, dates))
    digest = hashlib.sha256(values.tobytes())
    digest.update(index.to_numpy().astype(np.int64).tobytes())
    covariates = _covariates(records, spec, index)
    for column in (covariates.past, covariates.known, covariates.cyclic):
        digest.update(column.tobytes())
    return Series(
        name=records.name,
        values=pd.Series(values, index=index, name=records.value_column),
        frequency=records.frequency,
        season_length=records.season_length,
        unit=records.unit,
        description=records.description,
        source=records.source,
        digest=digest.hexdigest(),
        dropped=records.dropped,
        warnings=warnings,
        covariates=covariates if covariates.names else None,
    )


def _covariates(records: Records, spec: SeriesSpec, index: pd.Index) -> Covariates:
    columns = [records.periods[covariate_key(number)] for number in range(len(records.covariates))]
    table = (
        np.stack([column.to_numpy(np.float64) for column in columns], axis=1) if columns else np.empty((len(index), 0))
    )
    cyclic = np.empty((len(index), 0))
    if isinstance(index, pd.DatetimeIndex):
        cyclic = cycles(spec.calendar, index, records.frequency)
    waves = [f"{wave} of {name}" for name in spec.calendar for wave in ("sine", "cosine")]
    past = len(spec.features)
    return Covariates((*records.covariates, *waves), table[:, :past], table[:, past:], cyclic)
