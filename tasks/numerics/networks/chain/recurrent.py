"""Recurrent layers as Keras has them: LSTM, GRU and SimpleRNN, and both directions at once."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from tasks.numerics.networks.chain.layers import FREE, Layer, Penalty, Shape, Weight, as_keras
from tasks.numerics.settings import KERAS, CellName

Merge = Literal["concat", "sum", "ave", "mul"]
GATES: dict[CellName, int] = {"lstm": 4, "gru": 3, "simple_rnn": 1}
"""How many blocks of U columns the kernels have."""


@dataclass(frozen=True)
class Recurrent(Layer):
    """One of Keras' three cells over time; of a GRU `reset_after=True`, Keras' default."""

    keras_name: ClassVar = ""
    cell: CellName
    units: int
    activation: str = "tanh"
    recurrent_activation: str = "sigmoid"
    return_sequences: bool = False
    go_backwards: bool = False
    use_bias: bool = True
    unit_forget_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    kernel_initializer: str = "glorot_uniform"
    recurrent_initializer: str = "orthogonal"
    bias_initializer: str = "zeros"
    kernel_regularizer: Penalty = FREE
    recurrent_regularizer: Penalty = FREE
    bias_regularizer: Penalty = FREE
    input_activation: str = ""
    """Of an LSTM's candidate alone, where it is another than `activation` (Greff et al. 2017: without one, NIAF)."""
    squash_activation: str = ""
    """Of an LSTM's cell state alone, on its way out (NOAF)."""

    def shape(self, before: Shape) -> Shape:
        """Its units, at every time step or after the last."""
        return Shape(before.steps if self.return_sequences else None, self.units)

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Kernel (I, G·U), recurrent kernel (U, G·U) and bias (G·U); of a GRU's bias its two rows, one after the other."""
        columns = GATES[self.cell] * self.units
        found = [
            Weight("kernel", (before.units, columns), self.kernel_initializer, self.kernel_regularizer),
            Weight("recurrent_kernel", (self.units, columns), self.recurrent_initializer, self.recurrent_regularizer),
        ]
        if self.use_bias:
            start = "forget_bias" if self.cell == "lstm" and self.unit_forget_bias else self.bias_initializer
            found.append(Weight("bias", (columns,), start, self.bias_regularizer))
        if self.use_bias and self.cell == "gru":
            found.append(Weight("recurrent_bias", (columns,), self.bias_initializer, self.bias_regularizer))
        return tuple(found)

    @property
    def halves(self) -> tuple[str, str]:
        """Activations of the candidate, and of the cell state on its way out."""
        return self.input_activation or self.activation, self.squash_activation or self.activation

    @property
    def is_split(self) -> bool:
        """Whether the two halves differ: Keras' LSTM has one activation for both."""
        return self.halves[0] != self.halves[1]

    @property
    def on_cudnn(self) -> bool:
        """Whether Keras hands it to cuDNN on a GPU: LSTM and GRU with its own activations and biases, and no recurrent dropout."""
        usual = self.halves == ("tanh", "tanh") and self.recurrent_activation == "sigmoid"
        return self.cell != "simple_rnn" and usual and self.use_bias and not self.recurrent_dropout

    def settings(self) -> dict[str, Any]:
        """As its Keras class takes them."""
        left_out = {"cell", "input_activation", "squash_activation"}
        if self.cell != "lstm":
            left_out |= {"unit_forget_bias"}
        if self.cell == "simple_rnn":
            left_out |= {"recurrent_activation"}
        return {name: as_keras(value) for name, value in vars(self).items() if name not in left_out}

    def shown(self) -> str:
        """Cell, units and whatever is not as Keras has it."""
        usual = Recurrent(self.cell, self.units)
        unlike = [
            value if name == "activation" else f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in vars(self).items()
            if name in SHOWN and value != getattr(usual, name)
        ]
        return f"{KERAS[self.cell]}({', '.join(map(str, [self.units, *unlike]))})"


SHOWN = (
    "activation",
    "recurrent_activation",
    "input_activation",
    "squash_activation",
    "dropout",
    "recurrent_dropout",
    "go_backwards",
)
"""What of a recurrent layer is shown in words where it is not Keras' own."""


@dataclass(frozen=True)
class Bidirectional(Layer):
    """A layer and its twin, which reads from the end; what both give is merged (Schuster and Paliwal 1997)."""

    keras_name: ClassVar = "Bidirectional"
    layer: Recurrent
    merge_mode: Merge = "concat"

    @property
    def twins(self) -> tuple[Recurrent, Recurrent]:
        """Forward and backward."""
        return self.layer, replace(self.layer, go_backwards=not self.layer.go_backwards)

    def shape(self, before: Shape) -> Shape:
        """Twice the units where they stand beside one another."""
        steps, units = self.layer.shape(before)
        return Shape(steps, 2 * units if self.merge_mode == "concat" else units)

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """The forward layer's, then the backward one's."""
        own = self.layer.weights(before)
        return (*own, *(weight._replace(name=f"backward_{weight.name}") for weight in own))

    def shown(self) -> str:
        """Around its layer."""
        merge = "" if self.merge_mode == "concat" else f", {self.merge_mode}"
        return f"Bidirectional({self.layer.shown()}{merge})"
