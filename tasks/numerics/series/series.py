"""A time series of one value a period, or several of them: a panel."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd

from tasks.numerics.series.covariates import Covariates
from tasks.numerics.wording import few, grouped

NAMED = 20
"""Series of a panel, and their sources, that its description names."""


@dataclass(frozen=True)
class Series:
    """A validated series: values (N,) in their own unit, one a period, oldest first; or a panel of several.

    A panel's `values` are those of its members, one member after another, so that a row of a panel is a row of one member
    (`first_rows`); its index has two levels, `series` (the members' names) and `period` (their own index). Its frequency
    is that of all members, its season the most usual among them, its unit '' where theirs differ.
    """

    name: str
    values: pd.Series
    """float64, no missing value; index: a DatetimeIndex with its frequency set, or a RangeIndex for `--frequency index`."""
    frequency: str
    season_length: int
    """Periods a season, 1 where there is none."""
    unit: str
    description: str
    source: str
    digest: str
    """SHA-256 in hex of values and index."""
    dropped: tuple[str, ...]
    """Partial periods that were dropped, as labels for people, such as '2015-06-28 to 2015-07-04 (4 of 7 days)'."""
    warnings: tuple[str, ...]
    """What validation found that does not stop a comparison, one sentence each."""
    covariates: Covariates | None = None
    """What a forecast sees beside the values, row by row of `values`; None where there is nothing."""
    members: tuple["Series", ...] = ()
    """The series of a panel, each named by its id, with its own values, unit and warnings; none where there is one series."""
    left_out: tuple[str, ...] = ()
    """Series that were too short for a panel's parts and were left out, with their numbers of rows."""

    @classmethod
    def panel(cls, name: str, members: tuple["Series", ...]) -> "Series":
        """A panel of series (two or more) of one frequency, whose names differ."""
        units, sources = ({getattr(one, field) for one in members} for field in ("unit", "source"))
        names = [one.name for one in members]
        digest = hashlib.sha256("\0".join(part for one in members for part in (one.name, one.digest)).encode())
        return cls(
            name=name,
            values=pd.concat([one.values for one in members], keys=names, names=["series", "period"]),
            frequency=members[0].frequency,
            season_length=Counter(one.season_length for one in members).most_common(1)[0][0],
            unit=units.pop() if len(units) == 1 else "",
            description=f"{len(members):,} series: {few(names, NAMED)}",
            source=few(sorted(sources), NAMED, "; "),
            digest=digest.hexdigest(),
            dropped=tuple(f"{one.name}: {label}" for one in members for label in one.dropped),
            warnings=grouped((one.name, warning) for one in members for warning in one.warnings),
            members=members,
        )

    @property
    def lone(self) -> tuple["Series", ...]:
        """The members of a panel, or the one series itself."""
        return self.members or (self,)

    @property
    def first_rows(self) -> tuple[int, ...]:
        """Row of `values` at which each of `lone` begins."""
        ends = accumulate((len(one.values) for one in self.lone), initial=0)
        return tuple(ends)[:-1]

    @property
    def array(self) -> np.ndarray:
        """Values as float64 (N,)."""
        return self.values.to_numpy(np.float64)
