"""The page's sections of a panel: every series, its verdicts, ranks and forecasts, and what is known of each."""

import numpy as np

from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.forecasting.directions import direction_sentence
from tasks.numerics.problems.forecasting.figure_groups import group, seeds_legend
from tasks.numerics.problems.forecasting.results import ForecastResult, label
from tasks.numerics.problems.forecasting.scores_by_series import rank_rows, series_rows
from tasks.numerics.problems.forecasting.words import series_sentences
from tasks.numerics.problems.overview import SIGNS, Overview
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
from tasks.numerics.wording import NOTHING

Found = Overview[ForecastResult]


def series_section(overview: Found, drawn: Drawings) -> Section:
    """Every series of a panel, its verdicts, ranks and forecasts."""
    metric, reference = METRICS[overview.result.metric].label, overview.result.comparison.reference
    columns = ("series", "unit", "test\nwindows", f"RMSE of {reference}\nmean", "lowest mean RMSE\nof the variants")
    verdicts = tuple(f"{verdict.variant}\n{metric}" for verdict in overview.primary)
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
