"""The engine, used as the project uses it: blocks of replicas in as many threads as there are cores."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from cases import Case, windows_and_targets
from contenders import Answer, Stopwatch, serve

from flows.environment import set_environment

set_environment()

import numpy as np  # noqa: E402 - the environment must be there before TensorFlow is
import tensorflow  # noqa: E402, F401 - imported before anything is timed

from tasks.numerics.networks.chain.stacks import all_units  # noqa: E402
from tasks.numerics.networks.engine.training import Progress, Trained, TrainingData, train  # noqa: E402
from tasks.numerics.networks.layout_choice import replicas_a_program  # noqa: E402
from tasks.numerics.networks.seed_blocks import Block, plan_blocks  # noqa: E402
from tasks.numerics.training_settings import TrainingSpec  # noqa: E402

CORES = os.cpu_count() or 1


class CompiledError(Exception):
    """Ends a training whose first epoch is done."""


def measure(case: Case) -> Answer:
    """All replicas of a case, compiled apart."""
    blocks = planned(case)
    begun = time.perf_counter()
    for block in {len(block.seeds): block for block in blocks}.values():
        compile_block(case, block)
    compile_seconds, watch = time.perf_counter() - begun, Stopwatch()
    with ThreadPoolExecutor(CORES) as pool:
        trained = list(pool.map(lambda block: train_block(case, block), blocks))
    seconds, processor_seconds = watch.read()
    replicas = sum(len(block.seeds) for block in blocks)
    loss = np.concatenate([block.loss for block in trained])
    return Answer(
        seconds=seconds,
        processor_seconds=processor_seconds,
        replica_steps=replicas * case.batches * case.epochs,
        compile_seconds=compile_seconds,
        losses=loss.mean(axis=0).tolist(),
        first_losses=loss[0].tolist(),
        replicas=replicas,
        way=f"{len(blocks)} block{'s' if len(blocks) > 1 else ''} of {len(blocks[0].seeds)}",
    )


def planned(case: Case) -> list[Block]:
    """Blocks of the size that the project chooses, or smaller ones so that every core has one."""
    size = replicas_a_program(all_units(case.architecture.chain), case.steps, case.batch)
    replicas = case.replicas or size * CORES
    return plan_blocks(range(replicas), [], min(size, -(-replicas // CORES)))[1]


def compile_block(case: Case, block: Block) -> None:
    """Training until its first epoch is done."""

    def stop(done: int, epochs: int) -> None:
        raise CompiledError

    with suppress(CompiledError):
        train_block(case, block, stop)


def train_block(case: Case, block: Block, progress: Progress = lambda done, epochs: None) -> Trained:
    """One block, by the function that the project calls."""
    windows, targets = windows_and_targets(case)
    seen, watched = case.windows, case.windows + case.validation_windows
    data = TrainingData(
        windows[:seen], targets[:seen, None], windows[seen:watched], targets[seen:watched, None], windows[watched:]
    )
    training = TrainingSpec(
        learning_rates=1, learning_rate=0.001, patience=0, epochs=case.epochs, batch_size=case.batch
    )
    return train(
        case.architecture,
        training,
        data,
        block.seeds,
        progress,
    )


if __name__ == "__main__":
    serve(measure)
