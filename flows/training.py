"""Trains what is not known yet: blocks of seeds as parallel tasks, each kept under a key of its own."""

import os
import time
from typing import Any, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.futures import PrefectConcurrentFuture

from flows.environment import COMPILED, TRAINED
from flows.interrupts import exit_after
from flows.progress import TrainingProgress, update_terminal
from flows.study import Study
from tasks.numerics.blocks import Block, TrainedBlock, plan_blocks, training_key
from tasks.numerics.networks import Architecture
from tasks.numerics.settings import TrainingSpec
from tasks.numerics.sizes import replicas_a_program
from tasks.numerics.variants import Variant
from tasks.numerics.windows import Windows

ARTIFACT_SECONDS = 2.0
CANCEL_SECONDS = 3.0


def key_of(key: str, block: Block) -> str:
    """The file name under which a trained block is kept."""
    return f"{key}-{block.first}-{block.last}"


def known_blocks(key: str) -> list[Block]:
    """Blocks that were trained before with these settings on this data."""
    return [Block(*map(int, path.name.split("-")[1:])) for path in TRAINED.glob(f"{key}-*-*") if path.is_file()]


@task(
    name="train",
    task_run_name="train {architecture.variant.name} seeds {block.first} to {block.last}",
    cache_policy=CacheKeyFnPolicy(
        cache_key_fn=lambda context, parameters: key_of(parameters["key"], parameters["block"])
    ),
    persist_result=True,
)
def train_block_task(
    architecture: Architecture, training: TrainingSpec, windows: Windows, block: Block, key: str, teller: Any
) -> TrainedBlock:
    """Every seed of a block in one compiled program; its key is a digest of data, settings and engine."""
    from tasks.train import train_block

    teller.begin()
    trained = train_block(architecture, training, windows, block, teller, COMPILED)
    teller.finish()
    return trained


def train_variants(study: Study, variants: list[Variant], windows: Windows) -> dict[Variant, list[TrainedBlock]]:
    """Trained blocks of every variant that together hold the wanted seeds, known or new."""
    steps, features = windows.inputs.shape[1:]
    size = replicas_a_program(study.network.layers, steps, study.training.batch_size)
    jobs: list[tuple[Variant, Architecture, Block, str]] = []
    to_train = 0
    for variant in variants:
        architecture = Architecture(study.network, variant, features)
        key = training_key(architecture, study.training, windows)
        used, new = plan_blocks(study.comparison.all_seeds, known_blocks(key), size)
        to_train += sum(len(block.seeds) for block in new)
        jobs += [(variant, architecture, block, key) for block in [*used, *new]]
    # Every variant's first block first: a variant's others wait for its program, and something else is trained meanwhile.
    jobs.sort(key=lambda job: job[2])
    progress = TrainingProgress(to_train * study.training.epochs)
    futures: list[PrefectConcurrentFuture[TrainedBlock]] = []
    for variant, architecture, block, key in jobs:
        teller = progress.teller((variant, block), len(block.seeds), study.training.epochs)
        future = train_block_task.submit(architecture, study.training, windows, block, key, teller)
        futures.append(cast(PrefectConcurrentFuture[TrainedBlock], future))  # the flow's tasks run in threads
    watch(futures, progress, f"Training {len(variants)} variants, {to_train} new replicas")
    trained: dict[Variant, list[TrainedBlock]] = {variant: [] for variant in variants}
    for (variant, *_), future in zip(jobs, futures, strict=True):
        trained[variant].append(future.result())
    return trained


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
