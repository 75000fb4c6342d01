"""One case, every contender: they take turns, and each one's best repeat counts."""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from cases import Case, quick
from ceiling import QUICK_SIZE, SIZE, sgemm_peak, step_operations
from contenders import Answer, Contender

SECONDS, QUICK_SECONDS = 60.0, 0.0
"""Of turns, all contenders together, start and compilation not counted."""
SAME_WORK = 0.25
"""Relative difference of the training losses up to which two contenders do the same work."""

ENGINE, FIT, JAX, TORCH = "engine", "fit", "JAX: jit(vmap(train))", "PyTorch: a loop over nn.LSTM"
STEPS, COMPILED = "fit, steps_per_execution", "fit, jit_compile"
CORES = os.cpu_count() or 1
PARALLEL, TORCH_PARALLEL = f"fit in {CORES} processes", f"PyTorch in {CORES} processes"


@dataclass
class Rivalry:
    """A case's answers, contender by contender."""

    case: Case
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    peak: float = 0.0
    """Floating point operations a second of the machine's own matrix product, the best of this run's."""

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

    @property
    def achieved(self) -> float:
        """The share of the machine's own matrix product at which the engine does those that a training needs."""
        return step_operations(self.case) / (self.best(ENGINE).microseconds * 1e-6) / self.peak

    @property
    def faster(self) -> dict[str, float]:
        """Rivals that are faster than the engine, and how many times."""
        return {rival: 1 / self.ratio(rival) for rival in self.answers if rival != ENGINE and self.ratio(rival) < 1}

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
    case, seconds, size = (quick(case), QUICK_SECONDS, QUICK_SIZE) if in_short else (case, SECONDS, SIZE)
    rivalry = Rivalry(case)
    with ExitStack() as open_processes:
        start = lambda script: open_processes.enter_context(Contender(script, home=home))  # noqa: E731
        engine, fits = start("engine.py"), [start("fit.py") for _ in range(1 if in_short else CORES)]
        jax = start("rival.py") if find_spec("jax") and case.has_jax else None
        torches = [start("torch_loop.py") for _ in fits] if find_spec("torch") else []
        rivalry.peak = sgemm_peak(size)
        rivalry.add(ENGINE, engine.measure(case))
        warm_up(rivalry, fits)
        shared = replace(case, replicas=rivalry.best(ENGINE).replicas)
        programs = best_way(rivalry, JAX, jax, shared, "programs", shared.replicas) if jax else 0
        threads = best_way(rivalry, TORCH, torches[0], case, "threads", CORES) if torches else 0
        begun = time.monotonic()
        while len(rivalry.answers[ENGINE]) < 2 or time.monotonic() - begun < seconds:
            rivalry.add(ENGINE, engine.measure(case))
            if jax:
                rivalry.add(JAX, jax.measure(shared, programs=programs))
            if torches:
                torch_in_turn(rivalry, torches, threads)
            fit_in_turn(rivalry, fits)
            rivalry.peak = max(rivalry.peak, sgemm_peak(size))
    return rivalry


def warm_up(rivalry: Rivalry, fits: list[Contender]) -> None:
    """The first epochs of every `fit` process, so that later none compiles while another is timed."""
    for fit in fits:
        fit.ask(rivalry.case)
    first, *_ = [fit.answer() for fit in fits]
    rivalry.add(FIT, first)


def best_way(rivalry: Rivalry, name: str, rival: Contender, case: Case, wish: str, most: int) -> int:
    """Whether a rival is faster with one, or with one a core and `most` at most, of what it is wished: how many."""
    ways: dict[int, list[Answer]] = {number: [] for number in {1, min(CORES, most)}}
    for _ in range(2):
        for number, answers in ways.items():
            answers.append(rival.measure(case, **{wish: number}))
    best = min(ways, key=lambda number: min(answer.microseconds for answer in ways[number]))
    for answer in ways[best]:
        rivalry.add(name, answer)
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


def torch_in_turn(rivalry: Rivalry, torches: list[Contender], threads: int) -> None:
    """PyTorch in its faster way, and in as many processes of one thread as there are cores."""
    rivalry.add(TORCH, torches[0].measure(rivalry.case, threads=threads))
    if len(torches) > 1:
        for torch in torches:
            torch.ask(rivalry.case, threads=1)
        rivalry.add(TORCH_PARALLEL, together([torch.answer() for torch in torches]))


def together(answers: list[Answer]) -> Answer:
    """Answers of processes that trained side by side, as one."""
    return replace(
        max(answers, key=lambda answer: answer.seconds),
        processor_seconds=sum(answer.processor_seconds for answer in answers),
        replica_steps=sum(answer.replica_steps for answer in answers),
    )
