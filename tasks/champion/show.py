"""A champion's forecast and history on the terminal, for people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tasks.numerics.champions.pages import Table
from tasks.numerics.findings.terminal_tables import plain_table

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 110
MOST_ROWS = 40
"""Of a table on the terminal; files and pages have all."""


def show(
    sentences: Sequence[str],
    tables: Sequence[Table],
    cautions: Sequence[str],
    places: Mapping[str, str],
    console: "Console | None" = None,
) -> None:
    """Print tables, what is said of them, what to beware of, and where more is."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    width = min(WIDTH, console.width)
    for table in tables:
        shown = plain_table(table.title)
        for number, name in enumerate(table.columns):
            shown.add_column(name, justify="left" if number == 0 else "right", overflow="fold")
        for row in table.rows[-MOST_ROWS:] if table.newest_last else table.rows[:MOST_ROWS]:
            shown.add_row(*row)
        console.print(shown, width=width)
        left_out = len(table.rows) - MOST_ROWS
        if left_out > 0:
            console.print(Text(f"{left_out} more rows: the page has all.", "dim"), width=width)
        if table.note:
            console.print(Text(table.note, "dim"), width=width)
        console.print()
    for sentence in sentences:
        console.print(Text(sentence), width=width)
    for caution in cautions:
        console.print(Text(f"! {caution}", "yellow"), width=width)
    console.print()
    for name, place in places.items():
        console.print(Text(f"{name:<8} {place}"), soft_wrap=True)
