"""What an optimizer is set to, as asked for; nothing heavy is imported."""

from dataclasses import dataclass
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.calls import Call
from tasks.numerics.networks.schedules import schedule_of
from tasks.numerics.training_settings import OptimizerName, TrainingSpec

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
    clip_weight_norm: float = 0.0
    """Largest norm of each weight's gradient; 0: not clipped."""
    schedule: Call | None = None
    """How the learning rate falls."""

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
    ways = {
        f"--clip-value {training.clip_value:g}": training.clip_value,
        f"--clip-weight-norm {training.clip_weight_norm:g}": training.clip_weight_norm,
        "--clip-norm or --clip-norms": any((training.clip_norm, *training.clip_norms)),
    }
    if len(given := [flag for flag, value in ways.items() if value]) > 1:
        raise InputError(f"{' beside '.join(given)}: Keras clips in one way. Pass one of them.")
    schedule = schedule_of(training.schedule)
    if schedule and training.plateau_patience:
        raise InputError(
            f"--schedule {schedule} beside --plateau-patience {training.plateau_patience}: in Keras a learning rate falls by a schedule or on "
            "plateaus. Pass one of them."
        )
    decay = training.weight_decay or (ADAMW_DECAY if name == "adamw" else 0.0)
    return OptimizerSettings(
        name,
        training.momentum,
        training.nesterov,
        decay,
        training.clip_value,
        training.clip_weight_norm,
        schedule,
    )
