"""What is said of the insides of a network, against a slow walk through it with Keras' activations."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from reference import keras_losses_and_gradients

from tasks.numerics.networks.architectures import Architecture, initial_weights, to_keras
from tasks.numerics.networks.engine import diagnostics
from tasks.numerics.networks.engine.activations import keras_activations
from tasks.numerics.networks.engine.diagnostics import DEAD, FLAT, diagnose, greatest_slope
from tasks.numerics.networks.engine.training import TrainingData, train
from tasks.numerics.networks.randomness import BatchOrder
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

pytestmark = pytest.mark.slow

UNITS, STEPS, WINDOWS = (5, 3), 4, 150


def slope(name, z):
    z = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = keras_activations()[name](z)
    return tape.gradient(y, z).numpy()


def lstm(inputs, hidden, state, weights, act):
    kernel, recurrent, bias = weights
    zi, zf, zc, zo = np.split(inputs @ kernel + hidden @ recurrent + bias, 4, axis=1)
    state = act["gate"](zf) * state + act["gate"](zi) * act["cell"](zc)
    return act["gate"](zo) * act["cell"](state), state, (zi, zf, zo), (zc, state)


def gru(inputs, hidden, state, weights, act):
    kernel, recurrent, bias, recurrent_bias = weights
    (xz, xr, xh), (hz, hr, hh) = (
        np.split(z, 3, axis=1) for z in (inputs @ kernel + bias, hidden @ recurrent + recurrent_bias)
    )
    z, r = act["gate"](xz + hz), act["gate"](xr + hr)
    hidden = z * hidden + (1 - z) * act["cell"](xh + r * hh)
    return hidden, hidden, (xz + hz, xr + hr), (xh + r * hh,)


def simple_rnn(inputs, hidden, state, weights, act):
    kernel, recurrent, bias = weights
    z = inputs @ kernel + hidden @ recurrent + bias
    return act["cell"](z), act["cell"](z), (), (z,)


STEP = {"lstm": lstm, "gru": gru, "simple_rnn": simple_rnn}


def walked(architecture, weights, replica, windows):
    """The same diagnostics, gate by gate and step by step."""
    variant, cell = architecture.variant, architecture.network.cell
    usual = {"cell": "tanh", "gate": "sigmoid", "between": "linear"}
    names = {place: variant.activation if variant.placement == place else name for place, name in usual.items()}
    act = {place: lambda z, name=name: np.asarray(keras_activations()[name](z)) for place, name in names.items()}
    least = {
        place: FLAT * np.abs(slope(name, np.linspace(-1, 1, 201, dtype=np.float32))).max()
        for place, name in names.items()
    }
    size, (low, high), flat = (4 if cell == "gru" else 3), (np.inf, -np.inf), {"gate": [], "cell": []}
    sequence, dead = windows, []
    decodes = architecture.network.head == "autoencoder"
    for layer, units in enumerate((*UNITS, *reversed(UNITS)) if decodes else UNITS):
        own = [weight[replica] for weight in weights[size * layer : size * layer + size]]
        hidden = state = np.zeros((len(windows), units), np.float32)
        outputs = []
        for t in range(STEPS):
            inputs = sequence[:, -1] if layer == len(UNITS) else sequence[:, t]
            hidden, state, gates, cells = STEP[cell](inputs, hidden, state, own, act)
            flat["gate"] += [np.abs(slope(names["gate"], z)) < least["gate"] for z in gates]
            flat["cell"] += [np.abs(slope(names["cell"], z)) < least["cell"] for z in cells]
            low, high = min(low, state.min()), max(high, state.max())
            outputs.append(act["between"](hidden))
        sequence = np.stack(outputs, axis=1)
        dead.append(np.mean(np.abs(sequence).max(axis=(0, 1)) <= DEAD))
    together = {
        place: np.mean(np.concatenate([one.ravel() for one in parts])) if parts else np.nan
        for place, parts in flat.items()
    }
    return {
        "dead_units": dead,
        "saturated_gates": together["gate"],
        "saturated_cells": together["cell"],
        "cell_low": low,
        "cell_high": high,
    }


@pytest.mark.parametrize(
    ("variant", "cell", "head"),
    [
        (STOCK, "lstm", "forecast"),
        (Variant("cell", "relu"), "lstm", "forecast"),
        (Variant("between", "relu"), "lstm", "forecast"),
        (Variant("gate", "hard_sigmoid"), "lstm", "forecast"),
        (Variant("between", "elu"), "gru", "forecast"),
        (Variant("gate", "hard_sigmoid"), "gru", "autoencoder"),
        (Variant("cell", "relu"), "simple_rnn", "forecast"),
        (STOCK, "lstm", "autoencoder"),
    ],
)
def test_diagnostics_are_those_of_a_walk_through_the_network(variant, cell, head, monkeypatch):
    architecture = Architecture(NetworkSpec(UNITS, cell=cell, head=head), variant, 1, steps=STEPS)
    random = np.random.default_rng(5)
    weights = [3 * weight for weight in initial_weights(architecture, [1, 2, 3])]
    # A candidate that is never above 0 makes its unit dead where relu stands in the cell.
    if cell == "lstm":
        weights[2][1, 10:13] = -50
        weights[0][1, :, 10:13] = weights[1][1, :, 10:13] = 0
    windows = random.normal(size=(WINDOWS, STEPS, 1)).astype(np.float32)

    # More windows than go forward at once, and not a multiple.
    monkeypatch.setattr(diagnostics, "TOGETHER", 64 * 3 * max(UNITS) * STEPS)
    found = diagnose(architecture, weights, windows, 9 * windows[:30])
    for replica in range(3):
        expected = walked(architecture, weights, replica, windows)
        assert found.keys() == expected.keys() | {"forecasts"}
        # A value at the very border of what is saturated may fall on either side of it.
        tolerance = {"saturated_gates": 2e-3, "saturated_cells": 2e-3}
        for name, value in expected.items():
            np.testing.assert_allclose(
                found[name][replica], value, rtol=1e-4, atol=tolerance.get(name, 1e-6), err_msg=name
            )
        model = to_keras(architecture, weights, replica)
        np.testing.assert_allclose(
            np.squeeze(found["forecasts"][replica]), np.squeeze(model(9 * windows[:30])), rtol=1e-3, atol=1e-4
        )
    if variant == Variant("cell", "relu") and cell == "lstm":
        assert found["dead_units"][1, 0] == pytest.approx(3 / 5)


def test_the_greatest_slope_is_that_of_the_textbook():
    known = keras_activations()
    assert greatest_slope(known["sigmoid"]) == pytest.approx(0.25, rel=1e-3)
    assert greatest_slope(known["tanh"]) == pytest.approx(1, rel=1e-3)
    assert greatest_slope(known["exponential"]) == pytest.approx(np.e, rel=1e-2)


def test_the_gradient_norm_of_an_epoch_is_the_mean_square_over_its_steps():
    architecture = Architecture(NetworkSpec((4,)), STOCK, 1, steps=STEPS)
    random = np.random.default_rng(5)
    windows = random.normal(size=(20, STEPS, 1)).astype(np.float32)
    targets = np.sin(windows.sum(axis=(1, 2)))[:, None]
    data = TrainingData(windows, targets, windows, targets, windows)
    # Nothing is learnt, so that every step's gradient is that of the initial weights on its batch.
    training = TrainingSpec(epochs=2, batch_size=5, learning_rate=1e-30, learning_rates=1)
    trained = train(architecture, training, data, (3, 4))
    order = BatchOrder([3, 4], 20, 5).draw(2, 2)
    for replica, epoch in itertools.product((0, 1), (0, 1)):
        batches = order[epoch, :, replica]
        norms = [
            sum(
                np.sum(g**2)
                for g in keras_losses_and_gradients(architecture, trained.weights, replica, windows[b], targets[b])[1]
            )
            for b in batches
        ]
        expected = np.sqrt(np.average(norms, weights=0.999 ** np.arange(len(batches))[::-1]))
        assert trained.gradient_norm[replica, epoch] == pytest.approx(expected, rel=1e-3)
