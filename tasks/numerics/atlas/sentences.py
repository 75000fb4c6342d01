"""What the Atlas says, in sentences for whoever has to choose an activation."""

import numpy as np

from tasks.numerics.atlas.distributions import REGION, VariantEffects
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.atlas.words import SELDOM, change, percent
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.wording import joined

LOUD = 0.2
"""Share of series on which a variant helps or hurts, from which on it is spoken of though its mean is near 0."""


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
    """How often seeds diverge and units die, and what the Atlas can't say of other series than those of a network's effects."""
    said = []
    diverging = [f"{one.variant} {percent(one.diverged)}" for one in found if one.diverged]
    dying = [f"{one.variant} {percent(one.dead_units)}" for one in found if one.dead_units >= SELDOM]
    if diverging:
        said.append(f"Seeds that diverged: {', '.join(diverging)}; effects are of the others.")
    else:
        said.append(
            f"None diverged of the {sum(int(one.rows['seeds'].sum()) for one in found):,} networks of these variants."
        )
    if dying:
        said.append(f"Units that are dead after training, on average: {', '.join(dying)}.")
    of_network = {name for one in found for name in one.rows["series"]}
    series = atlas.series[atlas.series["series"].isin(of_network)]
    cut = int((series["length"] > series["used"]).sum())
    if cut:
        said.append(
            f"{cut} of {len(series)} series are longer than what was used, their last {', '.join(map(str, sorted(set(series['used']))))} values: "
            "of more history the Atlas says nothing."
        )
    sources = series["source"].value_counts()
    said.append(
        f"Series come from {', '.join(f'{name} ({number})' for name, number in sources.items())}; those of one source are taken as if they knew nothing of "
        "each other, and yours may be like none of them. Domains beyond the source are not known: files of competitions have ids alone, and the "
        "catalogue of the bundled series has no column for them."
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
