"""What training is set to, in words; nothing heavy is imported."""

from typing import Final

from tasks.numerics.training_settings import LossName, TrainingSpec

LOSSES: Final[dict[LossName, str]] = {
    "mse": "mean squared error",
    "mae": "mean absolute error",
    "huber": "Huber loss",
    "log_cosh": "log-cosh loss",
    "mape": "mean absolute percentage error",
    "binary_crossentropy": "binary cross-entropy",
    "categorical_crossentropy": "categorical cross-entropy",
    "sparse_categorical_crossentropy": "sparse categorical cross-entropy",
}
HEADS: Final[dict[LossName, str]] = {
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
    "sparse_categorical_crossentropy": "softmax",
}
"""The activation of the head that a cross-entropy is made for: Keras computes it from what stands before that."""


def quantile_of(training: TrainingSpec) -> float:
    """The quantile that the networks are trained to forecast; NaN where they are for another part of what may come."""
    return training.quantile if training.loss == "quantile" else float("nan")


def loss_words(training: TrainingSpec) -> str:
    """What the networks are trained on, such as `mean squared error`."""
    return f"loss of the quantile {training.quantile:g}" if training.loss == "quantile" else LOSSES[training.loss]
