"""Load: a bundled series by name, or a user's own CSV or Parquet file, as records and the periods they make."""

from dataclasses import replace

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import CatalogueEntry, locate
from tasks.numerics.series.columns import Columns, choose_columns
from tasks.numerics.series.frequencies import infer_frequency, offset_of, regular_dates, season_of
from tasks.numerics.series.long_form import common_frequency, refuse_mixed, rows_by_id
from tasks.numerics.series.overlaps import later_files_count, read_folder
from tasks.numerics.series.periods import moment
from tasks.numerics.series.records import File, Records, by_clock, oldest_first, periods_of, rows_of
from tasks.numerics.series.series_flags import names_of, refuse_contradictions
from tasks.numerics.series.series_names import telling_apart
from tasks.numerics.series.tables import read_table, typed
from tasks.numerics.series.written_numbers import plain_numbers
from tasks.numerics.series_settings import INDEX, SeriesSpec


def read_members(spec: SeriesSpec) -> tuple[Records, ...]:
    """The records of the series that is asked for, or of each of a panel, unchecked; raises `InputError` as `read_series` does.

    A panel is several names or paths with commas between them, or a file in long form with an `id`.
    """
    names = names_of(spec)
    if len(names) < 2:
        one = replace(spec, series=names[0])
        return _read_long(one) if spec.id else (read_series(one),)
    members = [read_series(replace(spec, series=name)) for name in names]
    refuse_mixed({given: one.frequency for given, one in zip(names, members, strict=True)})
    apart = telling_apart([one.name for one in members], names)
    return tuple(replace(one, name=name) for one, name in zip(members, apart, strict=True))


def read_series(spec: SeriesSpec) -> Records:
    """The records of a series and the periods they make, unchecked; raises `InputError` where a file gives neither."""
    file, columns, rows = _read(spec)
    file, rows = _in_order(file, rows, spec)
    return _records(file, rows, columns, spec, _frequency(rows, spec, file.entry, columns))


def _read_long(spec: SeriesSpec) -> tuple[Records, ...]:
    """The records of each series of a file in long form, in the order in which they appear."""
    file, columns, rows = _read(spec)
    positions = rows_by_id(file.table[columns.id], file.places)
    own = {name: _in_order(file.only(at), rows.iloc[at].reset_index(drop=True), spec) for name, at in positions.items()}
    if spec.frequency:
        frequency = _frequency(rows, spec, file.entry, columns)
    else:
        dates = {name: _different(of_series) for name, (_, of_series) in own.items()}
        frequency = common_frequency(dates, columns.id)
    return tuple(
        replace(_records(*one, columns, spec, frequency), name=name if len(own) > 1 else file.path.stem)
        for name, one in own.items()
    )


def _in_order(file: File, rows: pd.DataFrame, spec: SeriesSpec) -> tuple[File, pd.DataFrame]:
    """File and rows of one series: by instants where its clock changes, and oldest first where they stand newest first."""
    rows, notes = by_clock(rows, spec)
    return oldest_first(replace(file, notes=(*file.notes, *notes)), rows, spec)


def _different(rows: pd.DataFrame) -> pd.DatetimeIndex:
    """The dates of rows, sorted, each once."""
    return pd.DatetimeIndex(rows["date"].dropna().sort_values().unique())


def _read(spec: SeriesSpec) -> tuple[File, Columns, pd.DataFrame]:
    refuse_contradictions(spec)
    if spec.frequency not in ("", INDEX):
        offset_of(spec.frequency)
    path, entry = locate(spec.series)
    folder = read_folder(path) if path.is_dir() else None
    read = folder.read if folder else read_table(path)
    columns = choose_columns(read.table, spec, str(path))
    read = plain_numbers(read, columns.numbers, columns.beside, spec.decimal)
    file = File(path, entry, read.table, read.places, read.notes)
    rows, notes = rows_of(file, columns, spec)
    if folder and "date" in rows:
        counting, overlaps = later_files_count(folder, rows["date"], file.table[columns.id] if columns.id else None)
        file, rows = file.only(counting), rows.iloc[counting].reset_index(drop=True)
        notes = (*notes, *overlaps)
    return replace(file, notes=(*file.notes, *notes)), columns, rows


def _records(file: File, rows: pd.DataFrame, columns: Columns, spec: SeriesSpec, frequency: str) -> Records:
    entry = file.entry
    periods, dropped = periods_of(rows, spec, frequency, columns)
    known = entry and spec.frequency in ("", entry.frequency)
    return Records(
        name=entry.name if entry else file.path.stem,
        path=f"data/series/{file.path.name}" if entry else str(file.path),
        place=str(file.places.name),
        date_column=columns.date,
        value_column=columns.value,
        coverage_column=columns.coverage,
        covariates=columns.covariates,
        table=typed(file.table) if spec.suite else file.table,
        rows=rows,
        periods=periods,
        frequency=frequency,
        season_length=entry.season_length if entry and known else season_of(frequency),
        unit=entry.unit if entry else "",
        description=entry.description if entry else "",
        source=entry.source if entry else str(file.path),
        aggregated=spec.aggregate != "none",
        dropped=dropped,
        notes=file.notes,
    )


def _frequency(rows: pd.DataFrame, spec: SeriesSpec, entry: CatalogueEntry | None, columns: Columns) -> str:
    if spec.frequency:
        if spec.frequency != INDEX and not columns.date:
            raise InputError(
                f"--frequency {spec.frequency} needs dates, and no column holds any. Pass --frequency index."
            )
        if spec.frequency != INDEX:
            regular_dates(_different(rows), spec.frequency)
        return spec.frequency
    if entry:
        return entry.frequency
    dates = _different(rows)
    if len(dates) < 3:
        raise InputError(
            f"{len(dates)} different date{'s' * (len(dates) != 1)} in {len(rows)} row{'s' * (len(rows) != 1)} of {spec.series}: "
            "too few to find a frequency in, and to compare on. Expected one row a period, a few dozen at least."
        )
    frequency = infer_frequency(dates)
    if not frequency:
        steps = dates[1:] - dates[:-1]
        raise InputError(
            f"No frequency fits the dates of {spec.series}, {moment(dates[0])} to {moment(dates[-1])}: steps between them "
            f"run from {steps.min()} to {steps.max()}. Pass --frequency (and --aggregate sum, mean or last, where "
            "records are finer than it), or --frequency index to take the rows as an ordered sequence."
        )
    return frequency
