"""Why a variant does what it does: what is seen inside its networks, in plain words, where the numbers bear it out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.findings.evidence import Cause, Evidence
from tasks.numerics.findings.training_length import overfitted, unfinished
from tasks.numerics.problems.overview import Overview, computed_once
from tasks.numerics.statistics.seed_spreads import spread
from tasks.numerics.statistics.verdicts import ERROR, holm

Found = Overview[Any]

MANY_DEAD = 0.25
"""From this share of a layer on its network is a smaller one than was asked for: 12 units instead of 16."""
MUCH_SATURATED = 0.1
"""Share above the reference's: a tenth of all activations passes hardly any gradient that passes it in the reference."""
FLATTENED = 0.1
"""Mean alpha so much of the reference's below it: less is no flattening that a plot would show."""
WIDE = 1.5
"""Ratio of standard deviations: at 1.5 it takes 2.25 times as many seeds for an interval as narrow."""
FAR = 5.0
"""Cell states so many times as far from 0 as the reference's: not what another scale of the same states would give."""
JUMPY = 2.0
"""Largest gradient norm in medians, against the reference's: the first epochs' large steps are in both."""


@computed_once
def causes(overview: Found) -> tuple[Cause, ...]:
    """What the numbers bear out: variant by variant, the weightiest first, then what concerns how long was trained."""
    evidence = Evidence(overview)
    wide = spreads(evidence)
    found = []
    for name in evidence.variants:
        found += [
            divergence(evidence, name),
            dead(evidence, name),
            unexplained_constants(evidence, name),
            wide.get(name),
        ]
        if name != evidence.reference:
            found += [few_alive(evidence, name), *(saturation(evidence, name, kind) for kind in ("cells", "gates"))]
            found += [far_cells(evidence, name)]
    found += [overfitted(evidence), unfinished(evidence)]
    return tuple(one for one in found if one)


def divergence(evidence: Evidence, name: str) -> Cause | None:
    """Seeds that diverged, and whether the gradients or cell states of the others tell why."""
    diverged = evidence.overview.result.diverged_seeds.sel(variant=name)
    if not diverged.any():
        return None
    count = f"{int(diverged.sum())} of {diverged.size} seeds"
    said = f"{name}: {count} diverged"
    reasons = []
    if name != evidence.reference:
        own, other = (evidence.median(one, "gradient_jump") for one in (name, evidence.reference))
        if own >= JUMPY * other and evidence.clearly_more(name, "gradient_jump"):
            reasons.append(
                f"the largest gradient norm is {own:.3g} times the median one ({evidence.reference} {other:.3g})"
            )
        if far(evidence, name):
            reasons.append(f"cell states reach {evidence.beside(name, 'cell_reach')}")
    if not reasons:
        return Cause((name,), f"{said}; gradients and cell states of the others don't tell why.", f"{count} diverged")
    remedy = "; clipped gradients (--clip-norms) may hold them" if "gradient" in reasons[0] else ""
    return Cause((name,), f"{said}: in the median of the others {', and '.join(reasons)}{remedy}.", f"{count} diverged")


def dead(evidence: Evidence, name: str) -> Cause | None:
    """Networks with a dead layer and a constant forecast, and what their variant would be without them."""
    both = evidence.of(name, "dead_layer") & evidence.of(name, "constant")
    if not both.any():
        return None
    count = evidence.count(both)
    said = f"{name}: in {count} every unit of a layer is dead and the {evidence.output} is a constant"
    short = f"dead and constant in {count}"
    others = ~both.any("origin").to_numpy()
    if "alpha" not in evidence.overview.result.metrics:
        return Cause((name,), f"{said}.", short)
    if not np.isfinite(evidence.scores(name, "alpha")[others]).any():
        return Cause((name,), f"{said}: this is the flattening.", f"{short}: the flattening")
    share = flattening(evidence, name, others)
    left = ", and RMSE ".join(
        without(evidence, name, metric, others) for metric in ("alpha", evidence.overview.result.leading)
    )
    said += f". This is {share}" if share else ""
    return Cause((name,), f"{said}: without {these(others)} alpha is {left}.", f"{short}: {share}" if share else short)


def flattening(evidence: Evidence, name: str, others: NDArray[np.bool_]) -> str:
    """Whether the seeds that are not among the `others` (S,) make most of a variant's flattening against the reference's."""
    if name == evidence.reference:
        return ""
    own, wanted = evidence.scores(name, "alpha"), np.nanmean(evidence.scores(evidence.reference, "alpha"))
    missing, left = wanted - np.nanmean(own), wanted - np.nanmean(own[others])
    if not missing >= FLATTENED * wanted:
        return ""
    return "the flattening" if left <= missing / 2 else "part of the flattening"


def these(others: NDArray[np.bool_]) -> str:
    """The seeds that are not among the `others` (S,), as words."""
    return "this seed" if (~others).sum() == 1 else "these seeds"


def without(evidence: Evidence, name: str, metric: str, others: NDArray[np.bool_]) -> str:
    """Mean of a score over the `others` (S,), over all seeds, and the reference's, such as `0.70, not 0.52 (stock 0.72)`."""
    scores, number = evidence.scores(name, metric), evidence.overview.number
    said = f"{number(metric, float(np.nanmean(scores[others])))}, not {number(metric, float(np.nanmean(scores)))}"
    if name == evidence.reference:
        return said
    return f"{said} ({evidence.reference} {number(metric, evidence.overview.means[evidence.reference, metric])})"


def unexplained_constants(evidence: Evidence, name: str) -> Cause | None:
    """Constant forecasts without a dead layer, and dead layers whose forecast moves all the same."""
    layer, constant = evidence.of(name, "dead_layer"), evidence.of(name, "constant")
    alive, moving = constant & ~layer, layer & ~constant
    parts = []
    if alive.any():
        parts.append(f"in {evidence.count(alive)} the {evidence.output} is a constant though no layer is dead")
    if moving.any():
        parts.append(
            f"in {evidence.count(moving)} a layer is dead in training and the {evidence.output} moves on the test part"
        )
    short = f"constant in {evidence.count(alive)}" if alive.any() else f"a dead layer in {evidence.count(moving)}"
    return Cause((name,), f"{name}: {'; '.join(parts)}.", short) if parts else None


def spreads(evidence: Evidence) -> dict[str, Cause]:
    """Variants whose score spreads clearly wider, or narrower, over seeds than the reference's (p after Holm)."""
    other = evidence.scores(evidence.reference)
    names = [name for name in evidence.variants if name != evidence.reference]
    found = {name: one for name in names if (one := spread(evidence.scores(name), other))}
    adjusted = holm(np.array([one.p for one in found.values()]))
    causes = {}
    for (name, one), p in zip(found.items(), adjusted, strict=True):
        if p >= ERROR or 1 / WIDE < one.ratio < WIDE:
            continue
        said = (
            f"{name}: {evidence.label} spreads {one.ratio:.1f} times as wide over seeds as {evidence.reference}'s "
            f"(95 % interval {one.low:.1f} to {one.high:.1f})"
        )
        lost = (evidence.of(name, "dead_layer") | evidence.of(name, "constant")).any("origin").to_numpy()
        rest = spread(np.where(lost, np.nan, evidence.scores(name)), other) if one.ratio > 1 and lost.any() else None
        if rest:
            said += f", without seeds that are dead or constant {rest.ratio:.1f} times"
        luck = "one run says little of it" if one.ratio > 1 else "a single run is more reliable"
        causes[name] = Cause((name,), f"{said}: {luck}.", f"spreads {one.ratio:.1f} x over seeds")
    return causes


def few_alive(evidence: Evidence, name: str) -> Cause | None:
    """A large share of dead units, clearly larger than in the reference."""
    if evidence.median(name, "dead_units") < MANY_DEAD or not evidence.clearly_more(name, "dead_units"):
        return None
    shown = evidence.beside(name, "dead_units")
    said = f"{name}: in the layer with most, {shown} of the units are dead in the median seed"
    return Cause(
        (name,), f"{said}{evidence.link(name, 'dead_units')}.", f"{shown.partition(' (')[0]} of a layer's units dead"
    )


def saturation(evidence: Evidence, name: str, kind: str) -> Cause | None:
    """Cell or gate activations on their flat parts, clearly more than the reference's."""
    own, other = (evidence.median(one, f"saturated_{kind}") for one in (name, evidence.reference))
    if not own - other >= MUCH_SATURATED or not evidence.clearly_more(name, f"saturated_{kind}"):
        return None
    what = {"cells": "cell", "gates": "gate"}[kind]
    shown = evidence.beside(name, f"saturated_{kind}")
    said = f"{name}: {shown} of its {what} activations are saturated, where hardly any gradient passes"
    return Cause(
        (name,), f"{said}{evidence.link(name, f'saturated_{kind}')}.", f"{100 * own:.0f} % of {kind} saturated"
    )


def far(evidence: Evidence, name: str) -> bool:
    """Whether cell states go much further from 0 than the reference's."""
    own, other = (evidence.median(one, "cell_reach") for one in (name, evidence.reference))
    return own >= FAR * other and evidence.clearly_more(name, "cell_reach")


def far_cells(evidence: Evidence, name: str) -> Cause | None:
    """Cell states much further from 0 than the reference's."""
    if not far(evidence, name):
        return None
    shown = evidence.beside(name, "cell_reach")
    link = evidence.link(name, "cell_reach")
    return Cause((name,), f"{name}: cell states reach {shown}{link}.", f"cell states to {shown.partition(' (')[0]}")
