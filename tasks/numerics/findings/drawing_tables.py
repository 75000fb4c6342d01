"""The numbers behind a figure as a table, for those who read no figures."""

import html
from typing import Any

import numpy as np
import pandas as pd

from tasks.numerics.problems.drawings import Confusion, Distributions, Drawing, Grid, Intervals, Lines, Missing, Ranks
from tasks.numerics.problems.sections import Rows, Table
from tasks.numerics.series.periods import moment
from tasks.numerics.wording import NOTHING

MOST_ROWS = 60
"""Of a longer line every so many points are told."""


def table_of(name: str, drawing: Drawing) -> Table:
    """A table whose caption is the figure's title."""
    columns, rows = {
        Lines: of_lines,
        Intervals: of_intervals,
        Ranks: of_ranks,
        Distributions: of_distributions,
        Grid: of_grid,
        Confusion: of_confusion,
        Missing: of_missing,
    }[type(drawing)](drawing)  # type: ignore[operator]  # each takes its own kind
    return Table(f"numbers-{name}", columns, (rows,), caption=plain(drawing.title))


def of_missing(drawing: Missing) -> tuple[tuple[str, ...], Rows]:
    """Why there is none."""
    return ("not drawn",), [(drawing.reason,)]


def of_lines(drawing: Lines) -> tuple[tuple[str, ...], Rows]:
    """A row a place on the horizontal axis, a column a line or an end of a band."""
    series = {line.name: (line.x, line.y) for line in drawing.lines}
    for band in drawing.bands:
        series |= {f"{band.name}, 5 %": (band.x, band.low), f"{band.name}, 95 %": (band.x, band.high)}
    table = pd.DataFrame({name: pd.Series(np.asarray(y), index=pd.Index(x)) for name, (x, y) in series.items()})
    kept = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST_ROWS)).round().astype(int))
    rows: Rows = [
        (said(place), *(number(value) for value in row))
        for place, row in zip(table.index[kept], table.to_numpy()[kept], strict=True)
    ]
    return (drawing.x_title or "period", *series), rows


def of_intervals(drawing: Intervals) -> tuple[tuple[str, ...], Rows]:
    """A row's value, its interval and what counts as equal."""
    rows: Rows = [
        (plain(name), number(centre), number(centre - reach), number(centre + reach), f"±{number(region)}")
        for name, centre, reach, region in zip(drawing.rows, drawing.centre, drawing.reach, drawing.region, strict=True)
    ]
    return ("", "difference", "low", "high", "counts as equal"), rows


def of_ranks(drawing: Ranks) -> tuple[tuple[str, ...], Rows]:
    """A variant's mean rank."""
    return ("variant", "mean rank"), [
        (name, number(mean)) for name, mean in zip(drawing.rows, drawing.means, strict=True)
    ]


def of_distributions(drawing: Distributions) -> tuple[tuple[str, ...], Rows]:
    """Quartiles and ends of a variant's seeds, a baseline's single value."""
    rows: Rows = []
    for name, values in zip(drawing.scores["variant"].to_numpy(), drawing.scores.to_numpy(), strict=True):
        finite = values[np.isfinite(values)]
        ends = np.quantile(finite, [0.05, 0.25, 0.5, 0.75, 0.95]) if len(finite) else np.full(5, np.nan)
        rows.append((str(name), *map(number, ends), str(len(finite))))
    for name, value in zip(drawing.baselines["baseline"].to_numpy(), drawing.baselines.to_numpy(), strict=True):
        rows.append((str(name), NOTHING, NOTHING, number(float(value)), NOTHING, NOTHING, ""))
    return ("", "5 %", "25 %", "median", "75 %", "95 %", "seeds"), rows


def of_grid(drawing: Grid) -> tuple[tuple[str, ...], Rows]:
    """Median losses by learning rate, the chosen ones marked."""
    rows: Rows = [
        (name, *(f"{number(value)}{' chosen' if best else ''}" for value, best in zip(own[1], chosen, strict=True)))
        for name, own, chosen in zip(drawing.rows, drawing.losses, drawing.chosen, strict=True)
    ]
    return ("variant", *(f"{rate:.3g}" for rate in drawing.rates)), rows


def of_confusion(drawing: Confusion) -> tuple[tuple[str, ...], Rows]:
    """A row a true class: its samples, and the shares that are taken for which."""
    rows: Rows = [
        (plain(name), str(count), *map(number, shares))
        for name, count, shares in zip(drawing.classes, drawing.counts, drawing.shares, strict=True)
    ]
    return ("true class", "tested", *map(plain, drawing.classes)), rows


def number(value: Any) -> str:
    """In four digits."""
    return f"{float(value):z.4g}" if np.isfinite(value) else NOTHING


def said(place: object) -> str:
    """A place on the horizontal axis."""
    return moment(place) if isinstance(place, pd.Timestamp) else str(place)


def plain(text: str) -> str:
    """Without the marks of figures."""
    for mark in ("<b>", "</b>"):
        text = text.replace(mark, "")
    return html.unescape(" ".join(text.replace("<br>", " ").split()))
