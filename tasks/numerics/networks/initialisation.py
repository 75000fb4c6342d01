"""Initial weights of a seed: Keras' defaults, or matched to the variant's activation where that is asked for.

Matched: what feeds the activation, or reads it, is drawn as is usual for it: He's (2015) scale where it is a rectifier,
LeCun's (1998) for selu (Klambauer et al. 2017), and for relu in the cell the candidate's recurrent kernel starts as the
identity (Le, Jaitly and Hinton 2015). A seed draws the same numbers either way, on another scale, so that pairs stay pairs.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.activations import keras_activations
from tasks.numerics.networks.cells import CELLS
from tasks.numerics.networks.layer_stacks import places_of
from tasks.numerics.networks.randomness import generator
from tasks.numerics.networks.variants import Variant
from tasks.numerics.settings import CellName, NetworkSpec

Weights = list[NDArray[np.float32]]
CANDIDATES: dict[CellName, int] = {"lstm": 2, "gru": 2, "simple_rnn": 0}
"""Place of what feeds the cell activation among the gates: i, f, c, o; z, r, h."""


def seed_weights(network: NetworkSpec, variant: Variant, features: int, seed: int, outputs: int = 1) -> Weights:
    """Weights of one replica without the axis R, in Keras' order, from its seed alone.

    Keras' defaults: Glorot uniform kernels (Glorot and Bengio 2010), orthogonal recurrent kernels (Saxe et al. 2014),
    an LSTM's forget bias 1.
    """
    weights, cell = [], CELLS[network.cell]
    places = places_of(network, features)
    for number, place in enumerate(places):
        columns = cell.gates * place.units
        bias = np.zeros(columns, np.float32)
        if network.cell == "lstm":
            bias[place.units : 2 * place.units] = 1
        kernel = glorot_uniform(generator(seed, "kernel", number), place.inputs, columns)
        recurrent = orthogonal(generator(seed, "recurrent kernel", number), place.units, columns)
        if network.initialisation == "matched":
            kernel, recurrent = _matched(variant, kernel, recurrent, CANDIDATES[network.cell], first=number == 0)
        weights += [kernel, recurrent, bias, *([np.zeros(columns, np.float32)] if cell.recurrent_bias else [])]
    head = glorot_uniform(generator(seed, "head"), places[-1].units, outputs)
    if network.initialisation == "matched" and variant.placement == "between":
        head = rescaled(head, variant.activation)
    return [*weights, head, np.zeros(outputs, np.float32)]


def _matched(
    variant: Variant, kernel: NDArray[np.float32], recurrent: NDArray[np.float32], candidate: int, first: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    units, columns = recurrent.shape
    kernel, recurrent = (weight.reshape(len(weight), -1, units).copy() for weight in (kernel, recurrent))
    scaled = rescaled(kernel.reshape(len(kernel), -1), variant.activation).reshape(kernel.shape)
    gates = [gate for gate in range(columns // units) if gate != candidate]
    match variant.placement:
        case "cell":
            kernel[:, candidate] = scaled[:, candidate]
            if variant.activation == "relu":
                recurrent[:, candidate] = np.eye(units)
        case "gate":
            kernel[:, gates] = scaled[:, gates]
        case "between" if not first:  # the first layer reads the series, not the activation
            kernel = scaled
        case _:
            pass
    return kernel.reshape(-1, columns), recurrent.reshape(units, -1)


def initialisation_words(network: NetworkSpec, variant: Variant) -> str:
    """What a variant's initial weights are drawn from, in a few words."""
    default = "Keras' default: Glorot uniform kernels, orthogonal recurrent kernels"
    if network.initialisation == "keras":
        return default
    scale = {"he": "He uniform", "lecun": "LeCun uniform"}.get(family(variant.activation))
    if scale is None:
        return default
    match variant.placement:
        case "cell" if network.cell == "simple_rnn":
            identity = ", identity for the recurrent kernel" if variant.activation == "relu" else ""
            return f"{scale} for the kernel{identity}, Keras' default elsewhere"
        case "cell" if variant.activation == "relu":
            return f"{scale} for the candidate's kernel, identity for its recurrent kernel, Keras' default elsewhere"
        case "cell":
            return f"{scale} for the candidate's kernel, Keras' default elsewhere"
        case "gate":
            return f"{scale} for the gates' kernels, Keras' default elsewhere"
        case _:
            return f"{scale} for the kernels that read the activation, Keras' default elsewhere"


@cache
def family(activation: str) -> str:
    """`he` for a rectifier (about the identity at 3, far less at -3), `lecun` for selu, else nothing."""
    if activation in ("", "selu"):
        return activation and "lecun"
    left, right = (float(np.asarray(keras_activations()[activation](np.array([x], np.float32)))[0]) for x in (-3, 3))
    return "he" if 2.5 <= right <= 3.5 and abs(left) <= 1 else ""


def rescaled(weight: NDArray[np.float32], activation: str) -> NDArray[np.float32]:
    """A Glorot uniform weight (inputs, outputs) on the scale that is usual for the activation."""
    inputs, outputs = weight.shape
    limit = {"he": np.sqrt(6 / inputs), "lecun": np.sqrt(3 / inputs)}.get(family(activation))
    factor = 1.0 if limit is None else limit / np.sqrt(6 / (inputs + outputs))
    return (weight * factor).astype(np.float32)


def glorot_uniform(random: np.random.Generator, inputs: int, outputs: int) -> NDArray[np.float32]:
    """Uniform within ±√(6 / (inputs + outputs)): (inputs, outputs)."""
    limit = np.sqrt(6 / (inputs + outputs))
    return random.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def orthogonal(random: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    """Orthonormal rows, uniform over all such matrices: (rows, columns), rows <= columns (Mezzadri 2007)."""
    q, r = np.linalg.qr(random.normal(size=(columns, rows)))
    return (q * np.sign(np.diag(r))).T.astype(np.float32)
