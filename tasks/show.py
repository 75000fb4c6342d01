"""Show: the result on the terminal, for people."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tasks.numerics.findings.answer import lines_of
from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.decision_tables import odds_cell, odds_explained
from tasks.numerics.findings.further_training import further_training_in_words
from tasks.numerics.findings.terminal_tables import fitting_table, plain_table
from tasks.numerics.findings.timings import spent
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.findings.verdict_sentences import claim
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.overview import Overview, Row
from tasks.numerics.problems.results import Result
from tasks.numerics.wording import joined, listed

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Found = Overview[Any]
WIDTH, TABLE_WIDTH = 110, 140
"""Most columns of text, and of the table."""
MOST_REASONS = 12
"""Lines on what is seen inside the networks, one a variant."""
DISPENSABLE = (
    "brier",
    "calibration_error",
    "balanced_accuracy",
    "macro_f1",
    "mae",
    "slope",
    "mda",
    "alpha",
    "average_precision",
    "explained_variance",
    "diverged",
    "mfe",
    "auroc",
    "log_loss",
    "difference",
    "odds",
)
"""Columns left out first where the terminal is narrow; diverged seeds are among the cautions too."""


def show(
    result: Result,
    places: Mapping[str, str],
    timings: Mapping[str, float],
    console: "Console | None" = None,
    explain: bool = False,
) -> None:
    """Print table, answer, `places` (such as Report -> path) and `timings` (stage -> seconds); all there is to say where `explain`."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    overview: Found = Overview.of(result)
    width = min(WIDTH, console.width)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style), width=width)

    say(f"\n{result.data}", "bold")
    columns = ["difference", "odds", *result.shown, "diverged"]
    dispensable = [column for column in DISPENSABLE if column in columns]
    wide = min(TABLE_WIDTH, console.width)
    console.print(fitting_table(partial(table, overview), columns, dispensable, console, wide), width=wide)
    for own in PROBLEMS[result.head].terminal_tables(overview, width) if explain else ():
        say(f"\n{own.caption}")
        console.print(plain(own), width=width)
    for line in lines_of(overview, width):
        say(line, "yellow" if line.startswith(("! ", "  ")) else "bold")
    if explain:
        explanation(overview, width, say)
    say("")
    # Paths are not wrapped, so that they can be copied whole.
    for name, place in places.items():
        console.print(Text(f"{name:<8} {place}"), soft_wrap=True)
    if timings:
        say(f"{'Time':<8} {spent(timings)}", "dim")


def explanation(overview: Found, width: int, say: Any) -> None:
    """Every conclusion, what is seen inside the networks, tuning, every caution, and how to read the table."""
    say("\n" + "\n".join(filter(None, (*conclusions(overview), further_training_in_words(overview)))))
    if why := reasons(overview, width):
        say("\n".join(["Seen inside the networks (the report says what it does, under Why):", *why]))
    if tuned := Chosen(overview).in_short:
        say(tuned, "dim")
    for sentence in PROBLEMS[overview.result.head].notes(overview):
        say(sentence.replace("`", ""), "dim")
    for caution in cautions(overview):
        say(f"! {caution}", "yellow")
    say(f"\n{legend(overview)}", "dim")


def reasons(overview: Found, width: int) -> list[str]:
    """What is seen inside the networks, a line a variant with the weightiest first as far as they fit; the report has all."""
    found: dict[tuple[str, ...], list[str]] = {}
    for cause in causes(overview):
        found.setdefault(cause.variants, []).append(cause.short)
    lines = [fitting(f"{listed(list(names))}: ", shorts, width - 2) for names, shorts in found.items()]
    left_out = [f"{len(lines) - MOST_REASONS} more variants"] if len(lines) > MOST_REASONS else []
    return [f"  {line}" for line in (*lines[:MOST_REASONS], *left_out)]


def fitting(line: str, parts: Sequence[str], width: int) -> str:
    """A line with the first of some parts, and the next ones that it has room for."""
    line += parts[0]
    for part in parts[1:]:
        if len(line) + len(part) + 2 <= width:
            line += f"; {part}"
    return line


def table(overview: Found, columns: Sequence[str]) -> "Table":
    """Variants, then baselines, with the means of metrics, and `diverged`, beside the one that leads."""
    result, found = overview.result, plain_table(title(overview))
    add = partial(found.add_column, no_wrap=True, vertical="bottom")
    add("")
    add(f"{overview.leads.label}\nmean ± sd", justify="right")
    if "difference" in columns:
        add(f"difference\nto {result.comparison.reference} [95 %]", justify="right")
    add(f"verdict\n({result.metrics[result.metric].label})")
    if "odds" in columns:
        add("better/\nas good/\nworse, %", justify="right")
    for column in further(columns):
        header = "diverged\nseeds" if column == "diverged" else f"{result.metrics[column].label}\nmean"
        add(header, justify="right")
    for at, row in enumerate(overview.variants):
        last = at == len(overview.variants) - 1
        found.add_row(*cells(overview, row, columns), style="bold" if row.best else "", end_section=last)
    for row in overview.baselines:
        found.add_row(*cells(overview, row, columns), style="bold" if row.best else "")
    return found


def plain(rows: Any) -> "Table":
    """A table that is a problem's own."""
    found = plain_table("")
    for number, column in enumerate(rows.columns):
        found.add_column(column, justify="right" if number else "left", no_wrap=True)
    for group in rows.groups:
        for row in group:
            found.add_row(f"  {row[0]}", *row[1:], end_section=row is group[-1])
    return found


def title(overview: Found) -> str:
    """What the numbers are over, and in which unit."""
    seeds = f"Test part, {overview.seeds} seed{'s' if overview.seeds > 1 else ''} a variant"
    over = ", ".join(filter(None, (seeds, overview.result.ahead)))
    metrics = overview.result.metrics
    in_unit = [
        metrics[key].label for key in (overview.result.leading, *overview.result.shown) if metrics[key].in_series_unit
    ]
    labels = joined(in_unit) if in_unit else ""
    return f"{over}; {labels} in {overview.unit}" if overview.unit else over


def cells(overview: Found, row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    """A row's cells, the best of its kind marked for those who see no colour."""
    shown = overview.result.shown
    others = (row.diverged if column == "diverged" else row.means[shown.index(column)] for column in further(columns))
    difference = [row.difference] if "difference" in columns else []
    odds = [odds_cell(overview, row.name)] if "odds" in columns else []
    return (f"{'*' if row.best else ' '} {row.name}", row.leading, *difference, row.verdict, *odds, *others)


def further(columns: Sequence[str]) -> list[str]:
    """The columns after verdict and odds."""
    return [column for column in columns if column not in ("difference", "odds")]


def legend(overview: Found) -> str:
    """How to read the table, a line a metric."""
    metrics = overview.result.metrics
    lines = [
        f"* {overview.extreme} mean {overview.leads.label}, of the networks and of the baselines. ± sd: standard deviation over seeds.",
        f"[95 %]: interval of the mean difference, over other seeds and other test {overview.result.tested} like these; below 0 is better.",
        claim(overview),
        odds_explained(overview),
    ]
    lines += [
        f"{metrics[key].label}: {metrics[key].meaning}" for key in (overview.result.leading, *overview.result.shown)
    ]
    return "\n".join(lines)
