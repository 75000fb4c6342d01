"""What is compared: one activation in one placement, everything else equal."""

from dataclasses import dataclass
from typing import Literal

Placement = Literal["cell", "gate", "between"]


@dataclass(frozen=True, order=True)
class Variant:
    """One activation in one placement; `stock` is the plain Keras LSTM."""

    placement: Placement | Literal["stock"] = "stock"
    activation: str = ""

    @property
    def name(self) -> str:
        """`stock`, or placement and activation as in `cell-relu`."""
        return "stock" if self.placement == "stock" else f"{self.placement}-{self.activation}"

    @property
    def cell_activation(self) -> str:
        """Keras' `LSTM(activation=...)`."""
        return self.activation if self.placement == "cell" else "tanh"

    @property
    def gate_activation(self) -> str:
        """Keras' `LSTM(recurrent_activation=...)`."""
        return self.activation if self.placement == "gate" else "sigmoid"

    @property
    def between_activation(self) -> str:
        """Activation on the output sequence of every LSTM layer."""
        return self.activation if self.placement == "between" else "linear"


STOCK = Variant()
