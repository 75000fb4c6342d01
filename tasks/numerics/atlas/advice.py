"""What to do by default, in short words for whoever is no statistician."""

import numpy as np

from tasks.numerics.atlas.default_choice import AlwaysCost, Cost, DefaultChoice
from tasks.numerics.atlas.distributions import REGION
from tasks.numerics.atlas.words import change, percent
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.wording import few

TOO_FEW = "There are too few series yet to say anything of others: three are the least."
COSTS = ("always", "series", "against stock", "95 %", "against the best", "95 %", "helps", "hurts", "same")
RELU = "cell-relu"


def advice(found: DefaultChoice | None) -> tuple[str, ...]:
    """Sentences: what to choose, why, what else would cost, and what costs nothing."""
    if found is None:
        return (TOO_FEW,)
    if found.choice == STOCK.name:
        return ("Leave the activations as Keras has them.", leave(found), *costly(found), *as_good(found))
    return (f"Use {found.choice}.", use(found.of(found.choice)), *costly(found), *as_good(found))


def use(best: AlwaysCost) -> str:
    """Why a variant is to be chosen."""
    return (
        f"Over {best.against_stock.number} series it makes the error (RMSE) {by(best.against_stock)} on average, compared "
        f"with Keras' own activations; it helps on {share(best, 'helps')} of the series and hurts on {share(best, 'hurts')}."
    )


def leave(found: DefaultChoice) -> str:
    """Why nothing is to be changed."""
    best = found.of(found.best)
    start = f"Over {found.series} series nothing else is shown to make the error (RMSE) smaller on average"
    if best.variant == STOCK.name:
        return f"{start}."
    if best.shown:
        return f"{start} by 2 % or more; the best, {best.variant}, makes it {by(best.against_stock)}."
    return f"{start}; the nearest, {best.variant}, makes it {by(best.against_stock)}, which may be chance."


def costly(found: DefaultChoice) -> tuple[str, ...]:
    """What the choice that people ask for most costs, or the costliest where that is not shown to cost anything; empty where none is."""
    harmful = [one for one in found.costs if one.shown and one.against_stock.mean > 0]
    if not harmful:
        return ()
    one = next((one for one in harmful if one.variant == RELU), harmful[-1])
    return (
        f"Always using {one.variant} makes the error {by(one.against_stock)}; it hurts on {share(one, 'hurts')} of the series and helps on "
        f"{share(one, 'helps')}.",
    )


def as_good(found: DefaultChoice) -> tuple[str, ...]:
    """Which variants cost and gain less than what counts as no difference, for certain."""
    equal = [
        one.variant
        for one in found.costs
        if one.variant not in (STOCK.name, found.choice)
        and one.against_stock.low > -REGION
        and one.against_stock.high < REGION
    ]
    return (f"On average as good as Keras' own, within 2 %: {few(equal, len(equal))}.",) if equal else ()


def own_choice(found: DefaultChoice | None) -> tuple[str, ...]:
    """What it would bring to choose on every series anew."""
    if found is None or not np.isfinite(found.each_its_own.mean):
        return ()
    one = found.each_its_own
    told = (
        "it pays to compare on one's own series and to keep the networks that were compared"
        if one.high < 0
        else "that is of no proven use with so short a test"
    )
    told = "choosing by so short a test does harm" if one.low > 0 else told
    return (
        f"Choosing on each of {one.number} series what was best on the first half of its test part makes the error on the second half "
        f"{by(one)}, compared with Keras' own: {told}. These are the same networks on both halves: trained anew, some of it may be gone.",
    )


def by(cost: Cost) -> str:
    """A cost in words, such as 12 % larger (+8.0 % to +16 %)."""
    size = change(cost.mean).lstrip("+-")
    if size.startswith("x"):
        return f"{size[2:]} times as large"
    ends = f"({change(cost.low)} to {change(cost.high)})"
    return f"{size} {'larger' if cost.mean > 0 else 'smaller'} {ends}"


def share(one: AlwaysCost, word: str) -> str:
    """A share of series with its interval."""
    found, low, high = one.shares[word]
    return f"{percent(found)} ({percent(low)} to {percent(high)})"


def cost_table(found: DefaultChoice) -> list[tuple[str, ...]]:
    """A row a choice, the cheapest first: columns `COSTS`."""
    rows = []
    for one in found.costs:
        cells: list[str] = []
        for cost, itself in ((one.against_stock, STOCK.name), (one.against_best, found.best)):
            same = one.variant == itself
            cells += ["-", "-"] if same else [change(cost.mean), f"{change(cost.low)} to {change(cost.high)}"]
        told = ["-"] * 3 if one.variant == STOCK.name else [share(one, word) for word in COSTS[-3:]]
        name = f"{one.variant} (advised)" if one.variant == found.choice else one.variant
        rows.append((name, str(one.against_stock.number), *cells, *told))
    return rows
