"""Tables on the terminal: the house style, and as many columns as there is room for."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table

UNBOUNDED = 1000
"""Columns of a terminal on which any table is whole."""


def plain_table(title: str = "") -> "Table":
    """A table without columns yet, a line below its header, its title on the left; texts in it are no markup."""
    from rich import box
    from rich.segment import Segment
    from rich.table import Table
    from rich.text import Text

    class PlainTable(Table):
        def add_column(self, header: Any = "", *arguments: Any, **settings: Any) -> None:
            super().add_column(_plain(header), *arguments, **settings)

        def add_row(self, *cells: Any, **settings: Any) -> None:
            super().add_row(*map(_plain, cells), **settings)

        def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
            yield from super().__rich_console__(console, options)
            yield Segment.line()  # and no edges, which take two columns of a narrow terminal

    def _plain(text: Any) -> Any:
        return Text(text) if isinstance(text, str) else text

    shown = Text(title, "table.title") if title else None
    return PlainTable(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, title=shown, title_justify="left"
    )


def fitting_table(
    table: "Callable[[Sequence[str]], Table]",
    columns: Sequence[str],
    dispensable: Sequence[str],
    console: "Console",
    width: int,
) -> "Table":
    """The `table` of as many `columns` as `width` has room for; the `dispensable` ones are left out first, in their order."""
    shown, unbounded = list(columns), console.options.update(max_width=UNBOUNDED)
    for column in dispensable:
        if console.measure(table(shown), options=unbounded).maximum <= width:
            break
        shown.remove(column)
    return table(shown)
