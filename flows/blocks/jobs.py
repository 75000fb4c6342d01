"""What is to be trained: blocks of seeds, each under a key of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.blocks.trained_blocks import block_file, known_blocks
from flows.studies.study import Study
from flows.terminal.progress import TrainingTeller
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.forms import form_of, trained_by_keras
from tasks.numerics.networks.layout_choice import replicas_a_block
from tasks.numerics.networks.seed_blocks import (
    Block,
    TrainedBlock,
    TrainingWindows,
    plan_blocks,
    plan_grid,
    training_key,
)
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.networks.variants import Variant

KERAS_REPLICAS = 12
"""Of a block that Keras trains, one after another: few, as a block is kept when all of it is trained."""


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
        """Variant and seeds, the origin where there are others, and the candidates, told by the first of several."""
        origin = f", origin {self.origin + 1}" if self.origin else ""
        few = len(self.tried) == 1
        rate = (
            f", learning rate {self.tried[0].name}" if few else f", {len(self.tried)} rates from {self.tried[0].name}"
        )
        return f"{self.architecture.variant.name} seeds {self.block.first} to {self.block.last}{origin}{rate}"

    @property
    def file(self) -> Path:
        """Where it is kept once it is trained."""
        return block_file(self.key, self.block)

    @property
    def replicas(self) -> int:
        """How many networks it trains."""
        return len(self.block.seeds) * len(self.tried)


TrainBlock = Callable[[Job, TrainingWindows, TrainingTeller], TrainedBlock]
"""Trains a job."""


def plan(
    study: Study,
    variants: list[Variant],
    origins: tuple[TrainingWindows, ...],
    seeds: range,
    wanted: Mapping[int, tuple[Candidate, ...]],
) -> list[Job]:
    """What is to be trained at some candidates of some origins, or to be read where it was trained before."""
    steps, features = origins[0].inputs.shape[1:]
    size = KERAS_REPLICAS
    if not trained_by_keras(study.network, study.training):
        units = form_of(study.network, origins[0].outputs, steps).units
        size = replicas_a_block(units, steps, study.training.batch_size, study.training.patience)
    jobs: list[Job] = []
    for variant in variants:
        architecture = Architecture(study.network, variant, features, origins[0].outputs, steps)
        for origin, tried in wanted.items():
            groups, seeds_together = plan_grid(tried, size)
            for group in groups:
                key = training_key(architecture, study.training, origins[origin], group)
                used, new = plan_blocks(seeds, known_blocks(key), seeds_together)
                jobs += [Job(architecture, origin, group, block, key) for block in [*used, *new]]
    # Every variant's first block first: a variant's others wait for its program, and something else is trained meanwhile.
    jobs.sort(key=lambda job: (job.block, job.origin))
    return jobs


def story(job: Job, block: TrainedBlock) -> str:
    """What training a block took and came to, in a sentence."""
    losses = block.validation_loss[np.arange(len(block.best_epoch)), block.best_epoch - 1]
    finite = losses[np.isfinite(losses)]
    lost = f", {len(losses) - len(finite)} diverged" if len(finite) < len(losses) else ""
    loss = f"validation loss {np.median(finite):.4g} in the median" if len(finite) else "no network has a loss"
    return (
        f"Trained {job.name}: {job.replicas} networks in {block.seconds:.1f} s after {block.compile_seconds:.1f} s of compiling; "
        f"{loss}{lost}."
    )
