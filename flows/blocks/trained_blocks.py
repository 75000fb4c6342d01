"""The ledger of trained blocks: a file each, whole or not there at all, under a key of all that decides what training gives."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.blocks.sealed_arrays import Arrays, begins_as_arrays, read_arrays, write_arrays
from flows.environment import TRAINED
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock
from tasks.numerics.networks.tuning import Candidate

NAME = re.compile(r"(?P<key>[0-9a-f]+)-(?P<first>\d{1,19})-(?P<last>\d{1,19})")
ARRAYS = ("forecasts", "loss", "validation_loss", "gradient_norm", "best_epoch")
"""Fields of a block that are one array each."""


def block_file(key: str, block: Block) -> Path:
    """Where a trained block is kept."""
    return TRAINED / f"{key}-{block.first}-{block.last}"


def known_blocks(key: str) -> list[Block]:
    """Blocks that were trained before with these settings on this data: files that begin as a block of their name does."""
    found = []
    for path in TRAINED.glob(f"{key}-*-*"):
        name = NAME.fullmatch(path.name)
        if name and name["key"] == key and begins_as_arrays(path):
            found.append(Block(int(name["first"]), int(name["last"])))
    return found


def keep_block(file: Path, trained: TrainedBlock) -> None:
    """Writes a block down: from here on it is never trained again."""
    about = {
        "variant": trained.variant,
        "seeds": trained.seeds,
        "candidates": [dataclasses.asdict(one) for one in trained.candidates],
        "seconds": trained.seconds,
        "compile_seconds": trained.compile_seconds,
    }
    arrays = {
        **{name: getattr(trained, name) for name in ARRAYS},
        **{f"diagnostics/{name}": value for name, value in trained.diagnostics.items()},
        **{f"weights/{number}": weight for number, weight in enumerate(trained.weights)},
    }
    write_arrays(file, about, arrays)


def read_blocks(files: list[Path]) -> dict[Path, TrainedBlock]:
    """The blocks that stand in the files; what is not as it was written is left out, and so trained again."""
    kept = {file: read_arrays(file) for file in files}
    return {file: _block(*found) for file, found in kept.items() if found}


def _block(about: Mapping[str, Any], arrays: Arrays) -> TrainedBlock:
    return TrainedBlock(
        variant=about["variant"],
        seeds=tuple(about["seeds"]),
        candidates=tuple(Candidate(**one) for one in about["candidates"]),
        seconds=about["seconds"],
        compile_seconds=about["compile_seconds"],
        diagnostics={
            name.partition("/")[2]: value for name, value in arrays.items() if name.startswith("diagnostics/")
        },
        weights=[arrays[f"weights/{number}"] for number in range(sum(name.startswith("weights/") for name in arrays))],
        forecasts=arrays["forecasts"],
        loss=arrays["loss"],
        validation_loss=arrays["validation_loss"],
        gradient_norm=arrays["gradient_norm"],
        best_epoch=arrays["best_epoch"],
    )
