"""A time series of one value a period, or several of them: a panel."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd

from tasks.numerics.covariates import Covariates


@dataclass(frozen=True)
class Series:
    """A validated series: values (N,) in their own unit, one a period, oldest first; or a panel of several.

    A panel's `values` are those of its members, one member after another, so that a row of a panel is a row of one member
    (`first_rows`); its index has two levels, `series` (the members' names) and the members' own index. Its frequency and
    season are those of all members; its unit is '' where theirs differ.
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
