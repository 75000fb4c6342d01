"""How the engine's time grows with seeds, lookback and units, one of them at a time."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cases import CONSTANT, Case
from contenders import Contender
from tables import Table, microseconds

GROWING: dict[str, tuple[tuple[int, ...], Callable[[int], Case]]] = {
    "seeds": ((1, 3, 10, 30, 100, 300, 1000), lambda seeds: replace(CONSTANT, replicas=seeds)),
    "T": ((1, 5, 11, 20, 50, 100, 200), lambda steps: replace(CONSTANT, steps=steps)),
    "units": ((4, 8, 16, 32, 64, 128), lambda units: replace(CONSTANT, layers=(units,))),
}
KNOWN_SECONDS = 0.7
WORK = 2e10
"""Multiplications of a turn, about: enough to be timed, not enough to wait for."""


def growth_tables(home: Path, in_short: bool) -> list[Table]:
    """A table for each size that grows, all else as in `CONSTANT`."""
    with Contender("engine.py", home=home) as engine:
        return [_table(engine, size, in_short) for size in GROWING]


def _table(engine: Contender, size: str, in_short: bool) -> Table:
    values, grown = GROWING[size]
    rows = []
    for value in values[:2] if in_short else values:
        case = _sized(grown(value))
        answers = [engine.measure(case) for _ in range(1 if in_short else 3)]
        best = min(answers, key=lambda answer: answer.microseconds)
        compiled = max(answer.compile_seconds for answer in answers)
        epoch = best.seconds / case.epochs * 1000
        # A program that an earlier row had compiled is not compiled again.
        waited = f"{compiled:.1f}" if compiled > KNOWN_SECONDS else "known"
        rows.append((f"{value:,}", microseconds(best.microseconds), microseconds(epoch), waited, best.way))
    columns = (size, "µs a replica and step", "ms an epoch, all seeds", "compile, s", "programs")
    note = f"Else {CONSTANT.title.split(') ', 1)[1]}, {CONSTANT.replicas} seeds, {CONSTANT.windows} windows."
    return Table(f"Growth with {size}", columns, rows, note)


def _sized(case: Case) -> Case:
    units = case.layers[0]
    work = case.windows * case.steps * case.replicas * 4 * units * (units + 30) * 3
    return replace(case, epochs=max(1, min(200, int(WORK / work))))
