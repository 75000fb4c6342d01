"""Compared autoencoders on the terminal, for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.numerics.reconstruction_results import ReconstructionResult
from tasks.numerics.reconstruction_words import cautions, conclusions, score_rows, title
from tasks.numerics.reconstructions import RECONSTRUCTION_METRICS
from tasks.numerics.timings import spent

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 110


def show_reconstructions(
    result: ReconstructionResult,
    places: Mapping[str, str],
    timings: Mapping[str, float],
    console: "Console | None" = None,
) -> None:
    """Print table, conclusions, cautions, `places` (such as Report -> path) and `timings` (stage -> seconds)."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console()
    width = min(WIDTH, console.width)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style), width=width)

    say(f"\n{title(result)}", "bold")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for place, name in enumerate(("", "verdict", *(metric.label for metric in RECONSTRUCTION_METRICS.values()))):
        table.add_column(name, justify="right" if place > 1 else "left", no_wrap=place < 2)
    for row in score_rows(result, narrow=True):
        table.add_row(*row)
    console.print(table, width=width)
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
