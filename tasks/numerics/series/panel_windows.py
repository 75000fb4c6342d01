"""Windows of a panel: several series that one network is trained on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.series.covariates import Covariates
from tasks.numerics.series.panel_parts import Numbers, PanelParts, Parts, Pool, parts_by_date, parts_by_series
from tasks.numerics.series.periods import moment
from tasks.numerics.series.scaling import Transformed, transform
from tasks.numerics.series.series import Series
from tasks.numerics.series.short_series import NAMED, labels, refuse_short
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.series.windows import AllWindows, Windows, layout_warnings, make_windows
from tasks.numerics.settings import WindowSpec
from tasks.numerics.split import Split
from tasks.numerics.wording import few


def cut_windows(series: Series, spec: WindowSpec) -> tuple[Windows, ...]:
    """Windows of one series (`make_windows`) or of a panel, for every origin.

    A panel's parts are split by date (`parts_by_date`) or by series (`parts_by_series`), as `panel_split` says. Each member is
    transformed and scaled on its own. Every origin has as many windows as the others, the newest ones, but for those to train
    where the training window expands. Raises InputError where a member has no window of one of the parts.
    """
    if not series.members:
        return make_windows(series.array, spec, series.covariates)
    parts, warnings = split_panel(series, spec)
    _refuse_missing(series, parts, spec)
    fewest = max if spec.training_window == "expanding" else min
    split = Split(
        fewest(len(part.train) for part in parts.origins),
        min(len(part.validation) for part in parts.origins),
        max(len(part.test) for part in parts.origins),
    )
    if not split.validation:
        raise InputError(
            f"--origins {spec.origins}: before one of them no series has a window to validate. Expected fewer origins, or a "
            "longer --validation."
        )
    members, pool = [_member(one, spec) for one in series.members], parts.pool
    found = (_windows(series, members, pool, part.of_size(pool, split), spec, len(part.test)) for part in parts.origins)
    return tuple(replace(one, warnings=(*one.warnings, *warnings)) for one in found)


def fitting(series: Series, spec: WindowSpec) -> Series:
    """The series; of a panel, where `drop_short` asks for it, without members that have no window of one of the parts.

    Raises InputError where none is left.
    """
    while series.members and spec.drop_short:
        lacking = split_panel(series, spec)[0].lacking
        if not lacking:
            return series
        if len(lacking) == len(series.members):
            _refuse_missing(series, split_panel(series, spec)[0], spec)
        # Where parts are split by date, these begin at others without them.
        series = _leave_out(series, list(lacking))
    return series


def _leave_out(series: Series, numbers: Sequence[int]) -> Series:
    """A panel without some members, by their numbers; the one that is left where there is only one."""
    out = set(numbers)
    kept = tuple(one for number, one in enumerate(series.members) if number not in out)
    found = Series.panel(series.name, kept) if len(kept) > 1 else replace(kept[0], name=series.name)
    gone = {one.name: len(one.values) for number, one in enumerate(series.members) if number in out}
    return replace(found, left_out=(*series.left_out, *labels(gone)))


def split_panel(series: Series, spec: WindowSpec) -> tuple[PanelParts, tuple[str, ...]]:
    """The parts of every origin, and what is to be said of them: by one date for all or, where it does not fit all, by series."""
    pool = Pool.of(calendar(series)[1], spec)
    by_date = parts_by_date(pool, spec) if spec.panel_split != "series" else None
    if by_date and (spec.panel_split == "date" or not by_date.lacking):
        return by_date, ()
    found = parts_by_series(pool, spec)
    seen = (
        " Networks have seen dates of some series that are test dates of others: where series move together, that flatters all."
        if found.overlapping
        else ""
    )
    if by_date is None:
        return found, (f"The last windows of each series are its test part.{seen}",) * bool(seen)
    names = few([series.members[number].name for number in by_date.lacking], 3)
    return found, (
        f"The last windows of each series are its test part, as no one date fits all: {len(by_date.lacking):,} of "
        f"{len(series.members):,} series would lack a part ({names}).{seen}",
    )


def moments(series: Series, rows: Numbers) -> Numbers:
    """Where on the calendar of all members the rows (n,) of a panel stand, from 0."""
    places: Numbers = np.concatenate(calendar(series)[1])[rows]
    return places


def calendar(series: Series) -> tuple[pd.Index, list[Numbers]]:
    """The periods (P,) that any member has, and where on them each member's rows stand; sequences end together."""
    if not isinstance(series.members[0].values.index, pd.DatetimeIndex):
        longest = max(len(one.values) for one in series.members)
        return pd.RangeIndex(longest), [np.arange(longest - len(one.values), longest) for one in series.members]
    dates = pd.DatetimeIndex(np.unique(np.concatenate([one.values.index.to_numpy() for one in series.members])))
    return dates, [dates.get_indexer(pd.DatetimeIndex(one.values.index)).astype(np.int64) for one in series.members]


def _refuse_missing(series: Series, parts: PanelParts, spec: WindowSpec) -> None:
    """Raises InputError that names members without a window of one of the parts, and what there is of them."""
    lacking, members = parts.lacking, series.members
    if not lacking:
        return
    if not parts.by_date:
        refuse_short(
            {members[number].name: len(members[number].values) for number in lacking}, len(members), RowsNeeded.of(spec)
        )
    missing = []
    for number, words in list(lacking.items())[:NAMED]:
        index = members[number].values.index
        rows = f"{len(index)} rows, {moment(index[0])} to {moment(index[-1])}"
        missing.append(f"{members[number].name} has no window to {' or to '.join(words)} ({rows})")
    more = f"; and {len(lacking) - NAMED:,} more" if len(lacking) > NAMED else ""
    periods = calendar(series)[0]
    validation, test = (moment(periods[min(begin, len(periods) - 1)]) for begin in parts.begins)
    raise InputError(
        f"{'; '.join(missing)}{more}. The parts of a panel are split by date, for all series alike (--panel-split date): validation "
        f"begins {validation}, test {test}. Expected a window of each part from every series: give each parts of its own by "
        "--panel-split series, leave the series out by --drop-short, or pass other --validation and --test (counts are of periods), a "
        "shorter --lookback or --horizon."
    )


def _member(one: Series, spec: WindowSpec) -> tuple[Transformed, Covariates]:
    try:
        transformed = transform(one.array, spec.transform)
    except InputError as error:
        raise InputError(f"Series {one.name!r}: {error}") from None
    beside = (one.covariates or Covariates.none(len(one.values))).after(transformed.lost)
    beside.check_reach(spec)
    return transformed, beside


def _windows(
    series: Series,
    members: list[tuple[Transformed, Covariates]],
    pool: Pool,
    parts: Parts,
    spec: WindowSpec,
    own: int,
) -> Windows:
    """The windows of one origin."""
    before = spec.lost_rows + spec.lookback
    every: list[AllWindows] = []
    training_rows = []
    counts = np.bincount(pool.member[parts.train], minlength=len(members))
    numbers = np.split(pool.number[parts.train], np.cumsum(counts)[:-1])
    for one, (transformed, beside), trained in zip(series.members, members, numbers, strict=True):
        # One that ended long before a later origin has no window there.
        begin, end = (int(trained[0]), int(trained[-1]) + 1) if len(trained) else (0, len(transformed.values))
        seen = slice(begin, end + spec.lookback + spec.horizon - 1)
        try:
            every.append(AllWindows.of(transformed, beside, seen, spec))
        except InputError as error:
            raise InputError(f"Series {one.name!r}: {error}") from None
        training_rows.append(min(before + end + spec.horizon - 1, len(one.values)))
    order = np.concatenate([parts.train, parts.validation, parts.test])
    of_test = pool.member[parts.test]
    return Windows(
        pool.in_order(order, lambda member, numbers: every[member].inputs_of(numbers)),
        pool.in_order(order, lambda member, numbers: every[member].targets_of(numbers)),
        Split(len(parts.train), len(parts.validation), len(parts.test)),
        tuple(one.scaler for one in every),
        tuple(transformed for transformed, _ in members),
        first_rows=np.array(series.first_rows)[of_test] + before + pool.number[parts.test],
        members=of_test,
        training_rows=tuple(training_rows),
        own=own,
        warnings=layout_warnings(spec, every[0].features),
        column_scalers=tuple(one.column_scalers for one in every),
    )
