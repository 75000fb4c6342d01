"""Keras' ReduceLROnPlateau judges when and by how much a replica's learning rate falls."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from test_programs import LAYOUTS, assert_close, problem
from trained_programs import batches_of, run_program

from tasks.numerics.networks.architectures import to_keras
from tasks.numerics.networks.engine.plateaus import Plateau, begin_plateau, lower_rates
from tasks.numerics.networks.engine.training import TrainingData

RATE = 0.01


def judge_of(plateau, model):
    """Keras' own callback, ready for its first epoch."""
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss="mean_squared_error", jit_compile=False)
    judge = keras.callbacks.ReduceLROnPlateau(factor=plateau.factor, patience=plateau.patience)
    judge.set_model(model)
    judge.on_train_begin()
    return judge


@pytest.mark.parametrize("plateau", [Plateau(1, 0.5), Plateau(3, 0.1)])
def test_rates_fall_in_the_epochs_in_which_those_of_keras_fall(plateau):
    random = np.random.default_rng(5)
    # Steps of a size that is hardly a gain, ties, and a loss that is no number.
    losses = (1 + np.round(random.normal(scale=2, size=(30, 8))).cumsum(axis=0) * 7e-5).astype(np.float32)
    losses[7, 2] = np.nan
    state, factors = begin_plateau(8), []
    for loss in losses:
        state = lower_rates(plateau, state, tf.constant(loss))
        factors.append(state["rate_factor"].numpy())
    for replica in range(8):
        model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
        judge = judge_of(plateau, model)
        for epoch, loss in enumerate(losses[:, replica]):
            judge.on_epoch_end(epoch, {"val_loss": loss})
            assert factors[epoch][replica] == pytest.approx(float(model.optimizer.learning_rate) / RATE, rel=1e-5)
    assert np.min(factors) < 1


@pytest.mark.slow
def test_training_on_plateaus_ends_where_that_of_keras_ends():
    plateau, epochs = Plateau(2, 0.3), 40
    architecture, spec, weights, windows, targets = problem("", "stock", "features", 1, LAYOUTS[0], "lstm")
    spec = replace(spec, plateau=plateau)
    held = TrainingData(windows, targets, -windows, targets, windows)
    state, course = run_program(spec, weights, held, epochs, RATE)
    model = to_keras(architecture, weights, 1)
    judge = judge_of(plateau, model)
    for epoch, batches in enumerate(batches_of(spec, epochs, windows, targets)):
        for inputs, wanted in batches:
            model.train_on_batch(inputs, wanted)
        watched = float(np.mean((model(-windows).numpy() - targets) ** 2))
        assert course.numpy()[1, epoch, 1] == pytest.approx(watched, rel=1e-3)
        judge.on_epoch_end(epoch, {"val_loss": watched})
    assert state["rate_factor"].numpy()[1] == pytest.approx(float(model.optimizer.learning_rate) / RATE, rel=1e-4)
    assert state["rate_factor"].numpy()[1] < 0.1
    for fused, judged in zip(state["weights"], model.get_weights(), strict=True):
        assert_close(fused.numpy()[1], judged, 1e-4, f"weight {judged.shape}")
