"""`keras.Model.fit`: one replica, trained as everybody does."""

import os
import time

import keras
import numpy as np
from cases import Case, windows_and_targets
from contenders import Answer, Stopwatch, serve

from tasks.numerics.networks.architectures import initial_weights

assert "XLA_FLAGS" not in os.environ
models: dict[tuple[Case, bool, bool], tuple[keras.Model, list[float]]] = {}


def measure(case: Case, several_steps: bool = False, compiled: bool = False) -> Answer:
    """Some epochs more of the first replica; the very first epoch stands for compilation."""
    key, compile_seconds = (case, several_steps, compiled), 0.0
    if key not in models:
        begun = time.perf_counter()
        models[key] = model(case, several_steps, compiled), []
        fit(case, *models[key], epochs=1)
        compile_seconds = time.perf_counter() - begun
    watch = Stopwatch()
    fit(case, *models[key], epochs=case.fit_epochs)
    seconds, processor_seconds = watch.read()
    losses = models[key][1]
    return Answer(
        seconds=seconds,
        processor_seconds=processor_seconds,
        replica_steps=case.batches * case.fit_epochs,
        compile_seconds=compile_seconds,
        first_losses=losses,
    )


def model(case: Case, several_steps: bool, compiled: bool) -> keras.Model:
    """The network in plain Keras, with the weights that the engine's first replica begins with."""
    layers: list[keras.Layer] = []
    for number, units in enumerate(case.layers, 1):
        layer = keras.layers.LSTM(units, return_sequences=number < len(case.layers))
        layers.append(keras.layers.Bidirectional(layer) if case.bidirectional else layer)
        layers += [keras.layers.Dropout(case.dropout)] if case.dropout else []
    layers += [keras.layers.Dense(units, "relu") for units in case.dense]
    layers.append(keras.layers.Dense(1))
    network = keras.Sequential([keras.layers.Input((case.steps, case.features)), *layers])
    start = initial_weights(case.architecture, [0])
    network.set_weights([weight[0] for weight in start])
    network.compile(
        loss="mean_squared_error",
        optimizer="adam",
        steps_per_execution=case.batches if several_steps else 1,
        jit_compile=True if compiled else "auto",
    )
    return network


def fit(case: Case, network: keras.Model, losses: list[float], epochs: int) -> None:
    """Some epochs, the validation windows in one batch, which spares `fit` time."""
    windows, targets = windows_and_targets(case)
    seen, watched = case.windows, case.windows + case.validation_windows
    history = network.fit(
        windows[:seen],
        targets[:seen],
        validation_data=(windows[seen:watched], targets[seen:watched]),
        validation_batch_size=case.validation_windows,
        batch_size=case.batch,
        epochs=epochs,
        verbose=0,
    )
    losses += np.array(history.history["loss"]).tolist()


if __name__ == "__main__":
    serve(measure)
