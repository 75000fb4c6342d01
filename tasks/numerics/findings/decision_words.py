"""The decision in a few short sentences: what to choose, what a mistake would cost, and what would change it."""

from typing import Any

import numpy as np

from tasks.numerics.findings.decision import PLAIN, POINTS, Decision, decision, may_be_chosen, scale_of
from tasks.numerics.findings.recommendation import losses, unbeaten
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.odds import Odds
from tasks.numerics.statistics.overlapping_forecasts import counted
from tasks.numerics.wording import joined, listed

Found = Overview[Any]
CERTAIN = 0.99


def decision_in_words(overview: Found) -> tuple[str, ...]:
    """What to choose, what speaks against it, what a mistake would cost, and what would change it; empty without a choice."""
    found = decision(overview)
    if len(found.options) < 2:
        return ()
    parts = (choice_in_words, against, asked, risk, certain, further_evidence)
    return tuple(filter(None, (part(overview, found) for part in parts)))


def decision_in_short(overview: Found) -> tuple[str, ...]:
    """What to choose with what speaks against it, what a mistake would cost, and what is certain here."""
    found = decision(overview)
    if len(found.options) < 2:
        return ()
    choice = " ".join(filter(None, (part(overview, found) for part in (choice_in_words, against, asked))))
    return tuple(filter(None, (choice, risk(overview, found), certain(overview, found))))


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
    """What is beyond doubt on this very test part of the variant that is chosen, or of the best of the others, where nothing is proven."""
    named = found.choice if found.choice != found.reference.name else found.rival.name if found.rival else ""
    said = certain_here(overview, named) if named and not found.proven else ""
    return f"On this very test part {named} is {said}." if said else ""


def risk(overview: Found, found: Decision) -> str:
    """How likely the choice is a mistake, and what that costs."""
    own = found.chosen
    if not np.isfinite(own.mistake):
        return ""
    basis = f" (a wide guess: too few {tested(overview)})" if found.assumed else ""
    region = f" by more than {size(found, found.region)}" if found.region else ""
    said = f"Risk: {percent(own.mistake)} that another choice is better{region}{basis}"
    costs = f", by {size(found, own.cost)} on average" if own.mistake >= 1 - CERTAIN else ""
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


def size(found: Decision, value: float) -> str:
    """A difference without its sign: in per cent of the reference's score, or in points."""
    if found.metric in PLAIN:
        return f"{abs(value):.2g}"
    shown = f"{100 * abs(value):.{0 if abs(value) >= 0.0995 else 1}f}"
    return f"{shown} points" if found.metric in POINTS else f"{shown} %"


def percent(probability: float) -> str:
    """A probability in whole per cent."""
    if probability > CERTAIN:
        return "more than 99 %"
    return "less than 1 %" if probability < 1 - CERTAIN else f"{100 * probability:.0f} %"


def to_one(probability: float) -> str:
    """A probability as odds: `4 to 1`, `even odds`, `1 to 3`."""
    if not 1 - CERTAIN <= probability <= CERTAIN:
        return "more than 99 to 1" if probability > 0.5 else "less than 1 to 99"
    ratio = max(probability, 1 - probability) / min(probability, 1 - probability)
    if ratio < 1.25:
        return "even odds"
    sides = ("3", "2") if ratio < 1.75 else (f"{ratio:.0f}", "1")
    return " to ".join(sides if probability > 0.5 else sides[::-1])


def in_hundreds(odds: Odds) -> str:
    """Per cent of better, as good and worse."""
    return "/".join(whole_hundred((odds.better, odds.same, odds.worse)))


def whole_hundred(shares: tuple[float, ...]) -> list[str]:
    """Shares in whole per cent that sum to 100: the largest remainders are rounded up."""
    floors = [int(100 * share) for share in shares]
    remainders = sorted(range(len(shares)), key=lambda at: floors[at] - 100 * shares[at])
    for at in remainders[: 100 - sum(floors)]:
        floors[at] += 1
    return [str(one) for one in floors]
