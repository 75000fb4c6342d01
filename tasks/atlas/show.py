"""The Atlas on the terminal, for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.numerics.atlas.advice import advice
from tasks.numerics.atlas.association_words import association_sentences
from tasks.numerics.atlas.network_findings import NetworkFindings
from tasks.numerics.atlas.report_tables import SHORT, short_table
from tasks.numerics.atlas.sentences import cautions, introduction
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.findings.terminal_tables import plain_table

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 110


def show(
    atlas: Atlas,
    found: Mapping[str, NetworkFindings],
    places: Mapping[str, str],
    console: "Console | None" = None,
) -> None:
    """Print, network by network, what to do by default and a row a variant; then `places` (such as Page -> path)."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    width = min(WIDTH, console.width)
    for network, own in found.items():
        first, *others = advice(own.choice)
        console.print(Text(f"\n{first}", "bold"), width=width)
        for sentence in others:
            console.print(Text(sentence), width=width)
        console.print(Text(introduction(atlas, network)), width=width)
        table = plain_table(f"Network {network}: RMSE relative to stock's")
        for name in SHORT:
            table.add_column(name, justify="left" if name == SHORT[0] else "right", overflow="fold")
        for row in short_table(own.effects):
            table.add_row(*row)
        console.print(table, width=width)
        for sentence in association_sentences(own.associations):
            console.print(Text(sentence), width=width)
        for caution in cautions(atlas, own.effects):
            console.print(Text(f"! {caution}", "yellow"), width=width)
    console.print()
    for name, place in places.items():
        console.print(Text(f"{name:<8} {place}"), soft_wrap=True)
