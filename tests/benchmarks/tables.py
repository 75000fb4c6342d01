"""Tables for the terminal and for the README."""

from dataclasses import dataclass, field
from statistics import median

from rich.table import Table as RichTable
from rivals import ENGINE, Rivalry

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Table:
    """Words in rows; the first column left, the others right."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""


def ratio_tables(rivalries: list[Rivalry]) -> list[Table]:
    """How many times as fast the engine is, and whether the bounds hold."""
    if not rivalries:
        return []
    columns = (
        "",
        "µs a step",
        "processor µs",
        "compile, s",
        "engine is faster",
        "median of turns",
        "bound",
        "holds",
        "of the ceiling",
        "loss",
    )
    rows: list[tuple[str, ...]] = []
    for rivalry in rivalries:
        rows.append((f"*{rivalry.case.title}*", *[""] * (len(columns) - 1)))
        rows += [_row(rivalry, contender) for contender in rivalry.answers]
    note = (
        "Wall and processor time a replica and step, the least of each contender's turns; every contender a process free to use the whole machine. "
        "All train the same windows from the same weights in batches of the same size; validation after every epoch is "
        "included. `fit` trains fewer epochs, so its loss is held against the engine's after as many. "
        "Compilation is not in the times; fit's includes its first epoch. The ceiling is what numpy's product of two large float32 "
        f"matrices reaches on all cores in the same run ({peaks(rivalries)} thousand million operations a second); the share of it counts "
        f"a training's own products alone. {beaten_in_words(rivalries)}"
    )
    return [Table("Speed against rivals", columns, rows, note)]


def peaks(rivalries: list[Rivalry]) -> str:
    """Of the rows' runs, the least to the most, in thousand millions."""
    found = sorted({f"{rivalry.peak / 1e9:.0f}" for rivalry in rivalries}, key=float)
    return " to ".join(dict.fromkeys((found[0], found[-1])))


def beaten_in_words(rivalries: list[Rivalry]) -> str:
    """Where a rival is faster than the engine, in a sentence."""
    found = [
        f"({rivalry.case.name}) {rival}, {times(factor)}"
        for rivalry in rivalries
        for rival, factor in rivalry.faster.items()
    ]
    return f"FASTER THAN THE ENGINE: {'; '.join(found)}." if found else "No rival is faster than the engine in any row."


def _row(rivalry: Rivalry, contender: str) -> tuple[str, ...]:
    best, compiled = rivalry.best(contender), f"{rivalry.compile_seconds(contender):.1f}"
    wall, processor = microseconds(best.microseconds), microseconds(rivalry.processor_microseconds(contender))
    name = f"{contender} ({best.way})" if best.way else contender
    if contender == ENGINE:
        return name, wall, processor, compiled, "", "", "", "", f"{rivalry.achieved:.0%}", f"{best.losses[-1]:.4f}"
    # Paired from the last turn back: the first repeats were taken before the turns began.
    turns = zip(reversed(rivalry.answers[contender]), reversed(rivalry.answers[ENGINE]), strict=False)
    usual = median(theirs.microseconds / ours.microseconds for theirs, ours in turns)
    bound, ratio = rivalry.bound(contender), rivalry.ratio(contender)
    holds = "" if not bound else "yes" if ratio >= bound else "NO"
    demanded = f"{bound:g} {TIMES}" if bound else ""
    other = f"{rivalry.difference(contender):.1%} off"
    faster = times(ratio) if ratio >= 1 else f"NO: {times(ratio)}"
    return name, wall, processor, compiled, faster, times(usual), demanded, holds, "", other


def microseconds(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times(ratio: float) -> str:
    """A ratio as a person says it."""
    return f"{ratio:,.0f} {TIMES}" if ratio >= 20 else f"{ratio:.1f} {TIMES}"


def rich_table(table: Table) -> RichTable:
    """For the terminal."""
    shown = RichTable(
        title=f"[bold]{table.title}[/bold]", caption=table.note, title_justify="left", caption_justify="left"
    )
    for number, column in enumerate(table.columns):
        shown.add_column(column, justify="right" if number else "left")
    for row in table.rows:
        group = row[0].startswith("*")
        shown.add_row(row[0].strip("*"), *row[1:], style="bold" if group else None)
    return shown


def markdown(table: Table) -> str:
    """For the README."""
    lines = [table.columns, ("---", *["---:"] * (len(table.columns) - 1)), *table.rows]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"**{table.title}**\n\n{body}\n" + (f"\n{table.note}\n" if table.note else "")
