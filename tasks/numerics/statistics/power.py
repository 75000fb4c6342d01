"""How many seeds or test periods would decide what is undecided, and by how much more of them would narrow an interval."""

from bisect import bisect_left
from collections.abc import Callable

import numpy as np

from tasks.numerics.statistics.intervals import Difference
from tasks.numerics.statistics.overlapping_forecasts import counted, fewest_windows
from tasks.numerics.statistics.variance_components import Components, critical

MOST = 100_000
"""Seeds or periods beyond which nobody goes."""
STEP = 1.05


def needed(found: Difference, region: float, errors: tuple[float, float] = (0.05, 0.05)) -> str:
    """What would decide an undecided difference, in words with a number.

    An estimate: the difference found is taken as the true one, and the variance of its parts as theirs. `errors` are the level
    of p, divided by Holm's factor, and of the interval. Seeds where more of them would do, else test periods, else both.
    """
    if found.pairs < 2:
        return "at least 2 seeds whose metric is defined"
    parts, seeds = found.components, found.pairs
    periods, counts = parts.number_of_periods, parts.called or counted(parts.horizon)
    if not found.enough:
        return f"at least {fewest_windows(parts.horizon)} {counts}"

    def decides(seeds: int, periods: int) -> bool:
        return decided(found.difference, parts.at(seeds, periods), region, errors)

    more_seeds = fewest(seeds, lambda number: decides(number, periods))
    if more_seeds:
        return f"about {rounded(more_seeds)} seeds instead of {seeds}"
    more_periods = fewest(periods, lambda number: decides(seeds, number))
    if more_periods:
        return f"about {rounded(more_periods)} {counts} instead of {periods}: more seeds alone would not decide it"
    both = fewest(1, lambda factor: decides(seeds * factor, periods * factor))
    if both:
        return f"about {rounded(seeds * both)} seeds and {rounded(periods * both)} {counts}: neither alone would do"
    return f"more than {MOST} seeds or {counts}: the difference lies at the edge of what matters"


def decided(difference: float, parts: Components, region: float, errors: tuple[float, float] = (0.05, 0.05)) -> bool:
    """Whether an interval of this variance about the difference would lie beyond 0, p too, or inside the region."""
    spread = np.sqrt(parts.total)
    beyond = abs(difference) > critical(1 - min(errors), parts.freedom) * spread
    inside = abs(difference) + critical(1 - errors[1], parts.freedom) * spread < region
    return bool(beyond or inside)


def narrowed(parts: Components, seeds: int, periods: int, level: float) -> float:
    """By which share an interval of the confidence `level` would be narrower with so many seeds and periods in all; at least 0.

    An estimate: the variances found are taken as the true ones. Raises nothing; NaN where there is no interval.
    """
    return max(0.0, 1 - float(parts.at(seeds, periods).margin(level) / parts.margin(level)))


def narrowed_at_most(parts: Components, level: float) -> float:
    """The same with as many periods as there are and however many seeds up to `MOST`."""
    steps = ladder(parts.number_of_seeds) or [parts.number_of_seeds]
    return max(narrowed(parts, seeds, parts.number_of_periods, level) for seeds in steps)


def fewest(start: int, decides: Callable[[int], bool]) -> int | None:
    """The smallest of the numbers above `start` that decides, None where none does; more never decide less."""
    steps = ladder(start)
    place = bisect_left(steps, True, key=decides)
    return steps[place] if place < len(steps) else None


def ladder(start: int) -> list[int]:
    """Numbers above `start`, each a twentieth larger than the one before, up to `MOST`."""
    steps = int(np.log(MOST / start) / np.log(STEP)) if start < MOST else 0
    return sorted({int(np.ceil(start * STEP**step)) for step in range(1, steps + 1)} - {start})


def rounded(number: int) -> int:
    """A number up to two digits that count."""
    unit = 10 ** max(len(str(number)) - 2, 0)
    return int(-(-number // unit) * unit)
