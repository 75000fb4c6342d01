"""`interlayer doctor`: a look at everything that the project keeps and needs."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from rich.console import Console
from rich.text import Text

from flows.scheduling.alerts import Alert, check_told, forget, send
from flows.upkeep.champions import champions
from flows.upkeep.conditions import SIGNS, Condition
from flows.upkeep.history import schedules, unfinished_runs
from flows.upkeep.installed import installed
from flows.upkeep.kept_files import LEDGERS, deleted_comparisons, disk, home, ledger, leftovers, results, stores
from flows.upkeep.ports import ports
from flows.upkeep.programs import programs

STYLES = {"well": "", "look": "yellow", "broken": "bold red"}
WIDTH = 22


def looks_at_schedules() -> Iterator[Callable[[], Condition | tuple[Condition, ...]]]:
    """What a clock may look at every few minutes: it takes a second."""
    yield partial(schedules, datetime.now(UTC))


def looks(with_programs: bool) -> Iterator[Callable[[], Condition | tuple[Condition, ...]]]:
    """What is looked at, the quickest first."""
    yield from (installed, home, disk, stores, deleted_comparisons, unfinished_runs)
    yield from looks_at_schedules()
    yield from (champions, ports)
    yield from (partial(ledger, part, folder) for part, folder in LEDGERS.items())
    yield from (results, leftovers)
    if with_programs:
        yield programs


def run_doctor(fix: bool, with_programs: bool, schedules_alone: bool = False, webhook: str = "") -> bool:
    """Says what every look finds, as soon as it is there, mends what can be mended and tells an address if asked to; gives whether nothing is broken."""
    check_told("--webhook", webhook, "takes a POST, such as https://hooks.example/T0/B0")
    console, broken = Console(), 0
    for look in looks_at_schedules() if schedules_alone else looks(with_programs):
        if look is programs:
            print(
                "Trying whether a compiled program is found again; it takes some 20 s ...", file=sys.stderr, flush=True
            )
        found = look()
        for one in (found,) if isinstance(found, Condition) else found:
            show(one, console)
            if fix and one.fix:
                console.print(Text(f"  {'':{WIDTH}}mended: {one.fix()}"))
                forget(alert_of(one))
                continue
            tell(one, webhook)
            broken += one.state == "broken"
    console.print()
    console.print("Nothing is broken." if not broken else f"{broken} broken: see what is marked with !")
    return not broken


def tell(one: Condition, webhook: str) -> None:
    """Posts what is broken, once, and again when it was well in between."""
    if one.state == "broken":
        send(alert_of(one), webhook)
    else:
        forget(alert_of(one))


def alert_of(one: Condition) -> Alert:
    """What is to be told of it."""
    return Alert("broken", "", "", " ".join(filter(None, (f"{one.words}.", one.mend))), one.due, one.part)


def show(one: Condition, console: Console) -> None:
    """A line, and below it what a user can do."""
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=WIDTH)
    table.add_column(overflow="fold")
    style = STYLES[one.state]
    table.add_row(Text(SIGNS[one.state], style), Text(one.part, style), Text(one.words, style))
    if one.mend and one.state != "well":
        table.add_row("", "", Text(one.mend))
    console.print(table)
