"""What to choose now: the odds of every variant, what is expected to be gained, and what is lost if the choice is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from tasks.numerics.findings.options import Option, Told, options, unknown, with_unknown
from tasks.numerics.problems.overview import Overview, computed_once
from tasks.numerics.statistics.effect_distribution import EffectPrior
from tasks.numerics.statistics.odds import (
    Expected,
    Odds,
    Rule,
    change,
    choices,
    chosen,
    draws,
    expected,
    odds,
    says_something,
)
from tasks.numerics.statistics.odds_with_prior import updated
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import Verdict

Found = Overview[Any]
DIVERGED = 0.05
"""Share of seeds that may diverge in a variant that is chosen, where the reference's do no more often."""
LIKELY = 0.1
"""Further evidence is worth naming where the choice would change with this probability."""
TIMES = (1.5, 2.0, 3.0, 5.0, 10.0, 20.0)
"""As much evidence as there is, so many times; nobody goes beyond."""

POINTS = (
    "mda",
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "auroc",
    "average_precision",
    "explained_variance",
    "calibration_error",
)
"""Metrics that are shares themselves: differences are in points of a hundred."""
PLAIN = ("alpha", "slope")
"""Metrics whose differences are numbers of their own."""


@dataclass(frozen=True)
class Evidence:
    """The smallest further evidence that would change the choice with the probability `LIKELY`; 0: none of this kind would."""

    seeds: int
    periods: int


@dataclass(frozen=True)
class Decision:
    """What to choose in one metric, and what it rests on."""

    metric: str
    choice: str
    options: tuple[Option, ...]
    """The reference, then every variant."""
    proven: bool
    """Whether the verdicts say the same: the chosen variant helps, or all others hurt or do the same."""
    assumed: bool
    """Whether the test periods are too few to tell how periods differ, and a wide assumption stands in."""
    region: float
    """Of practical equivalence, in the unit of the options' differences."""
    evidence: Evidence | None
    """None where there are no odds."""
    prior: str = ""
    """Which other series were asked too, in words; empty where none were."""

    @property
    def chosen(self) -> Option:
        """The option that is chosen."""
        return next(one for one in self.options if one.name == self.choice)

    @property
    def reference(self) -> Option:
        """The option that the others are held against."""
        return self.options[0]

    @property
    def rival(self) -> Option | None:
        """The variant of the least expected difference, whether chosen or not; None where there are no odds."""
        known = [one for one in self.options[1:] if one.odds]
        return min(known, key=lambda one: one.difference) if known else None


def odds_in(overview: Found, metric: str) -> dict[str, Odds]:
    """Of every variant of which there are any in a judged metric."""
    verdicts = telling([one for one in overview.result.verdicts if one.metric == metric])
    known = known_of(overview, metric, verdicts)
    return (
        {}
        if known is None
        else dict(zip((one.variant for one in verdicts), odds(known, verdicts[0].region), strict=True))
    )


def telling(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those of variants of which something can be said: not all seeds diverged, and nothing is beyond double precision."""
    return [one for one in verdicts if np.isfinite(one.region) and says_something(one.found)]


def known_of(overview: Found, metric: str, verdicts: list[Verdict]) -> Expected | None:
    """What is known of the differences in a metric; None where there are no odds."""
    return expected([one.found for one in verdicts], scale_of(overview, metric))


@computed_once
def decision(overview: Found) -> Decision:
    """What to choose, by the metric that comes first."""
    metric = overview.result.metric
    verdicts = telling(overview.primary)
    known = known_of(overview, metric, verdicts)
    reference, scale = overview.result.comparison.reference, scale_of(overview, metric)
    if known is None:
        return without_odds(overview, metric)
    region = verdicts[0].region
    allowed = np.array([may_be_chosen(overview, one.variant) for one in verdicts])
    rule, drawn = partial(chosen, region=region, allowed=allowed), draws(known)
    alone, prior = odds(known, region), prior_of(overview)
    chances, weights = alone, None
    if prior:
        asked = updated(known, drawn, [prior.effects.get(one.variant) for one in verdicts], scale, region)
        known, drawn, chances = replace(known, mean=asked.mean), asked.drawn, asked.odds
        weights = asked.weights
    place = int(rule(known.mean))
    names = [reference, *(one.variant for one in verdicts)]
    told = options(names, known, Told(chances, alone, weights), choices(drawn, region), scale)
    return Decision(
        metric=metric,
        choice=names[place],
        options=with_unknown(told, overview.primary, scale),
        proven=is_proven(names[place], reference, list(overview.primary)),
        assumed=known.assumed,
        region=region / scale,
        evidence=further(known, drawn, rule),
        prior=prior.words if prior else "",
    )


def prior_of(overview: Found) -> EffectPrior | None:
    """What other series say of the variants in the metric that comes first; None where they say nothing of that metric."""
    return overview.result.prior if overview.result.metric in ("rmse", "rmsse") else None


def without_odds(overview: Found, metric: str) -> Decision:
    """The reference where nothing is said of other seeds; the best mean where the reference has no score at all."""
    reference = overview.result.comparison.reference
    lost = not np.isfinite(overview.means[reference, metric])
    best = overview.best_of(overview.leading) if lost else None
    found = with_unknown((unknown(reference, 0.0),), overview.primary, scale_of(overview, metric))
    return Decision(metric, best or reference, found, proven=False, assumed=False, region=float("nan"), evidence=None)


def scale_of(overview: Found, metric: str) -> float:
    """What differences in a metric are shares of: the reference's score, of MFE its RMSE; 1 where they are points or plain numbers."""
    if metric in (*POINTS, *PLAIN):
        return 1.0
    return abs(overview.means[overview.result.comparison.reference, "rmse" if metric == "mfe" else metric]) or 1.0


def may_be_chosen(overview: Found, variant: str) -> bool:
    """Whether its seeds diverge hardly ever, or no more often than the reference's."""
    diverged, reference = overview.result.diverged, overview.result.comparison.reference
    return bool(diverged[variant] <= max(diverged[reference], DIVERGED * overview.seeds))


def is_proven(choice: str, reference: str, verdicts: list[Verdict]) -> bool:
    """Whether the verdicts alone would choose so."""
    words = {one.variant: one.word for one in verdicts}
    return {*words.values()} <= {"hurts", "same"} if choice == reference else words[choice] == "helps"


def further(known: Expected, drawn: Array, rule: Rule) -> Evidence:
    """The fewest seeds, and the fewest test periods, in all, with which the choice would change with the probability `LIKELY`."""
    first = known.components[0]
    seeds, periods = first.number_of_seeds, first.number_of_periods

    def fewest(start: int, at: Callable[[int], float]) -> int:
        numbers = (int(np.ceil(times * start)) for times in TIMES)
        return next((number for number in numbers if at(number) >= LIKELY), 0)

    return Evidence(
        fewest(seeds, lambda number: change(known, drawn, rule, number, periods)),
        fewest(periods, lambda number: change(known, drawn, rule, seeds, number)),
    )
