"""A champion's history in tables, sentences and figures: for terminal and page alike."""

import numpy as np
import pandas as pd

from tasks.numerics.champions.history import Compared, History, last_of
from tasks.numerics.champions.kept import LEVELS, moment_of
from tasks.numerics.champions.pages import Page, Table, number
from tasks.numerics.champions.past_forecasts import Outcome
from tasks.numerics.problems.drawings import Drawings, Line, Lines
from tasks.numerics.series.periods import moment
from tasks.numerics.wording import NOTHING, cut


def history_page(found: History, cautions: tuple[str, ...]) -> Page:
    """How verdict, odds, champion and forecast errors moved over time."""
    return Page(
        title=f"{found.name}: history",
        question=f"How did the champion {found.name} do?",
        answer=sentences(found),
        tables=(compared_table(found), forecast_table(found)),
        drawings=drawings(found),
        legend=(("dash", "champion's forecasts"), ("dot", "naive forecasts")) if drawings(found) else (),
        cautions=(*cautions, *found.left_out),
    )


def sentences(found: History) -> tuple[str, ...]:
    """Which version forecasts, how often it moved, and how good the forecasts were."""
    moved = [one for one in found.compared if one.promoted_at]
    refused = len(found.compared) - len(moved)
    now = f"Version {found.champion} forecasts" if found.champion else "There is no champion"
    first = (
        f"{now}. Of {len(found.compared)} comparison{'s' * (len(found.compared) != 1)} {len(moved)} moved the champion, and {refused} "
        f"{'was' if refused == 1 else 'were'} refused."
    )
    overall = found.overall
    if not found.forecasts:
        return (first, f"Nothing was forecast yet: interlayer forecast {found.name}.")
    if not overall.came:
        made = len(found.forecasts)
        return (first, f"{made} forecast{'s were' if made != 1 else ' was'} made; no period of theirs has come yet.")
    better = "better than" if overall.error < overall.naive else "no better than"
    return (
        first,
        f"Of {overall.wanted} forecast values {overall.came} have come: {found.label} {number(overall.error)}, {better} the naive forecast's "
        f"{number(overall.naive)}.",
        held_in_words(overall),
    )


def held_in_words(overall: Outcome) -> str:
    """How often intervals held what came."""
    told = [
        f"those of {level} % held {overall.held[level]} of {overall.told[level]} ({100 * overall.held[level] / overall.told[level]:.0f} %)"
        for level in LEVELS
        if overall.told[level]
    ]
    return f"Intervals: {' and '.join(told)}." if told else "There were no intervals."


def compared_table(found: History) -> Table:
    """A row a comparison."""
    rows = [
        (
            str(one.version),
            one.compared_at[:10],
            period_text(found, one.last),
            one.decision,
            one.verdict,
            one.odds or NOTHING,
            f"{one.score:.4g} / {one.naive:.4g}",
            one.outcome,
        )
        for one in found.compared
    ]
    columns = ("no.", "compared", "rows to", "choice", "verdict", "odds, %", f"{found.label} / naive", "outcome")
    why = [f"Version {one.version} was refused: {cut(one.refused, 400)}." for one in found.compared if is_refused(one)]
    return Table("comparisons", "Comparisons", columns, rows, "\n".join(why[-5:]), newest_last=True)


def is_refused(one: Compared) -> bool:
    """Whether it was never the champion, and why is known."""
    return bool(one.refused) and not one.promoted_at


def forecast_table(found: History) -> Table:
    """A row a forecast."""
    rows = []
    for one in found.forecasts:
        outcome = one.outcome
        held = [f"{outcome.held[level]}/{outcome.told[level]}" if outcome.told[level] else NOTHING for level in LEVELS]
        rows.append(
            (
                period_text(found, one.made.last),
                one.made.made[:10],
                str(one.made.version),
                one.made.decision,
                f"{outcome.came}/{outcome.wanted}",
                number(outcome.error),
                number(outcome.naive),
                *held,
            )
        )
    columns = (
        "rows to",
        "made",
        "version",
        "variant",
        "came",
        found.label,
        "naive",
        *(f"in {level} %" for level in LEVELS),
    )
    note = (
        "came: how many of its values are known by now; naive: the error of the naive forecast on the same periods."
        if rows
        else ""
    )
    return Table("forecasts", "Forecasts against what came", columns, rows, note, newest_last=True)


def period_text(found: History, text: str) -> str:
    """A period for people."""
    return moment(moment_of(text, found.kind.get("frequency") != "index")) if text else NOTHING


def drawings(found: History) -> Drawings:
    """Errors of the forecasts over time, beside those of the naive one."""
    known = [one for one in found.forecasts if one.outcome.came]
    if len(known) < 2:
        return {}
    x = [last_of(one.made) for one in known]
    moved = [one for one in found.compared if one.promoted_at and one.replaced]
    marks = [
        place.isoformat()
        if isinstance(place := moment_of(one.last, found.kind.get("frequency") != "index"), pd.Timestamp)
        else place
        for one in moved
    ]
    return {
        "errors": Lines(
            "Error of each forecast, by the last row that it knew; dotted: another champion",
            [
                Line(x, np.array([one.outcome.error for one in known]), "champion", "own"),
                Line(x, np.array([one.outcome.naive for one in known]), "naive", "reference"),
            ],
            y_title=found.label,
            marks=marks,
            height=320,
        )
    }
