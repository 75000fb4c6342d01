"""What the diagnostics add to the time of a training: they are always on, so it must be little."""

from dataclasses import replace
from pathlib import Path

from cases import CASES, Case, quick
from contenders import Contender
from tables import Table, microseconds

from tasks.numerics.networks.chain.stacks import all_units
from tasks.numerics.networks.layout_choice import replicas_a_program

TURNS = 12
MOST = 0.1
"""Share of the training time that they may take; compiling them would take more than that."""
EPOCHS = 100
"""A comparison's, unless told otherwise: they are found once, at its end."""


def diagnostics_table(home: Path, in_short: bool) -> tuple[Table, list[str]]:
    """Processor time with and without, in turns in one process, the least of each; and which cases took more than they may."""
    rows, failures = [], []
    with Contender("inside.py", home=home) as inside:
        for case in CASES[:1] if in_short else CASES:
            replicas = replicas_a_program(all_units(case.architecture.chain), case.steps, case.batch)
            times = _times(inside, replace(case, replicas=replicas, epochs=max(case.epochs, EPOCHS)), in_short)
            share = times[True] / times[False] - 1
            rows.append((case.title, microseconds(times[False]), microseconds(times[True]), f"{share:+.1%}"))
            if share > MOST and not in_short:
                failures.append(
                    f"{case.title}: diagnostics take {share:.1%} of the training time, not {MOST:.0%} at most"
                )
    columns = ("", "without, µs", "with, µs", "more")
    note = (
        f"Processor time a replica and step of a whole training, the least of {TURNS} turns; at most {MOST:.0%} more."
    )
    return Table("Diagnostics", columns, rows, note), failures


def _times(inside: Contender, case: Case, in_short: bool) -> dict[bool, float]:
    case = quick(case) if in_short else case
    answers = [
        (diagnosed, inside.measure(case, diagnosed=diagnosed))
        for _ in range(1 if in_short else TURNS)
        for diagnosed in (False, True)
    ]
    return {
        wanted: min(one.processor_microseconds for diagnosed, one in answers if diagnosed == wanted)
        for wanted in (False, True)
    }
