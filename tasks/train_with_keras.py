"""Train with Keras: a block of seeds of one variant, and before it a few steps that show how fast it is and whether variants differ."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import Trained, TrainingData
from tasks.numerics.networks.keras_engine.processes import KerasProcesses
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock, TrainingWindows
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.training_settings import TrainingSpec


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
    with _as_users_own(architecture):
        return train(architecture, training, data, seeds, tell, tried)


@contextlib.contextmanager
def _as_users_own(architecture: Architecture) -> Iterator[None]:
    """What fails while a user's own network is trained is told by its name."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # whatever a user's layers, loss or train_step raise
        if not architecture.network.network:
            raise
        raise InputError(
            f"--network: Keras can't train the network ({type(error).__name__}: {str(error).strip()[:600]}). Expected one that "
            "compile() and fit() take with windows and targets alone."
        ) from error


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
    with _as_users_own(architectures[0]):
        check_variants(architectures)
        return step_seconds(architectures[0], training, data)
