"""Compared autoencoders on the terminal, for people."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tasks.numerics.findings.reconstruction_words import cautions, conclusions, score_rows, title
from tasks.numerics.findings.terminal_tables import fitting_table, plain_table
from tasks.numerics.findings.timings import spent
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.scores import RECONSTRUCTION_METRICS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 110
DISPENSABLE = ("mae", "alpha", "average_precision", "auroc")
"""Columns left out first where the terminal is narrow."""
HEADERS = {"explained_variance": "explained\nvariance", "average_precision": "average\nprecision"}


def show_reconstructions(
    result: ReconstructionResult,
    places: Mapping[str, str],
    timings: Mapping[str, float],
    console: "Console | None" = None,
) -> None:
    """Print table, conclusions, cautions, `places` (such as Report -> path) and `timings` (stage -> seconds)."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    width = min(WIDTH, console.width)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style), width=width)

    say(f"\n{title(result)}", "bold")
    columns = list(RECONSTRUCTION_METRICS)
    console.print(fitting_table(partial(table, result), columns, DISPENSABLE, console, width), width=width)
    say("\n".join(conclusions(result)), "bold")
    for caution in cautions(result):
        say(f"! {caution}", "yellow")
    say(
        "Mean ± standard deviation over seeds, of windows scaled as in training; AUROC and precision: mean over kinds of anomaly.\n",
        "dim",
    )
    for name, where in places.items():
        console.print(Text(f"{name:<8} {where}"), soft_wrap=True)
    say(f"{'Time':<8} {spent(timings)}", "dim")


def table(result: ReconstructionResult, shown: Sequence[str]) -> "Table":
    """Variants, then baselines, with the verdict on the primary metric and these metrics."""
    found = plain_table()
    places = [place for place, metric in enumerate(RECONSTRUCTION_METRICS) if metric in shown]
    found.add_column("", no_wrap=True)
    found.add_column("verdict\n" + f"({RECONSTRUCTION_METRICS[result.primary].label})", no_wrap=True)
    for metric in shown:
        label = HEADERS.get(metric, RECONSTRUCTION_METRICS[metric].label)
        found.add_column(label, justify="right", no_wrap=True)
    for name, verdict, *cells in score_rows(result, narrow=True):
        found.add_row(name, verdict, *(cells[place] for place in places))
    return found
