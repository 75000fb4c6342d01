"""Keras judges every layer of a chain: forward, and 160 steps of training from the same weights, batches and masks of dropout."""

from contextlib import contextmanager
from unittest import mock

import keras
import numpy as np
import pytest
import tensorflow as tf
from compilers import process_as_users
from reference import engine_weights
from test_programs import LAYOUTS, assert_close
from trained_programs import SEEDS, batches_of, epoch_losses, run_program

from tasks.numerics.networks.architectures import Architecture, initial_weights, to_keras
from tasks.numerics.networks.chain.configs import as_json, read_chain
from tasks.numerics.networks.chain.convolution import (
    AveragePooling1D,
    Conv1D,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MaxPooling1D,
)
from tasks.numerics.networks.chain.layers import (
    Activation,
    Dense,
    Dropout,
    Flatten,
    Masking,
    Penalty,
    RepeatVector,
    SpatialDropout1D,
)
from tasks.numerics.networks.chain.normalisation import BatchNormalization, LayerNormalization, PReLU
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.masks import mask, step_keys
from tasks.numerics.networks.engine.programs import ProgramSpec
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.variants import YOURS, Variant
from tasks.numerics.settings import NetworkSpec

pytestmark = pytest.mark.slow

STEPS, FEATURES, WINDOWS, EPOCHS, REPLICA = 6, 2, 18, 32, 1
BATCH = 4
"""The last batch of an epoch is a smaller one."""
L1L2 = Penalty(0.003, 0.02)


def lstm(units=4, **settings):
    return Recurrent("lstm", units, **settings)


def gru(units=4, **settings):
    return Recurrent("gru", units, **settings)


def rnn(units=4, **settings):
    return Recurrent("simple_rnn", units, **settings)


# What is judged of a chain is the layer in its name: those around it are of the cells that compile soonest.
CHAINS = {
    "dropout": (lstm(return_sequences=True), Dropout(0.3), lstm(3), Dropout(0.2), Dense(3, "relu"), Dense(1)),
    "spatial dropout": (rnn(return_sequences=True), SpatialDropout1D(0.4), gru(3), Dense(1)),
    "dropout before": (Dropout(0.2), rnn(), Dense(1)),
    "dropout in an lstm": (lstm(dropout=0.3, return_sequences=True), lstm(3, dropout=0.2), Dense(1)),
    "recurrent dropout of an lstm": (
        lstm(dropout=0.2, recurrent_dropout=0.3, return_sequences=True),
        lstm(3, recurrent_dropout=0.2),
        Dense(1),
    ),
    "recurrent dropout of a gru": (gru(dropout=0.2, recurrent_dropout=0.3, return_sequences=True), gru(3), Dense(1)),
    "recurrent dropout of a simple rnn": (rnn(dropout=0.2, recurrent_dropout=0.3), Dense(1)),
    "penalties": (
        lstm(
            kernel_regularizer=L1L2,
            recurrent_regularizer=Penalty(0, 0.05),
            bias_regularizer=Penalty(0.01, 0),
            return_sequences=True,
        ),
        gru(bias_regularizer=Penalty(0.01, 0.1), kernel_regularizer=L1L2),
        Dense(1, kernel_regularizer=Penalty(0, 0.1), bias_regularizer=L1L2),
    ),
    "no bias": (
        lstm(use_bias=False, return_sequences=True),
        gru(3, use_bias=False, return_sequences=True),
        rnn(3, use_bias=False),
        Dense(1, use_bias=False),
    ),
    "backwards": (lstm(go_backwards=True, return_sequences=True), gru(3, go_backwards=True), Dense(1)),
    "bidirectional": (Bidirectional(lstm(return_sequences=True)), Bidirectional(gru(3)), Dense(1)),
    "bidirectional, dropout": (Bidirectional(lstm(dropout=0.2, recurrent_dropout=0.2)), Dropout(0.2), Dense(1)),
    "bidirectional, merged": (
        Bidirectional(lstm(return_sequences=True), "sum"),
        Bidirectional(rnn(3, return_sequences=True), "ave"),
        Bidirectional(gru(3), "mul"),
        Dense(1),
    ),
    "hidden dense": (
        lstm(recurrent_activation="hard_sigmoid"),
        Dense(5, "relu"),
        Dense(3, "softmax"),
        Dense(3, "tanh"),
        Dense(1, "sigmoid"),
    ),
    "time-distributed dense": (rnn(return_sequences=True), Dense(3, "elu"), Flatten(), Dense(1)),
    "activation layers": (
        rnn(return_sequences=True),
        Activation("leaky_relu(0.3)"),
        rnn(3),
        Activation("elu(0.5)"),
        Dense(1),
    ),
    "relu with numbers": (
        lstm(activation="relu(negative_slope=0.1,max_value=0.5)"),
        Dense(3, "relu(max_value=0.2)"),
        Dense(1),
    ),
    "prelu": (
        rnn(return_sequences=True),
        PReLU(),
        PReLU(shared_axes=(1,)),
        rnn(3),
        PReLU(alpha_regularizer=Penalty(0, 0.1)),
        Dense(1),
    ),
    "batch normalization": (
        gru(return_sequences=True),
        BatchNormalization(momentum=0.9),
        rnn(3),
        BatchNormalization(),
        Dense(1),
    ),
    "batch normalization, plain": (rnn(3), BatchNormalization(center=False, scale=False, epsilon=0.01), Dense(1)),
    "layer normalization": (
        gru(return_sequences=True),
        LayerNormalization(),
        rnn(3),
        LayerNormalization(scale=False),
        Dense(1),
    ),
    "repeat vector": (rnn(), RepeatVector(3), lstm(3, return_sequences=True), Flatten(), Dense(1)),
    "repeat vector, bidirectional": (
        rnn(),
        RepeatVector(3),
        Bidirectional(gru(3, dropout=0.3, recurrent_dropout=0.2)),
        Dense(1),
    ),
    "global average": (rnn(return_sequences=True), GlobalAveragePooling1D(), Dense(1)),
    "global maximum": (rnn(return_sequences=True), GlobalMaxPooling1D(), Dense(1)),
    "convolution": (Conv1D(3, 2, activation="relu"), MaxPooling1D(), rnn(3), Dense(1)),
    "convolution, same": (Conv1D(3, 3, padding="same"), MaxPooling1D(3, 2, "same"), gru(3), Dense(1)),
    "convolution, causal": (
        Conv1D(3, 2, padding="causal", dilation_rate=2, use_bias=False),
        AveragePooling1D(2, 1, "same"),
        Conv1D(3, 2, strides=2, kernel_regularizer=L1L2),
        rnn(3),
        Dense(1),
    ),
    "masking": (
        Masking(0.0),
        lstm(return_sequences=True),
        Dropout(0.2),
        gru(3, recurrent_dropout=0.2, dropout=0.2),
        Dense(1),
    ),
    "masking, bidirectional": (
        Masking(0.0),
        Bidirectional(lstm(return_sequences=True)),
        Bidirectional(rnn(3)),
        Dense(1),
    ),
    "every step": (rnn(return_sequences=True), Dropout(0.2), Dense(2)),
}
"""Chains of three replicas, each judged in one layout after the other by turns."""
HALVES = {"input half": Variant("input", "relu"), "output half": Variant("squash", "linear")}
CASES = [(name, LAYOUTS[number % 3]) for number, name in enumerate([*CHAINS, *HALVES])]
PRODUCT = [(name, layout) for name in [*CHAINS, *HALVES] for layout in LAYOUTS]


def architecture_of(name):
    if name in HALVES:
        return Architecture(NetworkSpec((4, 3), dropout=0.2), HALVES[name], FEATURES, 1, STEPS)
    return Architecture(NetworkSpec(network=as_json(CHAINS[name])), YOURS, FEATURES, 1, STEPS)


def keras_masks(architecture, step, size):
    """Masks of one replica at a step, in the order in which Keras asks for them, for so many windows."""
    keys = step_keys(tf.constant([SEEDS[REPLICA]], tf.uint32), tf.constant(step))
    found, counted = [], {}

    def drawn(name, rate, *inner):
        return mask(keys, name, (BATCH, *inner), rate).numpy()[0, :size]

    def of_cell(layer, name, inputs):
        kinds = {"lstm": 4, "gru": 3, "simple_rnn": 1}[layer.cell] if layer.recurrent_dropout else 1
        for gate in range(kinds) if layer.dropout else ():
            found.append(drawn(f"{name} input {gate}", layer.dropout, 1, inputs)[:, 0])
        for gate in range(kinds) if layer.recurrent_dropout else ():
            found.append(drawn(f"{name} recurrent {gate}", layer.recurrent_dropout, 1, layer.units)[:, 0])

    for layer, (steps, units) in zip(architecture.chain, architecture.shapes, strict=False):
        kind = "recurrent" if isinstance(layer, Recurrent | Bidirectional) else layer.keras_name
        counted[kind] = counted.get(kind, 0) + 1
        name = f"{kind} {counted[kind]}"
        if isinstance(layer, Bidirectional):
            of_cell(layer.layer, name, units)
            of_cell(layer.layer, f"backward {name}", units)
        elif isinstance(layer, Recurrent):
            of_cell(layer, name, units)
        elif isinstance(layer, SpatialDropout1D):
            found.append(drawn(name, layer.rate, 1, units))
        elif isinstance(layer, Dropout):
            kept = drawn(name, layer.rate, steps or 1, units)
            found.append(kept if steps else kept[:, 0])
    return found


@contextmanager
def given_masks(masks):
    """Keras' dropout multiplies with these masks, one after the other, instead of drawing its own."""
    waiting = iter(masks)
    with mock.patch("keras.src.backend.random.dropout", lambda inputs, *_, **__: inputs * next(waiting)):
        yield
    assert next(waiting, None) is None, "Keras asks for as many masks as the engine has"


def keras_training(architecture, weights, batches, learning_rate):
    """Losses and final weights of one replica as Keras trains it, under the engine's masks."""
    model = to_keras(architecture, weights, REPLICA)
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)

    any_size = lambda example: tf.TensorSpec([None, *example.shape[1:]], tf.float32)  # noqa: E731
    first = (*batches[0], keras_masks(architecture, 0, len(batches[0][0])))

    # Traced once, for batches of any size.
    @tf.function(input_signature=tf.nest.map_structure(any_size, first), autograph=False)
    def one_step(inputs, targets, masks):
        with given_masks(masks), tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(inputs, training=True) - targets) ** 2) + tf.add_n([0.0, *model.losses])
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    losses = []
    for step, (inputs, targets) in enumerate(batches):
        masks = keras_masks(architecture, step, len(inputs))
        losses.append(float(one_step(inputs, targets, [tf.constant(one) for one in masks])))
    return losses, engine_weights(architecture, model.get_weights()), model


def check(name, layout):
    architecture, random = architecture_of(name), np.random.default_rng(7)
    windows = random.normal(size=(WINDOWS, STEPS, FEATURES)).astype(np.float32)
    if name.startswith("masking"):  # padded before or behind, by turns; the last one is nothing but padding
        for number, window in enumerate(windows):
            window[: number % STEPS if number % 2 else 0] = 0
            window[STEPS - number % STEPS if not number % 2 else STEPS :] = 0
        windows[-1] = 0
    steps, outputs = architecture.output_steps, architecture.shapes[-1].units
    wanted = np.sin(windows.sum(axis=(1, 2))[:, None, None] + np.arange(steps * outputs).reshape(1, steps, outputs))
    targets = wanted.astype(np.float32)
    targets = targets if architecture.shapes[-1].steps else targets[:, 0]
    spec = ProgramSpec(architecture, BATCH, bool(WINDOWS % BATCH), 0, False, layout_name=layout)
    weights = [
        weight + random.normal(scale=0.1, size=weight.shape).astype(np.float32)
        for weight in initial_weights(architecture, SEEDS)
    ]
    state, course = run_program(spec, weights, TrainingData(windows, targets, windows, targets, windows), EPOCHS, 0.003)
    batches = batches_of(spec, EPOCHS, windows, targets)
    losses, expected, model = keras_training(architecture, weights, [one for epoch in batches for one in epoch], 0.003)
    assert_close(course.numpy()[0, :, REPLICA], epoch_losses(losses, batches), 1e-4, "loss of each epoch")
    for fused, keras_weight in zip(state["weights"], expected, strict=True):
        assert_close(fused.numpy()[REPLICA], keras_weight, 1e-4, f"weight {keras_weight.shape}")
    watched = float(np.mean((model(windows).numpy() - targets) ** 2) + sum(map(float, model.losses)))
    assert course.numpy()[1, -1, REPLICA] == pytest.approx(watched, rel=1e-3)
    trained = [weight.numpy() for weight in state["weights"]]
    made = diagnose(architecture, trained, windows, windows)["forecasts"][REPLICA].reshape(targets.shape)
    assert_close(made, model(windows).numpy(), 1e-4, "forecast of the exported model")


@pytest.fixture(scope="module")
def as_users():
    """Calls a check in a process that compiles as users do."""
    with process_as_users() as call:
        yield call


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_training_ends_where_that_of_keras_ends(name, layout):
    check(name, layout)


@pytest.mark.full
@pytest.mark.parametrize(("name", "layout"), PRODUCT)
def test_every_layer_in_every_layout_is_that_of_keras(name, layout, as_users):
    as_users(check, name, layout)


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_read_again_as_it_was_written(name):
    assert read_chain(as_json(CHAINS[name])) == CHAINS[name]


def walked_halves(windows, kernel, recurrent, bias, candidate, squash):
    """Hidden states (N, T, U) of an LSTM by the book: `candidate` lets a step in, `squash` lets the state out."""
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    hidden = cell = np.zeros((len(windows), len(recurrent)))
    found = []
    for t in range(windows.shape[1]):
        i, f, c, o = np.split(windows[:, t] @ kernel + hidden @ recurrent + bias, 4, axis=1)
        cell = sigmoid(f) * cell + sigmoid(i) * candidate(c)
        hidden = sigmoid(o) * squash(cell)
        found.append(hidden)
    return np.stack(found, axis=1)


@pytest.mark.parametrize(
    ("variant", "candidate", "squash"),
    [
        (Variant("input", "relu"), lambda z: np.maximum(z, 0), np.tanh),
        (Variant("squash", "relu"), np.tanh, lambda z: np.maximum(z, 0)),
        (Variant("squash", "linear"), np.tanh, lambda z: z),
    ],
)
def test_the_halves_of_an_lstm_are_those_of_the_book(variant, candidate, squash):
    architecture = Architecture(NetworkSpec((5,)), variant, FEATURES, 1, STEPS)
    weights = [3 * weight for weight in initial_weights(architecture, SEEDS)]
    windows = np.random.default_rng(5).normal(size=(WINDOWS, STEPS, FEATURES)).astype(np.float32)
    kernel, recurrent, bias, head, head_bias = (weight[REPLICA].astype(float) for weight in weights)
    expected = walked_halves(windows, kernel, recurrent, bias, candidate, squash)[:, -1] @ head + head_bias
    np.testing.assert_allclose(
        to_keras(architecture, weights, REPLICA)(windows).numpy(), expected, rtol=1e-3, atol=1e-5
    )
    made = diagnose(architecture, weights, windows, windows)["forecasts"][REPLICA][:, 0]
    np.testing.assert_allclose(made, expected, rtol=1e-3, atol=1e-5)
