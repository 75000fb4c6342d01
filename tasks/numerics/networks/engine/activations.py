"""Activations as functions, by their Keras names."""

import inspect
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from tasks.numerics.import_lock import one_import_at_a_time
from tasks.numerics.networks.activation_names import PARAMETERS
from tasks.numerics.networks.chain.calls import read_call

Tensor = Any
Activation = Callable[[Tensor], Tensor]
ValueAndSlope = Callable[[Tensor], tuple[Tensor, Tensor]]
"""An activation's value and its derivative at each element."""

NOT_FUNCTIONS_OF_ONE_TENSOR = {"get", "serialize", "deserialize"}


@cache
def keras_activations() -> dict[str, Activation]:
    """Every activation of Keras that can be called with a tensor alone, by name, aliases included."""
    with one_import_at_a_time():
        import keras

    named = {name: value for name, value in vars(keras.activations).items() if inspect.isfunction(value)}
    return {
        name: function
        for name, function in sorted(named.items())
        if name not in NOT_FUNCTIONS_OF_ONE_TENSOR and not name.startswith("_") and _takes_one_tensor(function)
    }


@cache
def activation_function(name: str) -> Activation:
    """An activation by its name, with its numbers if any, as in `leaky_relu(0.1)`."""
    call = read_call(name, PARAMETERS)
    assert call is not None, f"{name} is none of Keras' activations"
    function = keras_activations()[call.name]
    return partial(function, **dict(call.numbers)) if call.numbers else function


def value_and_slope(function: Activation, z: Tensor) -> tuple[Tensor, Tensor]:
    """`function(z)` and its derivative at each element, both of z's shape (TensorFlow)."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(z)
        y = function(z)
    slope = tape.gradient(y, z, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return y, slope


def _takes_one_tensor(function: Activation) -> bool:
    required = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    return len(required) == 1
