"""Layers that look at several time steps at once, as Keras has them: convolution and pooling."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tasks.numerics.networks.chain.layers import FREE, Layer, Penalty, Shape, Weight

Padding = Literal["valid", "same", "causal"]


@dataclass(frozen=True)
class GlobalAveragePooling1D(Layer):
    """The mean over time."""

    keras_name: ClassVar = "GlobalAveragePooling1D"

    def shape(self, before: Shape) -> Shape:
        """Without time."""
        return Shape(None, before.units)


@dataclass(frozen=True)
class GlobalMaxPooling1D(GlobalAveragePooling1D):
    """The greatest over time."""

    keras_name: ClassVar = "GlobalMaxPooling1D"


@dataclass(frozen=True)
class Conv1D(Layer):
    """A convolution over time."""

    keras_name: ClassVar = "Conv1D"
    filters: int
    kernel_size: int
    strides: int = 1
    padding: Padding = "valid"
    dilation_rate: int = 1
    activation: str = "linear"
    use_bias: bool = True
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"
    kernel_regularizer: Penalty = FREE
    bias_regularizer: Penalty = FREE

    def shape(self, before: Shape) -> Shape:
        """Filters in the place of the inputs, at as many steps as there are places of the kernel."""
        return Shape(self.places_on(before.steps or 1), self.filters)

    def places_on(self, steps: int) -> int:
        """Places of the kernel on so many time steps."""
        return places(steps, (self.kernel_size - 1) * self.dilation_rate + 1, self.strides, self.padding)

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Kernel (K, I, U) and bias (U,)."""
        shape = (self.kernel_size, before.units, self.filters)
        kernel = Weight("kernel", shape, self.kernel_initializer, self.kernel_regularizer)
        bias = Weight("bias", (self.filters,), self.bias_initializer, self.bias_regularizer)
        return (kernel, bias) if self.use_bias else (kernel,)

    def shown(self) -> str:
        """Filters, kernel and activation."""
        return (
            f"Conv1D({self.filters}, {self.kernel_size}{'' if self.activation == 'linear' else f', {self.activation}'})"
        )


@dataclass(frozen=True)
class MaxPooling1D(Layer):
    """The greatest of some time steps."""

    keras_name: ClassVar = "MaxPooling1D"
    pool_size: int = 2
    strides: int = 2
    padding: Padding = "valid"

    def shape(self, before: Shape) -> Shape:
        """Fewer time steps."""
        return Shape(self.places_on(before.steps or 1), before.units)

    def places_on(self, steps: int) -> int:
        """Stretches of so many time steps."""
        return places(steps, self.pool_size, self.strides, self.padding)

    def shown(self) -> str:
        """Of how many."""
        return f"{self.keras_name}({self.pool_size})"


@dataclass(frozen=True)
class AveragePooling1D(MaxPooling1D):
    """The mean of some time steps."""

    keras_name: ClassVar = "AveragePooling1D"


def places(steps: int, reach: int, strides: int, padding: Padding) -> int:
    """How many places a kernel of so many steps has; 0 where it has none."""
    if padding != "valid":
        return -(-steps // strides)
    return (steps - reach) // strides + 1 if steps >= reach else 0
