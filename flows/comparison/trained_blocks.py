"""The ledger of trained blocks: a file each, whole or not there at all, under a key of all that decides what training gives.

A file is a line, then NumPy's own archive of arrays. The line holds the digest of the file's name and of the archive: what
was changed, cut short or renamed by whatever cause is not read, and so trained again.
"""

import dataclasses
import hashlib
import io
import json
import re
from pathlib import Path

import numpy as np

from flows.environment import TRAINED
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.whole_files import write_whole

FORMAT = b"Interlayer's trained block 1"
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
        if name and name["key"] == key and _first_line(path).startswith(_beginning(path)):
            found.append(Block(int(name["first"]), int(name["last"])))
    return found


def keep_block(file: Path, trained: TrainedBlock) -> None:
    """Writes a block down: from here on it is never trained again."""
    archive = _archive(trained)
    write_whole(file, b"%b %b\n%b" % (_beginning(file), _digest(file, archive), archive))


def read_blocks(files: list[Path]) -> dict[Path, TrainedBlock]:
    """The blocks that stand in the files; what is not as it was written is left out, and so trained again."""
    found = {}
    for file in files:
        try:
            line, _, archive = file.read_bytes().partition(b"\n")
        except OSError:
            continue
        if line == b"%b %b" % (_beginning(file), _digest(file, archive)):
            found[file] = _block(archive)
    return found


def _beginning(file: Path) -> bytes:
    return b"%b %b" % (FORMAT, file.name.encode())


def _digest(file: Path, archive: bytes) -> bytes:
    return hashlib.sha256(file.name.encode() + b"\n" + archive).hexdigest().encode()


def _first_line(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.readline(256)
    except OSError:
        return b""


def _archive(trained: TrainedBlock) -> bytes:
    about = {
        "variant": trained.variant,
        "seeds": trained.seeds,
        "candidates": [dataclasses.asdict(one) for one in trained.candidates],
        "seconds": trained.seconds,
        "compile_seconds": trained.compile_seconds,
    }
    arrays = {
        "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
        **{name: getattr(trained, name) for name in ARRAYS},
        **{f"diagnostics/{name}": value for name, value in trained.diagnostics.items()},
        **{f"weights/{number}": weight for number, weight in enumerate(trained.weights)},
    }
    kept = io.BytesIO()
    np.savez(kept, allow_pickle=False, **arrays)
    return kept.getvalue()


def _block(archive: bytes) -> TrainedBlock:
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        named = {name: arrays[name] for name in arrays.files}
    return TrainedBlock(
        variant=about["variant"],
        seeds=tuple(about["seeds"]),
        candidates=tuple(Candidate(**one) for one in about["candidates"]),
        seconds=about["seconds"],
        compile_seconds=about["compile_seconds"],
        diagnostics={name.partition("/")[2]: value for name, value in named.items() if name.startswith("diagnostics/")},
        weights=[named[f"weights/{number}"] for number in range(sum(name.startswith("weights/") for name in named))],
        **{name: named[name] for name in ARRAYS},
    )
