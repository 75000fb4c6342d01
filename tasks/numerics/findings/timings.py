"""Where the time went, in words."""

from collections.abc import Mapping


def spent(timings: Mapping[str, float]) -> str:
    """Seconds in all and a stage."""
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in timings.items())
    return f"{sum(timings.values()):.1f} s: {stages}"
