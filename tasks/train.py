"""Train: a block of seeds of one variant at some candidates, and its forecasts of the test part."""

from pathlib import Path

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import Progress, TrainingData, train
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock, TrainingWindows
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.settings import TrainingSpec


def train_block(
    architecture: Architecture,
    training: TrainingSpec,
    windows: TrainingWindows,
    replicas: tuple[Block, tuple[Candidate, ...]],
    progress: Progress,
    programs: Path,
) -> TrainedBlock:
    """Every seed of the block at each candidate, in one compiled program, which is kept in the folder `programs`."""
    seen, watched = windows.split.train, windows.split.train + windows.split.validation
    data = TrainingData(
        windows.inputs[:seen],
        windows.targets[:seen],
        windows.inputs[seen:watched],
        windows.targets[seen:watched],
        windows.inputs[watched:],
    )
    block, tried = replicas
    trained = train(architecture, training, data, block.seeds, progress, programs, tried)
    return TrainedBlock(
        architecture.variant.name,
        block.seeds,
        tried,
        windows.to_units(trained.forecasts),
        trained.loss,
        trained.validation_loss,
        trained.gradient_norm,
        trained.best_epoch,
        trained.diagnostics,
        trained.weights,
        trained.seconds,
        trained.compile_seconds,
    )
