"""What an optimizer is set to, as asked for; nothing heavy is imported."""

from dataclasses import dataclass
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.settings import OptimizerName, TrainingSpec

ADAMW_DECAY: Final = 0.004
"""Keras' default."""
WITH_MOMENTUM: Final = ("rmsprop", "sgd")


@dataclass(frozen=True)
class OptimizerSettings:
    """Everything of an optimizer but the learning rate: compiled in."""

    name: OptimizerName = "adam"
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    """Share of each weight, times the learning rate, that a step takes away."""
    clip_value: float = 0.0
    """Largest element of a gradient, up or down; 0: not clipped."""

    @property
    def keeps_squares(self) -> bool:
        """Whether its memory tells the gradients' norms, as Adam's does."""
        return self.name in ("adam", "adamw", "nadam")


ADAM: Final = OptimizerSettings()
"""As Keras has it unless told otherwise."""


def optimizer_settings(training: TrainingSpec) -> OptimizerSettings:
    """As asked for; raises InputError on what an optimizer does not have."""
    name = training.optimizer
    if training.momentum and name not in WITH_MOMENTUM:
        raise InputError(
            f"--momentum {training.momentum:g} with --optimizer {name}: in Keras it has no such setting. "
            "Expected --optimizer sgd or rmsprop beside it."
        )
    if training.nesterov and not (name == "sgd" and training.momentum):
        raise InputError(
            f"--nesterov with --optimizer {name} and --momentum {training.momentum:g}: expected --optimizer sgd with a "
            "--momentum above 0, such as 0.9."
        )
    if training.clip_value and any((training.clip_norm, *training.clip_norms)):
        raise InputError(
            f"--clip-value {training.clip_value:g} beside --clip-norm or --clip-norms: Keras clips in one way. Pass one of them."
        )
    decay = training.weight_decay or (ADAMW_DECAY if name == "adamw" else 0.0)
    return OptimizerSettings(name, training.momentum, training.nesterov, decay, training.clip_value)
