"""The result on the terminal, for people."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.overview import SHOWN, SIGNS, Overview, Row
from tasks.numerics.findings.scores_by_series import panel_sentence, variant_rows
from tasks.numerics.findings.scores_by_step import shown_steps, step_rows, windows_sentence
from tasks.numerics.findings.terminal_tables import fitting_table, plain_table
from tasks.numerics.findings.timings import spent
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.findings.verdict_sentences import CLAIM
from tasks.numerics.problems.forecasting.results import Result
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.wording import listed

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 110
MOST_REASONS = 12
"""Lines on what is seen inside the networks, one a variant."""
DISPENSABLE = ("mae", "slope", "mda", "alpha", "diverged", "mfe")
"""Columns left out first where the terminal is narrow; diverged seeds are among the cautions too."""


def show(
    result: Result, places: Mapping[str, str], timings: Mapping[str, float], console: "Console | None" = None
) -> None:
    """Print table, conclusions, cautions, `places` (such as Report -> path) and `timings` (stage -> seconds)."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    overview = Overview(result)
    width = min(WIDTH, console.width)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style), width=width)

    say(f"\n{overview.data}", "bold")
    columns = [*SHOWN, "diverged"]
    console.print(fitting_table(partial(table, overview), columns, DISPENSABLE, console, width), width=width)
    if result.horizon > 1:
        console.print(step_table(overview, width), width=width)
    if overview.members:
        console.print(series_table(overview), width=width)
    say("\n" + "\n".join(conclusions(overview)), "bold")
    if why := reasons(overview, width):
        say("\n".join(["Seen inside the networks (the report says what it does, under Why):", *why]))
    if tuned := Chosen(overview).in_short:
        say(tuned, "dim")
    for sentence in filter(None, (windows_sentence(overview), panel_sentence(overview))):
        say(sentence, "dim")
    for caution in cautions(overview):
        say(f"! {caution}", "yellow")
    say(f"\n{legend()}\n", "dim")
    # Paths are not wrapped, so that they can be copied whole.
    for name, place in places.items():
        console.print(Text(f"{name:<8} {place}"), soft_wrap=True)
    if timings:
        say(f"{'Time':<8} {spent(timings)}", "dim")


def reasons(overview: Overview, width: int) -> list[str]:
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


def table(overview: Overview, columns: Sequence[str]) -> "Table":
    """Variants, then baselines, with the means of metrics, and `diverged`, beside RMSE."""
    found = plain_table(title(overview))
    found.add_column("", no_wrap=True)
    found.add_column("RMSE\nmean ± sd", justify="right", no_wrap=True)
    reference = overview.result.comparison.reference
    found.add_column(f"difference\nto {reference} [95 %]", justify="right", no_wrap=True)
    found.add_column(f"verdict\n({METRICS[overview.result.comparison.metric].label})", no_wrap=True)
    for column in columns:
        header = "diverged\nseeds" if column == "diverged" else f"{METRICS[column].label}\nmean"
        found.add_column(header, justify="right", no_wrap=True)
    for at, row in enumerate(overview.variants):
        last = at == len(overview.variants) - 1
        found.add_row(*cells(row, columns), style="bold" if row.best else "", end_section=last)
    for row in overview.baselines:
        found.add_row(*cells(row, columns), style="bold" if row.best else "")
    return found


def step_table(overview: Overview, width: int) -> "Table":
    """RMSE of the variants and the best baseline at as many steps as `width` has room for."""
    variants, baselines = step_rows(overview, shown_steps(overview.result.horizon))
    rows = [*variants, *(row for row in baselines if row[0] == overview.best_baseline)]
    name, cell = max(len(row[0]) for row in rows), max(len(text) for row in rows for text in row[1:])
    steps = shown_steps(overview.result.horizon, max((width - name - 4) // (cell + 2), 2))
    found = plain_table("Mean RMSE by step")
    found.add_column("", no_wrap=True)
    for step in steps:
        found.add_column(str(step), justify="right", no_wrap=True)
    variants, baselines = step_rows(overview, steps)
    for row in variants:
        found.add_row(f"  {row[0]}", *row[1:], end_section=row is variants[-1])
    for row in baselines:
        if row[0] == overview.best_baseline:
            found.add_row(f"  {row[0]}", *row[1:])
    return found


def series_table(overview: Overview) -> "Table":
    """A row a variant: its mean rank over the series of a panel, and in how many of them which word was found."""
    label = METRICS[overview.result.comparison.metric].label
    found = plain_table(f"By series, on {label}: {len(overview.members)} series")
    found.add_column("", no_wrap=True)
    for header in ("mean\nrank", "best\nin", *(f"{word}\nin" for word in SIGNS)):
        found.add_column(header, justify="right", no_wrap=True)
    for name, *cells in variant_rows(overview):
        found.add_row(f"  {name}", *cells)
    return found


def title(overview: Overview) -> str:
    """What the numbers are over, and in which unit."""
    over = f"Test part, {overview.seeds} seed{'s' if overview.seeds > 1 else ''} a variant"
    if overview.result.horizon > 1:
        over += f", {overview.result.horizon} steps ahead together"
    return f"{over}; RMSE, MAE and MFE in {overview.unit}" if overview.unit else over


def cells(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    """A row's cells, the best of its kind marked for those who see no colour."""
    others = (row.diverged if column == "diverged" else row.means[SHOWN.index(column)] for column in columns)
    return (f"{'*' if row.best else ' '} {row.name}", row.rmse, row.difference, row.verdict, *others)


def legend() -> str:
    """How to read the table, a line a metric."""
    lines = [
        "* lowest mean RMSE, of the networks and of the baselines. ± sd: standard deviation over seeds.",
        "[95 %]: interval of the mean difference, over other seeds and other test periods like these; below 0 is better.",
        CLAIM,
    ]
    lines += [f"{METRICS[key].label}: {METRICS[key].meaning}" for key in ("rmse", *SHOWN)]
    return "\n".join(lines)
