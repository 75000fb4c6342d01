"""Rows of a file that are no whole periods, though they are taken as they stand: what looks like a collapse may be none."""

import pandas as pd

from tasks.numerics.series.frequencies import infer_frequency
from tasks.numerics.series.periods import Steps, moment
from tasks.numerics.series.records import Records


def partial_rows(records: Records) -> tuple[str, ...]:
    """Rows that a column says are not whole, such as `2015-07-01 (4 of 7 days)`; without one, dates off the usual frequency."""
    if records.coverage_column:
        periods = records.periods
        return tuple(periods["label"][periods["covered"] < periods["whole"]])
    if "date" not in records.rows or not pd.api.types.is_datetime64_any_dtype(records.rows["date"]):
        return ()
    dates = pd.DatetimeIndex(records.rows["date"].dropna().sort_values().unique())
    alias = infer_frequency(dates)
    if not alias:
        return ()
    steps = Steps.of(records.rows["date"], alias)
    return tuple(f"{moment(date)} ({steps.irregular_at(date)})" for date in steps.dates[steps.off | steps.short])
