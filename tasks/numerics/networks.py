"""A stack of LSTM layers with a Dense head, for every replica at once; Keras' weights in Keras' order.

Weights at every interface: a list of arrays, axis R (replicas) first: kernel (R, I, 4U), recurrent kernel (R, U, 4U),
bias (R, 4U) a layer, then the head's kernel (R, U, 1) and bias (R, 1).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tasks.numerics.initialisation import Weights, seed_weights
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.variants import Variant


@dataclass(frozen=True)
class Architecture:
    """What shapes a network: everything here is compiled in."""

    network: NetworkSpec
    variant: Variant
    features: int
    """Inputs a time step (F)."""


def initial_weights(architecture: Architecture, seeds: list[int]) -> Weights:
    """Initial weights of every replica, each drawn from its seed alone, as the network's initialisation says."""
    of_seeds = (seed_weights(architecture.network, architecture.variant, architecture.features, seed) for seed in seeds)
    return [np.stack(replicas) for replicas in zip(*of_seeds, strict=True)]


def to_keras(architecture: Architecture, weights: Weights, replica: int, steps: int) -> Any:
    """A `keras.Model` with one replica's weights; inputs (B, T, F), output (B, 1)."""
    import keras

    variant, layers = architecture.variant, architecture.network.layers
    model = keras.Sequential([keras.layers.Input((steps, architecture.features), name="window")])
    for number, units in enumerate(layers, 1):
        model.add(
            keras.layers.LSTM(
                units,
                activation=variant.cell_activation,
                recurrent_activation=variant.gate_activation,
                return_sequences=number < len(layers),
                # Keras' fused kernel takes only tanh and sigmoid: variants are compared, not kernels.
                use_cudnn=False,
                name=f"lstm_{number}",
            )
        )
        if variant.placement == "between":
            model.add(keras.layers.Activation(variant.activation, name=f"between_{number}"))
    model.add(keras.layers.Dense(1, name="head"))
    model.set_weights([weight[replica] for weight in weights])
    return model
