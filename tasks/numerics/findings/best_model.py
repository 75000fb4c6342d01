"""The model that a comparison recommends, as Keras knows it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.findings.tracked_runs import Account
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.keras_engine.trained_models import trained_model
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.variants import Variant
from tasks.numerics.settings import NetworkSpec


def best_seed(account: Account) -> tuple[str, int] | None:
    """The chosen variant and its seed of lowest validation loss; None where every seed of it diverged."""
    losses = account.kept_loss.sel(variant=account.decision).to_numpy()
    if not np.isfinite(losses).any():
        return None
    best = np.where(np.isfinite(losses), losses, np.inf).argmin()
    return account.decision, int(account.kept_loss["seed"].to_numpy()[best])


def keras_model(
    account: Account,
    blocks: Mapping[Variant, list[TrainedBlock]],
    settings: Mapping[str, Mapping[str, Any]],
    best: tuple[str, int],
) -> tuple[Any, NDArray[np.float32]]:
    """The `keras.Model` of a variant's seed at the last origin, and an input of it (1, T, F), of zeros; of a fixed batch as many."""
    name, seed = best
    variant = next(one for one in blocks if one.name == name)
    candidate, last = account.chosen[name][-1], len(account.chosen[name]) - 1
    block = next(
        one for one in blocks[variant] if seed in one.seeds and candidate in one.candidates and one.origin == last
    )
    steps = int(settings["windows"]["lookback"]) if settings["windows"]["layout"] == "steps" else 1
    steps = account.window_shape[0] if account.window_shape else steps
    lists = {name: tuple(value) for name, value in settings["network"].items() if isinstance(value, list)}
    network = NetworkSpec(**{**settings["network"], **lists})
    features, outputs = (
        block.weights[0].shape[-2],
        block.weights[-1].shape[-1],
    )  # of kernels (R, F, G·U) and biases (R, O)
    if account.trained and account.window_shape:
        (network, outputs), (_, features) = account.trained, account.window_shape
    elif network.network:
        # Any weight may come first, or last, in a user's own.
        features = columns_of(settings["data"]) * (
            1 if settings["windows"]["layout"] == "steps" else int(settings["windows"]["lookback"])
        )
        outputs = int(settings["windows"]["horizon"])
    architecture = Architecture(network, variant, features, outputs, steps)
    model = trained_model(architecture, block.weights, block.replica(candidate, seed))
    return model, np.zeros((getattr(model, "input_shape", (None,))[0] or 1, steps, features), np.float32)


def columns_of(data: Mapping[str, Any]) -> int:
    """Numbers that a time step carries by the settings of the data: the value, and what stands beside it."""
    beside = (len(data.get(name) or ()) for name in ("features", "known_future", "calendar", "calendar"))
    return 1 + sum(beside)  # a cycle of the calendar is a sine and a cosine
