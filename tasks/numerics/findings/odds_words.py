"""Differences, probabilities and odds as people read them."""

from tasks.numerics.findings.decision import PLAIN, POINTS, Decision
from tasks.numerics.statistics.odds import Odds

CERTAIN = 0.99
"""From this probability on none is told more closely."""


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
