"""Learning rates at a step: what a schedule makes of them."""

from math import pi
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.chain.calls import Call
from tasks.numerics.networks.schedules import PARAMETERS

Tensor = Any


def share_at(schedule: Call | None, step: Tensor) -> Tensor | float:
    """What the learning rate is multiplied with at a step, counted from 0, as Keras' schedule of that name has it."""
    if schedule is None:
        return 1.0
    numbers = dict(PARAMETERS[schedule.name]) | dict(schedule.numbers)
    done = tf.cast(step, tf.float32) / numbers["decay_steps"]
    whole = tf.floor(done) if numbers.get("staircase") else done
    within = tf.minimum(done, 1.0)
    match schedule.name:
        case "exponential_decay":
            return tf.pow(numbers["decay_rate"], whole)
        case "inverse_time_decay":
            return 1 / (1 + numbers["decay_rate"] * whole)
        case "polynomial_decay":
            return (1 - numbers["end_share"]) * tf.pow(1 - within, numbers["power"]) + numbers["end_share"]
        case "cosine_decay":
            return (1 - numbers["alpha"]) * 0.5 * (1 + tf.cos(pi * within)) + numbers["alpha"]
    raise NotImplementedError(schedule.name)
