"""Trains the seeds of a claim's variants, and gathers what they forecast."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tasks.numerics.audit.audits import Replay
from tasks.numerics.audit.claims import Claim
from tasks.numerics.audit.recipes import Prepared
from tasks.numerics.networks.layout_choice import replicas_a_program
from tasks.numerics.networks.variants import Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec


@dataclass(frozen=True)
class Job:
    """Seeds of one variant under one recipe, that one program trains."""

    recipe: int
    """Its place among the recipes."""
    variant: Variant
    seeds: tuple[int, ...]


def plan(claim: Claim, recipes: int, seeds: int) -> list[Job]:
    """The jobs that together train every seed of both variants under each of so many recipes."""
    steps = claim.lookback if claim.layout == "steps" else 1
    parts = np.array_split(np.arange(seeds), -(-seeds // replicas_a_program(claim.layers, steps, claim.batch_size)))
    return [
        Job(recipe, one.variant, tuple(map(int, part)))
        for part in parts
        for recipe in range(recipes)
        for one in claim.variants
    ]


def training_of(claim: Claim) -> TrainingSpec:
    """How every network of a claim is trained: as it says, with the given learning rate alone."""
    return TrainingSpec(
        epochs=claim.epochs,
        batch_size=claim.batch_size,
        learning_rate=claim.learning_rate,
        learning_rates=1,
        patience=0,
    )


def train_job(
    claim: Claim, prepared: Prepared, job: Job, progress: Callable[[int, int], None], programs: Path
) -> np.ndarray:
    """Forecasts (S, N) of the job's seeds in the series' unit; `programs` is the folder that keeps what was compiled."""
    from tasks.numerics.networks.architectures import Architecture
    from tasks.numerics.networks.engine.training import TrainingData, train

    data = TrainingData(
        prepared.windows,
        prepared.targets[:, None],
        prepared.validation_windows,
        prepared.validation_targets[:, None],
        prepared.test_windows,
    )
    architecture = Architecture(
        NetworkSpec(claim.layers), job.variant, prepared.windows.shape[2], steps=prepared.windows.shape[1]
    )
    trained = train(architecture, training_of(claim), data, job.seeds, progress, programs)
    forecasts = prepared.to_units(trained.forecasts[..., 0])
    return np.where(np.isfinite(forecasts).all(axis=-1, keepdims=True), forecasts, np.nan)


def gather(
    claim: Claim, prepared: Sequence[Prepared], jobs: Sequence[Job], forecasts: Sequence[np.ndarray]
) -> tuple[Replay, ...]:
    """The replay of every recipe, from the forecasts (S, N) of every job."""
    found = []
    for place, one in enumerate(prepared):
        of_variant: dict[str, list[np.ndarray]] = {name: [] for name in claim.names}
        for job, values in zip(jobs, forecasts, strict=True):
            if job.recipe == place:
                of_variant[job.variant.name].append(values)
        found.append(Replay(one.name, {name: np.concatenate(parts) for name, parts in of_variant.items()}))
    return tuple(found)
