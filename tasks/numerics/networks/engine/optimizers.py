"""Keras' optimizers, for every replica at once: one step of each as Keras takes it, with its own defaults.

Axes: R replicas; a weight in the layout's order. `rate` is the learning rate of each replica, shaped to multiply a weight.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import tensorflow as tf

from tasks.numerics.networks.engine.layouts import Layout
from tasks.numerics.networks.optimizer_settings import OptimizerSettings
from tasks.numerics.training_settings import OptimizerName

Tensor = Any
State = dict[str, Any]
Slots = tuple[Tensor, ...]
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""Adam's, AdamW's and Nadam's, as in Keras; the last is every optimizer's."""
RHO: Final = 0.9
"""RMSprop's."""
NESTEROV_DECAY: Final = 0.96
"""Of Nadam's momentum (Dozat 2016)."""


class Optimizer(Protocol):
    """How a weight moves."""

    def slots(self, settings: OptimizerSettings) -> Mapping[str, float]:
        """What is kept beside each weight, by name, and where it begins."""

    def update(
        self, settings: OptimizerSettings, moment: "Moment", weight: Tensor, gradient: Tensor, slots: Slots
    ) -> tuple[Tensor, Slots]:
        """The weight and what is kept beside it after one step."""


@dataclass(frozen=True)
class Moment:
    """What a step has beside weights and gradients."""

    count: Tensor
    """Which step of each replica it is, from 1 (R,)."""
    product: Tensor
    """Nadam's momenta of all steps so far, multiplied (R,); of other optimizers 1."""
    learning_rate: Tensor
    """(R,)"""
    shaped: Callable[[Tensor], Tensor]
    """Values (R,) shaped to multiply the weight."""

    def rate(self, scale: Tensor | float = 1.0) -> Tensor:
        """The learning rates times a number, or one a replica, shaped to multiply the weight."""
        return self.shaped(self.learning_rate * scale)


class Adam(Optimizer):
    """Kingma and Ba (2015), in the order of the end of their section 2; AdamW is the same with weight decay."""

    def slots(self, settings: OptimizerSettings) -> Mapping[str, float]:
        """Means of gradients and of their squares."""
        return {"mean": 0.0, "square": 0.0}

    def update(
        self, settings: OptimizerSettings, moment: Moment, weight: Tensor, gradient: Tensor, slots: Slots
    ) -> tuple[Tensor, Slots]:
        """A step by the mean over the root of the mean square."""
        m, v = _moments(gradient, slots)
        rate = moment.rate(tf.sqrt(1 - tf.pow(BETA_2, moment.count))) / moment.shaped(1 - tf.pow(BETA_1, moment.count))
        return weight - m * rate / (tf.sqrt(v) + EPSILON), (m, v)


class Nadam(Adam):
    """Dozat (2016): Adam with Nesterov's momentum."""

    def update(
        self, settings: OptimizerSettings, moment: Moment, weight: Tensor, gradient: Tensor, slots: Slots
    ) -> tuple[Tensor, Slots]:
        """A step by the mean looked ahead."""
        m, v = _moments(gradient, slots)
        now, next_one = (moment.shaped(momentum_at(count)) for count in (moment.count, moment.count + 1))
        product = moment.shaped(moment.product)
        ahead = next_one * m / (1 - product * next_one) + (1 - now) * gradient / (1 - product)
        root = tf.sqrt(v / moment.shaped(1 - tf.pow(BETA_2, moment.count)))
        return weight - ahead * moment.rate() / (root + EPSILON), (m, v)


class RmsProp(Optimizer):
    """Tieleman and Hinton (2012), without centring."""

    def slots(self, settings: OptimizerSettings) -> Mapping[str, float]:
        """The mean of squared gradients, and the velocity where there is momentum."""
        return {"square": 0.0, **({"velocity": 0.0} if settings.momentum else {})}

    def update(
        self, settings: OptimizerSettings, moment: Moment, weight: Tensor, gradient: Tensor, slots: Slots
    ) -> tuple[Tensor, Slots]:
        """A step by the gradient over the root of the mean square."""
        square = RHO * slots[0] + (1 - RHO) * gradient * gradient
        move = gradient * moment.rate() / tf.sqrt(square + EPSILON)
        if not settings.momentum:
            return weight - move, (square,)
        velocity = settings.momentum * slots[1] + move
        return weight - velocity, (square, velocity)


class Sgd(Optimizer):
    """Gradient descent, with Polyak's (1964) or Nesterov's (1983) momentum."""

    def slots(self, settings: OptimizerSettings) -> Mapping[str, float]:
        """The velocity where there is momentum."""
        return {"velocity": 0.0} if settings.momentum else {}

    def update(
        self, settings: OptimizerSettings, moment: Moment, weight: Tensor, gradient: Tensor, slots: Slots
    ) -> tuple[Tensor, Slots]:
        """A step by the gradient."""
        move = gradient * moment.rate()
        if not settings.momentum:
            return weight - move, ()
        velocity = settings.momentum * slots[0] - move
        return weight + (settings.momentum * velocity - move if settings.nesterov else velocity), (velocity,)


class Adagrad(Optimizer):
    """Duchi, Hazan and Singer (2011)."""

    def slots(self, settings: OptimizerSettings) -> Mapping[str, float]:
        """The sum of squared gradients, which Keras begins at 0.1."""
        return {"square": 0.1}

    def update(
        self, settings: OptimizerSettings, moment: Moment, weight: Tensor, gradient: Tensor, slots: Slots
    ) -> tuple[Tensor, Slots]:
        """A step by the gradient over the root of the sum."""
        square = slots[0] + gradient * gradient
        return weight - gradient * moment.rate() / tf.sqrt(square + EPSILON), (square,)


OPTIMIZERS: dict[OptimizerName, Optimizer] = {
    "adam": Adam(),
    "adamw": Adam(),
    "nadam": Nadam(),
    "rmsprop": RmsProp(),
    "sgd": Sgd(),
    "adagrad": Adagrad(),
}


def begin(settings: OptimizerSettings, weights: list[Any]) -> State:
    """What an optimizer keeps beside weights (R, ...) before the first step; each replica has steps of its own (R,)."""
    replicas = len(weights[0])
    slots = OPTIMIZERS[settings.name].slots(settings)
    kept = {name: [np.full_like(weight, start) for weight in weights] for name, start in slots.items()}
    product = {"product": np.ones(replicas, np.float32)} if settings.name == "nadam" else {}
    return {**kept, "step": np.zeros(replicas, np.int32), **product}


def step(
    settings: OptimizerSettings, layout: Layout, state: State, gradients: list[Tensor], learning_rate: Tensor
) -> State:
    """The state after one step; `learning_rate` (R,). Weights decay before they move, as in Keras."""
    optimizer, names = OPTIMIZERS[settings.name], tuple(OPTIMIZERS[settings.name].slots(settings))
    count = tf.cast(state["step"] + 1, tf.float32)
    changed = {"product": state["product"] * momentum_at(count)} if settings.name == "nadam" else {}
    product = changed.get("product", 1.0)
    moved: list[tuple[Tensor, Slots]] = []
    for number, (weight, gradient) in enumerate(zip(state["weights"], gradients, strict=True)):

        def shaped(values: Tensor, like: Tensor = weight) -> Tensor:
            return layout.for_each_replica(values, like)

        moment = Moment(count, product, learning_rate, shaped)
        if settings.weight_decay:
            weight = weight - weight * moment.rate(settings.weight_decay)
        slots = tuple(state[name][number] for name in names)
        moved.append(optimizer.update(settings, moment, weight, gradient, slots))
    kept = {name: [slots[place] for _, slots in moved] for place, name in enumerate(names)}
    return state | {"weights": [weight for weight, _ in moved], **kept, "step": state["step"] + 1, **changed}


def momentum_at(count: Tensor) -> Tensor:
    """Nadam's momentum at a step, from 1."""
    return BETA_1 * (1 - 0.5 * tf.pow(NESTEROV_DECAY, count))


def _moments(gradient: Tensor, slots: Slots) -> Slots:
    mean, square = slots
    return mean + (gradient - mean) * (1 - BETA_1), square + (gradient * gradient - square) * (1 - BETA_2)
