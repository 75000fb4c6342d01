"""What there is to choose from, and what each choice comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.numerics.statistics.odds import Choice, Expected, Odds
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import Verdict


@dataclass(frozen=True)
class Option:
    """What choosing the reference or a variant comes to: differences and losses are of the reference's score, or points where the metric is a share."""

    name: str
    difference: float
    """Expected, to the reference: below 0 it is better."""
    odds: Odds | None
    """Of a variant; None for the reference."""
    alone: Odds | None
    """The same from this series alone."""
    weight: float | None
    """Of this series' evidence against that of other series, from 0 to 1 (`odds_with_prior.own_weight`); None where none were asked."""
    best: float
    """Probability that it is the best of all."""
    regret: float
    """Expected loss against the best of all."""
    mistake: float
    """Probability that another one is better by more than the region."""
    cost: float
    """Expected loss where it is a mistake."""


@dataclass(frozen=True)
class Told:
    """How likely each of V differences is what."""

    odds: tuple[Odds, ...]
    alone: tuple[Odds, ...]
    """From this series alone."""
    weights: Array | None
    """(V,) of this series; None where no other ones were asked."""


def options(names: Sequence[str], known: Expected, told: Told, found: Choice, scale: float) -> tuple[Option, ...]:
    """Of the reference and every variant, losses as shares of the reference's score."""
    weights = [None] * len(told.odds) if told.weights is None else told.weights.tolist()
    columns = zip(
        names,
        [0.0, *known.mean],
        *([None, *each] for each in (told.odds, told.alone, weights)),
        found.best,
        found.regret / scale,
        found.mistake,
        found.cost / scale,
        strict=True,
    )
    return tuple(
        Option(name, float(mean) / scale, odds, alone, weight, *(float(one) for one in shares))
        for name, mean, odds, alone, weight, *shares in columns
    )


def with_unknown(told: Sequence[Option], verdicts: Sequence[Verdict], scale: float) -> tuple[Option, ...]:
    """The reference, then every variant, those too of which nothing can be said."""
    known = {one.name: one for one in told[1:]}
    return (told[0], *(known.get(one.variant) or unknown(one.variant, one.difference / scale) for one in verdicts))


def unknown(name: str, difference: float) -> Option:
    """A choice of which no more than its difference is known, if that."""
    return Option(name, difference, None, None, None, *(float("nan"),) * 4)
