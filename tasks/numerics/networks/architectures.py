"""A network of one variant for every replica at once, and as Keras has it.

Weights at every interface: a list of arrays, axis R (replicas) first, in the order of the layers and of Keras' weights in
each: of a recurrent layer kernel (R, I, G·U), recurrent kernel (R, U, G·U) and bias (R, G·U), of a GRU also the recurrent
bias (R, G·U), Keras' second row; of a Dense layer kernel (R, I, O) and bias (R, O).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tasks.numerics.networks.chain.layers import Shape, Weight
from tasks.numerics.networks.chain.recurrent import Recurrent
from tasks.numerics.networks.chain.stacks import Chain, chain_of, shapes, weights_of
from tasks.numerics.networks.initialisation import Weights, seed_weights
from tasks.numerics.networks.keras_models import keras_layer, keras_weights
from tasks.numerics.networks.variants import Variant, substituted
from tasks.numerics.settings import NetworkSpec


@dataclass(frozen=True)
class Architecture:
    """What shapes a network: everything here is compiled in."""

    network: NetworkSpec
    variant: Variant
    features: int
    """Inputs a time step (F)."""
    outputs: int = 1
    """Numbers that the head gives (O): the horizon of a forecaster, the features of an autoencoder at every time step."""
    steps: int = 1
    """Time steps of a window (T)."""

    @property
    def chain(self) -> Chain:
        """Every layer, first to last."""
        return substituted(chain_of(self.network, self.outputs, self.steps), self.variant)

    @property
    def shapes(self) -> list[Shape]:
        """What stands before each layer, and after the last."""
        return shapes(self.chain, self.steps, self.features)

    @property
    def weights(self) -> list[tuple[Weight, ...]]:
        """The weights of each layer."""
        return weights_of(self.chain, self.steps, self.features)

    @property
    def output_steps(self) -> int:
        """Time steps of what it gives (S)."""
        return self.shapes[-1].steps or 1


def initial_weights(architecture: Architecture, seeds: list[int]) -> Weights:
    """Initial weights of every replica, each drawn from its seed alone, as the network's initialisation says."""
    chain, T, F = architecture.chain, architecture.steps, architecture.features
    matched = architecture.variant if architecture.network.initialisation == "matched" else None
    of_seeds = (seed_weights(chain, T, F, seed, matched) for seed in seeds)
    return [np.stack(replicas) for replicas in zip(*of_seeds, strict=True)]


def to_keras(architecture: Architecture, weights: Weights, replica: int) -> Any:
    """A `keras.Model` with one replica's weights; inputs (B, T, F), output (B, O), of an autoencoder (B, T, F)."""
    import keras

    model = keras.Sequential([keras.layers.Input((architecture.steps, architecture.features), name="window")])
    chain, counted = architecture.chain, dict[str, int]()
    for number, (layer, before) in enumerate(zip(chain, architecture.shapes, strict=False)):
        kind = layer.cell if isinstance(layer, Recurrent) else layer.keras_name.lower()
        counted[kind] = counted.get(kind, 0) + 1
        name = "head" if number == len(chain) - 1 and kind == "dense" else f"{kind}_{counted[kind]}"
        model.add(keras_layer(layer, before, name))
    own = iter([weight[replica] for weight in weights])
    for built, layer, layer_weights in zip(model.layers, chain, architecture.weights, strict=True):
        built.set_weights(keras_weights(layer, [next(own) for _ in layer_weights]))
    return model
