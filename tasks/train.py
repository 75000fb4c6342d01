"""Train: a block of seeds of one variant at some candidates, and its forecasts of the test part."""

from pathlib import Path

import keras  # noqa: F401  # TensorFlow leaves it to the first that needs it, which would be several threads

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import Progress, TrainingData, train
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock, TrainingWindows
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.training_settings import TrainingSpec


def train_block(
    architecture: Architecture,
    training: TrainingSpec,
    windows: TrainingWindows,
    replicas: tuple[Block, tuple[Candidate, ...]],
    progress: Progress,
    programs: Path,
) -> TrainedBlock:
    """Every seed of the block at each candidate, in one compiled program, which is kept in the folder `programs`."""
    block, tried = replicas
    data = TrainingData.of(windows)
    return train(architecture, training, data, block.seeds, progress, programs, tried).block(architecture, windows)
