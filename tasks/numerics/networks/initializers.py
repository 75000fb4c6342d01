"""Keras' initialisers, drawn by numpy: each weight from a generator of its own.

Axes: K places of a convolution, I inputs, O outputs.
"""

from collections.abc import Callable
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.chain.calls import Call, read_call

Array = NDArray[np.float32]
Draw = Callable[[np.random.Generator, tuple[int, ...], dict[str, float]], NDArray[np.floating]]
PARAMETERS: Final = {
    "orthogonal": (("gain", 1.0),),
    "identity": (("gain", 1.0),),
    "constant": (("value", 0.0),),
    "random_uniform": (("minval", -0.05), ("maxval", 0.05)),
    "random_normal": (("mean", 0.0), ("stddev", 0.05)),
    "truncated_normal": (("mean", 0.0), ("stddev", 0.05)),
}
"""Numbers that an initialiser takes, with Keras' defaults."""
CUT_OFF: Final = 0.87962566103423978
"""Standard deviation of a standard normal cut off at ±2, by which Keras divides where the variance is of the fans."""


def draw(initializer: str, random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """A weight of this shape, the inputs of a kernel (..., I, O) last but one; the initialiser is one that `known_initializer` knows."""
    call = known_initializer(initializer)
    assert call is not None, f"nothing draws {initializer}"
    numbers = dict(PARAMETERS.get(call.name, ())) | dict(call.numbers)
    return DRAWS[call.name](random, shape, numbers).astype(np.float32)


def known_initializer(text: str) -> Call | None:
    """The initialiser and its numbers; None where there is none of that name."""
    call = read_call(text, PARAMETERS)
    return call if call and call.name in DRAWS else None


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Inputs and outputs of each unit, of a kernel (..., I, O); of a bias its size twice."""
    if len(shape) < 2:
        return shape[0], shape[0]
    reach = prod(shape[:-2])
    return reach * shape[-2], reach * shape[-1]


def _scaled(share: Callable[[int, int], float], normal: bool) -> Draw:
    """Variance 1 / share of the fans, uniform or normal cut off at two standard deviations."""

    def drawn(random: np.random.Generator, shape: tuple[int, ...], _: dict[str, float]) -> NDArray[np.floating]:
        size = max(share(*fans(shape)), 1.0)
        if normal:
            scaled: NDArray[np.floating] = _cut_normal(random, shape) / np.sqrt(size) / CUT_OFF
            return scaled
        limit = np.sqrt(3 / size)
        found: NDArray[np.floating] = random.uniform(-limit, limit, shape)
        return found

    return drawn


def _cut_normal(random: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.floating]:
    """Standard normal numbers, each drawn again until it lies within ±2."""
    found = random.normal(size=shape)
    while (outside := np.abs(found) > 2).any():
        found[outside] = random.normal(size=int(outside.sum()))
    return found


def _orthogonal(random: np.random.Generator, shape: tuple[int, ...], numbers: dict[str, float]) -> NDArray[np.floating]:
    """Orthonormal along the shorter side, uniform over all such matrices (Mezzadri 2007)."""
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(random.normal(size=(max(rows, columns), min(rows, columns))))
    found = q * np.sign(np.diag(r))
    scaled: NDArray[np.floating] = numbers["gain"] * (found.T if rows <= columns else found).reshape(shape)
    return scaled


def _forget_bias(random: np.random.Generator, shape: tuple[int, ...], _: dict[str, float]) -> NDArray[np.floating]:
    """An LSTM's: 1 in the forget gate, else 0 (Jozefowicz et al. 2015)."""
    found = np.zeros(shape)
    found[shape[0] // 4 : shape[0] // 2] = 1
    return found


DRAWS: Final[dict[str, Draw]] = {
    "glorot_uniform": _scaled(lambda inputs, outputs: (inputs + outputs) / 2, normal=False),
    "glorot_normal": _scaled(lambda inputs, outputs: (inputs + outputs) / 2, normal=True),
    "he_uniform": _scaled(lambda inputs, _: inputs / 2, normal=False),
    "he_normal": _scaled(lambda inputs, _: inputs / 2, normal=True),
    "lecun_uniform": _scaled(lambda inputs, _: inputs, normal=False),
    "lecun_normal": _scaled(lambda inputs, _: inputs, normal=True),
    "orthogonal": _orthogonal,
    "identity": lambda _, shape, numbers: numbers["gain"] * np.eye(shape[0], shape[1]),
    "zeros": lambda _, shape, numbers: np.zeros(shape),
    "ones": lambda _, shape, numbers: np.ones(shape),
    "constant": lambda _, shape, numbers: np.full(shape, numbers["value"]),
    "random_uniform": lambda random, shape, numbers: random.uniform(numbers["minval"], numbers["maxval"], shape),
    "random_normal": lambda random, shape, numbers: random.normal(numbers["mean"], numbers["stddev"], shape),
    "truncated_normal": lambda random, shape, numbers: numbers["mean"] + numbers["stddev"] * _cut_normal(random, shape),
    "forget_bias": _forget_bias,
}
