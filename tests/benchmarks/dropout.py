"""What a Dropout layer after every recurrent layer adds to the time of the engine."""

from dataclasses import replace
from pathlib import Path

from cases import CASES, Case, quick
from contenders import Answer, Contender
from tables import Table, microseconds

TURNS = 12
RATE = 0.2
MOST = 0.15
"""Share of the training time that drawing and applying the masks may take."""
MEASURED = ("a", "b", "c")


def dropout_table(home: Path, in_short: bool) -> tuple[Table, list[str]]:
    """Processor time with and without, in turns in one process, the least of each; and which cases took more than they may."""
    rows, failures = [], []
    cases = [case for case in CASES if case.name in MEASURED]
    with Contender("engine.py", home=home) as engine:
        for case in cases[:1] if in_short else cases:
            plain, dropped = (
                min(one.processor_microseconds for one in answers) for answers in _answers(engine, case, in_short)
            )
            share = dropped / plain - 1
            rows.append((case.title, microseconds(plain), microseconds(dropped), f"{share:+.1%}"))
            if share > MOST and not in_short:
                failures.append(f"{case.title}: dropout takes {share:.1%} of the training time, not {MOST:.0%} at most")
    note = (
        f"Processor time a replica and step with a rate of {RATE:g} after each recurrent layer, the least of {TURNS} turns; "
        f"at most {MOST:.0%} more."
    )
    return Table("What dropout costs", ("", "without, µs", "with, µs", "more"), rows, note), failures


def _answers(engine: Contender, case: Case, in_short: bool) -> tuple[list[Answer], list[Answer]]:
    case = quick(case) if in_short else case
    turns = range(1 if in_short else TURNS)
    both = [(engine.measure(case), engine.measure(replace(case, dropout=RATE))) for _ in turns]
    return [plain for plain, _ in both], [dropped for _, dropped in both]
