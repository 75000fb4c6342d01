"""Where the engine's layouts cross, and how many replicas a program should train: what the sizes' rules rest on."""

from dataclasses import replace
from itertools import product
from pathlib import Path

from cases import CASES, Case
from contenders import Contender
from tables import Table, microseconds

from tasks.numerics.networks.layout_choice import LayoutName, replicas_a_program

UNITS, BATCHES, STEPS = (2, 4, 8, 16), (1, 4, 16), (1, 5, 11)
REPLICAS = (1, 4, 8, 16, 32, 64, 128, 256)
CROSSING = 64
"""Replicas with which the layouts of tiny networks are compared."""
WIDTHS, SIZES = (16, 32, 64, 100, 128), ((1, 11), (16, 11), (32, 1), (32, 20))
"""Units, and batch and time steps, with which those of big networks are, in programs of the size that the engine chooses."""


def layout_tables(home: Path, in_short: bool) -> list[Table]:
    """The crossings of the layouts, and the time by replicas a program, of one program alone."""
    with Contender("single.py", home=home) as single:
        return [_crossing(single, in_short), _big_crossing(single, in_short), _replicas(single, in_short)]


def _crossing(single: Contender, in_short: bool) -> Table:
    rows = []
    for batch, steps in list(product(BATCHES, STEPS))[: 1 if in_short else None]:
        cells = []
        for units in UNITS[:1] if in_short else UNITS:
            case = Case("", (units,), steps, 1, batch, windows=40 * batch, epochs=1, fit_epochs=0, replicas=CROSSING)
            last, first = _times(single, case, ("replica_last", "replica_first"))
            cells.append(f"{microseconds(last)} / {microseconds(first)}{' *' if last < first else ''}")
        rows.append((f"batch {batch}, T={steps}", *cells))
    columns = ("", *(f"{units} units" for units in (UNITS[:1] if in_short else UNITS)))
    note = f"Processor µs a replica and step, replicas last / first, {CROSSING} replicas; * where last is faster."
    return Table("Where the layouts cross", columns, rows, note)


def _big_crossing(single: Contender, in_short: bool) -> Table:
    rows = []
    sizes, widths = (SIZES[:1], WIDTHS[:1]) if in_short else (SIZES, WIDTHS)
    for batch, steps in sizes:
        cells = []
        for units in widths:
            most = replicas_a_program((units,), steps, batch)
            case = Case("", (units,), steps, 1, batch, windows=20 * batch, epochs=1, fit_epochs=0, replicas=most)
            units_first, first = _times(single, case, ("units_first", "replica_first"))
            better = " *" if units_first < first else ""
            cells.append(f"{microseconds(units_first)} / {microseconds(first)} ({most}){better}")
        rows.append((f"batch {batch}, T={steps}", *cells))
    note = "Processor µs a replica and step, units first / replicas first (replicas a program); * where units first is faster."
    return Table("Where units first is faster", ("", *(f"{units} units" for units in widths)), rows, note)


def _times(single: Contender, case: Case, names: tuple[LayoutName, ...]) -> list[float]:
    return [single.measure(case, layout_name=name).processor_microseconds for name in names]


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
