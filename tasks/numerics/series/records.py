"""What a file holds for one series, before anything about it is known to be right."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import CatalogueEntry
from tasks.numerics.series.columns import Columns
from tasks.numerics.series.covariates import Covariates, cycles
from tasks.numerics.series.dates import parse_dates
from tasks.numerics.series.frequencies import calendar
from tasks.numerics.series.periods import aggregate, moment, together
from tasks.numerics.series.series import Series
from tasks.numerics.series.tables import as_numbers
from tasks.numerics.settings import INDEX, SeriesSpec

LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class File:
    """A file as read."""

    path: Path
    entry: CatalogueEntry | None
    table: pd.DataFrame
    """(N,)."""
    places: pd.Series
    """Number of each row (N,), named by what it counts."""

    @property
    def said(self) -> pd.Series:
        """What a message calls each row (N,)."""
        return self.places.map(lambda number: f"{self.places.name} {number}")

    def only(self, rows: NDArray[np.int64]) -> "File":
        """The same with some rows alone, by their positions."""
        part = self.table.iloc[rows].reset_index(drop=True)
        return replace(self, table=part, places=self.places.iloc[rows].reset_index(drop=True))


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


def rows_of(file: File, columns: Columns, spec: SeriesSpec) -> pd.DataFrame:
    """`Records.rows` of a file; raises `InputError` where no date can be read."""
    table, said = file.table, file.said
    rows = pd.DataFrame(
        {"place": file.places, "value": as_numbers(table[columns.value]), "value_text": table[columns.value]}
    )
    if columns.date:
        texts = table[columns.date]
        ordinal = spec.frequency == INDEX and as_numbers(texts).notna().all()
        rows["date_text"] = texts
        rows["date"] = as_numbers(texts) if ordinal else parse_dates(texts, columns.date, said)
        if rows["date"].notna().sum() == 0:
            raise InputError(
                f"Column {columns.date!r} holds no date: {said.iloc[0]} says {texts.iloc[0]!r}. "
                "Write dates as YYYY-MM-DD, or name another column by --date."
            )
    if columns.coverage:
        rows["covered"], rows["covered_text"] = as_numbers(table[columns.coverage]), table[columns.coverage]
    for number, name in enumerate(columns.covariates):
        key = covariate_key(number)
        rows[key], rows[f"{key}_text"] = as_numbers(table[name]), table[name]
    return rows


def periods_of(
    rows: pd.DataFrame, spec: SeriesSpec, frequency: str, columns: Columns
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`Records.periods` of rows, and the labels of the partial ones that were dropped."""
    if spec.aggregate != "none":
        dated = rows[rows["date"].notna()]
        dates = pd.DatetimeIndex(dated["date"])
        periods = aggregate(dates, dated["value"].to_numpy(), frequency, spec.aggregate)
        for key in map(covariate_key, range(len(columns.covariates))):
            periods[key] = together(dates, dated[key].to_numpy(), frequency, spec.aggregate).to_numpy()
        periods.insert(0, "place", np.arange(1, len(periods) + 1))
    else:
        periods = rows.copy()
        if columns.coverage:
            periods["whole"] = columns.whole
            periods["label"] = [_label(row, columns) for row in periods.to_dict("records")]
    if not spec.drop_partial:
        return periods, ()
    partial = periods["covered"] < periods["whole"]
    return periods[~partial].reset_index(drop=True), tuple(periods["label"][partial])


def _label(row: dict[Hashable, Any], columns: Columns) -> str:
    date = row.get("date")
    name = moment(date) if isinstance(date, pd.Timestamp) else str(row["place"])
    return f"{name} ({row['covered']:g} of {columns.whole:g} {columns.coverage})"


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


def name_of(members: tuple[Records, ...], spec: SeriesSpec) -> str:
    """What a comparison of these series is called: the one's name, the file's in long form, or theirs together."""
    if len(members) == 1:
        return members[0].name
    if spec.id:
        return Path(members[0].path).stem
    joined = " + ".join(one.name for one in members)
    return joined if len(joined) <= LONGEST_NAME else f"{members[0].name} + {len(members) - 1} more"
