"""A comparison of classifiers in sentences, beside those that every problem has."""

from typing import Any

import numpy as np

from tasks.numerics.problems.classification.results import ClassResult
from tasks.numerics.problems.overview import Overview, p_value
from tasks.numerics.statistics.overlapping_forecasts import FEWEST_PERIODS
from tasks.numerics.statistics.verdicts import ERROR
from tasks.numerics.wording import few, joined

Found = Overview[ClassResult]
FEWEST_SEEDS = 30
FEWEST_OF_A_CLASS = 5
"""Fewer test samples of a class say little of it."""
NOTES = (
    "Probabilities are held away from 0 by 1e-7 in the log loss, as Keras does: a baseline that is wholly sure pays 16.1 for each error.",
)


def question(result: ClassResult, layer: str) -> str:
    """What was asked."""
    return f"Does an activation function in or between {layer} layers help to tell the classes of {result.series.name}?"


def introduction(overview: Found) -> str:
    """What was compared."""
    result = overview.result
    way = "No group of samples stands in two parts. " if result.windows.grouped else ""
    return (
        f"{len(overview.leading)} variants of one network, each trained from {overview.seeds} random start{'s' * (overview.seeds > 1)} "
        f"(seeds) on {result.loss}. Each reads a whole window and gives a probability of each of {len(result.windows.classes)} classes; "
        f"all else is equal, seed by seed. {way}The test samples were in no training or validation part."
    )


def conclusions(result: ClassResult) -> tuple[str, ...]:
    """What the votes of all seeds together say."""
    rows: list[dict[Any, Any]] = result.votes.to_dict("records")
    reference = result.comparison.reference
    told = next(percent(row["accuracy"]) for row in rows if row["variant"] == reference)
    said = [
        f"{row['variant']} {percent(row['accuracy'])} (McNemar, p {p_value(row['p_adjusted'])})"
        for row in rows
        if row["p_adjusted"] < ERROR
    ]
    if not said:
        return (
            f"Votes of all seeds together: no variant tells clearly more or fewer samples than {reference} "
            f"({told}; McNemar, Holm's adjustment).",
        )
    return (f"Votes of all seeds together: {reference} tells {told} of the samples; clearly otherwise {joined(said)}.",)


def percent(value: float) -> str:
    """A share in percent."""
    return f"{100 * value:.1f} %"


def cautions(overview: Found) -> tuple[str, ...]:
    """Classes that are hardly tested, few samples or groups, few seeds, dependent samples."""
    result, found = overview.result, []
    counts = np.bincount(result.labels, minlength=len(result.windows.classes))
    rare = [
        f"{name} ({count})"
        for name, count in zip(result.windows.classes, counts, strict=True)
        if count < FEWEST_OF_A_CLASS
    ]
    if rare:
        found.append(f"Few test samples of {few(rare)}: what is said of these classes stands on little.")
    groups = len(np.unique(result.windows.groups[result.windows.tested]))
    if result.windows.grouped and groups < 2 * FEWEST_PERIODS:
        found.append(f"The test part holds {groups} groups: intervals know little of other ones.")
    if result.windows.grouped:
        found.append(
            "McNemar's test takes samples as independent, though those of a group are not: the verdicts count groups."
        )
    if overview.seeds < FEWEST_SEEDS:
        found.append(f"{overview.seeds} seeds are few: a verdict takes {FEWEST_SEEDS} or more.")
    return tuple(found)
