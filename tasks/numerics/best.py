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
from tasks.numerics.tuning import Candidate
from tasks.numerics.variants import Variant


def best_seed(result: Result) -> tuple[str, int] | None:
    """The variant of lowest mean RMSE and its seed of lowest validation loss; None where every seed diverged."""
    means = summary(result.scores)["mean"].xs("rmse", level="metric").dropna()
    if means.empty:
        return None
    name = str(means.idxmin())
    seeds = result.forecasts["seed"].to_numpy()[~result.forecasts["diverged"].sel(variant=name).to_numpy()]
    # At the last origin, whose networks know most.
    losses = result.chosen_loss.sel(variant=name, seed=seeds).isel(origin=-1).to_numpy()
    return name, int(seeds[np.where(np.isfinite(losses), losses, np.inf).argmin()])


def keras_model(
    result: Result,
    blocks: Mapping[Variant, list[TrainedBlock]],
    settings: Mapping[str, Mapping[str, Any]],
    best: tuple[str, int],
) -> tuple[Any, NDArray[np.float32]]:
    """The `keras.Model` of a variant's seed at the last origin, and an input of it (1, T, F), of zeros."""
    name, seed = best
    variant = next(one for one in blocks if one.name == name)
    tuning = result.tuning.isel(candidate=int(result.tuning["chosen"].sel(variant=name)[-1]))
    candidate = Candidate(float(tuning["learning_rate"]), float(tuning["clip_norm"]))
    last = result.tuning.sizes["origin"] - 1
    block = next(
        one for one in blocks[variant] if seed in one.seeds and candidate in one.candidates and one.origin == last
    )
    steps = int(settings["windows"]["lookback"]) if settings["windows"]["layout"] == "steps" else 1
    features = block.weights[0].shape[-2]  # the first layer's kernel (R, F, G·U)
    network = NetworkSpec(**{**settings["network"], "layers": tuple(settings["network"]["layers"])})
    architecture = Architecture(network, variant, features, block.weights[-1].shape[-1])
    model = to_keras(architecture, block.weights, block.replica(candidate, seed), steps)
    return model, np.zeros((1, steps, features), np.float32)
