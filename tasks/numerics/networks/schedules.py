"""Learning rates that fall by a plan: Keras' schedules by their names, as shares of the learning rate; nothing heavy is imported."""

from math import isnan, nan
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.calls import Call, read_call

PARAMETERS: Final = {
    "exponential_decay": (("decay_steps", nan), ("decay_rate", nan), ("staircase", 0.0)),
    "inverse_time_decay": (("decay_steps", nan), ("decay_rate", nan), ("staircase", 0.0)),
    "polynomial_decay": (("decay_steps", nan), ("end_share", nan), ("power", 1.0)),
    "cosine_decay": (("decay_steps", nan), ("alpha", 0.0)),
}
"""What each takes, Keras' names and defaults; NaN where it must be given.

`end_share` is Keras' `end_learning_rate` as a share of the learning rate, since every rate of the grid falls alike.
"""


def schedule_of(text: str) -> Call | None:
    """The schedule that a setting names, None for an empty one; raises InputError where there is none of that name or with those numbers."""
    if not text:
        return None
    call = read_call(text, PARAMETERS)
    if call is None or call.name not in PARAMETERS:
        raise InputError(
            f"--schedule {text!r} is none of Keras' schedules with their numbers. Expected one such as cosine_decay(1000), "
            f"exponential_decay(1000,0.9), inverse_time_decay(1000,0.5) or polynomial_decay(1000,0.01): steps first."
        )
    given = dict(call.numbers)
    missing = [name for name, usual in PARAMETERS[call.name] if isnan(usual) and name not in given]
    if missing:
        raise InputError(
            f"--schedule {text!r}: {', '.join(missing)} of {call.name} is missing. Expected a number for each of them."
        )
    if not given["decay_steps"] >= 1 or any(isnan(value) or value < 0 for value in given.values()):
        raise InputError(f"--schedule {text!r}: expected decay_steps of 1 or more, and no number below 0.")
    return call
