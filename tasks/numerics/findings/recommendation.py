"""The overall line: what is proven of every variant in the metric that comes first, and what speaks for and against each."""

from typing import Any

from tasks.numerics.findings.decision import decision
from tasks.numerics.findings.verdict_sentences import says_its_own
from tasks.numerics.problems.overview import SIGNS, Overview
from tasks.numerics.statistics.verdicts import Word
from tasks.numerics.wording import NAMED, joined, listed

Found = Overview[Any]

VERBS: dict[Word, tuple[str, str]] = {
    "helps": ("helps", "help"),
    "hurts": ("hurts", "hurt"),
    "same": ("does the same", "do the same"),
}
"""Of what is proven."""


def overall(overview: Found) -> str:
    """One sentence; empty where there is no variant beside the reference."""
    said = overall_in_short(overview)
    return said and f"{said.removesuffix('.')}{elsewhere(overview, decision(overview).choice)}."


def overall_in_short(overview: Found) -> str:
    """The same without what variants that are not chosen gain in other metrics."""
    if not overview.primary:
        return ""
    found = {word: [one.variant for one in overview.primary if one.word == word] for word in SIGNS}
    alone = len(overview.primary) > NAMED and len([names for names in found.values() if names]) == 1
    named = {word: f"all {len(names)} variants" if alone else listed(names) for word, names in found.items() if names}
    undecided = named.pop("undecided", "")
    proven = [f"{names} {VERBS[word][len(found[word]) > 1]}" for word, names in named.items()]
    label, reference = overview.result.metrics[overview.result.metric].label, overview.result.comparison.reference
    about = f"on {label}, against {reference}"
    if not proven:
        return f"Nothing is proven {about}: {undecided} {'are' if len(found['undecided']) > 1 else 'is'} undecided."
    return f"Proven {about}: {joined(proven)}{undecided and f'; undecided: {undecided}'}."


def unbeaten(overview: Found) -> bool:
    """Whether no variant's mean of the metric that leads is better than the best baseline's."""
    best = overview.best_baseline
    return best is not None and not bool(overview.beating(overview.baseline_leading[best]).any())


def elsewhere(overview: Found, best: str) -> str:
    """What variants that are not chosen gain in other metrics, and what it costs them: `; cell-relu: better MFE, but flattened`."""
    groups: dict[str, list[str]] = {}
    for verdict in overview.primary:
        if verdict.variant != best and (gained := gains(overview, verdict.variant)):
            price = losses(overview, verdict.variant)
            said = joined(gained) + (f", but {joined(price)}" if price else "")
            groups.setdefault(said, []).append(verdict.variant)
    return "".join(f"; {listed(names)}: {said}" for said, names in list(groups.items())[:NAMED])


def gains(overview: Found, variant: str) -> list[str]:
    """Other metrics in which a variant helps, in words."""
    return [
        f"better {overview.result.metrics[metric].label}"
        for metric in others(overview)
        if overview.verdicts[variant, metric].word == "helps"
    ]


def losses(overview: Found, variant: str) -> list[str]:
    """Other metrics in which a variant hurts, in words, and seeds that diverged."""
    hurt = [metric for metric in others(overview) if overview.verdicts[variant, metric].word == "hurts"]
    shape = shape_of(overview, variant) if {"alpha", "slope"} & {*hurt} else ""
    found = [
        f"worse {overview.result.metrics[metric].label}"
        for metric in hurt
        if not (shape and metric in ("alpha", "slope"))
    ]
    diverged = int(overview.result.diverged[variant])
    return [
        *([shape] if shape else []),
        *found,
        *([f"{diverged} of {overview.seeds} seeds diverged"] if diverged else []),
    ]


def shape_of(overview: Found, variant: str) -> str:
    """`flattened` or `too volatile`, by spread and slope; empty where they don't agree.

    A good forecast moves less than what it forecasts too: flattened is what moves less than its own skill allows, or is
    constant in more seeds than the reference.
    """
    if not {"alpha", "slope", "constant"} <= overview.result.metrics.keys():
        return ""
    alpha, slope = overview.means[variant, "alpha"], overview.means[variant, "slope"]
    reference = overview.result.comparison.reference
    constant = overview.means[variant, "constant"] > overview.means[reference, "constant"]
    if alpha < 1 and (slope > 1 or constant):
        return "flattened"
    return "too volatile" if slope < 1 and not constant else ""


def others(overview: Found) -> list[str]:
    """Judged metrics that say something of their own beside the one that comes first."""
    return [metric for metric in overview.result.judged if says_its_own(metric, overview.result.metric)]
