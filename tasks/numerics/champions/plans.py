"""Rows after the last value: what is known ahead of the periods that are to be forecast."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.series.records import Records, covariate_key
from tasks.numerics.series_settings import SeriesSpec


def without_plans(records: Records, spec: SeriesSpec) -> tuple[Records, NDArray[np.float64]]:
    """The records up to the last value, and what columns of `--known-future` say of the periods after it (k, K)."""
    keys = [covariate_key(len(spec.features) + number) for number in range(len(spec.known_future))]
    values = records.periods["value"].to_numpy(np.float64)
    known = np.flatnonzero(np.isfinite(values))
    if not keys or not len(known) or known[-1] == len(values) - 1:
        return records, np.empty((0, len(keys)))
    end = int(known[-1]) + 1
    ahead = records.periods[keys].to_numpy(np.float64)[end:]
    written = records.rows["value"].notna() | records.rows["value_text"].notna()
    last = int(np.flatnonzero(written.to_numpy())[-1]) + 1
    return (
        replace(
            records,
            periods=records.periods.iloc[:end],
            rows=records.rows.iloc[:last],
            table=records.table.iloc[:last],
        ),
        ahead,
    )
