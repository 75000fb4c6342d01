"""The chain that settings stand for: a forecaster's stack, an autoencoder's there and back, or a network that was handed over."""

from functools import cache

from tasks.numerics.errors import InputError
from tasks.numerics.networks.activation_names import activation_call
from tasks.numerics.networks.chain.configs import read_chain
from tasks.numerics.networks.chain.layers import (
    Dense,
    Dropout,
    Layer,
    Masking,
    Penalty,
    RepeatVector,
    Shape,
    Weight,
)
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.settings import NetworkSpec

Chain = tuple[Layer, ...]


@cache
def chain_of(network: NetworkSpec, outputs: int, steps: int) -> Chain:
    """Every layer, first to last, with Keras' activations in the recurrent layers unless they were handed over otherwise.

    The head gives so many numbers (O); windows have so many time steps (T). Raises InputError where a handed over network
    can't be read.
    """
    if isinstance(network, MaskedNetwork):
        return (Masking(network.mask_value), *chain_of(network.bare, outputs, steps))
    if network.network:
        return read_chain(network.network)
    if network.head == "autoencoder":
        if network.dense:
            raise InputError(
                f"--dense {','.join(map(str, network.dense))} with --head autoencoder: its decoder has none. Leave --dense out."
            )
        encoder = _recurrent_layers(network, network.layers, last=False)
        decoder = _recurrent_layers(network, tuple(reversed(network.layers)), last=True)
        return (*encoder, RepeatVector(steps), *decoder, _head(network, outputs))
    activation = str(activation_call(network.dense_activation, "--dense-activation"))
    hidden = (_dense(network, units, activation) for units in network.dense)
    head = _head(network, outputs)
    return (*_recurrent_layers(network, network.layers, last=False), *hidden, head)


def _recurrent_layers(network: NetworkSpec, units: tuple[int, ...], last: bool) -> list[Layer]:
    """Layers on one another, each with its dropout; the last one gives its output at every time step or after the `last`."""
    penalty, found = Penalty(network.l1, network.l2), list[Layer]()
    for number, own in enumerate(units, 1):
        layer = Recurrent(
            network.cell,
            own,
            return_sequences=last or number < len(units),
            dropout=network.input_dropout,
            recurrent_dropout=network.recurrent_dropout,
            kernel_regularizer=penalty,
        )
        found.append(Bidirectional(layer) if network.bidirectional else layer)
        found += [Dropout(network.dropout)] if network.dropout else []
    return found


def _head(network: NetworkSpec, outputs: int) -> Dense:
    return _dense(network, outputs, str(activation_call(network.output_activation, "--output-activation")))


def _dense(network: NetworkSpec, units: int, activation: str) -> Dense:
    return Dense(units, activation, kernel_regularizer=Penalty(network.l1, network.l2))


def shapes(chain: Chain, steps: int, features: int) -> list[Shape]:
    """What stands before each layer of windows (T, F), and after the last."""
    found = [Shape(steps, features)]
    for layer in chain:
        found.append(layer.shape(found[-1]))
    return found


def weights_of(chain: Chain, steps: int, features: int) -> list[tuple[Weight, ...]]:
    """The weights of each layer."""
    return [layer.weights(before) for layer, before in zip(chain, shapes(chain, steps, features), strict=False)]


def recurrent_layers(chain: Chain) -> list[Recurrent]:
    """The recurrent layers, both directions as one."""
    found = [layer.layer if isinstance(layer, Bidirectional) else layer for layer in chain]
    return [layer for layer in found if isinstance(layer, Recurrent)]


def counted_as(layer: Layer) -> str:
    """The kind that a layer is counted as among its like: activations of a variant have no part in it."""
    return "recurrent" if isinstance(layer, Recurrent | Bidirectional) else layer.keras_name


def all_units(chain: Chain) -> tuple[int, ...]:
    """Units of every recurrent layer, of both directions together."""
    return tuple(
        2 * layer.layer.units if isinstance(layer, Bidirectional) else layer.units
        for layer in chain
        if isinstance(layer, Bidirectional | Recurrent)
    )


def drops(chain: Chain) -> bool:
    """Whether any layer has dropout."""
    inner = recurrent_layers(chain)
    return any(isinstance(layer, Dropout) for layer in chain) or any(
        layer.dropout or layer.recurrent_dropout for layer in inner
    )


def in_words(chain: Chain) -> str:
    """Such as `LSTM(16) → Dropout(0.2) → Dense(1)`."""
    return " → ".join(layer.shown() for layer in chain)
