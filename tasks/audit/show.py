"""An audit on the terminal, for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.numerics.audit.audits import Audit
from tasks.numerics.audit.sentences import capital, cautions, conclusions
from tasks.numerics.audit.tables import pair_rows, standing_rows
from tasks.numerics.findings.terminal_tables import plain_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 110


def show(audit: Audit, places: Mapping[str, str], console: "Console | None" = None) -> None:
    """Print tables, conclusions, cautions and `places` (such as Page -> path)."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    width = min(WIDTH, console.width)

    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style), width=width)

    say(f"\n{audit.claim.name}: {audit.series}, {audit.seeds} seeds each", "bold")
    unit = f", in {audit.claim.unit}" if audit.claim.unit else ""
    # The range from least to greatest stands on the page.
    titles = ("", "published", "percentile", "mean ± sd", "5 % to 95 %")
    rows = [(row[0], f"{row[2]} {row[1]}", *row[3:7]) for row in standing_rows(audit)]
    console.print(grouped(f"Where the published numbers lie among the seeds{unit}", titles, rows), width=width)
    other = audit.claim.names[1]
    pair_titles = ("", f"{other}\nbetter", f"{other}\nworse", "published\ndifference", "its sign", "as large")
    rows = [(row[0], *row[1:]) for row in pair_rows(audit)]
    if rows:
        console.print(grouped("Of all pairs of one run each", pair_titles, rows), width=width)
    for sentence in conclusions(audit):
        say(f"- {sentence}")
    for caution in cautions(audit):
        say(f"! {caution}", "yellow")
    console.print()
    for name, place in places.items():
        console.print(Text(f"{name:<8} {place}"), soft_wrap=True)


def grouped(title: str, titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> "Table":
    """A table whose rows (group, cells) stand under a line of their group."""
    table = plain_table(title)
    for place, name in enumerate(titles):
        table.add_column(name, justify="right" if place else "left", overflow="fold")
    last = ""
    for group, *cells in rows:
        if group != last:
            table.add_row(capital(group), style="bold")
            last = group
        table.add_row(f"  {cells[0]}", *cells[1:])
    return table
