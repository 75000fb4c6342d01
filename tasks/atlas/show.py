"""The Atlas on the terminal, for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tasks.numerics.atlas.distributions import VariantEffects
from tasks.numerics.atlas.report_tables import SHORT, short_table
from tasks.numerics.atlas.sentences import cautions, headline, introduction
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.findings.terminal_tables import plain_table

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 110


def show(
    atlas: Atlas,
    found: Mapping[str, tuple[VariantEffects, ...]],
    places: Mapping[str, str],
    console: "Console | None" = None,
) -> None:
    """Print, network by network, what to do by default and a row a variant; then `places` (such as Page -> path)."""
    from rich.console import Console
    from rich.text import Text

    console = console or Console()
    width = min(WIDTH, console.width)
    for network, own in found.items():
        console.print(Text(f"\n{headline(own)}", "bold"), width=width)
        console.print(Text(introduction(atlas, network)), width=width)
        table = plain_table(f"Network {network}: RMSE relative to stock's")
        for name in SHORT:
            table.add_column(name, justify="left" if name == SHORT[0] else "right", overflow="fold")
        for row in short_table(own):
            table.add_row(*row)
        console.print(table, width=width)
        for caution in cautions(atlas, own):
            console.print(Text(f"! {caution}", "yellow"), width=width)
    console.print()
    for name, place in places.items():
        console.print(Text(f"{name:<8} {place}"), soft_wrap=True)
