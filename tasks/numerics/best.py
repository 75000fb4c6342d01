"""The model that a comparison recommends, as Keras knows it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.blocks import TrainedBlock
from tasks.numerics.networks import Architecture, to_keras
from tasks.numerics.results import Result
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.statistics import summary
from tasks.numerics.variants import Variant


def best_seed(result: Result) -> tuple[str, int] | None:
    """The variant of lowest mean RMSE and its seed of lowest validation loss; None where every seed diverged."""
    means = summary(result.scores)["mean"].xs("rmse", level="metric").dropna()
    if means.empty:
        return None
    name = str(means.idxmin())
    seeds = result.forecasts["seed"].to_numpy()[~result.forecasts["diverged"].sel(variant=name).to_numpy()]
    losses = result.histories["validation_loss"].sel(variant=name, seed=seeds).min("epoch").to_numpy()
    return name, int(seeds[np.where(np.isfinite(losses), losses, np.inf).argmin()])


def keras_model(
    blocks: Mapping[Variant, list[TrainedBlock]], settings: Mapping[str, Mapping[str, Any]], name: str, seed: int
) -> tuple[Any, NDArray[np.float32]]:
    """The `keras.Model` of a variant's seed and an input of it (1, T, F), of zeros."""
    variant = next(one for one in blocks if one.name == name)
    block = next(one for one in blocks[variant] if seed in one.seeds)
    lookback = int(settings["windows"]["lookback"])
    steps, features = (lookback, 1) if settings["windows"]["layout"] == "steps" else (1, lookback)
    architecture = Architecture(NetworkSpec(tuple(settings["network"]["layers"])), variant, features)
    model = to_keras(architecture, block.weights, block.seeds.index(seed), steps)
    return model, np.zeros((1, steps, features), np.float32)
