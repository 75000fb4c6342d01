"""A whole training in one program, with the diagnostics or without them: what looking inside costs."""

from contextlib import nullcontext
from functools import cache
from unittest.mock import patch

from cases import Case, windows_and_targets
from contenders import Answer, Stopwatch, serve

from flows.environment import set_environment

set_environment()

import numpy as np  # noqa: E402 - the environment must be there before TensorFlow is
import tensorflow as tf  # noqa: E402

from tasks.numerics.networks.architectures import initial_weights  # noqa: E402
from tasks.numerics.networks.engine import programs  # noqa: E402
from tasks.numerics.networks.engine.diagnostics import diagnose  # noqa: E402
from tasks.numerics.networks.engine.programs import ProgramSpec, Rates, initial_state, segment_program  # noqa: E402
from tasks.numerics.networks.engine.rooms import room  # noqa: E402
from tasks.numerics.networks.engine.training import TrainingData, program_spec  # noqa: E402
from tasks.numerics.networks.randomness import BatchOrder  # noqa: E402
from tasks.numerics.training_settings import TrainingSpec  # noqa: E402


@cache
def program(spec: ProgramSpec, diagnosed: bool, arguments: object) -> object:
    """The compiled program; without diagnostics no gradients' norms are in it."""
    nothing = {"_mean_squares": lambda spec, kept, begun, ended: tf.zeros_like(spec.layout.over_replica(ended[-1]))}
    with nullcontext() if diagnosed else patch.multiple(programs, **nothing):
        return segment_program.__wrapped__(spec).get_concrete_function(*arguments.value)


class Shapes:
    """Arguments that count as the same for one specification."""

    def __init__(self, value: tuple) -> None:
        self.value = value

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shapes)


def measure(case: Case, diagnosed: bool) -> Answer:
    """One training of all epochs and what is found at its end."""
    architecture = case.architecture
    windows, targets = windows_and_targets(case)
    seen, watched = case.windows, case.windows + case.validation_windows
    data = TrainingData(
        windows[:seen], targets[:seen, None], windows[seen:watched], targets[seen:watched, None], windows[watched:]
    )
    spec = program_spec(architecture, TrainingSpec(batch_size=case.batch, learning_rates=1, patience=0), case.windows)
    seeds = list(range(case.replicas))
    order = tf.constant(
        BatchOrder(seeds, case.windows, spec.batch, places=room(case.windows)).draw(case.epochs, case.epochs)
    )
    state = initial_state(spec, initial_weights(architecture, seeds))
    rates = Rates(tf.fill([len(seeds)], np.float32(0.001)), tf.zeros([len(seeds)]), tf.constant(seeds, tf.uint32))
    given = (state, data.arguments(spec.batch), order, rates, tf.constant(0))
    run = program(spec, diagnosed, Shapes((*given, tf.constant(0))))
    run(*given, tf.constant(0))[1].numpy()
    watch = Stopwatch()
    trained = [weight.numpy() for weight in run(*given, tf.constant(case.epochs))[0]["weights"]]
    if diagnosed:
        diagnose(architecture, trained, data.windows, data.test_windows)
    return Answer(*watch.read(), case.epochs * -(-case.windows // spec.batch) * len(seeds), replicas=len(seeds))


if __name__ == "__main__":
    serve(measure)
