"""The names of activations that are known without Keras are Keras' own."""

import numpy as np

from tasks.numerics.networks.activation_names import ALIASES, ELEMENTWISE, MIXING
from tasks.numerics.networks.engine.activations import keras_activations


def is_elementwise(function) -> bool:
    """Whether each output depends on the input at its own place alone."""
    points = np.array([[-2.5, -0.3, 0.4, 1.7], [3.1, 0.2, -1.1, -0.05]], np.float32)
    try:
        together = np.asarray(function(points))
        alone = [[np.asarray(function(np.full((1, 2), point)))[0, 0] for point in row] for row in points]
    except (ValueError, IndexError):
        return False
    return together.shape == points.shape and bool(np.allclose(together, alone, atol=1e-6))


def test_names_are_those_of_keras():
    known = keras_activations()
    assert {name: one.__name__ for name, one in known.items() if name != one.__name__} == ALIASES
    own = {name: one for name, one in known.items() if name == one.__name__}
    assert tuple(name for name, one in own.items() if is_elementwise(one)) == ELEMENTWISE
    assert tuple(name for name, one in own.items() if not is_elementwise(one)) == MIXING
