"""Layers of a chain as Keras' own."""

from typing import Any

import numpy as np

from tasks.numerics.networks.activation_names import PARAMETERS
from tasks.numerics.networks.chain.calls import read_call
from tasks.numerics.networks.chain.layers import Activation, Dense, Layer, Shape, Weight
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.initialisation import Weights


def keras_layer(layer: Layer, before: Shape, name: str) -> Any:
    """The Keras layer for what stands before it, without weights."""
    import keras

    if isinstance(layer, Recurrent):
        return _recurrent_layer(layer, name)
    if isinstance(layer, Bidirectional):
        return keras.layers.Bidirectional(_recurrent_layer(layer.layer, "forward"), layer.merge_mode, name=name)
    settings = _without_initialisers(layer.settings())
    if isinstance(layer, Activation):
        return keras.layers.Activation(_activation(layer.activation), name=name)
    if "activation" in settings:
        settings["activation"] = _activation(settings["activation"])
    if isinstance(layer, Dense) and before.steps is not None:
        return keras.layers.TimeDistributed(keras.layers.Dense(**settings, name=name), name=name)
    return getattr(keras.layers, layer.keras_name)(**settings, name=name)


def keras_weights(layer: Layer, weights: Weights) -> Weights:
    """Weights of one layer as its `set_weights` takes them: a GRU's two biases in one array (2, G·U)."""
    if isinstance(layer, Bidirectional):
        half = len(weights) // 2
        return [*keras_weights(layer.layer, weights[:half]), *keras_weights(layer.layer, weights[half:])]
    if isinstance(layer, Recurrent) and layer.cell == "gru" and layer.use_bias:
        kernel, recurrent, *biases = weights
        return [kernel, recurrent, np.stack(biases)]
    return weights


def _recurrent_layer(layer: Recurrent, name: str) -> Any:
    import keras

    settings = _without_initialisers(layer.settings())
    settings["activation"] = _activation(layer.activation)
    if layer.is_split:
        from tasks.numerics.networks.split_cells import split_lstm

        candidate, squash = layer.halves
        return split_lstm(settings, _activation(candidate), _activation(squash), name)
    if layer.cell == "simple_rnn":
        return keras.layers.SimpleRNN(**settings, name=name)
    kind = keras.layers.LSTM if layer.cell == "lstm" else keras.layers.GRU
    settings["recurrent_activation"] = _activation(layer.recurrent_activation)
    # Keras' fused kernel takes only tanh and sigmoid: variants are compared, not kernels.
    return kind(**settings, use_cudnn=False, name=name)


def _activation(name: str) -> Any:
    """By its name; with numbers of its own as the layer of that name, which Keras can save."""
    import keras

    call = read_call(name, PARAMETERS)
    if call is None or not call.numbers:
        return name
    kinds = {"elu": keras.layers.ELU, "leaky_relu": keras.layers.LeakyReLU, "relu": keras.layers.ReLU}
    return kinds[call.name](**dict(call.numbers))


def _without_initialisers(settings: dict[str, Any]) -> dict[str, Any]:
    """Weights are set afterwards."""
    return {name: value for name, value in settings.items() if not name.endswith("_initializer")}


def chain_weights(own: list[tuple[Weight, ...]], weights: Weights) -> Weights:
    """Weights as a model's `get_weights` gives them, as those of a chain's layers are kept: a GRU's two biases one after the other."""
    given, found, second = iter(weights), Weights(), np.zeros(0, np.float32)
    for weight in (weight for of_layer in own for weight in of_layer):
        if weight.name.endswith("recurrent_bias"):
            found.append(second)
            continue
        array = next(given)
        if array.ndim > len(weight.shape):
            array, second = array
        found.append(array)
    return found
