"""The answer in a few sentences: what to choose, what is proven, what beats what, and the one most important caution."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import better_over_time, cautions
from tasks.numerics.findings.decision_words import asked_in_words, certain_in_words, decision_in_short, risk_in_words
from tasks.numerics.findings.recommendation import overall_in_short
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.verdicts import ERROR

Found = Overview[Any]
LINES = 6
"""Most lines of a terminal that the answer takes."""


def answer(overview: Found) -> tuple[str, ...]:
    """What to choose, what is proven, and what beats what."""
    found = (*decision_in_short(overview), overall_in_short(overview), baseline_in_short(overview))
    return tuple(filter(None, found))


def essential(overview: Found) -> tuple[str, ...]:
    """What of the answer has room on a phone's first screen: what to choose, the risk, and what is proven."""
    wanted = {*decision_in_short(overview)[:1], risk_in_words(overview), overall_in_short(overview)}
    return tuple(one for one in answer(overview) if one in wanted)


def baseline_in_short(overview: Found) -> str:
    """The best baseline, and how many variants beat it, beyond chance or not."""
    best, means = overview.best_baseline, overview.leading
    if best is None:
        return ""
    value = overview.baseline_leading[best]
    better = int(overview.beating(value).sum())
    said = f"Without a network: {best} {overview.number(overview.result.leading, value)}"
    if not better:
        return f"{said}; no variant beats it."
    tests = better_over_time(overview)
    clear = sum(p < ERROR for p in tests.values()) if tests is not None else None
    # The tests are of mean forecasts over seeds: these may be better though no single network is on average.
    chance = {None: "", 0: ", none beyond chance"}.get(
        clear, f"; mean forecasts over seeds beat it beyond chance in {clear}"
    )
    side = "higher" if overview.leads.better == "higher" else "lower"
    return f"{said}; {better} of {len(means)} variants have a {side} mean {overview.leads.label}{chance}."


def weightiest(overview: Found) -> str:
    """The caution that matters most; empty where there is none."""
    training = [
        cause.sentence
        for cause in causes(overview)
        if cause.short in ("overfitted", "still learning at the last epoch")
    ]
    found = [*cautions(overview)]
    lost = [one for one in found if "diverged" in one or "constant" in one]
    # How a file was read was said when it was.
    of_data = [one for one in found if one in overview.result.series.warnings]
    return next(iter([*lost, *training, *(one for one in found if one not in of_data), *of_data]), "")


def lines_of(overview: Found, width: int) -> list[str]:
    """At most `LINES` lines of so many letters, beside what the Atlas says where it was asked: the answer, and the weightiest caution.

    A sentence is told whole or not at all. Where there is no room, first the baseline is left out, then what is proven, then of
    the caution all but that there is one, then the risk.
    """
    found = list(answer(overview))
    room = LINES + len(wrap(asked_in_words(overview), width))
    told = cautioned(overview, width)
    for left_out in (baseline_in_short(overview), overall_in_short(overview)):
        if left_out in found and lines_in(found, width) + len(told) > room:
            found.remove(left_out)
    if lines_in(found, width) + len(told) <= room:
        return [*(line for one in found for line in wrap(one, width)), *told]
    few = counted(overview) if told else ""
    for left_out in (risk_in_words(overview), certain_in_words(overview)):
        if left_out in found and lines_in([*found[:-1], found[-1] + few], width) > room:
            found.remove(left_out)
    return [line for one in [*found[:-1], found[-1] + few] for line in wrap(one, width)][:room]


def lines_in(sentences: Sequence[str], width: int) -> int:
    """How many lines they take, each begun anew."""
    return sum(len(wrap(one, width)) for one in sentences)


def cautioned(overview: Found, width: int) -> list[str]:
    """The first sentence of the weightiest caution in lines, and how many more cautions there are; none where there is none."""
    caution = weightiest(overview)
    if not caution:
        return []
    more = len(all_cautions(overview) - {caution})
    first, _, rest = caution.partition(". ")
    further = f" ({more} more: --explain)" if more else ""
    return wrap(f"! {first}{'.' if rest else ''}{further}", width, subsequent_indent="  ")


def counted(overview: Found) -> str:
    """How many cautions there are, where none has a line of its own."""
    number = len(all_cautions(overview) | {weightiest(overview)})
    return f" ({number} caution{'s' * (number > 1)}: --explain)"


def all_cautions(overview: Found) -> set[str]:
    """What a reader must know, and what was seen inside the networks."""
    return {*cautions(overview), *(cause.sentence for cause in causes(overview))}
