"""A stack of LSTM layers with a Dense head, for every replica at once; Keras' weights in Keras' order.

Weights at every interface: a list of arrays, axis R (replicas) first: kernel (R, I, 4U), recurrent kernel (R, U, 4U),
bias (R, 4U) a layer, then the head's kernel (R, U, 1) and bias (R, 1).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.randomness import generator
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.variants import Variant

Weights = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Architecture:
    """What shapes a network: everything here is compiled in."""

    network: NetworkSpec
    variant: Variant
    features: int
    """Inputs a time step (F)."""


def initial_weights(architecture: Architecture, seeds: list[int]) -> Weights:
    """Keras' default initial weights of every replica, each drawn from its seed alone.

    Glorot uniform kernels (Glorot and Bengio 2010), orthogonal recurrent kernels (Saxe et al. 2014), forget bias 1.
    """
    return [np.stack(replicas) for replicas in zip(*(_initial(architecture, seed) for seed in seeds), strict=True)]


def _initial(architecture: Architecture, seed: int) -> Weights:
    inputs, weights = architecture.features, []
    for layer, units in enumerate(architecture.network.layers):
        bias = np.zeros(4 * units, np.float32)
        bias[units : 2 * units] = 1
        weights += [
            glorot_uniform(generator(seed, "kernel", layer), inputs, 4 * units),
            orthogonal(generator(seed, "recurrent kernel", layer), units, 4 * units),
            bias,
        ]
        inputs = units
    return [*weights, glorot_uniform(generator(seed, "head"), inputs, 1), np.zeros(1, np.float32)]


def glorot_uniform(random: np.random.Generator, inputs: int, outputs: int) -> NDArray[np.float32]:
    """Uniform within ±√(6 / (inputs + outputs)): (inputs, outputs)."""
    limit = np.sqrt(6 / (inputs + outputs))
    return random.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def orthogonal(random: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    """Orthonormal rows, uniform over all such matrices: (rows, columns), rows <= columns (Mezzadri 2007)."""
    q, r = np.linalg.qr(random.normal(size=(columns, rows)))
    return (q * np.sign(np.diag(r))).T.astype(np.float32)


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
