"""Windows of a panel: several series that one network is trained on, their parts split by date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.covariates import Covariates
from tasks.numerics.series.periods import moment
from tasks.numerics.series.scaling import Transformed, transform
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import AllWindows, Windows, count_of, layout_warnings, make_windows
from tasks.numerics.settings import WindowSpec
from tasks.numerics.split import Split

Numbers = NDArray[np.int64]
NAMED = 10
"""Series that a message lists."""


def cut_windows(series: Series, spec: WindowSpec) -> tuple[Windows, ...]:
    """Windows of one series (`make_windows`) or of a panel, for every origin.

    A panel's parts are split by date: validation and test begin at the same period for all members, and no window is in a
    part whose periods reach into the next one. Shares (`test`, `validation`) are of the windows of all members together;
    counts are of periods. Each member is transformed and scaled on its own. Every origin has as many windows as the others:
    later ones forget the oldest. Raises InputError where a member has no window of one of the parts.
    """
    if not series.members:
        return make_windows(series.array, spec, series.covariates)
    periods, places = calendar(series)
    pool = Pool.of(places, spec)
    if not len(pool.first):
        _refuse_missing(series, pool, Parts(*[np.empty(0, np.int64)] * 3), periods, (0, 0))
    cuts = _cuts(pool, spec)
    span = cuts[0] - _begin(pool.first[pool.last < cuts[0]], spec.validation, "--validation")
    parts = [pool.parts(begin - span, begin, end) for begin, end in pairwise(cuts)]
    tested = np.concatenate([part.test for part in parts])
    _refuse_missing(
        series, pool, Parts(parts[0].train, parts[0].validation, tested), periods, (cuts[0] - span, cuts[0])
    )
    members = [_member(one, spec) for one in series.members]
    split = Split(
        min(len(part.train) for part in parts),
        min(len(part.validation) for part in parts),
        max(len(part.test) for part in parts),
    )
    if not split.validation:
        raise InputError(
            f"--origins {spec.origins}: before one of them no series has a window to validate. Expected fewer origins, or a "
            "longer --validation."
        )
    return tuple(_windows(series, members, pool, part.of_size(pool, split), spec, len(part.test)) for part in parts)


@dataclass(frozen=True)
class Parts:
    """Windows of each part, by their number in the pool: members one after another, each oldest first."""

    train: Numbers
    validation: Numbers
    test: Numbers

    def of_size(self, pool: "Pool", split: Split) -> "Parts":
        """The newest windows to train and validate, and test windows over again after the last where there are too few."""
        return Parts(
            pool.newest(self.train, split.train),
            pool.newest(self.validation, split.validation),
            np.resize(self.test, split.test),
        )


@dataclass(frozen=True)
class Pool:
    """All windows of all members (N,), members one after another, each oldest first."""

    member: Numbers
    number: Numbers
    """Which of its member's windows it is."""
    first: Numbers
    """The first period that it forecasts, on the panel's calendar."""
    last: Numbers

    @classmethod
    def of(cls, places: Sequence[Numbers], spec: WindowSpec) -> "Pool":
        """The windows of members whose rows stand at `places` of the calendar."""
        before = spec.lost_rows + spec.lookback
        firsts = [place[before : max(len(place) - spec.horizon + 1, before)] for place in places]
        lasts = [place[before + spec.horizon - 1 :] for place in places]
        return cls(
            np.repeat(np.arange(len(places)), [len(first) for first in firsts]),
            np.concatenate([np.arange(len(first)) for first in firsts]),
            np.concatenate(firsts),
            np.concatenate(lasts),
        )

    def parts(self, validation: int, test: int, end: int) -> Parts:
        """The windows of each part, the last two of which begin, and the last of which ends, at these periods."""
        return Parts(
            np.flatnonzero(self.last < validation),
            np.flatnonzero((self.first >= validation) & (self.last < test)),
            np.flatnonzero((self.first >= test) & (self.first < end)),
        )

    def newest(self, windows: Numbers, count: int) -> Numbers:
        """As many of the windows as are wanted, in the order of the pool."""
        by_age = np.argsort(self.first[windows], kind="stable")
        return np.sort(windows[by_age[len(windows) - count :]])

    def in_order(self, windows: Numbers, cut: Callable[[int, Numbers], NDArray[np.float32]]) -> NDArray[np.float32]:
        """What `cut` gives of a member's windows by their numbers (n, ...), of all the windows in their order."""
        member = self.member[windows]
        pieces = {int(one): cut(int(one), self.number[windows[member == one]]) for one in np.unique(member)}
        found = np.empty((len(windows), *next(iter(pieces.values())).shape[1:]), np.float32)
        for one, piece in pieces.items():
            found[member == one] = piece
        return found


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


def _begin(first: Numbers, part: float, flag: str) -> int:
    """The period at which the last part of windows begins, whose first periods (n,) are given: a share, or a count of periods."""
    periods = np.unique(first)
    wanted = count_of(part, len(first), flag)
    if not wanted or not len(periods):
        return int(periods[-1]) + 1 if len(periods) else 0
    return int(np.sort(first)[-wanted] if part < 1 else periods[-min(wanted, len(periods))])


def _cuts(pool: Pool, spec: WindowSpec) -> list[int]:
    """Periods at which the test part of each origin begins, and the one after the last."""
    begin = _begin(pool.first, spec.test, "--test")
    periods = np.unique(pool.first[pool.first >= begin])
    if not len(periods):
        return [begin, begin]
    if len(periods) < spec.origins:
        raise InputError(
            f"--origins {spec.origins}: there are only {len(periods)} test periods. Expected at most one origin a test period."
        )
    starts = [int(periods[k * len(periods) // spec.origins]) for k in range(spec.origins)]
    return [*starts, int(periods[-1]) + 1]


def _refuse_missing(series: Series, pool: Pool, parts: Parts, periods: pd.Index, begins: tuple[int, int]) -> None:
    """Raises InputError that names every member without a window of one of the parts, and what there is of it."""
    missing: list[str] = []
    for number, one in enumerate(series.members):
        lacks = [
            word
            for word, windows in (("train", parts.train), ("validate", parts.validation), ("test", parts.test))
            if not (pool.member[windows] == number).any()
        ]
        if lacks:
            index = one.values.index
            missing.append(
                f"{one.name} has no window to {' or to '.join(lacks)} ({len(index)} rows, {moment(index[0])} to {moment(index[-1])})"
            )
    if missing:
        more = f"; and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        validation, test = (moment(periods[min(begin, len(periods) - 1)]) for begin in begins)
        raise InputError(
            f"{'; '.join(missing[:NAMED])}{more}. The parts of a panel are split by date, for all series alike: validation "
            f"begins {validation}, test {test}. Expected a window of each part from every series: leave the series out, or "
            "pass other --validation and --test (counts are of periods), a shorter --lookback or --horizon."
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
    for number, (one, (transformed, beside)) in enumerate(zip(series.members, members, strict=True)):
        trained = pool.number[parts.train][pool.member[parts.train] == number]
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
