"""Training by Keras itself: in processes of its own, after a line on what the fused engine lacks and how long it will take."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flows.studies.study import Study
from flows.terminal.progress import TrainingProgress, TrainingTeller
from flows.training.runners import Runner
from tasks.numerics.networks.costs import duration, fused_step
from tasks.numerics.networks.forms import form_of
from tasks.numerics.networks.seed_blocks import TrainedBlock, TrainingWindows
from tasks.numerics.networks.variants import STOCK
from tasks.train_with_keras import Wait, first_steps, train_block_with_keras

if TYPE_CHECKING:
    from flows.blocks.jobs import Job, TrainBlock
    from tasks.numerics.networks.keras_engine.processes import KerasProcesses


@contextmanager
def by_keras(study: Study, jobs: "list[Job]", windows: TrainingWindows, runner: Runner) -> "Iterator[TrainBlock]":
    """What trains a job; says before what is lacking and how long it takes, and raises InputError where a variant changes nothing."""
    from tasks.numerics.networks.keras_engine.processes import KerasProcesses

    with KerasProcesses() as processes:
        runner.warn(before(study, jobs, windows, processes))
        yield partial(_train, study, processes)


def _train(
    study: Study, processes: "KerasProcesses", job: "Job", windows: TrainingWindows, teller: TrainingTeller
) -> TrainedBlock:
    wait, replicas = Wait(teller.begin, teller), (job.block, job.tried)
    return train_block_with_keras(job.architecture, study.training, windows, replicas, wait, processes)


def before(study: Study, jobs: "list[Job]", windows: TrainingWindows, processes: "KerasProcesses") -> str:
    """What the fused engine lacks, a step of Keras as it was measured, and what that comes to."""
    stock = replace(jobs[0].architecture, variant=STOCK)
    architectures = list(dict.fromkeys([stock, *(job.architecture for job in jobs)]))
    nothing = TrainingProgress(0).teller("", 0, 0)
    seconds, once = first_steps(architectures, study.training, windows, Wait(nothing.begin, nothing), processes)
    first, batch = architectures[0], min(study.training.batch_size, windows.split.train)
    form = form_of(study.network, first.outputs, first.steps)
    slower = seconds / fused_step(form, batch, first.steps, first.features)
    steps = sum(job.replicas for job in jobs) * study.training.epochs * -(-windows.split.train // batch)
    cores = min(os.cpu_count() or 1, len(jobs))
    in_all = (steps * seconds + len(jobs) * once * len({one.clip_norm for one in jobs[0].tried})) / cores
    why = f"The fused engine does not have {form.lacks}: Keras" if form.lacks else "As asked for, Keras itself"
    return (
        f"{why} trains this network, {1000 * seconds:.3g} ms a step by the first ones, about {_rounded(slower)} times what the fused engine takes "
        f"for as much arithmetic: about {duration(max(in_all, 2))} on {cores} core{'s' * (cores > 1)}."
    )


def _rounded(number: float) -> str:
    """To one digit that counts: the fused engine's part is an estimate."""
    return f"{float(f'{number:.1g}'):,.0f}"
