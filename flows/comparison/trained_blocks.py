"""The ledger of trained blocks: a file each, whole or not there at all, under a key of all that decides what training gives."""

import pickle
from pathlib import Path

from flows.environment import TRAINED
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock
from tasks.numerics.whole_files import write_whole


def block_file(key: str, block: Block) -> Path:
    """Where a trained block is kept."""
    return TRAINED / f"{key}-{block.first}-{block.last}"


def known_blocks(key: str) -> list[Block]:
    """Blocks that were trained before with these settings on this data."""
    return [Block(*map(int, path.name.split("-")[1:])) for path in TRAINED.glob(f"{key}-*-*") if path.is_file()]


def keep_block(file: Path, trained: TrainedBlock) -> None:
    """Writes a block down: from here on it is never trained again."""
    write_whole(file, pickle.dumps(trained))


def read_blocks(files: list[Path]) -> dict[Path, TrainedBlock]:
    """The blocks that stand in the files; what can't be read is left out, and so trained again."""
    found = {}
    for file in files:
        try:
            block = pickle.loads(file.read_bytes())
        except (OSError, EOFError, ValueError, AttributeError, ImportError, pickle.UnpicklingError):
            continue
        if isinstance(block, TrainedBlock):
            found[file] = block
    return found
