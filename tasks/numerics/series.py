"""A time series of one value a period."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Series:
    """A validated series: values (N,) in their own unit, one a period, oldest first."""

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

    @property
    def array(self) -> np.ndarray:
        """Values as float64 (N,)."""
        return self.values.to_numpy(np.float64)
