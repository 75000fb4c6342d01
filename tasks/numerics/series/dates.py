"""Dates from the texts that people and programs write."""

from typing import Final

import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.frequencies import infer_frequency

FORMATS: Final = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M"),
    *("%b %Y", "%B %Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
)
ZONE: Final = r"\d:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"
"""What follows the time of day in an ISO 8601 date with a time zone."""


def parse_dates(texts: pd.Series, column: str, places: pd.Series) -> pd.Series:
    """Dates (N,) in their own clock, without a zone; NaT where a text (N,) is none.

    `places` (N,) says where a text stands, for the message. Raises `InputError` where time zones are mixed, or where
    day and month can't be told apart.
    """
    if isinstance(texts.dtype, pd.DatetimeTZDtype):
        return pd.Series(texts.dt.tz_localize(None))
    if pd.api.types.is_datetime64_dtype(texts.dtype):
        return texts
    written = texts.astype("str").where(texts.notna()).str.strip()
    local = _without_zone(written, column, places)
    iso = pd.to_datetime(local, format="ISO8601", errors="coerce")
    if iso.notna().sum() == written.notna().sum():
        return iso
    return _best_format(local, iso, column)


def _without_zone(texts: pd.Series, column: str, places: pd.Series) -> pd.Series:
    zones = (
        texts[texts.str.match(r"\d{4}", na=False)]
        .str.extract(ZONE, expand=False)
        .fillna("none")
        .replace({"UTC": "Z", "GMT": "Z", "+00:00": "Z"})
    )
    kinds = zones.drop_duplicates()
    if len(kinds) > 1:
        first = kinds.index[:10]
        told = zip(kinds[first], places[first], texts[first], strict=True)
        shown = ", ".join(f"{zone} ({place}: {text!r})" for zone, place, text in told)
        raise InputError(
            f"Column {column!r} mixes {len(kinds)} time zones: {shown}. Expected one clock for all rows. "
            "Write every date in the same zone (UTC, say), or without a zone."
        )
    return texts if not len(kinds) or kinds.iloc[0] == "none" else texts.str.replace(ZONE_ONLY, "", regex=True)


ZONE_ONLY: Final = r"(?<=[\d.])\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"


def _best_format(texts: pd.Series, iso: pd.Series, column: str) -> pd.Series:
    parsed = {name: pd.to_datetime(texts, format=name, errors="coerce") for name in FORMATS}
    counts = {name: int(dates.notna().sum()) for name, dates in parsed.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] <= iso.notna().sum():
        return iso
    swapped = best.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
    if swapped == best or counts.get(swapped, 0) < counts[best]:
        return parsed[best]
    regular = [name for name in (best, swapped) if _regular(parsed[name])]
    if len(regular) == 1:
        return parsed[regular[0]]
    raise InputError(
        f"Column {column!r} can be read with the day first and with the month first ({texts.dropna().iloc[0]!r}). "
        "Write the dates as YYYY-MM-DD."
    )


def _regular(dates: pd.Series) -> bool:
    return infer_frequency(pd.DatetimeIndex(dates.dropna().sort_values().unique())) != ""
