"""How layers stand on one another: a forecaster's stack, or an autoencoder's there and back."""

from dataclasses import dataclass

from tasks.numerics.settings import KERAS, NetworkSpec


@dataclass(frozen=True)
class LayerPlace:
    """One recurrent layer in its stack."""

    units: int
    inputs: int
    reads_last: bool
    """Whether it reads the last output of the layer below at every time step, as after Keras' `RepeatVector`."""
    gives_last: bool
    """Whether only its last output is read above: Keras' `return_sequences=False`."""


def all_units(network: NetworkSpec) -> tuple[int, ...]:
    """Units of every recurrent layer; an autoencoder's decoder mirrors its encoder."""
    return network.layers if network.head == "forecast" else (*network.layers, *reversed(network.layers))


def places_of(network: NetworkSpec, features: int) -> tuple[LayerPlace, ...]:
    """Every layer, first to last, of windows of so many features a time step."""
    units, code = all_units(network), len(network.layers) - 1
    inputs = (features, *units)
    return tuple(
        LayerPlace(own, inputs[number], reads_last=number == code + 1, gives_last=number == code)
        for number, own in enumerate(units)
    )


def in_words(network: NetworkSpec) -> str:
    """Such as `LSTM(16) → LSTM(8)`, an autoencoder's decoder after its code."""
    return " → ".join(f"{KERAS[network.cell]}({units})" for units in all_units(network))
