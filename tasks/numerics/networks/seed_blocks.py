"""Blocks of seeds: what one program trains, and what is kept so that it is never trained again."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.forms import trained_by_keras
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.split import Split
from tasks.numerics.training_settings import TrainingSpec

ENGINE = (
    "networks/activation_names.py",
    "networks/architectures.py",
    "networks/chain/*.py",
    "networks/class_weights.py",
    "networks/engine/*.py",
    "networks/forms.py",
    "networks/initialisation.py",
    "networks/initializers.py",
    "networks/keras_engine/*.py",
    "networks/keras_models.py",
    "networks/optimizer_settings.py",
    "networks/outlines.py",
    "networks/python_files.py",
    "networks/randomness.py",
    "networks/schedules.py",
    "networks/training_words.py",
    "networks/variants.py",
    "problems/reconstruction/anomalies.py",
    "problems/reconstruction/windows.py",
    "series/panel_parts.py",
    "series/panel_windows.py",
    "series/scaling.py",
    "series/windows.py",
)
"""Sources, below `tasks/numerics`, that decide what training gives."""
GRID = ("learning_rate", "learning_rates", "learning_rate_factor", "learning_rate_moves", "clip_norm", "clip_norms")
"""Settings that say what candidates there are: each candidate is known by itself."""


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
    """What training a block gave: R replicas, every seed at the first candidate, then every seed at the next."""

    variant: str
    seeds: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    forecasts: NDArray[np.float64]
    """Of the test part, in the series' own units (R, N_test, H); of an autoencoder scaled (R, N_test, T, F)."""
    loss: NDArray[np.float32]
    """(R, E)."""
    validation_loss: NDArray[np.float32]
    """(R, E)."""
    gradient_norm: NDArray[np.float32]
    """(R, E)."""
    best_epoch: NDArray[np.int32]
    """(R,)."""
    diagnostics: dict[str, NDArray[np.float32]]
    """By the names of `diagnostics.diagnose` (R, ...)."""
    weights: Weights
    seconds: float
    compile_seconds: float
    origin: int = 0
    """Which training end of a comparison; a kept block does not know it."""

    def replica(self, candidate: Candidate, seed: int) -> int:
        """Its row."""
        return self.candidates.index(candidate) * len(self.seeds) + self.seeds.index(seed)


@cache
def engine_version() -> str:
    """Changes whenever the engine's source, TensorFlow or Keras does."""
    sources = [path.read_bytes() for name in ENGINE for path in sorted(Path(__file__).parents[1].glob(name))]
    versions = [version(package).encode() for package in ("tensorflow", "keras", "numpy")]
    return hashlib.sha256(b"\0".join([*sources, *versions])).hexdigest()[:12]


class TrainingWindows(Protocol):
    """What training needs of windows, whatever they are for: the training ones first, then validation, then test."""

    @property
    def inputs(self) -> NDArray[np.float32]:
        """(N, T, F)."""

    @property
    def targets(self) -> NDArray[np.float32]:
        """(N, O), of an autoencoder (N, T, F)."""

    @property
    def split(self) -> Split:
        """How many of each part."""

    @property
    def outputs(self) -> int:
        """Numbers that the head gives (O)."""

    def to_units(self, forecasts: NDArray[np.float32]) -> NDArray[np.float64]:
        """What is kept of what networks make of the test windows (R, N_test, ...)."""

    def identity(self) -> tuple[Any, ...]:
        """Arrays and JSON values that decide what training gives."""


def training_key(
    architecture: Architecture, training: TrainingSpec, windows: TrainingWindows, tried: tuple[Candidate, ...]
) -> str:
    """Sixteen hex digits of everything but the seeds that decides what training gives."""
    engine = "keras" if trained_by_keras(architecture.network, training) else "fused"
    asked = dataclasses.asdict(training) | {"engine": engine}
    shared = {name: value for name, value in asked.items() if name not in GRID}
    parts: tuple[Any, ...] = (architecture, windows.split, *tried)
    settings = [dataclasses.asdict(part) for part in parts]
    digest = hashlib.sha256(json.dumps([engine_version(), shared, *settings], sort_keys=True).encode())
    for part in windows.identity():
        if isinstance(part, np.ndarray):
            digest.update(str(part.shape).encode())
            digest.update(part.tobytes())
        else:
            digest.update(json.dumps(part).encode())
    return digest.hexdigest()[:16]


def plan_grid(tried: tuple[Candidate, ...], size: int) -> tuple[list[tuple[Candidate, ...]], int]:
    """Candidates that one program of up to `size` replicas trains together, all or one, and for how many seeds."""
    if size < len(tried):
        return [(one,) for one in tried], size
    return [tried], size // len(tried)


def plan_blocks(wanted: range, known: list[Block], size: int) -> tuple[list[Block], list[Block]]:
    """Known blocks that hold wanted seeds, and new ones of up to `size` seeds, of even length, for the rest."""
    used = [block for block in sorted(known) if set(block.seeds) & set(wanted)]
    missing = sorted(set(wanted) - {seed for block in used for seed in block.seeds})
    runs = np.split(np.array(missing, int), np.flatnonzero(np.diff(missing) != 1) + 1) if missing else []
    parts = [part for run in runs for part in np.array_split(run, -(-len(run) // size))]
    return used, [Block(int(part[0]), int(part[-1])) for part in parts]
