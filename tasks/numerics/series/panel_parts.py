"""The windows of a panel in parts: those that train, are watched and are scored, by one date for all or by series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.windows import count_of, parts_of
from tasks.numerics.settings import WindowSpec
from tasks.numerics.split import Split

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """All windows of all members (N,), members one after another, each oldest first."""

    member: Numbers
    number: Numbers
    """Which of its member's windows it is."""
    first: Numbers
    """The first period that it forecasts, on the panel's calendar."""
    last: Numbers
    members: int
    """How many there are."""

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
            len(places),
        )

    def between(self, validation: int, test: int, end: int) -> "Parts":
        """The windows of each part, the last two of which begin, and the last of which ends, at these periods."""
        return Parts(
            np.flatnonzero(self.last < validation),
            np.flatnonzero((self.first >= validation) & (self.last < test)),
            np.flatnonzero((self.first >= test) & (self.first < end)),
        )

    def newest(self, windows: Numbers, count: int) -> Numbers:
        """As many of the windows as are wanted, in the order of the pool."""
        by_age = np.argsort(self.first[windows], kind="stable")
        return np.sort(windows[by_age[max(len(windows) - count, 0) :]])

    def in_order(self, windows: Numbers, cut: Callable[[int, Numbers], NDArray[np.float32]]) -> NDArray[np.float32]:
        """What `cut` gives of a member's windows by their numbers (n, ...), of all the windows in their order."""
        order = np.argsort(self.member[windows], kind="stable")
        counts = np.bincount(self.member[windows], minlength=self.members)
        runs = np.split(order, np.cumsum(counts)[:-1])
        pieces = [cut(member, self.number[windows[run]]) for member, run in enumerate(runs) if len(run)]
        found = np.empty((len(windows), *pieces[0].shape[1:]), np.float32)
        found[order] = np.concatenate(pieces)
        return found


@dataclass(frozen=True)
class Parts:
    """Windows of each part, by their number in the pool: members one after another, each oldest first."""

    train: Numbers
    validation: Numbers
    test: Numbers

    def of_size(self, pool: Pool, split: Split) -> "Parts":
        """The newest windows to train and validate, and test windows over again after the last where there are too few.

        Fewer than are asked for where there are fewer.
        """
        return Parts(
            pool.newest(self.train, split.train),
            pool.newest(self.validation, split.validation),
            np.resize(self.test, split.test),
        )


@dataclass(frozen=True)
class PanelParts:
    """The windows of a panel in the parts of every origin."""

    pool: Pool
    origins: tuple[Parts, ...]
    by_date: bool
    """Whether the parts begin at one date for all."""
    begins: tuple[int, int]
    """Where they do, the periods at which validation and test begin."""

    @property
    def lacking(self) -> dict[int, list[str]]:
        """What there is no window for, of every member that lacks one of a part: to train, to validate, to test."""
        first = self.origins[0]
        tested = np.concatenate([part.test for part in self.origins])
        found: dict[int, list[str]] = {}
        for word, windows in (("train", first.train), ("validate", first.validation), ("test", tested)):
            there = np.bincount(self.pool.member[windows], minlength=self.pool.members)
            for number in np.flatnonzero(there == 0).tolist():
                found.setdefault(number, []).append(word)
        return dict(sorted(found.items()))

    @property
    def overlapping(self) -> bool:
        """Whether networks train on periods of some members that are test periods of others."""
        pool, first = self.pool, self.origins[0]
        tested = np.concatenate([part.test for part in self.origins])
        return bool(len(tested) and pool.last[first.train].max(initial=-1) >= pool.first[tested].min())


def parts_by_date(pool: Pool, spec: WindowSpec) -> PanelParts:
    """Validation and test begin at the same period for all members, and no window is in a part whose periods reach into the next.

    Shares are of the windows of all members together, counts are of periods.
    """
    if not len(pool.first):
        nothing = Parts(*[np.empty(0, np.int64)] * 3)
        return PanelParts(pool, (nothing,), True, (0, 0))
    cuts = _cuts(pool, spec)
    span = cuts[0] - _begin(pool.first[pool.last < cuts[0]], spec.validation, "--validation")
    parts = tuple(pool.between(begin - span, begin, end) for begin, end in pairwise(cuts))
    return PanelParts(pool, parts, True, (cuts[0] - span, cuts[0]))


def parts_by_series(pool: Pool, spec: WindowSpec) -> PanelParts:
    """Every member's last windows are its test part, those before its validation part, as if it stood alone.

    Shares and counts are of the windows of each. A member with too few has no window of some part.
    """
    counts = np.bincount(pool.member, minlength=pool.members).tolist()
    more, pieces = spec.horizon - 1, []
    for offset, windows in zip(accumulate(counts, initial=0), counts, strict=False):
        split = parts_of(spec, max(windows - 2 * more, 0))
        if min(split.train, split.validation, split.test) < 1:
            # What there is can't be shared out.
            split = Split(0, 0, 0)
        pieces.append([_origin(offset, split, spec, number) for number in range(spec.origins)])
    parts = [Parts(*map(np.concatenate, zip(*of_origin, strict=True))) for of_origin in zip(*pieces, strict=True)]
    if spec.origins > 1 and any(not len(part.test) for part in parts):
        most = max(sum(len(origin[2]) for origin in own) for own in pieces)
        raise InputError(
            f"--origins {spec.origins}: no series has so many test windows, the most is {most}. Expected at most one origin a "
            "test window."
        )
    return PanelParts(pool, tuple(parts), False, (0, 0))


def _origin(offset: int, split: Split, spec: WindowSpec, number: int) -> tuple[Numbers, Numbers, Numbers]:
    """The windows of each part of a member for an origin: later ones forget the oldest where the training window rolls."""
    start, end = (k * split.test // spec.origins for k in (number, number + 1))
    validation = split.train + (spec.horizon - 1 if split.train else 0)
    test = validation + split.validation + (spec.horizon - 1 if split.validation else 0)
    begin = 0 if spec.training_window == "expanding" else start
    return (
        offset + np.arange(begin, start + split.train),
        offset + start + validation + np.arange(split.validation),
        offset + test + np.arange(start, end),
    )


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
