"""What the Atlas says, in sentences for whoever has to choose an activation."""

import numpy as np

from tasks.numerics.atlas.distributions import REGION, VariantEffects
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.statistics.verdicts import ERROR, holm
from tasks.numerics.wording import joined

LOUD = 0.2
"""Share of series on which a variant helps or hurts, from which on it is spoken of though its mean is near 0."""
SELDOM = 0.01
"""Seeds that diverge, or units that are dead, below which nothing is said of it."""


def change(effect: float) -> str:
    """An effect as a change of RMSE in percent, such as +12 % or -0.4 %."""
    if not np.isfinite(effect):
        return "-"
    percent = 100 * float(np.expm1(min(effect, 20.0)))
    if percent >= 1000:
        return f"x {percent / 100 + 1:,.0f}"
    return f"{percent:+.1f} %" if abs(percent) < 10 else f"{percent:+.0f} %"


def percent(share: float) -> str:
    """A share such as 4 %."""
    return "-" if not np.isfinite(share) else f"{100 * share:.0f} %" if share >= SELDOM or share == 0 else "< 1 %"


def headline(found: tuple[VariantEffects, ...]) -> str:
    """What to do by default, in one sentence, from the variants of a network, best first."""
    known = [one for one in found if np.isfinite(one.plain[0])]
    if not known:
        return "There are too few series yet to say anything of others: three are the least."
    shown = dict(zip(known, holm(np.array([one.p for one in known])) < ERROR, strict=True))
    better = [one for one in known if shown[one] and one.plain[0] < 0]
    series, worst = max(one.number for one in known), known[-1]
    last = (
        f"{worst.variant} makes RMSE {change(worst.plain[0])} on average and hurts on {percent(worst.shares['hurts'])} of them"
        if worst.plain[0] > 0 and shown[worst]
        else f"the worst, {worst.variant}, is at {change(worst.plain[0])}"
    )
    if not better:
        return (
            f"Leave Keras' own activations as they are: on {series} series none of {len(known)} variants is shown to be better on "
            f"average; {last}."
        )
    best = better[0]
    gain = "more" if best.plain[0] < -REGION else "less"
    return (
        f"On {series} series {best.variant} is best on average, RMSE {change(best.plain[0])}, {gain} than what counts as no difference "
        f"(2 %): it helps on {percent(best.shares['helps'])} of them and hurts on {percent(best.shares['hurts'])}; {last}."
    )


def sentences(found: tuple[VariantEffects, ...]) -> tuple[str, ...]:
    """What is to be known of every variant that differs, on the next series too, and of those that do not."""
    said = []
    for one in found:
        (mean, low, high), pooled, shares = one.plain, one.pooled, one.shares
        if not np.isfinite(mean) or (abs(mean) < REGION and shares["hurts"] + shares["helps"] < LOUD):
            continue
        weighed = f" ({change(pooled.mean)} weighing by precision)" if abs(pooled.mean - mean) > REGION else ""
        said.append(
            f"**{one.variant}**: RMSE {change(mean)} on average [{change(low)}, {change(high)}]{weighed}; nine series in "
            f"ten lie between {change(one.middle[0])} and {change(one.middle[1])}. Of {one.number} series it helps on {percent(shares['helps'])}, hurts on {percent(shares['hurts'])}, is the same on "
            f"{percent(shares['same'])}."
        )
    quiet = [one.variant for one in found if not any(one.variant + "**" in words for words in said)]
    if quiet:
        said.append(f"Hardly different from {STOCK.name}: {', '.join(quiet)}.")
    return tuple(said)


def cautions(atlas: Atlas, found: tuple[VariantEffects, ...]) -> tuple[str, ...]:
    """How often seeds diverge and units die, and what the Atlas can't say."""
    said = []
    diverging = [f"{one.variant} {percent(one.diverged)}" for one in found if one.diverged >= SELDOM / 10]
    dying = [f"{one.variant} {percent(one.dead_units)}" for one in found if one.dead_units >= SELDOM]
    if diverging:
        said.append(f"Seeds that diverged: {', '.join(diverging)}; effects are of the others.")
    if dying:
        said.append(f"Units that are dead after training, on average: {', '.join(dying)}.")
    cut = int((atlas.series["length"] > atlas.series["used"]).sum())
    if cut:
        said.append(
            f"{cut} of {len(atlas.series)} series are longer than what was used, their last {', '.join(map(str, sorted(set(atlas.series['used']))))} values: "
            "of more history the Atlas says nothing."
        )
    sources = atlas.series["source"].value_counts()
    said.append(
        f"Series come from {', '.join(f'{name} ({number})' for name, number in sources.items())}; those of one source are taken as if they knew nothing of "
        "each other, and yours may be like none of them."
    )
    return tuple(said)


def introduction(atlas: Atlas, network: str) -> str:
    """What was compared, and how."""
    own = atlas.about["networks"][network]
    return (
        f"{own['words']}, at most {own['epochs']} epochs, early stopping after {own['patience']} without a better one, batch size {own['batch_size']}, scaled by {own['scaling']}, transform {own['transform']}; "
        f"each variant with {own['seeds']} seeds at each of the learning rates {joined([f'{rate:g}' for rate in own['learning_rates']])}, the best chosen on validation loss; tested on the last "
        f"{100 * own['test']:.0f} % of the windows. Effects are RMSE relative to {STOCK.name}'s, paired by seeds; words are those of a comparison with that one "
        "variant: helps or hurts where the 95 % interval over seeds and test periods lies beyond 0, same where it lies within 2 %."
    )
