"""What a model is trained with: Keras' optimizer and loss by our settings, or those of its own that no settings are like."""

from collections.abc import Callable
from typing import Any, Final

import keras
import tensorflow as tf

from tasks.numerics.networks.optimizer_settings import optimizer_settings
from tasks.numerics.networks.outlines import Outline
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.training_settings import LossName, OptimizerName, TrainingSpec

Tensor = Any
OPTIMIZERS: Final[dict[OptimizerName, Callable[..., Any]]] = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
    "adagrad": keras.optimizers.Adagrad,
}
LOSSES: Final[dict[LossName, str]] = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "huber": "huber",
    "log_cosh": "log_cosh",
    "mape": "mean_absolute_percentage_error",
}
CROSS_ENTROPIES: Final[dict[LossName, Callable[..., Any]]] = {
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    # Targets are one-hot whatever the loss is called.
    "sparse_categorical_crossentropy": keras.losses.CategoricalCrossentropy,
}


class Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A learning rate that is set from outside, or a model's own schedule times what is set."""

    def __init__(self, schedule: Any = None) -> None:
        """With a model's own schedule, if it has one."""
        super().__init__()
        self.value = tf.Variable(1.0, trainable=False)
        self.schedule = schedule

    def __call__(self, step: Tensor) -> Tensor:
        """At a step."""
        return self.value * self.schedule(step) if self.schedule else self.value + 0.0


def optimizer_of(model: Any, outline: Outline | None, training: TrainingSpec, candidate: Candidate) -> tuple[Any, Rate]:
    """A new optimizer that clips as the candidate says, and its rate, which is to be set: of a model's own schedule its factor."""
    clips = {"global_clipnorm": candidate.clip_norm} if candidate.clip_norm else {}
    if outline and outline.own_optimizer:
        config = model.optimizer.get_config()
        rate = Rate(model.optimizer._learning_rate if outline.own_schedule else None)
        without = {"global_clipnorm": None, "clipnorm": None, "clipvalue": None} if clips else {}
        return type(model.optimizer).from_config({**config, **without, **clips, "learning_rate": rate}), rate
    settings, rate = optimizer_settings(training), Rate()
    given: dict[str, Any] = {"weight_decay": settings.weight_decay} if settings.weight_decay else {}
    given |= {"momentum": settings.momentum} if settings.momentum else {}
    given |= {"nesterov": True} if settings.nesterov else {}
    given |= {"clipvalue": settings.clip_value} if settings.clip_value else {}
    return OPTIMIZERS[settings.name](rate, **given, **clips), rate


def loss_of(model: Any, outline: Outline | None, training: TrainingSpec) -> Any:
    """A loss as `compile` takes it."""
    if outline and outline.own_loss:
        return model.loss
    if training.loss == "quantile":
        return _pinball(training.quantile)
    if training.loss in CROSS_ENTROPIES:
        return CROSS_ENTROPIES[training.loss](label_smoothing=training.label_smoothing)
    return LOSSES[training.loss]


def _pinball(quantile: float) -> Callable[[Tensor, Tensor], Tensor]:
    """The quantile loss (Koenker and Bassett 1978) of each window."""

    def quantile_loss(targets: Tensor, predictions: Tensor) -> Tensor:
        error = predictions - targets
        return keras.ops.mean(error * keras.ops.where(error > 0, 1 - quantile, -quantile), axis=-1)

    return quantile_loss


def counted_squares(optimizer: Any) -> tuple[tf.Variable, tf.Variable]:
    """Sums, from here on, of the squares of the gradients' norms as clipped, and of the steps."""
    squares, steps = (tf.Variable(0.0, trainable=False) for _ in range(2))
    clip = optimizer._clip_gradients

    def clipped(gradients: list[Tensor]) -> list[Tensor]:
        found: list[Tensor] = clip(gradients)
        dense = [tf.convert_to_tensor(one) for one in found if one is not None]
        squares.assign_add(tf.add_n([tf.reduce_sum(one * one) for one in dense]))
        steps.assign_add(1.0)
        return found

    optimizer._clip_gradients = clipped
    return squares, steps
