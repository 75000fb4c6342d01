"""Train: a block of seeds of one variant at some candidates, and its forecasts of the test part."""

from collections.abc import Sequence
from pathlib import Path

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.rooms import Rooms
from tasks.numerics.networks.engine.training import Progress, TrainingData, train
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock, TrainingWindows
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.split import Split
from tasks.numerics.training_settings import TrainingSpec


def train_block(
    architecture: Architecture,
    training: TrainingSpec,
    windows: TrainingWindows,
    replicas: tuple[Block, tuple[Candidate, ...]],
    progress: Progress,
    programs: Path,
    splits: Sequence[Split] = (),
) -> TrainedBlock:
    """Every seed of the block at each candidate, in one compiled program, which is kept in the folder `programs`.

    It is the program in which windows of all `splits` have room.
    """
    block, tried = replicas
    rooms = Rooms.of([(one.train, one.validation) for one in (windows.split, *splits)], training.batch_size)
    data = TrainingData.of(windows, rooms)
    trained = train(architecture, training, data, block.seeds, progress, programs, tried)
    return trained.block(architecture, windows)
