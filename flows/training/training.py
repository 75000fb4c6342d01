"""Trains what is not known yet: blocks of seeds side by side, each kept under a key of its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from flows.blocks.jobs import Job, TrainBlock, plan, story
from flows.blocks.trained_blocks import keep_block, read_blocks
from flows.environment import COMPILED
from flows.servers.process_lock import by_one_process
from flows.studies.study import Study
from flows.terminal.progress import TrainingProgress, TrainingTeller
from flows.training.runners import Runner
from tasks.numerics.import_lock import one_import_at_a_time
from tasks.numerics.networks.forms import trained_by_keras
from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.networks.seed_blocks import (
    TrainedBlock,
    TrainingWindows,
)
from tasks.numerics.networks.tuning import Candidate, beyond, candidates
from tasks.numerics.networks.variants import Variant
from tasks.numerics.training_settings import TrainingSpec
from tasks.numerics.wording import few, joined


def train_job(job: Job, train: TrainBlock, windows: TrainingWindows, teller: TrainingTeller) -> TrainedBlock:
    """Every replica of a job, kept as soon as it is there; what another process trains is waited for."""
    teller.begin()
    with by_one_process(job.file.name, teller.begin):
        trained = read_blocks([job.file]).get(job.file)
        if trained is None:
            trained = train(job, windows, teller)
            keep_block(job.file, trained)
    teller.finish()
    return trained


def train_fused(training: TrainingSpec, job: Job, windows: TrainingWindows, teller: TrainingTeller) -> TrainedBlock:
    """In one compiled program."""
    from tasks.train import train_block

    return train_block(job.architecture, training, windows, (job.block, job.tried), teller, COMPILED)


def check_programs(warn: Callable[[str], None]) -> None:
    """Deletes compiled programs that are not as they were written, and says so: TensorFlow would end with a traceback."""
    from tasks.numerics.networks.engine.program_cache import drop_damaged_programs

    for program in drop_damaged_programs(COMPILED):
        warn(f"The kept program {program} is not as it was written, and is compiled again.")


def import_engine() -> None:
    """Imports what trains, before any thread is at work on it."""
    with one_import_at_a_time():
        import tasks.train  # noqa: F401


def import_engine_for(
    study: Study, variants: list[Variant], origins: tuple[TrainingWindows, ...], seeds: range
) -> None:
    """Imports it where something is to be trained here."""
    if study.output.workers:
        return
    jobs = plan(study, variants, origins, seeds, dict.fromkeys(range(len(origins)), candidates(study.training)))
    if any(not job.file.exists() for job in jobs):
        import_engine()


def train_variants(
    study: Study, variants: list[Variant], origins: tuple[TrainingWindows, ...], seeds: range, runner: Runner
) -> dict[Variant, list[TrainedBlock]]:
    """Trained blocks of every variant that together hold the wanted seeds at every candidate and origin, known or new.

    The grid of candidates of an origin moves on, for all variants alike, while the best of one lies at its edge, as often as the
    settings allow.
    """
    blocks: dict[Variant, list[TrainedBlock]] = {variant: [] for variant in variants}
    wanted = dict.fromkeys(range(len(origins)), candidates(study.training))
    moves = study.training.learning_rate_moves if study.training.learning_rates > 1 else 0
    for left in range(moves, -1, -1):
        for variant, found in train_candidates(study, plan(study, variants, origins, seeds, wanted), origins, runner):
            blocks[variant].append(found)
        wanted = further_candidates(Replicas(blocks, study.training, origins, seeds)) if left else {}
        if not wanted:
            break
        rates = sorted({tried[0].learning_rate for tried in wanted.values()})
        where = "" if len(origins) == 1 else f" at {len(wanted)} of {len(origins)} origins"
        runner.tell(
            f"The best learning rate of a variant lies at the edge of the grid{where}: "
            f"{joined([f'{rate:.3g}' for rate in rates])} is tried there with all variants."
        )
    return blocks


def further_candidates(replicas: Replicas) -> dict[int, tuple[Candidate, ...]]:
    """What is to be tried next at the origins whose grid moves on."""
    found = {}
    for origin in range(len(replicas.origins)):
        grid = replicas.tried_at(origin)
        places = [replicas.tried.index(one) for one in grid]
        further = beyond(replicas.training, grid, replicas.kept[:, places, origin])
        if further:
            found[origin] = further
    return found


def train_candidates(
    study: Study, jobs: list[Job], origins: tuple[TrainingWindows, ...], runner: Runner
) -> list[tuple[Variant, TrainedBlock]]:
    """What every job gives, with its variant; known or new."""
    known = [job.file for job in jobs if job.file.exists()]
    trained = runner.run(read_blocks, known) if known else {}
    if trained:
        runner.tell(f"{len(trained)} of {len(jobs)} blocks of seeds were trained before, and are read.")
    if damaged := [file for file in known if file not in trained]:
        runner.warn(
            f"{len(damaged)} of {len(jobs)} kept blocks of seeds are not as they were written, and are trained again: "
            f"{few([file.name for file in damaged], 3)} in {damaged[0].parent}."
        )
    new = {job.file: job for job in jobs if job.file not in trained}
    if new:
        found = train_new(study, new, origins, runner)
        for file, block in found.items():
            runner.tell(story(new[file], block))
        trained |= found
    return [(job.architecture.variant, replace(trained[job.file], origin=job.origin)) for job in jobs]


def train_new(
    study: Study, new: Mapping[Path, Job], origins: tuple[TrainingWindows, ...], runner: Runner
) -> dict[Path, TrainedBlock]:
    """What jobs give that were never trained: here, in threads, or by the workers of a cluster."""
    replicas = sum(job.replicas for job in new.values())
    progress = TrainingProgress(replicas * study.training.epochs)
    words = f"Training {len({job.architecture.variant for job in new.values()})} variants, {replicas} new replicas"
    if study.output.workers:
        from flows.workers.cluster import train_on_workers

        jobs = list(new.values())
        call = partial(train_on_workers, study.output.workers, study.training, jobs, origins, progress)
        runner.train(
            {study.output.workers: call}, {study.output.workers: f"{len(jobs)} blocks on workers"}, progress, words
        )
        return runner.run(read_blocks, list(new))
    with ways_to_train(study, list(new.values()), origins[0], runner) as train:
        calls: dict[Path, Callable[[], TrainedBlock]] = {}
        for file, job in new.items():
            teller = progress.teller(file, job.replicas, study.training.epochs)
            calls[file] = partial(train_job, job, train, origins[job.origin], teller)
        return runner.train(calls, {file: job.name for file, job in new.items()}, progress, words)


@contextmanager
def ways_to_train(study: Study, jobs: list[Job], windows: TrainingWindows, runner: Runner) -> Iterator[TrainBlock]:
    """What trains a job: the fused engine, or Keras in processes of its own, which end with the context."""
    if not trained_by_keras(study.network, study.training):
        import_engine()
        check_programs(runner.warn)
        yield partial(train_fused, study.training)
        return
    from flows.training.training_with_keras import by_keras

    with by_keras(study, jobs, windows, runner) as train:
        yield train
