"""Tables of words of the Atlas, for page and terminal."""

import numpy as np

from tasks.numerics.atlas.distributions import VariantEffects, by_column
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.atlas.words import change, percent
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.wording import joined

EFFECTS = (
    "variant",
    "series",
    "RMSE, mean",
    "95 %",
    "by precision",
    "95 %, by precision",
    "spread",
    "next series, 95 %",
    "median",
    "nine in ten series",
    "helps",
    "same",
    "hurts",
    "undecided",
    "diverged",
    "dead units",
)
RANKS = ("variant", "mean rank", "less stock's", "p (Holm)")
SHORT = ("variant", "series", "RMSE, mean", "nine in ten series", "helps", "same", "hurts")
"""Of `EFFECTS`, what a terminal has room for."""
Cells = tuple[str, ...]


def effect_table(found: tuple[VariantEffects, ...]) -> list[Cells]:
    """A row a variant: columns `EFFECTS`."""
    rows = []
    for one in found:
        pooled, shares = one.pooled, one.shares
        rows.append(
            (
                one.variant,
                str(one.number),
                change(one.plain[0]),
                f"{change(one.plain[1])} to {change(one.plain[2])}",
                change(pooled.mean),
                f"{change(pooled.low)} to {change(pooled.high)}",
                change(pooled.tau).lstrip("+"),
                f"{change(pooled.predicted_low)} to {change(pooled.predicted_high)}",
                change(one.median),
                f"{change(one.middle[0])} to {change(one.middle[1])}",
                *(percent(shares[word]) for word in ("helps", "same", "hurts", "undecided")),
                percent(one.diverged),
                percent(one.dead_units),
            )
        )
    return rows


def short_table(found: tuple[VariantEffects, ...]) -> list[Cells]:
    """The same with the columns `SHORT`."""
    places = [EFFECTS.index(name) for name in SHORT]
    return [tuple(row[place] for place in places) for row in effect_table(found)]


def group_table(atlas: Atlas, found: tuple[VariantEffects, ...], column: str) -> tuple[Cells, list[Cells]]:
    """Columns, and a row a variant: mean effect and share of series hurt, by a column of the series' table, such as `frequency`."""
    parts = {one.variant: by_column(atlas, one, column) for one in found}
    names = list(dict.fromkeys(name for own in parts.values() for name in own))
    numbers = {name: max(own[name].number for own in parts.values() if name in own) for name in names}
    columns = ("variant", *(f"{name} ({numbers[name]})" for name in names))
    rows = [
        (
            variant,
            *(
                f"{change(own[name].plain[0])}, hurts {percent(own[name].shares['hurts'])}" if name in own else "-"
                for name in names
            ),
        )
        for variant, own in parts.items()
    ]
    return columns, rows


def rank_table(found: Ranks) -> list[Cells]:
    """A row a variant, best first: columns `RANKS`."""
    tests = {one.variant: one for one in found.tests}
    rows = sorted(zip(found.mean, found.variants, strict=True))
    return [
        (
            name,
            f"{mean:.2f}",
            *((f"{tests[name].difference:+.2f}", f"{tests[name].p_adjusted:.2g}") if name in tests else ("", "")),
        )
        for mean, name in rows
    ]


def rank_sentence(found: Ranks) -> str:
    """The critical difference, which variants are beyond it, and the test of them all."""
    reference = next(name for name in found.variants if name not in {one.variant for one in found.tests})
    own = found.mean[found.variants.index(reference)]
    several = f"of {len(found.tests)} variants, Friedman's p of no difference between any of them {found.p:.2g}"
    if not np.isfinite(found.critical):
        return f"{len(found.by_series)} series are too few for any difference in mean ranks to be beyond chance ({several})."
    beyond = {
        side: [one.variant for one in found.tests if sign * one.difference >= found.critical]
        for side, sign in (("better", -1), ("worse", 1))
    }
    told = [
        f"{joined(names)} {'rank' if len(names) > 1 else 'ranks'} {side}" for side, names in beyond.items() if names
    ]
    return (
        f"Critical difference: mean ranks that are {found.critical:.2f} or more from {reference}'s {own:.2f} differ beyond chance (0.05, Bonferroni over all variants; "
        f"{several}). {joined(told) if told else 'None does'}."
    )
