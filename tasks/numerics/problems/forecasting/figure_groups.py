"""Which figures stand together on the page, and what their lines mean."""

from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.sections import Sample

Found = Overview[ForecastResult]


def group(drawn: Drawings, start: str) -> tuple[str, ...]:
    """Names of the figures that begin so."""
    return tuple(name for name in drawn if name.startswith(start))


def seeds_legend(overview: Found, *further: tuple[Sample, str]) -> tuple[tuple[Sample, str], ...]:
    """What lines over seeds mean."""
    band: tuple[tuple[Sample, str], ...] = (("band", "5 to 95 % of seeds"),) if overview.seeds > 1 else ()
    other: tuple[Sample, str] = ("dot", f"{overview.result.comparison.reference}, mean of seeds")
    return ("dash", "mean of seeds"), *band, other, *further
