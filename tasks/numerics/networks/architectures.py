"""A stack of recurrent layers with a Dense head, for every replica at once; Keras' weights in Keras' order.

Weights at every interface: a list of arrays, axis R (replicas) first: kernel (R, I, G·U), recurrent kernel (R, U, G·U) and
bias (R, G·U) a layer, of a GRU also the recurrent bias (R, G·U), Keras' second row; then the head's kernel (R, U, O) and
bias (R, O).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tasks.numerics.networks.initialisation import Weights, seed_weights
from tasks.numerics.networks.layer_stacks import LayerPlace, places_of
from tasks.numerics.networks.variants import Variant
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

    @property
    def places(self) -> tuple[LayerPlace, ...]:
        """Every layer, first to last."""
        return places_of(self.network, self.features)

    def output_steps(self, steps: int) -> int:
        """Time steps of what it gives (S), of windows of so many."""
        return 1 if self.places[-1].gives_last else steps


def initial_weights(architecture: Architecture, seeds: list[int]) -> Weights:
    """Initial weights of every replica, each drawn from its seed alone, as the network's initialisation says."""
    network, variant = architecture.network, architecture.variant
    of_seeds = (seed_weights(network, variant, architecture.features, seed, architecture.outputs) for seed in seeds)
    return [np.stack(replicas) for replicas in zip(*of_seeds, strict=True)]


def to_keras(architecture: Architecture, weights: Weights, replica: int, steps: int) -> Any:
    """A `keras.Model` with one replica's weights; inputs (B, T, F), output (B, O), of an autoencoder (B, T, F)."""
    import keras

    variant, cell = architecture.variant, architecture.network.cell
    model = keras.Sequential([keras.layers.Input((steps, architecture.features), name="window")])
    for number, place in enumerate(architecture.places, 1):
        if place.reads_last:
            model.add(keras.layers.RepeatVector(steps, name="repeat"))
        model.add(_recurrent_layer(architecture, place, f"{cell}_{number}"))
        if variant.placement == "between":
            model.add(keras.layers.Activation(variant.activation, name=f"between_{number}"))
    head = keras.layers.Dense(architecture.outputs, name="head")
    model.add(head if architecture.places[-1].gives_last else keras.layers.TimeDistributed(head, name="head"))
    model.set_weights(keras_weights(architecture, [weight[replica] for weight in weights]))
    return model


def _recurrent_layer(architecture: Architecture, place: LayerPlace, name: str) -> Any:
    import keras

    variant = architecture.variant
    settings = {"activation": variant.cell_activation, "return_sequences": not place.gives_last, "name": name}
    if architecture.network.cell == "simple_rnn":
        return keras.layers.SimpleRNN(place.units, **settings)
    kind = keras.layers.LSTM if architecture.network.cell == "lstm" else keras.layers.GRU
    # Keras' fused kernel takes only tanh and sigmoid: variants are compared, not kernels.
    return kind(place.units, recurrent_activation=variant.gate_activation, use_cudnn=False, **settings)


def keras_weights(architecture: Architecture, weights: Weights) -> Weights:
    """Weights of one replica as `keras.Model.set_weights` takes them: a GRU's two biases in one array (2, G·U)."""
    if architecture.network.cell != "gru":
        return weights
    found = []
    for start in range(0, len(weights) - 2, 4):
        kernel, recurrent, *biases = weights[start : start + 4]
        found += [kernel, recurrent, np.stack(biases)]
    return [*found, *weights[-2:]]
