"""Trains what is not known yet: blocks of seeds as parallel tasks, each kept under a key of its own."""

import itertools
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectConcurrentFuture

from flows.command_line.interrupts import exit_after
from flows.command_line.progress import TrainingProgress, update_terminal
from flows.comparison.prefect_tasks import step
from flows.comparison.study import Study
from flows.comparison.trained_blocks import block_file, keep_block, known_blocks, read_blocks
from flows.environment import COMPILED
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.layer_stacks import all_units
from tasks.numerics.networks.layout_choice import replicas_a_program
from tasks.numerics.networks.seed_blocks import (
    Block,
    TrainedBlock,
    TrainingWindows,
    plan_blocks,
    plan_grid,
    training_key,
)
from tasks.numerics.networks.tuning import Candidate, candidates
from tasks.numerics.networks.variants import Variant
from tasks.numerics.settings import TrainingSpec

ARTIFACT_SECONDS = 2.0
CANCEL_SECONDS = 3.0
read_known = step(read_blocks, "read", "read what was trained before")


@dataclass(frozen=True)
class Job:
    """What one task trains: a block of seeds of one variant at some candidates, up to one origin."""

    architecture: Architecture
    origin: int
    tried: tuple[Candidate, ...]
    block: Block
    key: str

    @property
    def name(self) -> str:
        """Variant and seeds, and the origin or the candidate where there are others."""
        origin = f", origin {self.origin + 1}" if self.origin else ""
        rate = f", learning rate {self.tried[0].name}" if len(self.tried) == 1 else ""
        return f"{self.architecture.variant.name} seeds {self.block.first} to {self.block.last}{origin}{rate}"

    @property
    def file(self) -> Path:
        """Where it is kept once it is trained."""
        return block_file(self.key, self.block)

    @property
    def replicas(self) -> int:
        """How many networks it trains."""
        return len(self.block.seeds) * len(self.tried)


@task(name="train", task_run_name="train {job.name}", cache_policy=NO_CACHE, persist_result=False)
def train_block_task(job: Job, training: TrainingSpec, windows: TrainingWindows, teller: Any) -> TrainedBlock:
    """Every replica of a job in one compiled program, kept as soon as it is there."""
    from tasks.train import train_block

    teller.begin()
    trained = train_block(job.architecture, training, windows, (job.block, job.tried), teller, COMPILED)
    keep_block(job.file, trained)
    teller.finish()
    return trained


def train_variants(
    study: Study, variants: list[Variant], origins: tuple[TrainingWindows, ...], seeds: range
) -> dict[Variant, list[TrainedBlock]]:
    """Trained blocks of every variant that together hold the wanted seeds at every candidate and origin, known or new."""
    jobs = plan(study, variants, origins, seeds)
    known = [job.file for job in jobs if job.file.exists()]
    trained = read_known(known) if known else {}
    new = [job for job in jobs if job.file not in trained]
    progress = TrainingProgress(sum(job.replicas for job in new) * study.training.epochs)
    futures: dict[Path, PrefectConcurrentFuture[TrainedBlock]] = {}
    for job in new:
        teller = progress.teller(job.file, job.replicas, study.training.epochs)
        future = train_block_task.submit(job, study.training, origins[job.origin], teller)
        futures[job.file] = cast(PrefectConcurrentFuture[TrainedBlock], future)  # the flow's tasks run in threads
    if futures:
        replicas = sum(job.replicas for job in new)
        watch(list(futures.values()), progress, f"Training {len(variants)} variants, {replicas} new replicas")
    trained |= {file: future.result() for file, future in futures.items()}
    blocks: dict[Variant, list[TrainedBlock]] = {variant: [] for variant in variants}
    for job in jobs:
        blocks[job.architecture.variant].append(replace(trained[job.file], origin=job.origin))
    return blocks


def plan(study: Study, variants: list[Variant], origins: tuple[TrainingWindows, ...], seeds: range) -> list[Job]:
    """What is to be trained, or to be read where it was trained before."""
    steps, features = origins[0].inputs.shape[1:]
    size = replicas_a_program(all_units(study.network), steps, study.training.batch_size)
    groups, seeds_together = plan_grid(candidates(study.training), size)
    jobs: list[Job] = []
    for variant in variants:
        architecture = Architecture(study.network, variant, features, origins[0].outputs)
        for (origin, windows), tried in itertools.product(enumerate(origins), groups):
            key = training_key(architecture, study.training, windows, tried)
            used, new = plan_blocks(seeds, known_blocks(key), seeds_together)
            jobs += [Job(architecture, origin, tried, block, key) for block in [*used, *new]]
    # Every variant's first block first: a variant's others wait for its program, and something else is trained meanwhile.
    jobs.sort(key=lambda job: (job.block, job.origin))
    return jobs


def watch(futures: list[PrefectConcurrentFuture[TrainedBlock]], progress: TrainingProgress, words: str) -> None:
    """Shows progress until all is trained; an interrupt ends every block at its next segment."""
    artifact = cast(UUID, create_progress_artifact(progress=0.0, key="training-progress", description=words))
    told = time.monotonic()
    try:
        # A future's own state would be asked of the server, each time.
        while not all(future.wrapped_future.done() for future in futures):
            update_terminal(progress.share, words)
            if time.monotonic() - told > ARTIFACT_SECONDS:
                update_progress_artifact(artifact_id=artifact, progress=round(100 * progress.share, 1))
                told = time.monotonic()
            time.sleep(0.1)
    except BaseException as error:
        progress.cancelled.set()
        if not isinstance(error, Exception):
            end_soon()
        raise
    update_progress_artifact(artifact_id=artifact, progress=100.0)


def end_soon() -> None:
    """Ends a deployed run that was cancelled, though it is compiling: nothing else can interrupt that."""
    if "PREFECT__FLOW_RUN_ID" in os.environ:
        # Its runner records the end; from the command line there is more to be done than to end.
        exit_after(CANCEL_SECONDS, 1)
