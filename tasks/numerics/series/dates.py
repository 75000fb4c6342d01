"""Dates from the texts and numbers that people and programs write."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.centuries import in_one_stretch
from tasks.numerics.series.date_shapes import (
    DAYS,
    ISO,
    QUARTER,
    UNITS,
    WEEK,
    ZONE,
    formats_of,
    says_dates,
    unix_unit,
)
from tasks.numerics.series.frequencies import infer_frequency
from tasks.numerics.series.tables import is_missing, is_text, some
from tasks.numerics.wording import cell, cut

YEARS = (2, 9998)
"""Those that are read: there is a date before and after each of them; what is beyond is mistyped."""
Unit = Literal["s", "ms", "us", "ns"]


@dataclass(frozen=True)
class Dates:
    """Dates (N,), NaT where none can be read."""

    date: pd.Series
    """Without a zone: in their own clock, or where that one changes by instants, in UTC."""
    local: pd.Series | None = None
    """In their own clock, where that is another one."""
    notes: tuple[str, ...] = ()
    """How they were read where it is not plain, a sentence each."""


def parse_dates(texts: pd.Series, column: str, places: pd.Series, given: str = "") -> Dates:
    """Dates from a column (N,), read as `given` (`--date-format`) where that says how.

    `places` (N,) says where a text stands, for the message. Raises `InputError` where only some have a time zone, or where
    day and month can't be told apart.
    """
    if isinstance(texts.dtype, pd.DatetimeTZDtype):
        return by_instants(texts.dt.tz_localize(None), texts.dt.tz_convert("UTC").dt.tz_localize(None))
    if pd.api.types.is_datetime64_dtype(texts.dtype):
        return Dates(texts.where(texts.dt.year.between(*YEARS)))
    written = written_dates(texts)
    sample = sample_of(written)
    if given:
        return _as_given(written, given, column)
    unit = unix_unit(sample)
    if unit:
        dates = _unix(written, unit)
        first = dates.dropna().head(1)
        return Dates(
            dates, notes=(f"{column} is read as Unix time in {UNITS[unit]}, in UTC: the first is {first.iloc[0]}.",)
        )
    if _most(sample, WEEK):
        return Dates(_weeks(written))
    if _most(sample, QUARTER):
        return Dates(_quarters(written))
    formats = formats_of(sample, numbers=True)
    if _most(sample, ISO) or _most(sample, DAYS) or not formats:
        return _iso(written, column, places)
    return _noted(written, *_best_format(written, formats, column), column)


def holds_dates(column: pd.Series, name: str) -> bool:
    """Whether most of a column are dates: texts, or numbers where its name says so."""
    if pd.api.types.is_datetime64_any_dtype(column) or isinstance(column.dtype, pd.PeriodDtype):
        return True
    if not is_text(column) and not pd.api.types.is_numeric_dtype(column):
        return False
    sample = sample_of(written_dates(some(column)))
    named = says_dates(name)
    texts = [text for text in sample if named or not text.replace(".", "", 1).removeprefix("-").isdigit()]
    if len(texts) < len(some(column).dropna().drop_duplicates().head(200)) / 2 or not texts:
        return False
    known = _most(texts, ISO) or _most(texts, WEEK) or _most(texts, QUARTER)
    return known or bool(formats_of(texts, named)) or (named and (bool(unix_unit(texts)) or _most(texts, DAYS)))


def by_instants(local: pd.Series, instants: pd.Series) -> Dates:
    """Dates (N,) in their own clock where it never changes, or where all have the same time of day; else by instants (N,) in UTC."""
    known = local[local.notna()]
    behind = (known - instants[local.notna()]).nunique()
    if behind < 2 or (known - known.dt.normalize()).nunique() < 2:
        return Dates(local)
    note = "Times are taken by instants, in UTC: the clock of the file changes."
    return Dates(instants, local, (note,))


def written_dates(column: pd.Series) -> pd.Series:
    """The texts (N,) of a column, whole numbers without a decimal point; missing where nothing stands there."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all() and column.abs().max() < 1e19:
        column = column.astype("float64").astype("Int64")
    written = column.astype("str").where(~is_missing(column)).str.strip()
    if len(written) and (some(written).dropna().str.fullmatch(r"\d+\.0+")).all():
        written = written.str.replace(r"\.0+$", "", regex=True)
    return written


def sample_of(written: pd.Series) -> list[str]:
    """Different texts, from the first to the last."""
    return [str(text) for text in some(written.dropna()).drop_duplicates().iloc[:200]]


def _most(sample: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return sum(pattern.fullmatch(text) is not None for text in sample) > len(sample) / 2


def _unix(written: pd.Series, unit: str) -> pd.Series:
    numbers = pd.to_numeric(written, errors="coerce").astype("float64")
    whole = pd.to_numeric(written.where(numbers.abs() < 9e18), errors="coerce")
    within = numbers.abs() < 2.5e11 * {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
    found = pd.Series(pd.to_datetime(whole.where(within), unit=cast(Unit, unit), errors="coerce").dt.as_unit("us"))
    return found.where(found.dt.year.between(*YEARS))


def _as_given(written: pd.Series, given: str, column: str) -> Dates:
    if given in UNITS:
        return Dates(_unix(written, given))
    if "%z" not in given:
        return _noted(written, given, _read(written, given), column)
    zoned = pd.to_datetime(written, format=given, errors="coerce", utc=True)
    local = _read(written.str.replace(ZONE, "", regex=True), re.sub(r"\s*%z", "", given))
    return by_instants(local, zoned.dt.tz_localize(None).dt.as_unit("us"))


def _noted(written: pd.Series, name: str, dates: pd.Series, column: str) -> Dates:
    """Dates (N,) read by a format, and a note of their century where strptime's is another one."""
    plain = _strptime(written, name) if "%y" in name else dates
    if dates.equals(plain):
        return Dates(dates)
    at, years = dates.index[dates.notna() & (dates != plain)][0], dates.dt.year
    note = f"Years of two digits in {column} are read as {years.min():.0f} to {years.max():.0f}: {cell(written[at])} is {dates[at]:%Y-%m-%d}."
    return Dates(dates, notes=(note,))


def _read(written: pd.Series, name: str) -> pd.Series:
    found = _strptime(written, name)
    return in_one_stretch(found) if "%y" in name else found


def _strptime(written: pd.Series, name: str) -> pd.Series:
    found = pd.Series(pd.to_datetime(written, format=name, errors="coerce").dt.as_unit("us"))
    return found.where(found.dt.year.between(*YEARS))


def _weeks(written: pd.Series) -> pd.Series:
    """The Monday of each ISO week, or its day where that is said."""
    parts = written.str.extract(WEEK)
    year, week = parts["year"].fillna(parts["y"]), parts["week"].fillna(parts["w"]).str.zfill(2)
    return _read(year + "-W" + week + "-" + parts["day"].fillna("1"), "%G-W%V-%u")


def _quarters(written: pd.Series) -> pd.Series:
    """The first day of each quarter."""
    parts = written.str.extract(QUARTER)
    year = parts["year"].fillna(parts["y"]).fillna(parts["yy"])
    quarter = pd.to_numeric(parts["quarter"].fillna(parts["q"]).fillna(parts["n"]), errors="coerce")
    month = (3 * quarter - 2).astype("Int64").astype("str").str.zfill(2)
    return _read((year + "-" + month).where(year.notna()), "%Y-%m")


def _iso(written: pd.Series, column: str, places: pd.Series) -> Dates:
    begins = written.str.slice(10).str.contains(r"Z|UTC|GMT|[+-]\d{2}", na=False)
    zoned = begins & written.str.contains(r":\d{2}.*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$|T\d.*Z$", na=False)
    if not zoned.any():
        return Dates(_within(written, "ISO8601"))
    bare = written[~zoned & written.notna()]
    bare = bare[bare.str.fullmatch(ISO)]
    if len(bare):
        at, with_zone = bare.index[0], written.index[zoned][0]
        raise InputError(
            f"Column {column!r} mixes dates with a time zone ({places.name} {places[with_zone]}: {cell(written[with_zone])}) and "
            f"{len(bare)} without one ({places.name} {places[at]}: {cell(written[at])}). Expected a zone in all of them, or in none."
        )
    local = _within(written.str.replace(ZONE, "", regex=True), "ISO8601")
    ending = written.where(zoned).str.replace(r"\s*(?:UTC|GMT)$", "Z", regex=True)
    instants = pd.to_datetime(ending, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    return by_instants(local, instants.dt.as_unit("us"))


def _within(written: pd.Series, name: str) -> pd.Series:
    """Dates (N,) of the years 1 to 9999; those that pandas can't hold are not read, as none is."""
    try:
        return _read(written, name)
    except (ValueError, OverflowError):
        return _read(written.where(written.str.fullmatch(ISO.pattern + "|" + DAYS.pattern, na=False)), name)


def _best_format(written: pd.Series, formats: Sequence[str], column: str) -> tuple[str, pd.Series]:
    """The format by which most dates can be read, and the dates (N,); raises InputError where two read them differently."""
    sample = pd.Series(sample_of(written))
    fitting = {name: int(_read(sample, name).notna().sum()) for name in formats}
    most = max(fitting.values())
    parsed = {name: _read(written, name) for name, count in fitting.items() if count == most}
    counts = {name: int(dates.notna().sum()) for name, dates in parsed.items()}
    best = [name for name, count in counts.items() if count == max(counts.values())]
    # Formats that read all dates alike, such as May by %b and by %B, are one.
    several = [
        name for number, name in enumerate(best) if not any(parsed[name].equals(parsed[one]) for one in best[:number])
    ]
    if len(several) > 1:
        regular = [name for name in several if _regular(parsed[name])]
        several = regular if len(regular) == 1 else several
    if len(several) == 1:
        return several[0], parsed[several[0]]
    at = int(np.argmax(parsed[several[0]].ne(parsed[several[1]]).to_numpy()))
    readings = ", ".join(
        f"{parsed[name].iloc[at]:%Y-%m-%d} by --date-format {repr(name) if ' ' in name else name}" for name in several
    )
    raise InputError(
        f"Column {column!r} can be read with the day first and with the month first: {cut(str(written.iloc[at]))!r} is {readings}. "
        "Pass the one that is right, or write the dates as YYYY-MM-DD."
    )


def _regular(dates: pd.Series) -> bool:
    return infer_frequency(pd.DatetimeIndex(dates.dropna().sort_values().unique())) != ""
