"""One of the engine's programs alone, with as many replicas and in the layout that is asked for."""

from cases import Case, windows_and_targets
from contenders import Answer, Stopwatch, serve

from flows.environment import set_environment

set_environment()

import numpy as np  # noqa: E402 - the environment must be there before TensorFlow is
import tensorflow as tf  # noqa: E402

from tasks.numerics.networks.architectures import initial_weights  # noqa: E402
from tasks.numerics.networks.engine.programs import Rates, initial_state, segment_program  # noqa: E402
from tasks.numerics.networks.engine.rooms import room  # noqa: E402
from tasks.numerics.networks.engine.training import TrainingData, program_spec  # noqa: E402
from tasks.numerics.networks.layout_choice import LayoutName  # noqa: E402
from tasks.numerics.networks.randomness import BatchOrder  # noqa: E402
from tasks.numerics.training_settings import TrainingSpec  # noqa: E402

REPEATS, SECONDS, MOST_EPOCHS = 5, 0.1, 200


def measure(case: Case, layout_name: LayoutName | None = None) -> Answer:
    """The least time of several repeats."""
    architecture = case.architecture
    windows, targets = windows_and_targets(case)
    seen, watched = case.windows, case.windows + case.validation_windows
    data = TrainingData(
        windows[:seen], targets[:seen, None], windows[seen:watched], targets[seen:watched, None], windows[watched:]
    )
    spec = program_spec(architecture, TrainingSpec(batch_size=case.batch, patience=0), case.windows)
    if layout_name is not None:
        spec = type(spec)(**vars(spec) | {"layout_name": layout_name})
    seeds = list(range(case.replicas))
    rows = int(np.clip(2_000_000 // (case.windows * case.replicas), 1, MOST_EPOCHS))
    order = tf.constant(BatchOrder(seeds, case.windows, spec.batch, places=room(case.windows)).draw(rows, rows))
    state = initial_state(spec, initial_weights(architecture, seeds))
    rates = Rates(tf.fill([len(seeds)], np.float32(0.001)), tf.zeros([len(seeds)]), tf.constant(seeds, tf.uint32))

    def run(epochs: int) -> tuple[float, float]:
        watch = Stopwatch()
        segment_program(spec)(state, data.arguments(spec.batch), order, rates, tf.constant(0), tf.constant(epochs))[
            1
        ].numpy()
        return watch.read()

    compile_seconds = run(0)[0]
    epochs = int(np.clip(SECONDS / max(run(1)[0], 1e-6), 1, rows))
    wall, processor = zip(*(run(epochs) for _ in range(REPEATS)), strict=True)
    return Answer(
        min(wall),
        min(processor),
        epochs * -(-case.windows // spec.batch) * len(seeds),
        compile_seconds,
        replicas=len(seeds),
    )


if __name__ == "__main__":
    serve(measure)
