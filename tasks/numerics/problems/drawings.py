"""Figures as data: what is drawn, in which range and with which words; how it looks is for whoever draws it.

Axes: n points of a line, K rows of intervals or scores, S seeds.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

Look = Literal["actual", "own", "reference", "training", "other"]
"""What a line stands for: each has one look in every figure."""
Shade = Literal["own", "training"]


@dataclass(frozen=True)
class Line:
    """A line through points (n,)."""

    x: Any
    y: Any
    name: str
    look: Look


@dataclass(frozen=True)
class Band:
    """What lies between two lines (n,): many seeds, of which 5 % are below and 5 % above, unless the ends are called otherwise."""

    x: Any
    low: Any
    high: Any
    name: str
    shade: Shade = "own"
    ends: tuple[str, str] = ("5 %", "95 %")
    """What the lower and the upper line are called."""


@dataclass(frozen=True)
class Part:
    """A stretch of the horizontal axis that has a name."""

    name: str
    start: Any
    end: Any
    shade: int
    """From 0, the lightest."""


@dataclass(frozen=True)
class Lines:
    """Lines over a common axis, with bands behind them."""

    title: str
    lines: Sequence[Line]
    bands: Sequence[Band] = ()
    x_title: str = ""
    y_title: str = ""
    y_range: list[float] | None = None
    """In powers of ten where the axis is logarithmic."""
    logarithmic: bool = False
    parts: Sequence[Part] = ()
    marks: Sequence[Any] = ()
    """Places on the horizontal axis at which something begins."""
    x_ticks: Sequence[Any] = ()
    height: int = 280
    legend: bool = False
    """Whether the figure has a legend of its own."""


@dataclass(frozen=True)
class Intervals:
    """Values with intervals, a row each."""

    title: str
    rows: Sequence[str]
    centre: np.ndarray
    """(K,)."""
    reach: np.ndarray
    """Half the width of each interval (K,)."""
    x_title: str
    region: np.ndarray
    """Half the width of what counts as equal to 0 (K,); NaN where nothing does."""
    total: bool = False
    """Whether the last row is over all others."""


@dataclass(frozen=True)
class Ranks:
    """Ranks of K variants within many series, best mean first."""

    title: str
    rows: Sequence[str]
    ranks: np.ndarray
    """(series, K)."""
    means: np.ndarray
    """(K,)."""
    reference: float
    critical: float
    """Least difference to the reference's mean rank that is beyond chance; NaN where there is none."""


@dataclass(frozen=True)
class Distributions:
    """Scores of seeds, a row a variant, and single values of baselines below."""

    title: str
    scores: xr.DataArray
    """(variant, seed)."""
    baselines: xr.DataArray
    """(baseline,)."""
    x_title: str
    ideal: float | None
    """The best value there is; None where there is none."""
    level: float
    """What to hold the rows against where there is no ideal: the reference's mean."""
    percent: bool = False


@dataclass(frozen=True)
class Grid:
    """Validation losses of several variants against learning rates: medians with quartiles over seeds."""

    title: str
    rates: np.ndarray
    """(candidates,)."""
    rows: Sequence[str]
    losses: np.ndarray
    """Quartiles (variant, 3, candidates)."""
    chosen: Sequence[np.ndarray]
    """Of each variant, whether a candidate was chosen (candidates,) bool."""
    y_title: str


@dataclass(frozen=True)
class Confusion:
    """Shares of each class that are taken for which."""

    title: str
    classes: Sequence[str]
    shares: np.ndarray
    """(K, K): a row a true class, whose shares sum to 1; NaN of a class that is not there."""
    counts: np.ndarray
    """Samples of each true class (K,)."""


@dataclass(frozen=True)
class Missing:
    """A figure that could not be drawn."""

    title: str
    reason: str


Drawing = Lines | Intervals | Ranks | Distributions | Grid | Confusion | Missing
Drawings = dict[str, Drawing]
"""Under their names; what stands before the first slash is the group."""


def literal(text: str) -> str:
    """A text as figures show it as it stands: without it, they take tags, entities and formulas in it for their own."""
    return html.escape(text, quote=False).replace("$", "&#36;")
