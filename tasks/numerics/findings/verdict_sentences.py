"""Verdicts in words: a sentence a variant, the same on the terminal, in the report and in the trackers."""

from typing import Any

from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.overlapping_forecasts import counted, fewest_windows
from tasks.numerics.statistics.verdicts import Verdict, Word
from tasks.numerics.wording import article, joined

Found = Overview[Any]
SCALED = {"rmsse": "rmse", "mase": "mae"}
"""Metrics that are another one in other units: they say nothing of their own."""


def claim(overview: Found) -> str:
    """What a verdict says."""
    return (
        "A verdict says what to expect against the reference, were the networks retrained with other seeds and tested on other "
        f"{overview.result.tested} like these."
    )


def sentences(overview: Found) -> tuple[str, ...]:
    """The verdict on every variant but the reference in the primary metric, and what speaks against it, a sentence each.

    After these the verdicts in other metrics that the problem has told.
    """
    further = [
        one for one in overview.result.verdicts if one.metric in {*overview.result.told} - {overview.result.metric}
    ]
    return tuple(sentence(overview, verdict) for verdict in (*overview.primary, *further))


def sentence(overview: Found, verdict: Verdict) -> str:
    """Word, size, interval and what would decide it."""
    reference, label = overview.result.comparison.reference, overview.result.metrics[verdict.metric].label
    if not verdict.found.pairs:
        return f"{verdict.variant}: undecided, no seed has {article(label)} {label} here and in {reference}."
    gap = size(overview, verdict)
    side = "better" if verdict.difference < 0 else "worse"
    against = contradictions(overview, verdict)
    if not verdict.found.enough:
        overlap = overview.result.overlap
        enough = f"{fewest_windows(overlap)} {verdict.found.components.called or counted(overlap)}"
        said = f"{verdict.variant}: undecided. {label} {gap} {side} than {reference}'s; an interval takes two seeds and {enough} or more"
        return f"{said}{against}."
    found = f"{label} {gap} {side} than {reference}'s, 95 % interval {interval(overview, verdict)}"
    match verdict.word:
        case "same":
            region = overview.number(verdict.metric, verdict.region)
            return f"{verdict.variant} does the same: {found}, within the ±{region} that count as equal{against}."
        case "undecided":
            if verdict.low > 0 or verdict.high < 0:
                found = f"{found}, but p {verdict.p_adjusted:.2f} after Holm's adjustment for several variants"
            needed = f"; to decide it takes {verdict.needed}" if verdict.needed else ""
            return f"{verdict.variant} is undecided: {found}{needed}{against}."
        case _:
            return f"{verdict.variant} {verdict.word}: {found}{against}."


def size(overview: Found, verdict: Verdict) -> str:
    """How big a difference is, in the series' unit and in percent of the reference where that makes sense."""
    shown = overview.number(verdict.metric, abs(verdict.difference))
    if verdict.metric not in ("rmse", "mae", "mase", "rmsse"):
        return shown
    reference = overview.means[overview.result.comparison.reference, verdict.metric]
    return f"{shown} ({abs(verdict.difference) / reference:.1%})".replace("%", " %") if reference > 0 else shown


def interval(overview: Found, verdict: Verdict) -> str:
    """Of the difference in badness: below 0 the variant is better."""
    low, high = (overview.number(verdict.metric, end) for end in (verdict.low, verdict.high))
    return f"{low} to {high} (below 0 is better)"


def contradictions(overview: Found, verdict: Verdict) -> str:
    """Decided metrics that say otherwise than the primary one."""
    others: dict[Word, list[str]] = {"helps": [], "hurts": []}
    if verdict.metric != overview.result.metric:
        return ""
    for metric in overview.result.judged:
        other = overview.verdicts[verdict.variant, metric]
        if says_its_own(metric, verdict.metric) and other.word in others and other.word != verdict.word:
            others[other.word].append(overview.result.metrics[metric].label)
    parts = [f"{word} {joined(labels)}" for word, labels in others.items() if labels]
    return f"; yet it {', and '.join(parts)}" if parts else ""


def says_its_own(metric: str, primary: str) -> bool:
    """Whether a metric is neither the primary one nor one of these in other units."""
    return metric not in SCALED and SCALED.get(primary, primary) != metric
