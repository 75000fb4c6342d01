"""Activations by their Keras names; the list is Keras' own."""

import difflib
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from tasks.numerics.errors import InputError

Tensor = Any
Activation = Callable[[Tensor], Tensor]

NOT_FUNCTIONS_OF_ONE_TENSOR = {"get", "serialize", "deserialize"}


@cache
def keras_activations() -> dict[str, Activation]:
    """Every activation of Keras that can be called with a tensor alone, by name, aliases included."""
    import keras

    named = {name: value for name, value in vars(keras.activations).items() if inspect.isfunction(value)}
    return {
        name: function
        for name, function in sorted(named.items())
        if name not in NOT_FUNCTIONS_OF_ONE_TENSOR and not name.startswith("_") and _takes_one_tensor(function)
    }


@cache
def elementwise_activations() -> dict[str, Activation]:
    """Every element-wise activation of Keras under its own name (no aliases): what can stand in an LSTM's place."""
    return {
        name: function
        for name, function in keras_activations().items()
        if name == function.__name__ and is_elementwise(function)
    }


def is_elementwise(function: Activation) -> bool:
    """Whether each output of `function` depends on the input at its own place alone."""
    points = np.array([[-2.5, -0.3, 0.4, 1.7], [3.1, 0.2, -1.1, -0.05]], np.float32)
    try:
        together = np.asarray(function(points))
        alone = [[np.asarray(function(np.full((1, 2), point)))[0, 0] for point in row] for row in points]
    except (ValueError, IndexError):
        return False
    return together.shape == points.shape and bool(np.allclose(together, alone, atol=1e-6))


def canonical_name(name: str) -> str:
    """The name under which Keras defines `name`; raises InputError where it is none or not element-wise."""
    known = keras_activations()
    if name not in known:
        nearest = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
        hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
        raise InputError(
            f"--activations: '{name}' is not a Keras activation.{hint} Expected one of: {', '.join(elementwise_activations())}."
        )
    own_name = known[name].__name__
    if own_name not in elementwise_activations():
        raise InputError(
            f"--activations: '{name}' mixes elements (it is not element-wise), so it can't stand in an LSTM's place. "
            f"Expected one of: {', '.join(elementwise_activations())}."
        )
    return own_name


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
