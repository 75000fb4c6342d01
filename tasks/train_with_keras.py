"""Train with Keras: a block of seeds of one variant, and before it a few steps that show how fast it is and whether variants differ."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import Trained, TrainingData
from tasks.numerics.networks.keras_engine.processes import KerasProcesses
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock, TrainingWindows
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.settings import TrainingSpec


class Wait(NamedTuple):
    """What is called while Keras is at work: what either raises ends it."""

    begin: Callable[[], None]
    tell: Callable[[int, int], None]
    """With the epochs done, and those in all."""


def train_block_with_keras(
    architecture: Architecture,
    training: TrainingSpec,
    windows: TrainingWindows,
    replicas: tuple[Block, tuple[Candidate, ...]],
    wait: Wait,
    processes: KerasProcesses,
) -> TrainedBlock:
    """Every seed of the block at each candidate, one after another, in one of the processes."""
    block, tried = replicas
    arguments = (architecture, training, TrainingData.of(windows), block.seeds, tried)
    return processes.ask(_train, arguments, wait.begin, wait.tell).block(architecture, windows)


def _train(*arguments: Any) -> Trained:
    from tasks.numerics.networks.keras_engine.training import train

    architecture, training, data, seeds, tried, tell = arguments
    return train(architecture, training, data, seeds, tell, tried)


def first_steps(
    architectures: list[Architecture],
    training: TrainingSpec,
    windows: TrainingWindows,
    wait: Wait,
    processes: KerasProcesses,
) -> tuple[float, float]:
    """Seconds that a step of the first variant takes, and what a block takes before; raises InputError where a variant changes nothing that a network gives."""
    return processes.ask(_first_steps, (architectures, training, TrainingData.of(windows)), wait.begin, wait.tell)


def _first_steps(*arguments: Any) -> tuple[float, float]:
    from tasks.numerics.networks.keras_engine.first_steps import check_variants, step_seconds

    architectures, training, data, _ = arguments
    check_variants(architectures)
    return step_seconds(architectures[0], training, data)
