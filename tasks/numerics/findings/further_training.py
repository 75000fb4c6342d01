"""What further training would buy: by how much it would narrow the interval of what is chosen, and what it would take."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tasks.numerics.findings.decision import decision
from tasks.numerics.findings.decision_words import tested
from tasks.numerics.networks.costs import duration
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.power import narrowed, narrowed_at_most

Found = Overview[Any]
MENDED_BY = {
    "forecast": "--test and --origins, or a longer series",
    "autoencoder": "--test, or a longer series",
    "classification": "--test, or more of them",
}
"""What gives a problem more to test on."""


@dataclass(frozen=True)
class FurtherTraining:
    """What as many seeds again would do to the interval over new seeds and new periods, in the metric that comes first."""

    variant: str
    """The one that is chosen, or the best of the others where that is the reference."""
    seeds: int
    """As many again as there are."""
    seconds: float | None
    """Of training them, without compiling, measured on those that there are; None where that is not known."""
    narrower: float | None
    """By which share the interval would be; None where there is none."""
    at_most: float | None
    """The same with however many seeds."""
    periods: float | None
    """The same with as many test periods again, and no further seed."""


def further_training(overview: Found) -> FurtherTraining | None:
    """What further training would buy; None where nothing is chosen between, or one pair of seeds says nothing of others."""
    chosen = decision(overview)
    named = chosen.choice if chosen.choice != chosen.reference.name else chosen.rival.name if chosen.rival else ""
    if not named:
        return None
    parts = overview.verdicts[named, chosen.metric].found.components
    S, N, level = parts.number_of_seeds, parts.number_of_periods, 1 - overview.result.look.interval_error
    own = overview.result.tuning.attrs.get("seconds_a_seed")
    seconds = None if own is None else S * float(own)
    if not parts.enough or not float(parts.total) > 0:
        return FurtherTraining(named, S, seconds, None, None, None)
    shares = (narrowed(parts, 2 * S, N, level), narrowed_at_most(parts, level), narrowed(parts, S, 2 * N, level))
    return FurtherTraining(named, S, seconds, *shares)


def further_training_in_words(overview: Found) -> str:
    """One sentence: what further training would buy, or what is missing instead; empty where nothing is known of it."""
    found = further_training(overview)
    if found is None:
        return ""
    missing = f"what is missing is {tested(overview)} ({MENDED_BY[overview.result.head]})"
    if found.narrower is None or found.at_most is None or found.periods is None:
        enough = overview.verdicts[found.variant, decision(overview).metric].found.enough
        return "" if enough else f"More seeds would give no interval over new {overview.result.tested}: {missing}."
    if found.narrower < found.periods:
        return (
            f"More seeds would narrow the interval of {found.variant} by {percent(found.at_most)} at most: {missing}."
        )
    seeds = f"{found.seeds} more seed{'s' * (found.seeds > 1)}"
    spent = seeds[0].upper() + seeds[1:]
    if found.seconds is not None and np.isfinite(found.seconds):
        spent = f"Another {duration(max(found.seconds, 1))} of training ({seeds})"
    return f"{spent} would narrow the interval of {found.variant} by {percent(found.narrower)}."


def further_training_summary(overview: Found) -> dict[str, Any] | None:
    """What summary.json holds of it."""
    found = further_training(overview)
    return None if found is None else asdict(found) | {"sentence": further_training_in_words(overview)}


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100 * share:.0f} %" if share >= 0.005 else "less than 1 %"
