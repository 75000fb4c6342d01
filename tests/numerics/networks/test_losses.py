"""Keras judges every loss but the cross-entropies: its values, its slopes, and what a training that watches it gives."""

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import get_args

import keras
import numpy as np
import pytest
import tensorflow as tf
from reference import keras_training
from test_programs import assert_close, problem
from trained_programs import batches_of, epoch_losses, run_program

from tasks.numerics.networks.engine.losses import loss_function
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.training_words import HEADS, loss_words
from tasks.numerics.training_settings import LossName, TrainingSpec

NAMES = get_args(LossName)
KERAS = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
}
RATE = 0.01


def quantile_loss(targets, predictions, quantile):
    """As its authors write it."""
    missed = targets - predictions
    return keras.ops.mean(keras.ops.maximum(quantile * missed, (quantile - 1) * missed), axis=-1)


def judge(name):
    """Keras' loss function."""
    if name == "quantile":
        return partial(quantile_loss, quantile=0.8)
    return getattr(keras.losses, KERAS.get(name, name))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in HEADS])
def test_values_and_slopes_are_those_of_keras(name):
    random = np.random.default_rng(3)
    targets = np.concatenate([random.normal(scale=3, size=200), [0, 0, 5]]).astype(np.float32)
    predictions = np.concatenate([random.normal(scale=3, size=200), [0.5, -0.5, 60]]).astype(np.float32)
    with tf.GradientTape() as tape:
        given = tf.constant(predictions[:, None])
        tape.watch(given)
        each = judge(name)(tf.constant(targets[:, None]), given)
        total = tf.reduce_sum(each)
    values, slopes = loss_function(name, 0.8)(tf.constant(predictions), tf.constant(targets))
    np.testing.assert_allclose(values, each, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(slopes, tape.gradient(total, given)[:, 0], rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "network", "layout", "batch"),
    [
        ("mae", "lstm-horizon", "replica_first", 3),
        ("huber", "gru-autoencoder", "replica_last", 4),
        ("quantile", "simple_rnn-horizon", "units_first", 3),
    ],
)
def test_training_on_a_loss_is_that_of_keras(name, network, layout, batch, epochs=20):
    architecture, spec, weights, windows, targets = problem("", "stock", "features", 1, layout, network, batch=batch)
    spec = replace(spec, loss_name=name, quantile=0.8)
    data = TrainingData(windows, targets, windows[:7], targets[:7], windows)
    state, course = run_program(spec, weights, data, epochs, RATE)
    batches = batches_of(spec, epochs, windows, targets)
    losses, expected = keras_training(architecture, weights, 1, chain.from_iterable(batches), RATE, loss=judge(name))
    assert_close(course.numpy()[0, :, 1], epoch_losses(losses, batches), 1e-4, "loss of each epoch")
    for fused, weight in zip(state["weights"], expected, strict=True):
        assert_close(fused.numpy()[1], weight, 1e-4, f"weight {weight.shape}")
    # The batch of all windows that are watched, with a learning rate of 0, is Keras' validation.
    watched, _ = keras_training(
        architecture, [w.numpy() for w in state["weights"]], 1, [(windows[:7], targets[:7])], 0.0, loss=judge(name)
    )
    assert course.numpy()[1, -1, 1] == pytest.approx(watched[0], rel=1e-4)


def test_every_loss_has_words():
    assert len({loss_words(TrainingSpec(loss=name)) for name in NAMES}) == len(NAMES)
    assert loss_words(TrainingSpec(loss="quantile", quantile=0.9)) == "loss of the quantile 0.9"
