"""Initial weights of a seed: as each layer's initialisers say, or matched to the variant's activation where that is asked for.

Matched: what feeds the activation, or reads it, is drawn as is usual for it: He's (2015) scale where it is a rectifier,
LeCun's (1998) for selu (Klambauer et al. 2017), and for relu in the cell the candidate's recurrent kernel starts as the
identity (Le, Jaitly and Hinton 2015). A seed draws the same numbers either way, on another scale, so that pairs stay pairs.
"""

from collections import Counter
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.chain.layers import Dense, Layer
from tasks.numerics.networks.chain.recurrent import GATES, Bidirectional, Recurrent
from tasks.numerics.networks.chain.stacks import Chain, counted_as, weights_of
from tasks.numerics.networks.engine.activations import activation_function
from tasks.numerics.networks.initializers import draw
from tasks.numerics.networks.randomness import generator
from tasks.numerics.networks.variants import Variant
from tasks.numerics.settings import CellName, NetworkSpec

Weights = list[NDArray[np.float32]]
CANDIDATES: dict[CellName, int] = {"lstm": 2, "gru": 2, "simple_rnn": 0}
"""Place of what feeds the cell activation among the gates: i, f, c, o; z, r, h."""


def seed_weights(chain: Chain, steps: int, features: int, seed: int, matched: Variant | None = None) -> Weights:
    """Weights of one replica without the axis R, in Keras' order, from its seed alone, of a chain for windows (T, F).

    Matched to a variant where one is given. A variant draws the same as every other: layers without weights don't count.
    """
    weights, counted = list[NDArray[np.float32]](), Counter[str]()
    last = max((number for number, layer in enumerate(chain) if isinstance(layer, Dense)), default=-1)
    for number, (layer, own) in enumerate(zip(chain, weights_of(chain, steps, features), strict=True)):
        kind = "head" if number == last else counted_as(layer)
        drawn = [
            draw(weight.initializer, generator(seed, _purpose(kind, weight.name), counted[kind]), weight.shape)
            for weight in own
        ]
        weights += _matched(matched, layer, drawn, counted, kind) if matched else drawn
        counted[kind] += 1
    return weights


def _purpose(kind: str, weight: str) -> str:
    """What a generator is for: a weight of a kind of layer."""
    if kind == "recurrent":
        return weight.replace("_", " ")
    return kind if (kind, weight) == ("head", "kernel") else f"{kind} {weight}"


def _matched(variant: Variant, layer: Layer, weights: Weights, counted: Counter[str], kind: str) -> Weights:
    """A layer's weights on the scale that is usual for the activation that it feeds, or reads."""
    if isinstance(layer, Bidirectional):
        half = len(weights) // 2
        twins = (weights[:half], weights[half:])
        return [new for part in twins for new in _matched(variant, layer.layer, part, counted, kind)]
    if isinstance(layer, Recurrent):
        kernel, recurrent, *biases = weights
        return [*_matched_recurrent(variant, layer, kernel, recurrent, not counted["recurrent"]), *biases]
    reads = variant.placement == "between" and not counted["Dense"] + counted["head"]
    feeds = variant.placement == "dense" and kind != "head"
    if isinstance(layer, Dense) and (reads or feeds):
        return [rescaled(weights[0], variant.activation), *weights[1:]]
    return weights


def _matched_recurrent(
    variant: Variant, layer: Recurrent, kernel: NDArray[np.float32], recurrent: NDArray[np.float32], first: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    units, candidate = layer.units, CANDIDATES[layer.cell]
    kernel, recurrent = (weight.reshape(len(weight), -1, units).copy() for weight in (kernel, recurrent))
    scaled = rescaled(kernel.reshape(len(kernel), -1), variant.activation).reshape(kernel.shape)
    gates = [gate for gate in range(GATES[layer.cell]) if gate != candidate]
    match variant.placement:
        case "cell" | "input":
            kernel[:, candidate] = scaled[:, candidate]
            if variant.activation == "relu":
                recurrent[:, candidate] = np.eye(units)
        case "gate":
            kernel[:, gates] = scaled[:, gates]
        case "between" if not first:  # the first layer reads the series, not the activation
            kernel = scaled
        case _:
            pass
    columns = GATES[layer.cell] * units
    return kernel.reshape(-1, columns), recurrent.reshape(units, -1)


def initialisation_words(network: NetworkSpec, variant: Variant) -> str:
    """What a variant's initial weights are drawn from, in a few words."""
    if network.network:
        return "each layer's own initialisers, as handed over"
    default = "Keras' default: Glorot uniform kernels, orthogonal recurrent kernels"
    if network.initialisation == "keras":
        return default
    scale = {"he": "He uniform", "lecun": "LeCun uniform"}.get(family(variant.activation))
    if scale is None:
        return default
    match variant.placement:
        case "stock" | "yours" | "output" | "squash":
            return default
        case "cell" if network.cell == "simple_rnn":
            identity = ", identity for the recurrent kernel" if variant.activation == "relu" else ""
            return f"{scale} for the kernel{identity}, Keras' default elsewhere"
        case "cell" | "input" if variant.activation == "relu":
            return f"{scale} for the candidate's kernel, identity for its recurrent kernel, Keras' default elsewhere"
        case "cell" | "input":
            return f"{scale} for the candidate's kernel, Keras' default elsewhere"
        case "gate":
            return f"{scale} for the gates' kernels, Keras' default elsewhere"
        case "dense":
            return f"{scale} for the hidden Dense layers' kernels, Keras' default elsewhere"
        case _:
            return f"{scale} for the kernels that read the activation, Keras' default elsewhere"


@cache
def family(activation: str) -> str:
    """`he` for a rectifier (about the identity at 3, far less at -3), `lecun` for selu, else nothing."""
    if activation in ("", "selu"):
        return activation and "lecun"
    left, right = (float(np.asarray(activation_function(activation)(np.array([x], np.float32)))[0]) for x in (-3, 3))
    return "he" if 2.5 <= right <= 3.5 and abs(left) <= 1 else ""


def rescaled(weight: NDArray[np.float32], activation: str) -> NDArray[np.float32]:
    """A Glorot uniform weight (inputs, outputs) on the scale that is usual for the activation."""
    inputs, outputs = weight.shape
    limit = {"he": np.sqrt(6 / inputs), "lecun": np.sqrt(3 / inputs)}.get(family(activation))
    factor = 1.0 if limit is None else limit / np.sqrt(6 / (inputs + outputs))
    return (weight * factor).astype(np.float32)
