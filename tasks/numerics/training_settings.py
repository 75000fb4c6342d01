"""What can be set of training, declared once like all settings."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

OptimizerName = Literal["adam", "adamw", "nadam", "rmsprop", "sgd", "adagrad"]
LossName = Literal[
    "mse",
    "mae",
    "huber",
    "log_cosh",
    "mape",
    "quantile",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]
EngineName = Literal["auto", "fused", "keras"]


@dataclass(frozen=True)
class TrainingSpec:
    """How every replica is trained."""

    epochs: Annotated[int, Field(ge=1, le=1_000_000, description="Passes over the training windows, at most.")] = 300
    batch_size: Annotated[int, Field(ge=1, le=1_000_000, description="Windows a step.")] = 16
    learning_rate: Annotated[
        float, Field(gt=0, le=1e10, description="The optimizer's learning rate: the middle of the grid.")
    ] = 0.01
    learning_rates: Annotated[
        int,
        Field(
            ge=1,
            le=99,
            description="How many learning rates every variant is trained with, an odd number around the given one; the best on validation loss is compared.",
        ),
    ] = 3
    learning_rate_factor: Annotated[
        float, Field(gt=1, le=1e6, description="From one learning rate of the grid to the next.")
    ] = 3.0
    learning_rate_moves: Annotated[
        int,
        Field(
            ge=0,
            le=99,
            description="How many learning rates the grid may gain, one after the other and for all variants alike, while the best of a variant lies at its edge; 0: none.",
        ),
    ] = 4
    patience: Annotated[
        int,
        Field(
            ge=0,
            le=1_000_000,
            description="Early stopping: epochs without a better validation loss before a seed stops and takes its best weights back; 0: off.",
        ),
    ] = 20
    plateau_patience: Annotated[
        int,
        Field(
            ge=0,
            le=1_000_000,
            description="Keras' ReduceLROnPlateau: epochs without a lower validation loss before a seed's learning rate falls; 0: off.",
        ),
    ] = 0
    plateau_factor: Annotated[
        float, Field(gt=0, lt=1, description="What the learning rate is multiplied with on such a plateau.")
    ] = 0.1
    clip_norm: Annotated[
        float,
        Field(ge=0, allow_inf_nan=False, description="Clip each gradient's norm, over all weights, to this; 0: off."),
    ] = 0.0
    clip_norms: Annotated[
        tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...],
        Field(description="Further clip norms that every variant is trained with, chosen like the learning rate."),
    ] = ()
    clip_value: Annotated[
        float,
        Field(ge=0, le=1e10, description="Clip each element of the gradients to this, up and down; 0: off."),
    ] = 0.0
    clip_weight_norm: Annotated[
        float,
        Field(ge=0, le=1e10, description="Clip the norm of each weight's gradient to this, Keras' clipnorm; 0: off."),
    ] = 0.0
    schedule: Annotated[
        str,
        Field(
            description="How the learning rate falls with the steps, as one of Keras' schedules: cosine_decay(1000), exponential_decay(1000,0.9), inverse_time_decay(1000,0.5), polynomial_decay(1000,0.01); not at all where empty."
        ),
    ] = ""
    optimizer: Annotated[
        OptimizerName, Field(description="Keras' optimizer, with Keras' defaults beside what is set here.")
    ] = "adam"
    momentum: Annotated[float, Field(ge=0, lt=1, description="Momentum of sgd or rmsprop, such as 0.9; 0: none.")] = 0.0
    nesterov: Annotated[bool, Field(description="Nesterov's momentum, of sgd.")] = False
    weight_decay: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Share of each weight, times the learning rate, that every step takes away; 0: none, of adamw Keras' 0.004.",
        ),
    ] = 0.0
    loss: Annotated[
        LossName,
        Field(
            description="What is trained on, and watched on the validation part: Keras' losses, or that of a quantile."
        ),
    ] = "mse"
    quantile: Annotated[float, Field(gt=0, lt=1, description="Which quantile --loss quantile forecasts.")] = 0.5
    engine: Annotated[
        EngineName,
        Field(
            description="fused: one compiled program for all seeds; keras: Keras itself, slower, for what the fused engine does not have; auto: fused where it can be."
        ),
    ] = "auto"
    label_smoothing: Annotated[
        float,
        Field(
            ge=0,
            lt=1,
            description="Keras' label_smoothing of a cross-entropy: share of a target that is spread over all classes; 0: none.",
        ),
    ] = 0.0
    class_weight: Annotated[
        str,
        Field(
            description="Keras' class_weight: balanced (each class weighs the same), or a number a class in their order, such as 1,5; none where empty."
        ),
    ] = ""
