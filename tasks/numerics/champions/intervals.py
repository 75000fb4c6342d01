"""Intervals beside a forecast from errors of the past, and how often such intervals have held what came.

Split conformal prediction (Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World, chapter 2; Lei and others 2018, JASA 113,
1094-1111): with n errors, an interval between the ranks that leave floor((n + 1) a / 2) errors out at each end holds the next value with a
probability of 1 - a at least, where errors come in no order of size. A network that is biased has an interval that is not about its forecast.

Axes: W test windows of a series, H steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.champions.kept import LEVELS, Bounds, Coverage

Array = NDArray[np.float64]
MOST_WINDOWS = 1000
"""Whose intervals are looked at for the coverage: of more, as many evenly among them."""


@dataclass(frozen=True)
class Errors:
    """What the ensemble missed on the test windows of one series."""

    errors: Array
    """(W, H): actual value less forecast, or the logarithm of their ratio."""
    moments: NDArray[np.int64]
    """When each forecast was made (W,), in periods on the calendar of all series."""
    scale: float = 1.0
    """The series' naive error: what its errors are divided by where those of several series are laid together."""


def ends(errors: Array, level: int) -> tuple[float, float] | None:
    """Lower and upper addition to a forecast from errors (n,), for a level in per cent; None where there are too few for it.

    Each end leaves the same share of the errors out. Where there are too few for that, the ends are as far from the forecast as
    each other, which takes half as many.
    """
    number, out = len(errors), (100 - level) / 100
    left_out = int(np.floor((number + 1) * out / 2 + 1e-9))
    if left_out >= 1:
        ordered = np.sort(errors)
        return float(ordered[left_out - 1]), float(ordered[-left_out])
    rank = int(np.ceil((number + 1) * (1 - out) - 1e-9))
    if number == 0 or rank > number:
        return None
    reach = float(np.sort(np.abs(errors))[rank - 1])
    return -reach, reach


def fewest(level: int) -> int:
    """Errors from which on there is an interval of this level."""
    return next(number for number in range(1, 1000) if ends(np.zeros(number), level))


def pooled(found: Sequence[Errors], number: int, step: int, before: int | None = None) -> tuple[Array, float]:
    """Errors that speak for a series at a step (from 0), and what they are to be multiplied by.

    Its own where there are enough for every level, else those of all series, each in multiples of its naive error. Where `before`
    is given, only those whose actual value was known at that moment.
    """
    known = [
        one.errors[(one.moments + step < before) if before is not None else slice(None), step]
        / (1.0 if len(found) == 1 else one.scale)
        for one in found
    ]
    scale = 1.0 if len(found) == 1 else found[number].scale
    if len(found) == 1 or len(known[number]) >= fewest(max(LEVELS)):
        return known[number], scale
    return np.concatenate(known), scale


def bounds(found: Sequence[Errors], number: int) -> dict[int, Bounds]:
    """What is added to a series' forecast at each step, by level."""
    table: dict[int, Bounds] = {}
    for level in LEVELS:
        pairs = []
        for step in range(found[number].errors.shape[1]):
            errors, scale = pooled(found, number, step)
            pair = ends(errors, level)
            pairs.append((pair[0] * scale, pair[1] * scale) if pair else (None, None))
        table[level] = tuple(pairs)
    return table


def coverage(found: Sequence[Errors]) -> Coverage:
    """How often intervals hold the actual values of the second half of each series' test windows.

    Every interval is made of the errors alone that were known when its forecast was made: none is judged by what made it.
    """
    horizon = found[0].errors.shape[1]
    held: dict[int, list[list[bool]]] = {level: [[] for _ in range(horizon)] for level in LEVELS}
    every = second_half(found)
    looked_at = every[:: -(-len(every) // MOST_WINDOWS) or 1]
    for number, at in looked_at:
        own = found[number]
        for step in range(horizon):
            errors, scale = pooled(found, number, step, before=int(own.moments[at]))
            for level in LEVELS:
                if pair := ends(errors, level):
                    low, high = pair[0] * scale, pair[1] * scale
                    held[level][step].append(bool(low <= own.errors[at, step] <= high))
    return Coverage(
        {level: share([one for step in steps for one in step]) for level, steps in held.items()},
        {level: tuple(share(step) for step in steps) for level, steps in held.items()},
        len(looked_at),
    )


def second_half(found: Sequence[Errors]) -> list[tuple[int, int]]:
    """Number of the series, and of its window, of the later half of each series' windows."""
    return [
        (number, int(at))
        for number, own in enumerate(found)
        for at in np.argsort(own.moments, kind="stable")[len(own.moments) // 2 :]
    ]


def share(held: Sequence[bool]) -> float | None:
    """Of those that are true; None of none."""
    return float(np.mean(held)) if len(held) else None
