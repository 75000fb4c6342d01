"""Layers with numbers of their own for each unit, as Keras has them: learned slopes, and normalisation over batches or units."""

from dataclasses import dataclass
from typing import ClassVar

from tasks.numerics.networks.chain.layers import FREE, Layer, Penalty, Shape, Weight


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
