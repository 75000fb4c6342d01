"""Test parts in which nothing moves: a stuck sensor, a shop that closed. There, repeating the last value is perfect."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.series.periods import moment
from tasks.numerics.series.series import Series
from tasks.numerics.wording import few

STUCK: Final = 0.5
"""Share of a test part at its end from which on a value that stays the same is told of."""


def still_parts(series: Series, first_rows: NDArray[np.int64]) -> tuple[str, ...]:
    """A sentence where nothing moves in the test part, or at its end, of a series, or of some of a panel; none otherwise.

    `first_rows` are the rows of the series' values at which windows of any test part begin to be scored.
    """
    found = []
    ends = [*series.first_rows, len(series.array)]
    for one, (begin, end) in zip(series.lone, pairwise(ends), strict=True):
        own = first_rows[(first_rows >= begin) & (first_rows < end)]
        if len(own):
            start = int(own.min()) - begin
            values = one.array[start:]
            moved = np.flatnonzero(values != values[-1])
            still = len(values) - (int(moved[-1]) + 1 if len(moved) else 0)
            if still >= max(2, STUCK * len(values)):
                since = moment(one.values.index[len(one.array) - still])
                named = f"{one.name}: " if series.members else ""
                found.append(f"{named}{values[-1]:g} in the last {still} of {len(values)} periods, from {since} on")
    if not found:
        return ()
    return (
        f"Nothing moves in the test part ({few(found, 3)}): there, the last value is a perfect forecast, and differences between "
        "variants say nothing of a series that moves. Cut the series before, or pass another --test.",
    )
