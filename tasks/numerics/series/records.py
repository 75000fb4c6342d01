"""What a file holds for one series, before anything about it is known to be right."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.offsets import Tick

from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import CatalogueEntry
from tasks.numerics.series.clocks import in_zone, instants_of, zone_of, zone_of_days
from tasks.numerics.series.columns import Columns
from tasks.numerics.series.covariates import Covariates, cycles
from tasks.numerics.series.date_parts import together as joined
from tasks.numerics.series.dates import parse_dates
from tasks.numerics.series.frequencies import calendar, offset_of
from tasks.numerics.series.periods import aggregate, moment, together
from tasks.numerics.series.series import Series
from tasks.numerics.series.series_names import together as panel_name
from tasks.numerics.series.tables import as_numbers, is_missing
from tasks.numerics.series_settings import INDEX, SeriesSpec
from tasks.numerics.wording import cell


@dataclass(frozen=True)
class File:
    """A file as read."""

    path: Path
    entry: CatalogueEntry | None
    table: pd.DataFrame
    """(N,)."""
    places: pd.Series
    """Number of each row (N,), named by what it counts."""
    notes: tuple[str, ...]
    """What is to be said of how it was read, a sentence each."""

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
    """The file's columns as they are written; for a suite of the user's own, numbers as numbers where all of a column are."""
    rows: pd.DataFrame
    """One row a record (N): `place`; `date` (NaT where it can't be read) and `value` (NaN likewise), each as `date_text` as it is
    written, missing where nothing stands there, and as `date_written` whatever does; so `covariate k` and `covered`. `local`, the
    date in the file's own clock, where that one changes and `date` does not."""
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
    notes: tuple[str, ...]
    """How the file was read where it is not plain, a sentence each."""


def covariate_key(number: int) -> str:
    """What a covariate's column is called in `rows` and `periods`."""
    return f"covariate {number}"


def rows_of(file: File, columns: Columns, spec: SeriesSpec) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`Records.rows` of a file, and what is to be said of its dates; raises `InputError` where no date can be read."""
    table = file.table
    rows = pd.DataFrame({"place": file.places})
    _add(rows, "value", table[columns.value])
    notes: tuple[str, ...] = ()
    if columns.date:
        texts, joining = joined(table, columns.date_parts) if columns.date_parts else (table[columns.date], ())
        numbers = as_numbers(texts) if spec.frequency == INDEX and not columns.date_parts else None
        rows["date_text"], rows["date_written"] = texts.where(~is_missing(texts)), texts
        if numbers is not None and numbers.notna().all() and not spec.date_format:
            rows["date"] = numbers
        else:
            dates = parse_dates(texts, columns.date, file.places, spec.date_format)
            rows["date"], notes = dates.date, (*joining, *dates.notes)
            if dates.local is not None:
                rows["local"] = dates.local
        if rows["date"].notna().sum() == 0:
            asked = f" as {spec.date_format!r} asks for (--date-format)" if spec.date_format else ""
            raise InputError(
                f"Column {columns.date!r} holds no date{asked}: {file.places.name} {file.places.iloc[0]} says "
                f"{cell(texts.iloc[0])}. Write dates as YYYY-MM-DD, say how they are written by --date-format, or name another "
                "column by --date."
            )
    if columns.coverage:
        _add(rows, "covered", table[columns.coverage])
    for number, name in enumerate(columns.covariates):
        _add(rows, covariate_key(number), table[name])
    return rows, notes


def _add(rows: pd.DataFrame, key: str, column: pd.Series) -> None:
    """A column as numbers, as what stands there, and the same without texts for nothing."""
    numbers = as_numbers(column)
    rows[key], rows[f"{key}_written"] = numbers, column
    missing = is_missing(column, numbers)
    rows[f"{key}_text"] = column.mask(missing) if missing.any() else column


def by_clock(rows: pd.DataFrame, spec: SeriesSpec) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of one series by instants, where its dates are in a clock that is changed twice a year; and a note of it."""
    dates = rows.get("date")
    if dates is None or "local" in rows or spec.frequency == INDEX or not pd.api.types.is_datetime64_dtype(dates.dtype):
        return rows, ()
    local = pd.DatetimeIndex(dates)
    if days := zone_of_days(local):
        note = f"Dates are those of the clock of {days}: in UTC, the time of day changes as that clock does."
        return rows.assign(date=in_zone(local, days)), (note,)
    zone = zone_of(local)
    if not zone:
        return rows, ()
    note = f"Times are taken by instants, in UTC: the clock of the file changes as that of {zone} does."
    return rows.assign(local=dates, date=instants_of(local, zone)), (note,)


def oldest_first(file: File, rows: pd.DataFrame, spec: SeriesSpec) -> tuple[File, pd.DataFrame]:
    """File and rows of one series the other way round, with a note of it, where they stand newest first."""
    dates = rows.get("date")
    if dates is None or len(rows) < 2 or not pd.api.types.is_datetime64_dtype(dates.dtype) or dates.isna().any():
        return file, rows
    if dates.is_monotonic_increasing or not dates.is_monotonic_decreasing or spec.aggregate != "none":
        return file, rows
    turned = file.only(np.arange(len(rows))[::-1])
    note = f"The {file.places.name}s stand newest first, and are taken oldest first."
    return replace(turned, notes=(*file.notes, note)), rows.iloc[::-1].reset_index(drop=True)


def periods_of(
    rows: pd.DataFrame, spec: SeriesSpec, frequency: str, columns: Columns
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`Records.periods` of rows, and the labels of the partial ones that were dropped."""
    if spec.aggregate != "none":
        dated = rows[rows["date"].notna()]
        instants = pd.DatetimeIndex(dated["date"])
        # Days, weeks and months are those of the file's own clock.
        own = "local" in dated and not isinstance(offset_of(frequency), Tick)
        dates = pd.DatetimeIndex(dated["local"]) if own else instants
        periods = aggregate(dates, dated["value"].to_numpy(), frequency, spec.aggregate, instants if own else None)
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
        warnings=(*records.notes, *warnings),
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
    return panel_name([one.name for one in members])
