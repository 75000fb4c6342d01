"""Training of many replicas: reproducible, independent of the crowd, stopped and cancelled as asked."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.early_stopping import watch
from tasks.numerics.networks.engine.programs import initial_state
from tasks.numerics.networks.engine.training import TrainingData, program_spec, train
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

pytestmark = pytest.mark.slow

SHORT = TrainingSpec(learning_rates=1, epochs=9, batch_size=8)
SEEDS = (0, 1, 2)
"""With these settings and so many seeds the tests share one compiled program."""


def data(steps=4, features=1, rows=60, poison=False):
    random = np.random.default_rng(3)
    windows = random.normal(size=(rows, steps, features)).astype(np.float32)
    targets = np.tanh(windows.sum(axis=(1, 2)))[:, None].astype(np.float32)
    if poison:
        windows = windows * np.float32(1e25)
    return TrainingData(windows[:30], targets[:30], windows[30:45], targets[30:45], windows[45:])


def architecture(layers=(10, 3), variant=STOCK, features=1):
    return Architecture(NetworkSpec(layers), variant, features)


@pytest.fixture
def forced(monkeypatch):
    """Makes the engine train in a layout whatever the size."""
    return lambda name: monkeypatch.setattr("tasks.numerics.networks.engine.training.layout_name", lambda *size: name)


@pytest.mark.parametrize(
    ("layers", "steps", "batch", "name"),
    [
        ((4,), 1, 1, "replica_last"),
        ((16, 8), 11, 16, "replica_first"),
        ((128,), 11, 1, "replica_first"),
        ((100, 50), 20, 32, "units_first"),
        ((100,), 11, 16, "units_first"),
        ((256,), 11, 1, "units_first"),
        ((16,), 1, 16, "replica_first"),
        ((16,), 1, 32, "units_first"),
    ],
)
def test_the_layout_goes_by_size(layers, steps, batch, name):
    training = TrainingSpec(learning_rates=1, batch_size=batch)
    spec = program_spec(replace(architecture(layers), steps=steps), training, 320)
    assert spec.layout_name == name


@pytest.mark.parametrize(
    ("layers", "batch", "name"),
    [((3,), 1, "replica_last"), ((10, 3), 8, "replica_first"), ((10, 3), 8, "units_first")],
)
def test_a_rerun_is_the_same_bit_for_bit_and_a_seed_the_same_alone_and_in_a_crowd(layers, batch, name, forced):
    forced(name)
    settings = TrainingSpec(learning_rates=1, epochs=20, batch_size=batch)
    crowd = train(architecture(layers), settings, data(), tuple(range(7)))
    again = train(architecture(layers), settings, data(), tuple(range(7)))
    alone = train(architecture(layers), settings, data(), (4,))
    for first, second, single in zip(crowd.weights, again.weights, alone.weights, strict=True):
        assert np.array_equal(first, second)
        np.testing.assert_allclose(first[4], single[0], rtol=2e-4, atol=2e-5)
    assert np.array_equal(crowd.forecasts, again.forecasts)
    np.testing.assert_allclose(crowd.forecasts[4], alone.forecasts[0], rtol=1e-3, atol=1e-4)


def test_the_length_of_the_segments_changes_nothing(monkeypatch):
    whole = train(architecture(), SHORT, data(), SEEDS)
    monkeypatch.setattr("tasks.numerics.networks.engine.segments.SEGMENT_SECONDS", 0.0)
    told = []
    pieces = train(architecture(), SHORT, data(), SEEDS, lambda *done: told.append(done))
    assert told == [(epoch, 9) for epoch in range(1, 10)]
    assert all(np.array_equal(one, other) for one, other in zip(whole.weights, pieces.weights, strict=True))


def test_the_length_of_the_segments_changes_nothing_where_seeds_stop_early(monkeypatch):
    settings = replace(SHORT, epochs=60, learning_rate=0.05, patience=3)
    whole = train(architecture(), settings, data(), SEEDS)
    assert len({*whole.best_epoch}) > 1 and whole.best_epoch.max() + settings.patience < 60
    monkeypatch.setattr("tasks.numerics.networks.engine.segments.SEGMENT_SECONDS", 0.0)
    pieces = train(architecture(), settings, data(), SEEDS)
    for name in ("loss", "validation_loss", "gradient_norm", "best_epoch", "forecasts"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name), err_msg=name)


def test_seeds_differ_and_seed_k_starts_the_same_in_every_variant():
    stock = train(architecture(), SHORT, data(), SEEDS)
    assert not np.array_equal(stock.weights[0][0], stock.weights[0][1])
    untrained, seeds = replace(SHORT, learning_rate=1e-30), (5, 0, 1)
    first = train(architecture(), untrained, data(), seeds).weights
    other = train(architecture(variant=Variant("cell", "relu")), untrained, data(), seeds).weights
    for one, two in zip(first, other, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-20)


def test_a_diverged_replica_stays_and_its_neighbours_do_not_notice(monkeypatch):
    from tasks.numerics.networks.engine import training

    def poisoned(architecture, seeds):
        weights = original(architecture, seeds)
        weights[0][seeds.index(1)] = np.nan
        return weights

    clean = train(architecture(), SHORT, data(), SEEDS)
    original = training.initial_weights
    monkeypatch.setattr(training, "initial_weights", poisoned)
    hurt = train(architecture(), SHORT, data(), SEEDS)
    assert hurt.seeds == SEEDS
    assert np.isnan(hurt.forecasts[1]).all()
    assert np.array_equal(hurt.forecasts[[0, 2]], clean.forecasts[[0, 2]])


@pytest.mark.parametrize("name", ["replica_first", "units_first"])
def test_early_stopping_keeps_the_weights_of_the_best_epoch(name, forced, monkeypatch):
    forced(name)
    settings = TrainingSpec(learning_rates=1, epochs=60, batch_size=8, learning_rate=0.05, patience=3)
    stopped = train(architecture(), settings, data(), SEEDS)
    # Batch orders of one epoch at a time: one program for every number of epochs.
    monkeypatch.setattr("tasks.numerics.networks.engine.segments.ORDER_ELEMENTS", 1)
    for replica in range(3):
        history = stopped.validation_loss[replica]
        best = stopped.best_epoch[replica] - 1
        until = min(best + settings.patience + 1, len(history))
        assert history[best] == np.nanmin(history)
        for course in (stopped.loss, stopped.validation_loss, stopped.gradient_norm):
            assert np.isfinite(course[replica, :until]).all() and np.isnan(course[replica, until:]).all()
        short = train(architecture(), replace(settings, epochs=int(best) + 1, patience=0), data(), (replica,))
        np.testing.assert_allclose(short.forecasts[0], stopped.forecasts[replica], rtol=2e-3, atol=2e-4)
    assert stopped.best_epoch.min() + settings.patience < 60, "no seed stopped early: the test shows nothing"


@pytest.mark.parametrize("patience", [1, 2, 4])
def test_early_stopping_stops_and_keeps_as_that_of_keras(patience):
    random = np.random.default_rng(patience)
    # Few levels, so that ties are many.
    losses = random.integers(0, 4, (60, 20)).astype(np.float32)
    spec = replace(
        program_spec(architecture(), TrainingSpec(patience=patience), 20),
        layout_name="replica_first",
    )
    state = initial_state(spec, [np.zeros((20, 1), np.float32)])
    for epoch, loss in enumerate(losses):
        state |= {"weights": [tf.fill([20, 1], np.float32(epoch))]}
        state = watch(spec.layout, spec.patience, state, tf.constant(loss), tf.constant(len(losses)))
    for replica in range(20):
        model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        judge = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        judge.set_model(model)
        judge.on_train_begin()
        model.stop_training = False
        for epoch, loss in enumerate(losses[:, replica]):
            model.set_weights([np.full((1, 1), epoch, np.float32)])
            judge.on_epoch_end(epoch, {"val_loss": loss})
            if model.stop_training:
                break
        assert state["best_epoch"].numpy()[replica] == judge.best_epoch == state["best_weights"][0].numpy()[replica, 0]
        assert bool(state["stopped"].numpy()[replica]) == bool(model.stop_training)


@pytest.mark.parametrize("patience", [1, 3])
def test_a_replica_stops_in_the_epoch_in_which_keras_would(patience):
    losses = np.array([3, 2, 2, 2, 2, 2, 1], np.float32)
    spec = replace(
        program_spec(architecture(), TrainingSpec(patience=patience), 20),
        layout_name="replica_first",
    )
    state, stopped = initial_state(spec, [np.zeros((1, 1), np.float32)]), []
    for loss in losses:
        state = watch(spec.layout, spec.patience, state, tf.constant([loss]), tf.constant(100))
        stopped.append(bool(state["stopped"].numpy()[0]))
    # Epoch 1 is the best, a tie is none: as many epochs later as the patience says, and no more.
    assert stopped == [epoch >= 1 + patience for epoch in range(len(losses))]


def test_what_progress_raises_ends_training():
    class EnoughError(Exception):
        pass

    def stop(done, epochs):
        raise EnoughError

    with pytest.raises(EnoughError):
        train(architecture(), SHORT, data(), SEEDS, stop)


@pytest.mark.parametrize("steps", [1, 2, 200])
def test_any_lookback_compiles_in_seconds(steps):
    found = train(architecture((9, 9)), TrainingSpec(learning_rates=1, epochs=1), data(steps=steps), (0, 1))
    assert np.isfinite(found.forecasts).all()
    assert found.compile_seconds < 45
