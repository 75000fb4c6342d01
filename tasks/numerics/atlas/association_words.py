"""What goes with the effect of a variant, in sentences and tables."""

import numpy as np

from tasks.numerics.atlas.associations import (
    FEWEST_SERIES,
    SERIES_A_COEFFICIENT,
    WORDS,
    Association,
    Associations,
    Prediction,
)
from tasks.numerics.atlas.words import change
from tasks.numerics.wording import NOTHING, few, joined

ASSOCIATIONS = (
    "variant",
    "characteristic",
    "number",
    "RMSE, a deviation more",
    "95 %",
    "p (Holm)",
    "every series alike",
    "others equal",
    "95 %, others equal",
)
PREDICTIONS = ("variant", "series", "error saved", "95 %", "p (Holm)")
TOLD = 5
"""Associations that are spoken of."""
Cells = tuple[str, ...]


def association_sentences(found: Associations) -> tuple[str, ...]:
    """What goes with harm, and whether that is of use."""
    if not found.rows:
        return (f"What goes with harm is not asked of {found.series} series: {FEWEST_SERIES} are the least.",)
    return (what_goes_with(found), of_what_use(found))


def what_goes_with(found: Associations) -> str:
    """The surest associations, each with how much."""
    pairs = f"{len(found.rows)} pairs of variant and characteristic"
    if not found.shown:
        return f"Of {pairs} none goes together beyond chance."
    told = [
        f"{one.variant}, {WORDS[one.characteristic].partition(' (')[0]} ({change(one.slope)})"
        for one in found.shown[:TOLD]
    ]
    return (
        f"Of {pairs} {len(found.shown)} go together beyond chance. RMSE relative to stock's is, for one standard deviation more of the "
        f"characteristic: {'; '.join(told)}{'; others below' if len(found.shown) > TOLD else ''}."
    )


def of_what_use(found: Associations) -> str:
    """Whether characteristics tell the effect on a series that was left out."""
    if not found.predictions:
        return (
            f"Whether they tell the effect on a further series is not asked: with {len(found.characteristics)} characteristics together that takes "
            f"{SERIES_A_COEFFICIENT} series for each."
        )
    better = [one for one in found.predictions if one.better]
    if not better:
        return (
            f"All {found.together} together tell the effect on a series that was left out no better than the plain mean, for none of "
            f"{len(found.predictions)} variants: go by the means, not by what a series is like."
        )
    told = joined([f"{one.variant} ({saved(one)})" for one in better])
    return (
        f"All {found.together} together tell the effect on a series that was left out better than the plain mean for {len(better)} of "
        f"{len(found.predictions)} variants, in squared error: {told}."
    )


def saved(one: Prediction) -> str:
    """The squared error that is saved, such as 12 % less."""
    return f"{100 * one.saved:.0f} % less"


def unsaid(found: Associations) -> tuple[str, ...]:
    """What can't be told from these series."""
    left = (
        f" Left out, as they hardly vary or are not known: {few([WORDS[name] for name in found.left_out])}."
        if found.left_out
        else ""
    )
    return (
        "What goes with an effect need not cause it. Sources differ in frequency and length, so what is said of these may be due to the source."
        + left,
    )


def association_table(rows: tuple[Association, ...]) -> list[Cells]:
    """A row a variant and characteristic: columns `ASSOCIATIONS`."""
    return [
        (
            one.variant,
            WORDS[one.characteristic],
            str(one.number),
            change(one.slope),
            f"{change(one.low)} to {change(one.high)}",
            f"{one.p_adjusted:.2g}",
            change(one.alike),
            *(
                (change(one.together), f"{change(one.together_low)} to {change(one.together_high)}")
                if np.isfinite(one.together)
                else (NOTHING,) * 2
            ),
        )
        for one in rows
    ]


def prediction_table(found: Associations) -> list[Cells]:
    """A row a variant: columns `PREDICTIONS`."""
    return [
        (
            one.variant,
            str(one.number),
            f"{100 * one.saved:+.0f} %",
            f"{100 * one.low:+.0f} % to {100 * one.high:+.0f} %",
            f"{one.p_adjusted:.2g}",
        )
        for one in found.predictions
    ]
