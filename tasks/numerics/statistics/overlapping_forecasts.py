"""The variance of a mean over forecasts that overlap: each is of H periods, of which its neighbour forecasts H - 1 too.

A fit at the neighbours' correlation, or blocks shorter than a few horizons, see this poorly. Equal-weighted cosines do not
depend on the shape of the dependence, only on how many there are: few enough to swing slowly against a horizon (Müller 2007,
Journal of Econometrics 141, 1331-1352; Lazarus, Lewis, Stock and Watson 2018, Journal of Business & Economic Statistics 36, 541-559, with their rule of 0.4 N^(2/3)
as another bound). Their number is also the degrees of freedom of Student's distribution, so that few horizons in the test
part make wide intervals.
"""

import numpy as np

from tasks.numerics.statistics.scored_points import Array

FEWEST_PERIODS = 8
"""Below it time dependence cannot be told, and nothing is said about new periods."""
FEWEST_HORIZONS = 3
"""In the test windows, below which nothing is said about new ones where they overlap."""


def fewest_windows(horizon: int) -> int:
    """Test windows from which on something is said about new ones."""
    return FEWEST_PERIODS if horizon == 1 else max(FEWEST_PERIODS, FEWEST_HORIZONS * horizon)


def counted(horizon: int) -> str:
    """What test forecasts are counted in: windows where they overlap."""
    return "test periods" if horizon == 1 else "test windows"


def cosines(windows: int, horizon: int, run: int = 0) -> Array:
    """Cosines (K, N) over N windows, each of mean 0 and sum of squares 1; the k-th swings k / 2 times.

    Of pieces of `run` windows, each about a mean of its own, none swings more slowly than half a time a piece: that is not left in them.
    """
    piece = run or windows
    number = max(1, min(int(0.4 * piece ** (2 / 3)), int(0.5 * piece / horizon)))
    pieces = windows / piece
    swings = np.arange(round(pieces), max(round(number * pieces), round(pieces)) + 1)
    time = np.arange(windows) + 0.5
    waves: Array = np.sqrt(2 / windows) * np.cos(np.pi / windows * swings[:, None] * time)
    return waves


def variance_of_mean(moved: Array, horizon: int, run: int = 0) -> tuple[Array, int]:
    """Variance (...) of the mean of courses (..., N), and the degrees of freedom of its estimate; in pieces of `run` where it is given."""
    waves = cosines(moved.shape[-1], horizon, run)
    variance: Array = ((moved @ waves.T) ** 2).mean(axis=-1) / moved.shape[-1]
    return variance, len(waves)
