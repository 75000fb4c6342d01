"""The page of a result as data: the answer, then detail in the order in which a reader asks."""

from dataclasses import replace
from typing import Any

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.decision_section import decision_section
from tasks.numerics.findings.drawing_tables import table_of
from tasks.numerics.findings.method import method
from tasks.numerics.findings.network_section import network_section
from tasks.numerics.findings.report_tables import diagnostic_rows, initial_weights, tuning_rows, verdict_rows
from tasks.numerics.findings.symptoms import SYMPTOMS, untold
from tasks.numerics.findings.verdict_sentences import claim
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.score_tables import score_table
from tasks.numerics.problems.sections import (
    Block,
    Definitions,
    Details,
    Figures,
    Heading,
    Paragraph,
    Points,
    Rows,
    Sample,
    Section,
    Table,
)

Found = Overview[Any]


def sections(overview: Found, drawn: Drawings, shown_above: set[str]) -> tuple[Section, ...]:
    """Every section; figures that are `shown_above` have only their tables here."""
    problem = PROBLEMS[overview.result.head]
    found = [
        *decision_section(overview),
        result_section(overview),
        *why_section(overview),
        verdict_section(overview),
        *problem.sections(overview, drawn),
        scores_section(overview, drawn),
        *tuning_section(overview, drawn),
        network_section(overview),
        inside_section(overview),
        learning_section(overview, drawn),
        metrics_section(overview),
        baselines_section(overview),
        problem.data(overview, drawn),
        Section("method", "Method", (Paragraph(method(overview)),)),
    ]
    return tuple(replace(one, blocks=with_tables(one.blocks, drawn, shown_above)) for one in found)


def with_tables(blocks: tuple[Block, ...], drawn: Drawings, shown_above: set[str]) -> tuple[Block, ...]:
    """Figures followed by their numbers, those that stand above left out."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Details):
            found.append(replace(block, blocks=with_tables(block.blocks, drawn, shown_above)))
        elif isinstance(block, Figures):
            kept = tuple(name for name in block.names if name not in shown_above)
            found += [replace(block, names=kept)] if kept else []
            numbers = tuple(table_of(name, drawn[name]) for name in block.names)
            found += [Details("The same in numbers", numbers)] if numbers else []
        else:
            found.append(block)
    return tuple(found)


def figure_names(blocks: tuple[Block, ...]) -> list[str]:
    """The names of all figures, in the order of the page."""
    found = []
    for block in blocks:
        if isinstance(block, Details):
            found += figure_names(block.blocks)
        elif isinstance(block, Figures):
            found += block.names
    return found


def named(drawn: Drawings, start: str) -> tuple[str, ...]:
    """Names of the figures that begin so."""
    return tuple(name for name in drawn if name.startswith(start))


def result_section(overview: Found) -> Section:
    """The table of scores."""
    result, metrics = overview.result, overview.result.metrics
    words = " ".join([f"{result.data}.", *PROBLEMS[result.head].notes(overview)])
    legend = (
        f"* {overview.extreme} mean {overview.leads.label}, of the networks and of the baselines. ± sd: standard deviation over seeds. "
        f"[95 % interval]: of the mean difference, over other seeds and other test {result.tested} like these; below 0 is better."
    )
    shown = (metrics[key] for key in (result.leading, *result.shown))
    terms = {metric.label: f"{metric.name}. {metric.meaning}" for metric in shown}
    table = score_table(overview, "table")
    blocks = (Paragraph(words, soft=True), table, Paragraph(legend, soft=True), Definitions(terms))
    return Section("result", "Result", blocks)


def why_section(overview: Found) -> list[Section]:
    """Causes; none where the numbers bear none out."""
    found = causes(overview)
    if not found:
        return []
    words = f"What is seen inside the networks, and what it does to their {overview.result.output}s; only what the numbers bear out."
    return [Section("why", "Why", (Paragraph(words, soft=True), Points(tuple(cause.sentence for cause in found))))]


def verdict_section(overview: Found) -> Section:
    """Verdicts in every judged metric."""
    result = overview.result
    if not overview.primary:
        reference = result.comparison.reference
        return Section("verdicts", "Verdicts", (Paragraph(f"There is no variant beside {reference}."),))
    scales = {
        "mfe": "MFE by its distance from 0",
        "alpha": "alpha by |log alpha|",
        "slope": "slope b by its distance from 1",
        "mda": "MDA by the share that was wrong",
    }
    own = [words for metric, words in scales.items() if metric in result.judged]
    words = (
        f"{claim(overview)} Differences are in badness: below 0 the variant is better. "
        f"{'Errors are compared as they are; ' if own else ''}{', '.join(own)}{'.' if own else ''} {result.too_narrow}"
    )
    region = overview.number(result.metric, overview.primary[0].region)
    unit = f"\n{overview.unit}" if overview.unit else ""
    judged = (result.metrics[key].label + (unit if result.metrics[key].in_series_unit else "") for key in result.judged)
    last = f"seeds in which it is better\n{result.metrics[result.metric].label}, 95 % interval"
    table = Table(
        "verdict-table",
        ("variant", *judged, last),
        (verdict_rows(overview),),
        words=tuple(range(1, len(result.judged) + 1)),
    )
    legend: tuple[tuple[Sample, str], ...] = (("grey", f"region of practical equivalence, ±{region}"),)
    figures = Figures((f"verdicts/{result.metric}",), legend, wide=True)
    return Section("verdicts", "Verdicts", (Paragraph(words.strip()), figures, table))


def scores_section(overview: Found, drawn: Drawings) -> Section:
    """How scores are spread over seeds."""
    legend: tuple[tuple[Sample, str], ...] = (
        ("band", "density"),
        ("box", "quartiles and median, whiskers at 5 and 95 %, mean dashed"),
        ("point", "a seed"),
        ("diamond", "baseline"),
        ("dot", f"mean of {overview.result.comparison.reference}, or the ideal (dashed)"),
    )
    return Section("scores", "Scores over seeds", (Figures(named(drawn, "scores/"), legend, wide=True),))


def tuning_section(overview: Found, drawn: Drawings) -> list[Section]:
    """What was chosen; none without a grid."""
    rows = tuning_rows(overview)
    if not rows:
        return []
    unit = f"\n{overview.unit}" if overview.unit else ""
    scores = (f"{overview.leads.label}, {which}{unit}\nmean ± sd" for which in ("tuned", "untuned"))
    words = (
        f"The same {overview.result.tuning.sizes['candidate']} candidates for every variant; the best is chosen on the validation loss "
        "over all seeds, never on the test part. What the given learning rate alone would have said stands beside it."
    )
    after = "Filled symbols: chosen. Side by side at each learning rate, so that intervals do not cover one another."
    columns = ("variant", "chosen learning rate", *scores, "verdict, tuned", "verdict, untuned")
    table = Table("tuning-table", columns, (rows,), words=(4, 5))
    figures = Figures(named(drawn, "tuning/"), wide=True)
    return [Section("tuning", "Tuning", (Paragraph(words), table, figures, Paragraph(after, soft=True)))]


def inside_section(overview: Found) -> Section:
    """What is seen inside the networks."""
    origins = " and origins" if overview.result.diagnostics.sizes["origin"] > 1 else ""
    words = (
        f"Of every network at the end of its training, on its training windows: median over seeds{origins} [5 %, 95 %]."
    )
    columns = ("variant", *(one.label for one in SYMPTOMS.values()))
    counts = ("a dead layer\nnetworks", "constant\nnetworks", "diverged\nnetworks")
    table = Table("inside-table", (*columns, *counts), (diagnostic_rows(overview),))
    meanings = Definitions({one.label: one.meaning for one in SYMPTOMS.values()} | untold(overview.result))
    weights = Definitions({names: said for said, names in initial_weights(overview).items()})
    blocks = (Paragraph(words), table, meanings, Heading("Initial weights"), weights)
    return Section("inside", "Inside the networks", blocks)


def learning_section(overview: Found, drawn: Drawings) -> Section:
    """Losses after every epoch."""
    of = " of scaled values" * overview.result.scaled_loss
    words = f"{overview.result.loss.capitalize()}{of} after each epoch, on a logarithmic scale that all panels share."
    legend: tuple[tuple[Sample, str], ...] = (
        ("solid", "training, median of seeds"),
        ("dash", "validation, median"),
        ("grey", "5 to 95 %, training"),
        ("band", "5 to 95 %, validation"),
        ("dot", f"{overview.result.comparison.reference}, validation"),
    )
    return Section("learning", "Learning curves", (Paragraph(words), Figures(named(drawn, "learning/"), legend)))


def metrics_section(overview: Found) -> Section:
    """A table a metric."""
    reference = overview.result.comparison.reference
    words = (
        f"Over the seeds that have a value. The difference is the variant's mean minus {reference}'s; its interval is the bootstrap's "
        "over paired seeds alone."
    )
    details = []
    for number, (key, metric) in enumerate(overview.result.metrics.items()):
        unit = f", {overview.unit}" if metric.in_series_unit and overview.unit else ""
        columns = ("variant", "mean", "sd", "interquartile\nmean", "5 %", "95 %", "seeds")
        table = Table(
            f"metric-{key}-table",
            (*columns, f"difference to {reference}\n[95 % interval]"),
            (metric_rows(overview, key),),
        )
        summary = f"**{metric.label}** {metric.name}{unit}; {metric.better} is better"
        details.append(Details(summary, (Paragraph(metric.meaning, soft=True), table), f"metric-{key}", number == 0))
    return Section("metrics", "All metrics", (Paragraph(words), *details))


def metric_rows(overview: Found, metric: str) -> Rows:
    """Name, mean, standard deviation, interquartile mean, 5 and 95 %, seeds, difference with its interval."""
    columns = ("mean", "standard_deviation", "interquartile_mean", "low", "high")
    return [
        (
            str(name),
            *(overview.number(metric, row[column]) for column in columns),
            f"{row['count']:.0f}",
            overview.difference(str(name), metric),
        )
        for name, row in overview.summary.xs(metric, level="metric").iterrows()
    ]


def baselines_section(overview: Found) -> Section:
    """What takes no network: name, what it is (of several series: of each), every metric."""
    result, notes = overview.result, overview.result.baseline_notes
    unit = f" Errors in {overview.unit}." if overview.unit else ""
    words = f"What takes no network, fitted on what comes before the test part alone, on the same windows.{unit}"
    table = result.baseline_scores.to_dataframe()
    rows: Rows = [
        (str(name), notes[str(name)], *(overview.number(metric, float(row[metric])) for metric in result.metrics))
        for name, row in table.iterrows()
    ]
    columns = ("baseline", "what it is", *(metric.label for metric in result.metrics.values()))
    return Section("baselines", "Baselines", (Paragraph(words), Table("baseline-table", columns, (rows,), words=(1,))))
