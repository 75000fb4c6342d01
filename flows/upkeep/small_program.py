"""Trains a tiny network once and writes the seconds of compiling as JSON: `python -m flows.upkeep.small_program`."""

import json
from time import perf_counter

from flows.environment import COMPILED, begin_own_process


def main() -> None:
    """With the engine, in the folder of programs of the environment's home."""
    begin_own_process()
    import numpy as np

    from tasks.numerics.networks.architectures import Architecture
    from tasks.numerics.networks.engine.training import TrainingData, train
    from tasks.numerics.networks.variants import STOCK
    from tasks.numerics.settings import NetworkSpec
    from tasks.numerics.training_settings import TrainingSpec

    inputs, targets = np.zeros((4, 2, 1), np.float32), np.zeros((4, 1), np.float32)
    data = TrainingData(inputs, targets, inputs, targets, inputs)
    training = TrainingSpec(epochs=1, learning_rates=1, batch_size=2)
    begun = perf_counter()
    train(Architecture(NetworkSpec((1,)), STOCK, 1, steps=2), training, data, (0,), lambda done, epochs: None, COMPILED)
    print(json.dumps({"seconds": perf_counter() - begun}))


if __name__ == "__main__":
    main()
