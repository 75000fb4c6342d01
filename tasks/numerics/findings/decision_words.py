"""The decision in a few short sentences: what to choose, what a mistake would cost, and what would change it."""

from typing import Any

import numpy as np

from tasks.numerics.findings.decision import Decision, decision, may_be_chosen, scale_of
from tasks.numerics.findings.odds_words import CERTAIN, in_hundreds, percent, size, to_one
from tasks.numerics.findings.recommendation import losses, unbeaten
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.overlapping_forecasts import counted
from tasks.numerics.wording import joined, listed

Found = Overview[Any]


def decision_in_words(overview: Found) -> tuple[str, ...]:
    """What to choose, what speaks against it, what a mistake would cost, and what would change it; empty without a choice."""
    found = decision(overview)
    if len(found.options) < 2:
        return ()
    parts = (choice_in_words, against, asked, risk, certain, further_evidence)
    return tuple(filter(None, (part(overview, found) for part in parts)))


def decision_in_short(overview: Found) -> tuple[str, ...]:
    """What to choose with what speaks against it, what the Atlas says, what a mistake would cost, and what is certain here."""
    found = decision(overview)
    if len(found.options) < 2:
        return ()
    choice = " ".join(filter(None, (choice_in_words(overview, found), against(overview, found))))
    return tuple(filter(None, (choice, *(part(overview, found) for part in (asked, risk, certain)))))


def asked_in_words(overview: Found) -> str:
    """What the Atlas says; empty where it was not asked."""
    return asked(overview, decision(overview))


def certain_in_words(overview: Found) -> str:
    """What is beyond doubt on this very test part; empty where nothing is."""
    return certain(overview, decision(overview))


def risk_in_words(overview: Found) -> str:
    """What a mistake would cost; empty where nothing is known of it."""
    return risk(overview, decision(overview))


def choice_in_words(overview: Found, found: Decision) -> str:
    """The first sentence: the variant, what is expected of it, and the odds."""
    label, reference, rival = label_of(overview, found), found.reference.name, found.rival
    proof = "proven" if found.proven else "not proven"
    if rival is None or rival.odds is None:
        why = (
            f"{reference} has no {label}, as its seeds diverged"
            if found.choice != reference
            else silence(overview, label)
        )
        return f"Choose {found.choice}: {why}."
    own = found.chosen
    if own.odds is not None:
        odds = f"{to_one(own.odds.better_at_all)} that it is better at all"
        gain = size(found, own.difference)
        return f"Choose {own.name}: {gain} better {label} expected than {reference}, {odds}{cheaper(overview, found)}; {proof}."
    best = f"the best of the others, {rival.name}," if len(found.options) > 2 else rival.name
    gap, side = size(found, rival.difference), "better" if rival.difference < 0 else "worse"
    said = f"{best} is expected to be {gap} {side} in {label}"
    if rival.difference > found.region:
        said += f", {to_one(1 - rival.odds.better_at_all)} that it is worse"
    elif rival.difference < -found.region:
        said += ", but too many of its seeds diverge"
    else:
        said += f": within the ±{size(found, found.region)} that count as equal{cheaper(overview, found)}"
    return f"Choose {reference}: {said}; {proof}."


def silence(overview: Found, label: str) -> str:
    """Why no variant's difference to the reference says anything of other seeds."""
    if overview.seeds < 2:
        return "one pair of seeds says nothing of others"
    reference, seeds = overview.result.comparison.reference, overview.seeds
    pairs = {one.variant: one.found.pairs for one in overview.primary}
    diverged = [name for name, number in pairs.items() if not number and overview.result.diverged[name] == seeds]
    groups = {
        f"all {seeds} seeds of {{}} diverged": diverged,
        f"of {{}} and {reference} no seed has a finite {label} on both sides": [
            name for name, number in pairs.items() if not number and name not in diverged
        ],
        "of {} one pair of seeds is left, which says nothing of others": [name for name in pairs if pairs[name] == 1],
        "differences of {} are beyond what can be reckoned with": [name for name in pairs if pairs[name] > 1],
    }
    return joined([words.format(listed(names)) for words, names in groups.items() if names])


def cheaper(overview: Found, found: Decision) -> str:
    """That the choice is cheaper to run than the best of the others, or which option is that is as good; empty where neither is."""
    fast = {str(name) for name, known in overview.result.tuning["on_cudnn"].to_series().items() if known}
    own, rival = found.chosen, found.rival
    if own.name in fast:
        runs = f", and Keras runs {own.name} cells faster on a GPU (cuDNN)"
        return runs if rival and own is found.reference and rival.name not in fast else ""
    as_good = [
        one
        for one in found.options
        if one.name in fast and one.difference - own.difference <= found.region and may_be_chosen(overview, one.name)
    ]
    if not as_good:
        return ""
    best = min(as_good, key=lambda one: one.difference)
    return f"; cheaper and as good (within ±{size(found, found.region)}): {best.name}, which Keras runs faster on a GPU (cuDNN)"


def against(overview: Found, found: Decision) -> str:
    """What speaks against the choice: other metrics, seeds that diverged, a baseline that is better still."""
    own = losses(overview, found.choice) if found.choice != found.reference.name else []
    if unbeaten(overview):
        tied = bool((overview.leading == overview.baseline_leading[str(overview.best_baseline)]).any())
        own = [*own, f"{overview.best_baseline} {'does as well' if tied else 'is better still'} and needs no network"]
    return f"Against it: {joined(own)}." if own else ""


def asked(overview: Found, found: Decision) -> str:
    """Which other series were asked, the odds with them and from this series alone, and what that weighs; empty where none were."""
    if overview.result.comparison.prior == "atlas" and not found.prior:
        return "The Atlas has seen nothing like this: the odds are from this series alone."
    others = sorted(
        (one for one in found.options if one.alone and one.name != found.choice), key=lambda one: one.difference
    )
    told = [
        f"{one.name} {in_hundreds(one.odds)}, alone {in_hundreds(one.alone)} (weighing {percent(one.weight)})"
        for one in (found.chosen, *others[:1])
        if one.odds and one.alone and one.weight is not None
    ]
    if not found.prior or not told:
        return ""
    return f"Better, as good and worse in % by the Atlas ({found.prior}) and this series, and by this series alone: {'; '.join(told)}."


def certain(overview: Found, found: Decision) -> str:
    """What is beyond doubt on this very test part of every variant of which nothing is proven; empty where nothing is.

    The choice comes first, then the largest differences; of the others their size alone is told.
    """
    sizes = {one.variant: one.difference for one in overview.primary if one.word == "undecided"}
    known = [name for name in sizes if certain_here(overview, name)]
    first, *others = sorted(known, key=lambda name: (name != found.choice, -abs(sizes[name]))) or [""]
    if not first:
        return ""
    scale = scale_of(overview, found.metric)
    sides = {
        side: [
            f"{name} by {size(found, sizes[name] / scale)}" for name in others if (sizes[name] > 0) == (side == "worse")
        ]
        for side in ("worse", "better")
    }
    own = "worse" if sizes[first] > 0 else "better"
    also = "".join(f"; {side}{' too' * (side == own)}: {listed(told)}" for side, told in sides.items() if told)
    return f"Certain on this very test part: {first} is {certain_here(overview, first)}{also}."


def risk(overview: Found, found: Decision) -> str:
    """How likely the choice is a mistake, and what that costs."""
    own = found.chosen
    if not np.isfinite(own.mistake):
        return ""
    basis = f" (a wide guess: too few {tested(overview)})" if found.assumed else ""
    region = f" by more than {size(found, found.region)}" if found.region else ""
    said = f"Risk: {percent(own.mistake)} that another choice is better{region}{basis}"
    mean = f"{size(found, own.cost)} on average"
    costs = (f" ({mean})" if region and not basis else f", by {mean}") if own.mistake >= 1 - CERTAIN else ""
    return f"{said}{costs}."


def further_evidence(overview: Found, found: Decision) -> str:
    """What might change the choice."""
    evidence = found.evidence
    if evidence is None:
        alone = overview.seeds < 2 and found.choice == found.reference.name
        return "Two seeds or more are needed to say how sure this is." if alone else ""
    ways = [
        f"{number} {what}"
        for number, what in ((evidence.seeds, "seeds"), (evidence.periods, tested(overview)))
        if number
    ]
    if not ways:
        return "More evidence of this kind would hardly change the choice."
    return f"What might change the choice (1 in 10): {' or '.join(ways)} in all."


def certain_here(overview: Found, variant: str) -> str:
    """What is beyond doubt on this very test part, over retraining, in the metric that comes first; empty where nothing is."""
    decided, found = decision(overview), overview.verdicts[variant, overview.result.metric].found
    low, high = found.retraining_low, found.retraining_high
    if not (low > 0 or high < 0):
        return ""
    side = "worse" if low > 0 else "better"
    wins = int(np.sum(found.by_seed > 0 if low > 0 else found.by_seed < 0))
    scale = scale_of(overview, decided.metric)
    middle, *ends = (size(decided, value / scale) for value in (found.difference, *sorted((low, high), key=abs)))
    return f"{side} in {wins} of {found.pairs} pairs of seeds, by {middle} [{', '.join(ends)}]"


def tested(overview: Found) -> str:
    """What there are many or few of in the test part."""
    parts = overview.primary[0].found.components
    return parts.called or counted(parts.horizon)


def label_of(overview: Found, found: Decision) -> str:
    """Of the metric that decides."""
    return str(overview.result.metrics[found.metric].label)
