"""One case, every contender: they take turns, and each one's best repeat counts."""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from cases import Case, quick
from contenders import Answer, Contender

SECONDS, QUICK_SECONDS = 60.0, 0.0
"""Of turns, all contenders together, start and compilation not counted."""
SAME_WORK = 0.25
"""Relative difference of the training losses up to which two contenders do the same work."""

ENGINE, FIT, JAX = "engine", "fit", "JAX: jit(vmap(train))"
STEPS, COMPILED = "fit, steps_per_execution", "fit, jit_compile"
CORES = os.cpu_count() or 1
PARALLEL = f"fit in {CORES} processes"


@dataclass
class Rivalry:
    """A case's answers, contender by contender."""

    case: Case
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def add(self, contender: str, answer: Answer) -> None:
        """Keeps one repeat."""
        self.answers.setdefault(contender, []).append(answer)

    def best(self, contender: str) -> Answer:
        """The repeat that was disturbed least."""
        return min(self.answers[contender], key=lambda answer: answer.microseconds)

    def processor_microseconds(self, contender: str) -> float:
        """The least of all repeats."""
        return min(answer.processor_microseconds for answer in self.answers[contender])

    def compile_seconds(self, contender: str) -> float:
        """Of the first repeat."""
        return max(answer.compile_seconds for answer in self.answers[contender])

    def ratio(self, contender: str) -> float:
        """How many times as fast the engine is."""
        return self.best(contender).microseconds / self.best(ENGINE).microseconds

    def bound(self, contender: str) -> float:
        """How many times as fast the engine must be; 0 where nothing is demanded."""
        return {FIT: self.case.over_fit, JAX: self.case.over_jax}.get(contender, 0.0)

    def difference(self, contender: str) -> float:
        """Relative difference of the training loss to the engine's, after the last epoch that both have."""
        engine, rival = self.best(ENGINE), max(self.answers[contender], key=lambda answer: len(answer.first_losses))
        ours, theirs = (engine.losses, rival.losses) if rival.losses else (engine.first_losses, rival.first_losses)
        epoch = min(len(ours), len(theirs)) - 1
        return abs(theirs[epoch] - ours[epoch]) / ours[epoch]

    def failures(self) -> list[str]:
        """What does not hold."""
        rivals = [rival for rival in self.answers if rival != ENGINE]
        slow = [
            f"{self.case.title}: {self.ratio(rival):.1f} times as fast as {rival}, not {self.bound(rival):g} times"
            for rival in rivals
            if self.ratio(rival) < self.bound(rival)
        ]
        other = [
            f"{self.case.title}: {rival} ends at another loss, {self.difference(rival):.0%} away"
            for rival in rivals
            if not self.difference(rival) < SAME_WORK
        ]
        return slow + other


def compare(case: Case, home: Path, in_short: bool) -> Rivalry:
    """Every contender in turn until the time is over, twice at least."""
    case, seconds = (quick(case), QUICK_SECONDS) if in_short else (case, SECONDS)
    rivalry = Rivalry(case)
    with ExitStack() as open_processes:
        start = lambda script: open_processes.enter_context(Contender(script, home=home))  # noqa: E731
        engine, fits = start("engine.py"), [start("fit.py") for _ in range(1 if in_short else CORES)]
        jax = start("rival.py") if find_spec("jax") and case.has_jax else None
        rivalry.add(ENGINE, engine.measure(case))
        warm_up(rivalry, fits)
        shared = replace(case, replicas=rivalry.best(ENGINE).replicas)
        programs = best_way(rivalry, jax, shared) if jax else 0
        begun = time.monotonic()
        while len(rivalry.answers[ENGINE]) < 2 or time.monotonic() - begun < seconds:
            rivalry.add(ENGINE, engine.measure(case))
            if jax:
                rivalry.add(JAX, jax.measure(shared, programs=programs))
            fit_in_turn(rivalry, fits)
    return rivalry


def warm_up(rivalry: Rivalry, fits: list[Contender]) -> None:
    """The first epochs of every `fit` process, so that later none compiles while another is timed."""
    for fit in fits:
        fit.ask(rivalry.case)
    first, *_ = [fit.answer() for fit in fits]
    rivalry.add(FIT, first)


def best_way(rivalry: Rivalry, jax: Contender, case: Case) -> int:
    """Whether JAX is faster in one program or in one a core, in a thread each: the number of programs."""
    ways: dict[int, list[Answer]] = {programs: [] for programs in {1, min(CORES, case.replicas)}}
    for _ in range(2):
        for programs, answers in ways.items():
            answers.append(jax.measure(case, programs=programs))
    best = min(ways, key=lambda programs: min(answer.microseconds for answer in ways[programs]))
    for answer in ways[best]:
        rivalry.add(JAX, answer)
    return best


def fit_in_turn(rivalry: Rivalry, fits: list[Contender]) -> None:
    """`fit` as it is, in its faster forms, and in as many processes as there are cores."""
    case = rivalry.case
    rivalry.add(FIT, fits[0].measure(case))
    rivalry.add(STEPS, fits[0].measure(case, several_steps=True))
    rivalry.add(COMPILED, fits[0].measure(case, compiled=True))
    if len(fits) > 1:
        for fit in fits:
            fit.ask(case)
        answers = [fit.answer() for fit in fits]
        rivalry.add(PARALLEL, together(answers))


def together(answers: list[Answer]) -> Answer:
    """Answers of processes that trained side by side, as one."""
    return replace(
        max(answers, key=lambda answer: answer.seconds),
        processor_seconds=sum(answer.processor_seconds for answer in answers),
        replica_steps=sum(answer.replica_steps for answer in answers),
    )
