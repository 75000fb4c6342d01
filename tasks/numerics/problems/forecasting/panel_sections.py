"""The page's sections of a panel: every series, its verdicts, ranks and forecasts, and what is known of each."""

import numpy as np

from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.forecasting.directions import direction_sentence
from tasks.numerics.problems.forecasting.figure_groups import group, seeds_legend
from tasks.numerics.problems.forecasting.results import ForecastResult, label
from tasks.numerics.problems.forecasting.scores_by_series import rank_rows, series_rows
from tasks.numerics.problems.forecasting.shown_series import drawn_series, left_out, listed_series
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
from tasks.numerics.wording import NOTHING, few

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
    blocks: list[Block] = [
        first,
        table,
        *left_out_of(overview),
        *difference_blocks(drawn),
        *rank_blocks(overview, drawn),
    ]
    shown = drawn_series(overview)
    blocks += [member_details(overview.members[at], at + 1, drawn, at == shown[0]) for at in shown]
    if said := left_out(overview, len(shown), "summary.json, and their scores in series_scores.nc"):
        blocks.append(Paragraph(said, soft=True))
    last = (
        "Drawn are the reference and the variants of lowest mean RMSE over all series; the forecasts of all are in MLflow, in "
        "forecasts.nc."
    )
    return Section("by-series", "By series", (*blocks, Paragraph(last, soft=True)))


def left_out_of(overview: Found) -> list[Block]:
    """What is to be said of the series that have no row."""
    said = left_out(overview, len(listed_series(overview)), "summary.json, and their scores in series_scores.nc")
    return [Paragraph(said, soft=True)] if said else []


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


def member_details(overview: Found, number: int, drawn: Drawings, opened: bool) -> Details:
    """One series: its scores, directions and forecasts."""
    unit = f", in {overview.unit}" if overview.unit else ""
    blocks: tuple[Block, ...] = (
        score_table(overview, f"scores-of-{number}"),
        Paragraph(f"Directions: {direction_sentence(overview)}", soft=True),
        Figures(group(drawn, f"forecast/{number}/"), seeds_legend(overview, ("solid", "actual"))),
    )
    return Details(f"**{overview.result.series.name}**{unit}", blocks, f"series-{number}", opened=opened)


def panel_data(overview: Found, drawn: Drawings) -> tuple[Block, ...]:
    """A row a series, of many a row for some."""
    result, shown = overview.result, listed_series(overview)
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
        for one, error in ((result.members[at], result.naive_errors[at]) for at in shown)
    ]
    split = "begin at one date for all series" if result.split_by_date else "are each series' own last ones"
    words = (
        f"{series.description}. Frequency {series.frequency or 'not given'}. The parts {split}; "
        "each is scaled by its own training part."
    )
    return (
        Paragraph(words),
        *left_out_of(overview),
        Table("panel-table", (*columns, "naive error\nin its unit", "dropped"), (rows,), words=(9,)),
        Definitions(
            {
                "Sources": series.source,
                "Left out as too short": few(series.left_out, 20) or "nothing",
                "SHA-256": f"`{series.digest}`",
            }
        ),
        Figures(group(drawn, "series/"), wide=True),
    )
