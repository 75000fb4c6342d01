"""The network that every variant shares, layer by layer."""

from typing import Any

from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.sections import Paragraph, Rows, Section, Table


def network_section(overview: Overview[Any]) -> Section:
    """A row a layer: what it is, what it gives, how many weights it has; the sum below them."""
    layers, first = overview.result.layers, str(overview.result.tuning["variant"].to_numpy()[0])
    rows: Rows = [(layer, shape, f"{count:,}") for layer, shape, count in layers]
    whole: Rows = [("all", "", f"{sum(count for _, _, count in layers):,}")]
    words = f"The layers of **{first}**, from the input to the {overview.result.output}. Every other variant changes an activation and nothing else."
    columns: tuple[str, ...] = ("layer", "output of one window", "parameters")
    if not any(shape for _, shape, _ in layers):  # known to Keras alone
        columns = (columns[0], columns[2])
        rows, whole = _without_shapes(rows), _without_shapes(whole)
    if overview.result.network_note:
        words += f" {overview.result.network_note}"
    table = Table("network-table", columns, (rows, whole), words=(1,) if len(columns) > 2 else ())
    return Section("network", "The network", (Paragraph(words), table))


def _without_shapes(rows: Rows) -> Rows:
    return [(row[0], row[2]) for row in rows]
