"""Activations in a chain, by the place that they stand in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.layers import Activation, Dense, Layer
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.chain.stacks import Chain, recurrent_layers
from tasks.numerics.settings import KERAS, Placement


def with_keras_activations(chain: Chain) -> Chain:
    """Keras' own activations in recurrent layers, and no activation straight after them."""
    found: list[Layer] = []
    for layer in chain:
        if isinstance(layer, Activation) and found and isinstance(found[-1], Recurrent | Bidirectional):
            continue
        found.append(_in_recurrent(layer, activation="tanh", recurrent_activation="sigmoid"))
    return tuple(found)


def check_substitution(chain: Chain, placement: Placement) -> None:
    """Raises InputError where a network has no such place."""
    cells = {layer.cell for layer in recurrent_layers(chain)}
    if placement == "gate" and cells <= {"simple_rnn"}:
        raise InputError(
            "--placements gate: the network's recurrent layers are SimpleRNN, which has no gates. Expected cell or between."
        )
    if placement in ("input", "squash") and "lstm" not in cells:
        names = ", ".join(sorted(KERAS[cell] for cell in cells)) or "none"
        raise InputError(
            f"--placements {placement}: an LSTM alone has two halves, and the network's recurrent layers are {names}. "
            "Expected cell, gate or between."
        )
    if placement == "dense" and not _hidden_dense(chain):
        raise InputError(
            "--placements dense: the network has no hidden Dense layer, so that nothing would change. Expected a network with one, "
            "such as --dense 32, or another placement."
        )


def _in_recurrent(layer: Layer, **changed: Any) -> Layer:
    if isinstance(layer, Bidirectional):
        return replace(layer, layer=replace(layer.layer, **changed))
    return replace(layer, **changed) if isinstance(layer, Recurrent) else layer


def _cell(chain: Chain, activation: str) -> Chain:
    return tuple(_in_recurrent(layer, activation=activation) for layer in chain)


def _gate(chain: Chain, activation: str) -> Chain:
    return tuple(_in_recurrent(layer, recurrent_activation=activation) for layer in chain)


def _input(chain: Chain, activation: str) -> Chain:
    return tuple(_in_recurrent(layer, input_activation=activation) if _is_lstm(layer) else layer for layer in chain)


def _squash(chain: Chain, activation: str) -> Chain:
    return tuple(_in_recurrent(layer, squash_activation=activation) if _is_lstm(layer) else layer for layer in chain)


def _is_lstm(layer: Layer) -> bool:
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    return isinstance(inner, Recurrent) and inner.cell == "lstm"


def _between(chain: Chain, activation: str) -> Chain:
    found: list[Layer] = []
    for layer in chain:
        found.append(layer)
        if isinstance(layer, Recurrent | Bidirectional):
            found.append(Activation(activation))
    return tuple(layer for layer in found if layer != Activation("linear"))


def _dense(chain: Chain, activation: str) -> Chain:
    places = _hidden_dense(chain)
    return tuple(
        replace(layer, activation=activation) if number in places and isinstance(layer, Dense) else layer
        for number, layer in enumerate(chain)
    )


def _output(chain: Chain, activation: str) -> Chain:
    last = max((number for number, layer in enumerate(chain) if isinstance(layer, Dense)), default=-1)
    return tuple(
        replace(layer, activation=activation) if number == last and isinstance(layer, Dense) else layer
        for number, layer in enumerate(chain)
    )


def _hidden_dense(chain: Chain) -> list[int]:
    """Places of the Dense layers before the last one."""
    return [number for number, layer in enumerate(chain) if isinstance(layer, Dense)][:-1]


PLACEMENTS: dict[str, Callable[[Chain, str], Chain]] = {
    "cell": _cell,
    "gate": _gate,
    "between": _between,
    "input": _input,
    "squash": _squash,
    "dense": _dense,
    "output": _output,
}
"""The chain with an activation in a placement, and nothing else changed, by the placement's name."""
