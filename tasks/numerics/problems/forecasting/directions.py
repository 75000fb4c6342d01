"""Whether forecasts know the direction, in a sentence, a table and a section of the page."""

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.overview import Overview, p_value
from tasks.numerics.problems.sections import Paragraph, Rows, Section, Table
from tasks.numerics.statistics.verdicts import ERROR

Found = Overview[ForecastResult]


def direction_section(overview: Found) -> Section:
    """Whether the direction is known."""
    first = (
        " Of step 1 alone: what later steps forecast overlaps, and these tests take hits as independent in time."
        if overview.result.horizon > 1
        else ""
    )
    words = f"{direction_sentence(overview)} Of the mean forecast over a variant's seeds; a single test each.{first}"
    columns = ("variant", "right\n[95 % interval]", "without skill", "p", "Pesaran and\nTimmermann", "p")
    return Section(
        "directions", "Directions", (Paragraph(words), Table("direction-table", columns, (direction_rows(overview),)))
    )


def direction_rows(overview: Found) -> Rows:
    """Variant, share right with its interval, what it must beat, p, Pesaran and Timmermann's statistic and p."""
    return [
        (
            test.variant,
            overview.with_interval("mda", test.share, test.low, test.high),
            overview.number("mda", test.coin),
            p_value(test.p),
            overview.number("slope", test.pesaran_timmermann),
            p_value(test.pesaran_timmermann_p),
        )
        for test in overview.result.directions
    ]


def direction_sentence(overview: Found) -> str:
    """Which variants know the direction better than what takes no skill; Holm's adjustment is left to the reader."""
    tests = [test for test in overview.result.directions if test.periods]
    if not tests:
        return "No variant has a forecast whose directions could be counted."
    skilled = [test.variant for test in tests if test.p < ERROR]
    coin = overview.number("mda", tests[0].coin)
    what = "a coin" if tests[0].coin == 0.5 else "always predicting the opposite of the last move"
    if not skilled:
        return f"No variant's directions are right more often than {what} would be ({coin}), beyond chance."
    return f"Right more often than {what} would be ({coin}), beyond chance: {', '.join(skilled)}."
