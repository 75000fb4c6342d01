"""An LSTM whose two halves have activations of their own, as a Keras layer that can be saved."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras


@keras.saving.register_keras_serializable(package="interlayer")
class SplitLSTMCell(keras.layers.LSTMCell):  # type: ignore[misc]  # Keras has no types
    """Keras' cell with one activation of the candidate, and another of the cell state on its way out (Greff et al. 2017)."""

    def __init__(
        self, units: int, input_activation: Any = "tanh", squash_activation: Any = "tanh", **settings: Any
    ) -> None:
        """Other settings are those of Keras' cell."""
        super().__init__(units, **(settings | {"activation": squash_activation}))
        self.input_activation = keras.activations.get(input_activation)

    def _compute_carry_and_output(self, x: Any, h_tm1: Any, c_tm1: Any) -> Any:
        with self._candidate():
            return super()._compute_carry_and_output(x, h_tm1, c_tm1)

    def _compute_carry_and_output_fused(self, z: Any, c_tm1: Any) -> Any:
        with self._candidate():
            return super()._compute_carry_and_output_fused(z, c_tm1)

    @contextmanager
    def _candidate(self) -> Iterator[None]:
        """Keras' cell asks for its activation twice a step: first for the candidate, in the methods above, then on the way out."""
        squash: Any = vars(self)["activation"]
        self.activation = self.input_activation
        try:
            yield
        finally:
            self.activation = squash

    def get_config(self) -> dict[str, Any]:
        """What it is called with."""
        own = {
            "input_activation": keras.activations.serialize(self.input_activation),
            "squash_activation": keras.activations.serialize(self.activation),
        }
        return {name: value for name, value in super().get_config().items() if name != "activation"} | own


def split_lstm(settings: dict[str, Any], candidate: Any, squash: Any, name: str) -> Any:
    """Keras' LSTM of these settings with an activation of each half."""
    around = {key: settings.pop(key) for key in ("return_sequences", "go_backwards")}
    settings.pop("activation")
    cell = SplitLSTMCell(input_activation=candidate, squash_activation=squash, **settings)
    return keras.layers.RNN(cell, **around, name=name)
