"""The page's sections of forecasters: forecasts, steps, series, baselines over time, directions, and the data."""

import numpy as np

from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.forecasting.results import ForecastResult, label
from tasks.numerics.problems.forecasting.scores_by_series import rank_rows, series_rows
from tasks.numerics.problems.forecasting.scores_by_step import shown_steps, step_rows
from tasks.numerics.problems.forecasting.words import series_sentences
from tasks.numerics.problems.overview import SIGNS, Overview, p_value
from tasks.numerics.problems.score_tables import score_table
from tasks.numerics.problems.sections import (
    Block,
    Definitions,
    Details,
    Figures,
    Heading,
    Paragraph,
    Rows,
    Sample,
    Section,
    Table,
)
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.statistics.verdicts import ERROR
from tasks.numerics.wording import NOTHING

Found = Overview[ForecastResult]


def sections(overview: Found, drawn: Drawings) -> tuple[Section, ...]:
    """Its own sections, in the order in which a reader asks."""
    found = []
    if overview.members:
        found.append(series_section(overview, drawn))
    else:
        found.append(forecast_section(overview, drawn))
    if overview.result.horizon > 1:
        found.append(step_section(overview, drawn))
    if overview.result.accuracy:
        found.append(accuracy_section(overview))
    if not overview.members:
        found.append(direction_section(overview))
    return tuple(found)


def group(drawn: Drawings, start: str) -> tuple[str, ...]:
    """Names of the figures that begin so."""
    return tuple(name for name in drawn if name.startswith(start))


def seeds_legend(overview: Found, *further: tuple[Sample, str]) -> tuple[tuple[Sample, str], ...]:
    """What lines over seeds mean."""
    band: tuple[tuple[Sample, str], ...] = (("band", "5 to 95 % of seeds"),) if overview.seeds > 1 else ()
    other: tuple[Sample, str] = ("dot", f"{overview.result.comparison.reference}, mean of seeds")
    return ("dash", "mean of seeds"), *band, other, *further


def forecast_section(overview: Found, drawn: Drawings) -> Section:
    """Every variant's forecasts."""
    horizon, unit = overview.result.horizon, overview.result.series.unit
    ahead = "one period ahead" if horizon == 1 else f"the first step, and the last, {horizon} periods ahead"
    words = f"Test part, {ahead}{f', in {unit}' if unit else ''}. All panels have the same scale; a double click shows what lies outside."
    figures = Figures(group(drawn, "forecast/"), seeds_legend(overview, ("solid", "actual")))
    return Section("forecasts", "Forecasts against actual values", (Paragraph(words), figures))


def step_section(overview: Found, drawn: Drawings) -> Section:
    """RMSE at every step."""
    horizon = overview.result.horizon
    steps, unit = shown_steps(horizon), f", in {overview.unit}" if overview.unit else ""
    words = (
        f"RMSE of every step alone{unit}: step 1 is the first period after what the network sees, step {horizon} the last that it "
        "forecasts. Means over seeds."
    )
    best: tuple[tuple[Sample, str], ...] = (("solid", overview.best_baseline),) if overview.best_baseline else ()
    table = Table("step-table", ("step", *map(str, steps)), step_rows(overview, steps))
    figures = Figures(group(drawn, "steps/"), seeds_legend(overview, *best))
    return Section("steps", "By step", (Paragraph(words), table, figures))


def accuracy_section(overview: Found) -> Section:
    """Mean forecasts over time against the baselines."""
    result = overview.result
    several = result.horizon > 1
    rows = [
        (
            test.model,
            overview.number("rmse", float(np.sqrt(test.mean_loss))),
            overview.number("slope", test.statistic),
            p_value(test.p),
            *([p_value(test.harvey_p)] if several else []),
            "yes" if test.in_set else "no",
        )
        for test in result.accuracy
    ]
    columns = ("forecast", "RMSE", "DM statistic", "p", *(["p by Harvey\net al."] if several else []))
    words = (
        f"Mean forecasts of all seeds, best first. Diebold and Mariano's test is against {overview.best_baseline}, below 0 is more "
        "accurate; the set holds the best forecast in 95 of 100 such test parts."
    )
    table = Table("accuracy", (*columns, "in the model\nconfidence set"), (rows,))
    return Section("accuracy", "Over time, and against the baselines", (Paragraph(words), table))


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


def series_section(overview: Found, drawn: Drawings) -> Section:
    """Every series of a panel, its verdicts, ranks and forecasts."""
    label, reference = METRICS[overview.result.metric].label, overview.result.comparison.reference
    columns = ("series", "unit", "test\nwindows", f"RMSE of {reference}\nmean", "lowest mean RMSE\nof the variants")
    verdicts = tuple(f"{verdict.variant}\n{label}" for verdict in overview.primary)
    table = Table(
        "series-table",
        (*columns, "best baseline\nRMSE", *verdicts),
        (series_rows(overview),),
        words=tuple(range(6, 6 + len(verdicts))),
    )
    first = Paragraph(
        "Every series in its own unit. A verdict on a single series rests on its test windows alone; Holm's adjustment is over "
        "variants, not over series, so that of many series some are decided by chance."
    )
    blocks: list[Block] = [first, table, *difference_blocks(drawn), *rank_blocks(overview, drawn)]
    for number, one in enumerate(overview.members, 1):
        blocks.append(member_details(one, number, drawn))
    last = (
        "Drawn are the reference and the variants of lowest mean RMSE over all series; the forecasts of all are in MLflow, in "
        "forecasts.nc."
    )
    return Section("by-series", "By series", (*blocks, Paragraph(last, soft=True)))


def difference_blocks(drawn: Drawings) -> list[Block]:
    """Differences to the reference, series by series."""
    if not (names := group(drawn, "over_series/")):
        return []
    interval = "difference with its 95 % interval, in multiples of the series' naive error where the metric has a unit"
    legend: tuple[tuple[Sample, str], ...] = (
        ("grey", "region of practical equivalence of each"),
        ("interval", interval),
    )
    return [Heading("Differences, series by series"), Figures(names, legend, wide=True)]


def rank_blocks(overview: Found, drawn: Drawings) -> list[Block]:
    """What the ranks say of other series."""
    ranks, names = overview.result.ranks, group(drawn, "ranks/")
    if ranks is None or not names:
        return []
    columns = ("variant", "mean rank", "best in\nseries", *(f"{word} in\nseries" for word in SIGNS))
    band: tuple[tuple[Sample, str], ...] = (
        (("grey", "critical difference: within it, nothing is told from the reference"),)
        if np.isfinite(ranks.critical)
        else ()
    )
    none = () if band else (Paragraph("No band: so few series can show no difference for as many variants.", True),)
    legend = (("point", "mean rank"), ("dot", "the reference's"), *band, ("tick", "a series"))
    return [
        Heading("Ranks: what is told of other series"),
        Paragraph(" ".join(series_sentences(overview)[1:])),
        Table("rank-table", (*columns, "p\nranks, exact", "p\nafter Holm"), (rank_rows(overview),)),
        Figures(names, legend, wide=True),  # type: ignore[arg-type]  # samples by name
        *none,
    ]


def member_details(overview: Found, number: int, drawn: Drawings) -> Details:
    """One series: its scores, directions and forecasts."""
    unit = f", in {overview.unit}" if overview.unit else ""
    blocks: tuple[Block, ...] = (
        score_table(overview, f"scores-of-{number}"),
        Paragraph(f"Directions: {direction_sentence(overview)}", soft=True),
        Figures(group(drawn, f"forecast/{number}/"), seeds_legend(overview, ("solid", "actual"))),
    )
    return Details(f"**{overview.result.series.name}**{unit}", blocks, f"series-{number}", opened=number == 1)


def data(overview: Found, drawn: Drawings) -> Section:
    """The series and its parts."""
    result = overview.result
    if result.members:
        return Section("data", "Data", panel_data(result, drawn))
    series, values = result.series, result.series.values
    first, last = (label(values.index[at]) for at in (0, -1))
    parts = (result.rows_before_validation, result.test_start, len(values))
    terms = {
        "Series": series.name + (f": {series.description}" if series.description else ""),
        **({"Source": series.source} if series.source else {}),
        "Unit": series.unit or "not given",
        "Rows": f"{len(values)}, {first} to {last}",
        "Frequency": f"{series.frequency or 'not given'}; season of {series.season_length} period{'s' * (series.season_length != 1)}",
        "Parts": f"training {parts[0]} rows, validation {parts[1] - parts[0]}, test {parts[2] - parts[1]}",
        "Dropped": "; ".join(series.dropped) or "nothing",
        "SHA-256": f"`{series.digest}`",
    }
    return Section("data", "Data", (Definitions(terms), Figures(("series",), wide=True)))


def panel_data(result: ForecastResult, drawn: Drawings) -> tuple[Block, ...]:
    """A row a series."""
    series = result.series
    columns = ("series", "unit", "season\nperiods", "rows", "from, to", "training", "validation", "test")
    rows: Rows = [
        (
            one.series.name + (f"\n{one.series.description}" if one.series.description else ""),
            one.series.unit or "not given",
            str(one.series.season_length),
            str(len(one.series.values)),
            "\n".join(label(one.series.values.index[at]) for at in (0, -1)),
            str(one.rows_before_validation),
            str(one.test_start - one.rows_before_validation),
            str(len(one.series.values) - one.test_start),
            f"{error:.4g}" if np.isfinite(error) else NOTHING,
            "; ".join(one.series.dropped) or "nothing",
        )
        for one, error in zip(result.members, result.naive_errors, strict=True)
    ]
    words = (
        f"{series.description}. Frequency {series.frequency or 'not given'}. The parts are split by date, alike for all series; "
        "each is scaled by its own training part."
    )
    return (
        Paragraph(words),
        Table("panel-table", (*columns, "naive error\nin its unit", "dropped"), (rows,), words=(9,)),
        Definitions({"Sources": series.source, "SHA-256": f"`{series.digest}`"}),
        Figures(group(drawn, "series/"), wide=True),
    )
