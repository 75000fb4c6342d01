"""Where scored points stand: at which step of a forecast, made at which moment, of which series."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """P points, window by window: a window is one forecast of one series, `horizon` periods from its moment on.

    Axes: W windows, H steps of a window, P = W H points, M moments.
    """

    moments: NDArray[np.int64]
    """(W,) when each window's forecast is made, as a number from 0: windows of several series share a moment."""
    members: NDArray[np.int64]
    """(W,) which series each window is of, from 0."""
    horizon: int = 1

    @classmethod
    def of_one_series(cls, points: int, horizon: int = 1) -> "Points":
        """Of so many points of one series, whose windows follow each other period by period."""
        windows = points // horizon
        return cls(np.arange(windows), np.zeros(windows, np.int64), horizon)

    @property
    def number(self) -> int:
        """P."""
        return len(self.moments) * self.horizon

    def by_window(self, values: Array) -> Array:
        """Values of the points (..., P) as (..., W, H)."""
        return values.reshape(*values.shape[:-1], len(self.moments), self.horizon)

    def by_moment(self, values: Array) -> Array:
        """Values of the points (..., P), averaged at each moment over steps and series: (..., M), in the order of time.

        Where moments have windows of differently many series, each counts as much as its windows: the mean over M is that
        over P.
        """
        # A mean over one step would be the same numbers, copied.
        of_window: Array = self.by_window(values).mean(axis=-1) if self.horizon > 1 else values
        order = np.argsort(self.moments, kind="stable")
        starts = np.flatnonzero(np.diff(self.moments[order], prepend=-1))
        if len(starts) == len(order):
            return of_window if (order == np.arange(len(order))).all() else of_window[..., order]
        sums: Array = np.add.reduceat(of_window[..., order], starts, axis=-1)
        return sums * (len(starts) / len(order))

    def spread_within(self, values: Array) -> Array:
        """Standard deviation (...) of values (..., P) about the mean of their own series and step.

        It is 0 where every window of a series has the same forecast, whatever that says of its steps.
        """
        windows = self.by_window(values)
        moved = np.empty_like(windows)
        for member in np.unique(self.members):
            own = self.members == member
            part = windows[..., own, :]
            moved[..., own, :] = part - part.mean(axis=-2, keepdims=True)
        spread: Array = np.sqrt((moved**2).mean(axis=(-2, -1)))
        return spread


@dataclass(frozen=True)
class Draws:
    """How far the N periods of differences count alike, and belong together."""

    evenness: float = 1.0
    """How many periods that count alike would say as much, as a share of N (Kish 1965): degrees of freedom are those of so many."""
    run: int = 0
    """Periods of each piece where they are laid together from series tested at other times, each about its own mean; 0 for one piece."""
    independent: bool = False
    """Whether the N know nothing of one another: samples, or groups of them, that stand in no order."""
    called: str = ""
    """What the N are where they are no periods, such as `test samples`."""

    def too_short(self, horizon: int) -> bool:
        """Whether pieces are so short that their own means leave nothing to tell dependence from."""
        return 0 < self.run < max(SHORTEST_RUN, 2 * horizon)


SHORTEST_RUN = 4
WHOLE = Draws()
"""The periods of one series, or of several that are all tested at the same."""
