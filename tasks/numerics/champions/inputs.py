"""What a champion is given: periods of each of its series in raw units, and the windows that its networks see of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.champions.kept import Kept, Member
from tasks.numerics.errors import InputError
from tasks.numerics.series.covariates import CALENDAR
from tasks.numerics.series.frequencies import calendar
from tasks.numerics.series.periods import aggregate, moment, together
from tasks.numerics.series.scaling import in_single_precision, transform
from tasks.numerics.series.series import Series
from tasks.numerics.wording import few

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Periods:
    """One series: n periods whose values are known, oldest first, and what is known of those after them."""

    name: str
    index: pd.Index
    """(n,) dates, or the numbers of rows."""
    values: Array
    """(n,) in the series' unit."""
    past: Array
    """Columns of `--features` (n, P)."""
    known: Array
    """Columns of `--known-future` (n + k, K), of k periods that come too."""

    def until(self, row: int) -> "Periods":
        """What was known before a row (from 0): its values end there, plans go on."""
        return replace(self, index=self.index[:row], values=self.values[:row], past=self.past[:row])


def periods_of_series(series: Series) -> tuple[Periods, ...]:
    """Every series of a validated one or of a panel."""
    found = []
    for one in series.lone:
        rows, beside = len(one.values), one.covariates
        past, known = (beside.past, beside.known) if beside else (np.empty((rows, 0)), np.empty((rows, 0)))
        found.append(Periods(one.name, one.values.index, one.array, past, known))
    return tuple(found)


def with_plans(periods: Sequence[Periods], plans: Mapping[str, Array]) -> tuple[Periods, ...]:
    """The same with what is known of the periods after the last (k, K), by the series' name."""
    return tuple(
        replace(one, known=np.concatenate([one.known, plans[one.name]])) if one.name in plans else one
        for one in periods
    )


def next_periods(kept: Kept, index: pd.Index) -> pd.Index:
    """The H periods after the last one."""
    if not kept.is_dated:
        return pd.RangeIndex(int(index[-1]) + 1, int(index[-1]) + 1 + kept.horizon)
    dates = pd.DatetimeIndex(index)
    return pd.date_range(dates[-1], periods=kept.horizon + 1, freq=calendar(kept.frequency, dates))[1:]


def window_of(kept: Kept, member: Member, given: Periods) -> NDArray[np.float32]:
    """What networks see (T, F) of the last periods, scaled: as windows are cut in a comparison.

    Raises InputError where there are too few periods, a value is none, or plans are missing.
    """
    spec = kept.windows
    need = spec.lookback + spec.lost_rows
    if len(given.values) < need:
        raise InputError(
            f"{_named(kept, given)}{len(given.values)} period{'s' * (len(given.values) != 1)}: the champion {kept.name} sees {need} before it "
            f"forecasts. Expected as many rows or more, the last ones without a gap."
        )
    last = slice(len(given.values) - need, None)
    values = given.values[last]
    if not np.isfinite(values).all():
        raise InputError(
            f"{_named(kept, given)}a value among the last {need} periods is missing or no number. Expected numbers."
        )
    scaled = in_single_precision(member.scaler.apply(transform(values, spec.transform).values))
    columns: list[Any] = [scaled, *_beside(kept, member, given)]
    return np.ascontiguousarray(np.column_stack(columns), np.float32).reshape(kept.steps, kept.features)


def _beside(kept: Kept, member: Member, given: Periods) -> list[Array]:
    """What time steps carry beside the value (L,) each, scaled: columns up to the last period, then those that are known ahead."""
    lookback, horizon, rows = kept.windows.lookback, kept.horizon, len(given.values)
    past, ahead = given.past.shape[1], given.known.shape[1]
    scalers = member.column_scalers
    found = [one.apply(column[rows - lookback :]) for one, column in zip(scalers[:past], given.past.T, strict=True)]
    if ahead and len(given.known) < rows + horizon:
        raise InputError(
            f"{_named(kept, given)}{', '.join(kept.data.known_future)} of the next {horizon} period{'s' * (horizon > 1)} is wanted, and known of "
            f"{len(given.known) - rows}. Expected a row a period after the last value, with these columns and without a value."
        )
    reach = slice(rows + horizon - lookback, rows + horizon)
    found += [one.apply(column[reach]) for one, column in zip(scalers[past : past + ahead], given.known.T, strict=True)]
    if any(not np.isfinite(column).all() for column in found):
        raise InputError(f"{_named(kept, given)}a column beside the value holds what is no number. Expected numbers.")
    if kept.data.calendar:
        dates = pd.DatetimeIndex(given.index[max(0, rows + horizon - lookback) :]).append(
            pd.DatetimeIndex(next_periods(kept, given.index))
        )[-lookback:]
        for name in kept.data.calendar:
            angle = 2 * np.pi * CALENDAR[name](pd.DatetimeIndex(dates))
            found += [np.sin(angle), np.cos(angle)]
    return found


def periods_of_frame(kept: Kept, frame: pd.DataFrame) -> tuple[Periods, ...]:
    """The series of a frame in long form, one row a period, in the champion's order; rows without a value are plans.

    Raises InputError where a column is missing, no series is the champion's, or dates leave a gap.
    """
    ids = [kept.id_column] if kept.is_panel else []
    wanted = [*ids, *([kept.date_column] if kept.is_dated else []), kept.value_column]
    wanted += [*kept.data.features, *kept.data.known_future]
    if missing := [name for name in wanted if name not in frame]:
        raise InputError(
            f"The rows have no column {', '.join(map(repr, missing))}. Expected {', '.join(map(repr, wanted))}; received "
            f"{few(list(frame.columns))}."
        )
    if not kept.is_panel:
        return (_periods(kept, kept.members[0].name, frame),)
    texts = frame[kept.id_column].astype("str")
    known = [one.name for one in kept.members if (texts == one.name).any()]
    if not known:
        raise InputError(
            f"Column {kept.id_column!r} names none of the champion's series. Expected some of {few([one.name for one in kept.members])}; "
            f"received {few(sorted(set(texts)))}."
        )
    return tuple(_periods(kept, name, frame[texts == name]) for name in known)


def _periods(kept: Kept, name: str, rows: pd.DataFrame) -> Periods:
    if kept.is_dated:
        dates = pd.DatetimeIndex(pd.to_datetime(rows[kept.date_column])).as_unit("us")
        rows = rows.iloc[np.argsort(dates, kind="stable")]
        index: pd.Index = dates.sort_values()
    else:
        index = pd.RangeIndex(len(rows))
    numbers = {column: pd.to_numeric(rows[column], errors="coerce").to_numpy(np.float64) for column in _columns(kept)}
    if kept.data.aggregate != "none":
        index, numbers = _aggregated(kept, pd.DatetimeIndex(index), numbers)
    values = numbers[kept.value_column]
    there = np.flatnonzero(np.isfinite(values))
    count = int(there[-1]) + 1 if len(there) else 0
    if kept.is_dated and count:
        _refuse_gaps(kept, name, pd.DatetimeIndex(index), count)
    past, known = (
        np.stack([numbers[column] for column in columns], axis=1) if columns else np.empty((len(index), 0))
        for columns in (kept.data.features, kept.data.known_future)
    )
    return Periods(name, index[:count], values[:count], past[:count], known)


def _aggregated(
    kept: Kept, dates: pd.DatetimeIndex, numbers: Mapping[str, Array]
) -> tuple[pd.DatetimeIndex, dict[str, Array]]:
    """Finer records as periods of the champion's frequency, as a comparison makes them; partial ones dropped where it dropped them."""
    how, spec = kept.data.aggregate, kept.data
    table = aggregate(dates, numbers[kept.value_column], kept.frequency, how)
    whole = ~(table["covered"] < table["whole"]).to_numpy() if spec.drop_partial else np.ones(len(table), bool)
    found = {
        column: together(dates, values, kept.frequency, how).to_numpy(np.float64)[whole]
        for column, values in numbers.items()
    }
    return pd.DatetimeIndex(table["date"])[whole], found


def _columns(kept: Kept) -> tuple[str, ...]:
    return (kept.value_column, *kept.data.features, *kept.data.known_future)


def _refuse_gaps(kept: Kept, name: str, dates: pd.DatetimeIndex, count: int) -> None:
    """Raises InputError where the dates that networks see are not one after another, at the champion's frequency."""
    need = min(count, kept.windows.lookback + kept.windows.lost_rows)
    own = dates[count - need :]
    expected = pd.date_range(own[0], periods=len(own), freq=calendar(kept.frequency, own))
    wrong = np.flatnonzero(own != expected)
    if len(wrong):
        at = int(wrong[0])
        said = f"Series {name!r}: " if kept.is_panel else ""
        raise InputError(
            f"{said}{moment(own[at])} stands where {moment(expected[at])} is due, at the frequency {kept.frequency}. Expected one row a period, "
            "each once and without a gap."
        )


def _named(kept: Kept, given: Periods) -> str:
    return f"Series {given.name!r}: " if kept.is_panel else ""
