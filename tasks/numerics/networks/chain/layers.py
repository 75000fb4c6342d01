"""Layers as Keras has them: what each is set to, what it makes of shapes, and what weights it has."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Literal, NamedTuple

Padding = Literal["valid", "same", "causal"]


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
class PReLU(Layer):
    """A rectifier whose slope below 0 is learned (He et al. 2015), one of each unit and time step or shared by all steps."""

    keras_name: ClassVar = "PReLU"
    alpha_initializer: str = "zeros"
    alpha_regularizer: Penalty = FREE
    shared_axes: tuple[int, ...] | None = None

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Slopes (T, U), or (U,) without time."""
        shape = [*([] if before.steps is None else [before.steps]), before.units]
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        return (Weight("alpha", tuple(shape), self.alpha_initializer, self.alpha_regularizer),)


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """By mean and variance of the batch while training, and by their moving means afterwards (Ioffe and Szegedy 2015)."""

    keras_name: ClassVar = "BatchNormalization"
    momentum: float = 0.99
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    gamma_regularizer: Penalty = FREE
    beta_regularizer: Penalty = FREE

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Scale, centre, and the moving mean and variance, each (U,)."""
        shape = (before.units,)
        gamma = [Weight("gamma", shape, "ones", self.gamma_regularizer)] if self.scale else []
        beta = [Weight("beta", shape, "zeros", self.beta_regularizer)] if self.center else []
        moving = (("moving_mean", "zeros"), ("moving_variance", "ones"))
        return (*gamma, *beta, *(Weight(name, shape, start, trainable=False) for name, start in moving))


@dataclass(frozen=True)
class LayerNormalization(Layer):
    """By mean and variance over the units (Ba, Kiros and Hinton 2016)."""

    keras_name: ClassVar = "LayerNormalization"
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    gamma_regularizer: Penalty = FREE
    beta_regularizer: Penalty = FREE

    def weights(self, before: Shape) -> tuple[Weight, ...]:
        """Scale and centre, each (U,)."""
        gamma = [Weight("gamma", (before.units,), "ones", self.gamma_regularizer)] if self.scale else []
        beta = [Weight("beta", (before.units,), "zeros", self.beta_regularizer)] if self.center else []
        return (*gamma, *beta)


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
