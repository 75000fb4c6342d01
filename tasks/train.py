"""Train: a block of seeds of one variant, and its forecasts of the test part."""

from pathlib import Path

from tasks.numerics.blocks import Block, TrainedBlock
from tasks.numerics.networks import Architecture
from tasks.numerics.settings import TrainingSpec
from tasks.numerics.training import Progress, TrainingData, train
from tasks.numerics.windows import Windows


def train_block(
    architecture: Architecture,
    training: TrainingSpec,
    windows: Windows,
    block: Block,
    progress: Progress,
    programs: Path,
) -> TrainedBlock:
    """Every seed of the block, trained in one compiled program, which is kept in the folder `programs`."""
    seen, watched = windows.split.train, windows.split.train + windows.split.validation
    data = TrainingData(
        windows.inputs[:seen],
        windows.targets[:seen],
        windows.inputs[seen:watched],
        windows.targets[seen:watched],
        windows.inputs[watched:],
    )
    trained = train(architecture, training, data, block.seeds, progress, programs)
    return TrainedBlock(
        architecture.variant.name,
        block.seeds,
        windows.to_units(trained.forecasts),
        trained.loss,
        trained.validation_loss,
        trained.best_epoch,
        trained.weights,
        trained.seconds,
        trained.compile_seconds,
    )
