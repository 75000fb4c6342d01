"""Learning rates that fall where the validation loss does not, as Keras' `ReduceLROnPlateau` has it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import tensorflow as tf

Tensor = Any
LEAST_GAIN: Final = 1e-4
"""Keras' `min_delta`: a loss that is lower by less is no lower one."""


@dataclass(frozen=True)
class Plateau:
    """After how many epochs without a lower validation loss a replica learns at what share of its rate."""

    patience: int
    factor: float


def begin_plateau(replicas: int) -> dict[str, Any]:
    """What is known of each replica (R,) before the first epoch."""
    return {
        "rate_factor": np.ones(replicas, np.float32),
        "lowest_loss": np.full(replicas, np.inf, np.float32),
        "waited": np.zeros(replicas, np.int32),
    }


def lower_rates(plateau: Plateau, state: dict[str, Any], loss: Tensor) -> dict[str, Any]:
    """The state after an epoch with these validation losses (R,): `rate_factor` (R,) is what the learning rate is multiplied with."""
    lower = loss < state["lowest_loss"] - LEAST_GAIN
    waited = tf.where(lower, 0, state["waited"] + 1)
    falls = waited >= plateau.patience
    return state | {
        "rate_factor": tf.where(falls, state["rate_factor"] * plateau.factor, state["rate_factor"]),
        "lowest_loss": tf.where(lower, loss, state["lowest_loss"]),
        "waited": tf.where(falls, 0, waited),
    }
