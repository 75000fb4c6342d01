"""Blocks of seeds: what one program trains, and what is kept so that it is never trained again."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks import Architecture, Weights
from tasks.numerics.settings import TrainingSpec
from tasks.numerics.windows import Windows

ENGINE = (
    "activations",
    "gradients",
    "kept_programs",
    "layouts",
    "lstm",
    "networks",
    "programs",
    "randomness",
    "scaling",
    "training",
    "units_first",
    "windows",
)


@dataclass(frozen=True, order=True)
class Block:
    """Consecutive seeds of one variant."""

    first: int
    last: int

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in order."""
        return tuple(range(self.first, self.last + 1))


@dataclass(frozen=True)
class TrainedBlock:
    """What training a block of seeds gave: R replicas, in the order of the seeds."""

    variant: str
    seeds: tuple[int, ...]
    forecasts: NDArray[np.float64]
    """Of the test part, in the series' own units (R, N_test)."""
    loss: NDArray[np.float32]
    """(R, E)."""
    validation_loss: NDArray[np.float32]
    """(R, E)."""
    best_epoch: NDArray[np.int32]
    """(R,)."""
    weights: Weights
    seconds: float
    compile_seconds: float


@cache
def engine_version() -> str:
    """Changes whenever the engine's source, TensorFlow or Keras does."""
    sources = [(Path(__file__).parent / f"{name}.py").read_bytes() for name in ENGINE]
    versions = [version(package).encode() for package in ("tensorflow", "keras", "numpy")]
    return hashlib.sha256(b"\0".join([*sources, *versions])).hexdigest()[:12]


def training_key(architecture: Architecture, training: TrainingSpec, windows: Windows) -> str:
    """Sixteen hex digits of everything but the seeds that decides what training gives."""
    settings: Any = [dataclasses.asdict(architecture), dataclasses.asdict(training), dataclasses.asdict(windows.split)]
    digest = hashlib.sha256(json.dumps([engine_version(), *settings], sort_keys=True).encode())
    for array in (windows.inputs, windows.targets, windows.transformed.original):
        digest.update(str(array.shape).encode())
        digest.update(array.tobytes())
    digest.update(json.dumps([dataclasses.asdict(windows.scaler), windows.transformed.kind]).encode())
    return digest.hexdigest()[:16]


def plan_blocks(wanted: range, known: list[Block], size: int) -> tuple[list[Block], list[Block]]:
    """Known blocks that hold wanted seeds, and new ones of up to `size` seeds, of even length, for the rest."""
    used = [block for block in sorted(known) if set(block.seeds) & set(wanted)]
    missing = sorted(set(wanted) - {seed for block in used for seed in block.seeds})
    runs = np.split(np.array(missing, int), np.flatnonzero(np.diff(missing) != 1) + 1) if missing else []
    parts = [part for run in runs for part in np.array_split(run, -(-len(run) // size))]
    return used, [Block(int(part[0]), int(part[-1])) for part in parts]
