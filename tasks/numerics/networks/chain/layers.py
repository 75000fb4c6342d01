"""Layers as Keras has them: what each is set to, what it makes of shapes, and what weights it has."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, NamedTuple


class Shape(NamedTuple):
    """What stands between two layers, of one window: (T, U), or (U,) where there is no time."""

    steps: int | None
    units: int


@dataclass(frozen=True)
class Penalty:
    """Keras' `L1L2`: what a weight's sizes, and their squares, add to the loss."""

    l1: float = 0.0
    l2: float = 0.0

    def __bool__(self) -> bool:
        """Whether it adds anything."""
        return bool(self.l1 or self.l2)


FREE: Final = Penalty()


class Weight(NamedTuple):
    """One weight of a layer, as Keras has it."""

    name: str
    shape: tuple[int, ...]
    initializer: str
    penalty: Penalty = FREE
    trainable: bool = True


@dataclass(frozen=True)
class Layer:
    """One layer; the fields of each kind have Keras' names."""

    keras_name: ClassVar[str]

    def shape(self, before: Shape) -> Shape:
        """What it makes of a shape."""
        return before

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Its weights, in Keras' order."""
        return ()

    def settings(self) -> dict[str, Any]:
        """What its Keras class is called with."""
        return {field.name: as_keras(getattr(self, field.name)) for field in fields(self)}

    def shown(self) -> str:
        """Such as `Dense(25, relu)`."""
        return self.keras_name


def as_keras(value: Any) -> Any:
    """A setting as Keras' configs have it."""
    if isinstance(value, Penalty):
        return {"class_name": "L1L2", "config": {"l1": value.l1, "l2": value.l2}} if value else None
    return value


@dataclass(frozen=True)
class Dense(Layer):
    """At every time step where there are any, as `TimeDistributed` does."""

    keras_name: ClassVar = "Dense"
    units: int
    activation: str = "linear"
    use_bias: bool = True
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"
    kernel_regularizer: Penalty = FREE
    bias_regularizer: Penalty = FREE

    def shape(self, before: Shape) -> Shape:
        """Its units in the place of the inputs."""
        return Shape(before.steps, self.units)

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Kernel (I, U) and bias (U,)."""
        kernel = Weight("kernel", (before.units, self.units), self.kernel_initializer, self.kernel_regularizer)
        bias = Weight("bias", (self.units,), self.bias_initializer, self.bias_regularizer)
        return (kernel, bias) if self.use_bias else (kernel,)

    def shown(self) -> str:
        """Units and activation."""
        return f"Dense({self.units}{'' if self.activation == 'linear' else f', {self.activation}'})"


@dataclass(frozen=True)
class Dropout(Layer):
    """Each number is 0 with this probability while training, the others as much larger (Srivastava et al. 2014)."""

    keras_name: ClassVar = "Dropout"
    rate: float

    def shown(self) -> str:
        """With its rate."""
        return f"{self.keras_name}({self.rate:g})"


@dataclass(frozen=True)
class SpatialDropout1D(Dropout):
    """`Dropout` of a unit at all time steps at once (Tompson et al. 2015)."""

    keras_name: ClassVar = "SpatialDropout1D"


@dataclass(frozen=True)
class Activation(Layer):
    """An element-wise activation."""

    keras_name: ClassVar = "Activation"
    activation: str

    def shown(self) -> str:
        """Its name alone."""
        return f"Activation({self.activation})"


@dataclass(frozen=True)
class Masking(Layer):
    """Time steps at which every input is this value are not there for the recurrent layers above."""

    keras_name: ClassVar = "Masking"
    mask_value: float = 0.0

    def shown(self) -> str:
        """With what it masks."""
        return f"Masking({self.mask_value:g})"


@dataclass(frozen=True)
class RepeatVector(Layer):
    """The same at every of n time steps."""

    keras_name: ClassVar = "RepeatVector"
    n: int

    def shape(self, before: Shape) -> Shape:
        """With time."""
        return Shape(self.n, before.units)

    def shown(self) -> str:
        """How often."""
        return f"RepeatVector({self.n})"


@dataclass(frozen=True)
class Flatten(Layer):
    """All time steps beside one another."""

    keras_name: ClassVar = "Flatten"

    def shape(self, before: Shape) -> Shape:
        """Without time."""
        return Shape(None, (before.steps or 1) * before.units)
