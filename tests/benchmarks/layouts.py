"""Where the engine's two layouts cross, and how many replicas a program should train: what the sizes' rules rest on."""

from dataclasses import replace
from itertools import product
from pathlib import Path

from cases import CASES, Case
from contenders import Contender
from tables import Table, microseconds

UNITS, BATCHES, STEPS = (2, 4, 8, 16), (1, 4, 16), (1, 5, 11)
REPLICAS = (1, 4, 8, 16, 32, 64, 128, 256)
CROSSING = 64
"""Replicas with which the layouts are compared."""


def layout_tables(home: Path, in_short: bool) -> list[Table]:
    """The crossing of the layouts, and the time by replicas a program, of one program alone."""
    with Contender("single.py", home=home) as single:
        return [_crossing(single, in_short), _replicas(single, in_short)]


def _crossing(single: Contender, in_short: bool) -> Table:
    rows = []
    for batch, steps in list(product(BATCHES, STEPS))[: 1 if in_short else None]:
        cells = []
        for units in UNITS[:1] if in_short else UNITS:
            case = Case("", (units,), steps, 1, batch, windows=40 * batch, epochs=1, fit_epochs=0, replicas=CROSSING)
            last, first = (single.measure(case, replica_last=last).processor_microseconds for last in (True, False))
            cells.append(f"{microseconds(last)} / {microseconds(first)}{' *' if last < first else ''}")
        rows.append((f"batch {batch}, T={steps}", *cells))
    columns = ("", *(f"{units} units" for units in (UNITS[:1] if in_short else UNITS)))
    note = f"Processor µs a replica and step, replicas last / first, {CROSSING} replicas; * where last is faster."
    return Table("Where the layouts cross", columns, rows, note)


def _replicas(single: Contender, in_short: bool) -> Table:
    counts = REPLICAS[:1] if in_short else REPLICAS
    rows = []
    for case in CASES[: 1 if in_short else None]:
        wide = max(case.layers) * case.steps * case.batch > 20_000
        times = [
            ""
            if wide and count > 8
            else microseconds(single.measure(replace(case, replicas=count)).processor_microseconds)
            for count in counts
        ]
        rows.append((case.title, *times))
    note = "Processor µs a replica and step in the layout that the engine chooses, one program alone."
    return Table("Replicas a program", ("", *(str(count) for count in counts)), rows, note)
