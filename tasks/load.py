"""Load: a bundled series by name, or a user's own CSV or Parquet file, as records and the periods they make."""

from collections.abc import Hashable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from tasks.numerics.columns import Columns, choose_columns
from tasks.numerics.covariates import check_calendar
from tasks.numerics.dates import parse_dates
from tasks.numerics.errors import InputError
from tasks.numerics.frequencies import INDEX, infer_frequency, offset_of, regular_dates, season_of
from tasks.numerics.periods import aggregate, moment, together
from tasks.numerics.records import CatalogueEntry, Records, covariate_key
from tasks.numerics.settings import SeriesSpec
from tasks.numerics.tables import as_numbers, read_table, typed

BUNDLED: Final = Path(__file__).resolve().parents[1] / "data" / "series"


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """The bundled series by name."""
    table = pd.read_csv(BUNDLED / "catalog.csv")
    return {entry.name: entry for entry in (CatalogueEntry(*row) for row in table.itertuples(index=False))}


def read_series(spec: SeriesSpec) -> Records:
    """The records of a series and the periods they make, unchecked; raises `InputError` where a file gives neither."""
    _refuse_contradictions(spec)
    path, entry = _locate(spec)
    table, places, place = read_table(path)
    columns = choose_columns(table, spec, str(path))
    rows = _rows(table, places, columns, spec)
    frequency = _frequency(rows, spec, entry, columns)
    periods, dropped = _periods(rows, spec, frequency, columns)
    known = entry and spec.frequency in ("", entry.frequency)
    return Records(
        name=entry.name if entry else path.stem,
        path=f"data/series/{path.name}" if entry else str(path),
        place=place,
        date_column=columns.date,
        value_column=columns.value,
        coverage_column=columns.coverage,
        covariates=columns.covariates,
        table=typed(table),
        rows=rows,
        periods=periods,
        frequency=frequency,
        season_length=entry.season_length if entry and known else season_of(frequency),
        unit=entry.unit if entry else "",
        description=entry.description if entry else "",
        source=entry.source if entry else str(path),
        aggregated=spec.aggregate != "none",
        dropped=dropped,
    )


def _refuse_contradictions(spec: SeriesSpec) -> None:
    check_calendar(spec.calendar, spec.frequency)
    if spec.frequency not in ("", INDEX):
        offset_of(spec.frequency)
    if spec.aggregate != "none" and spec.frequency in ("", INDEX):
        raise InputError(
            f"--aggregate {spec.aggregate} needs the --frequency to aggregate to, "
            f"and {spec.frequency!r} names none. Pass one such as --frequency W-SAT or MS, or leave out --aggregate."
        )
    if spec.aggregate != "none" and spec.coverage:
        raise InputError(
            f"--coverage {spec.coverage} and --aggregate {spec.aggregate} exclude each other: what aggregated records "
            "cover is counted. Leave out --coverage."
        )
    if spec.drop_partial and spec.aggregate == "none" and not spec.coverage:
        raise InputError(
            "--drop-partial has nothing that says which periods are partial. Pass --coverage COLUMN=WHOLE, such as "
            "days=7, or --aggregate with a --frequency coarser than the records."
        )


def _locate(spec: SeriesSpec) -> tuple[Path, CatalogueEntry | None]:
    entry = catalogue().get(spec.series)
    if entry:
        return BUNDLED / f"{entry.name}.csv", entry
    path = Path(spec.series).expanduser()
    if path.exists():
        return path, None
    near = get_close_matches(path.stem.lower(), catalogue(), n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise InputError(
        f"--series {spec.series!r} is neither a file nor a bundled series.{hint} "
        "Pass the path of a CSV or Parquet file, or a name that `interlayer series` lists."
    )


def _rows(table: pd.DataFrame, places: pd.Series, columns: Columns, spec: SeriesSpec) -> pd.DataFrame:
    said = places.map(lambda number: f"{places.name} {number}")
    rows = pd.DataFrame(
        {"place": places, "value": as_numbers(table[columns.value]), "value_text": table[columns.value]}
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


def _frequency(rows: pd.DataFrame, spec: SeriesSpec, entry: CatalogueEntry | None, columns: Columns) -> str:
    if spec.frequency:
        if spec.frequency != INDEX and not columns.date:
            raise InputError(
                f"--frequency {spec.frequency} needs dates, and no column holds any. Pass --frequency index."
            )
        if spec.frequency != INDEX:
            regular_dates(pd.DatetimeIndex(rows["date"].dropna().sort_values().unique()), spec.frequency)
        return spec.frequency
    if entry:
        return entry.frequency
    dates = pd.DatetimeIndex(rows["date"].dropna().sort_values().unique())
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


def _periods(
    rows: pd.DataFrame, spec: SeriesSpec, frequency: str, columns: Columns
) -> tuple[pd.DataFrame, tuple[str, ...]]:
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
