"""Windows of several lengths: what pads them changes nothing, and Keras judges outputs and trained weights behind its Masking layer."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers
from own_networks import ATTENTION, written
from reference import engine_weights
from trained_programs import SEEDS, batches_of, epoch_losses, run_program

from tasks.build_network import of_model, read_network
from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture, initial_weights
from tasks.numerics.networks.chain.layers import Masking
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.chain.stacks import chain_of
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.programs import ProgramSpec
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.engine.training import train as train_fused
from tasks.numerics.networks.forms import form_of, trained_by_keras
from tasks.numerics.networks.keras_engine.trained_models import built
from tasks.numerics.networks.keras_engine.training import train
from tasks.numerics.networks.python_files import Wanted
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

STEPS, FEATURES, CLASSES, WINDOWS, BATCH, MASK, RATE = 6, 2, 3, 22, 4, -1000.0, 0.01
CLASSIFIER = NetworkSpec((5, 4), dense=(3,), head="classification", output_activation="softmax")
PADDED = MaskedNetwork.of(CLASSIFIER, MASK)


def padded_windows(steps=STEPS):
    """Windows of 1 to STEPS time steps, padded at their end to so many, their lengths, and one-hot classes."""
    random = np.random.default_rng(7)
    lengths = 1 + np.arange(WINDOWS) % STEPS
    true = random.normal(size=(WINDOWS, STEPS, FEATURES)).astype(np.float32)
    windows = np.full((WINDOWS, steps, FEATURES), MASK, np.float32)
    for window, own, length in zip(windows, true, lengths, strict=True):
        window[:length] = own[:length]
    return windows, lengths, np.eye(CLASSES, dtype=np.float32)[random.integers(CLASSES, size=WINDOWS)]


def drawn(architecture):
    random = np.random.default_rng(8)
    weights = initial_weights(architecture, SEEDS)
    return [one + random.normal(scale=0.1, size=one.shape).astype(np.float32) for one in weights]


def keras_judge(activation, weights):
    """The same network, written down by hand, with the weights of replica 1."""
    stack = [layers.LSTM(5, activation=activation, return_sequences=True), layers.LSTM(4, activation=activation)]
    dense = [layers.Dense(3, "relu"), layers.Dense(CLASSES, "softmax")]
    model = keras.Sequential([layers.Input((None, FEATURES)), layers.Masking(MASK), *stack, *dense])
    model.set_weights([weight[1] for weight in weights])
    return model


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["replica_last", "units_first"])
def test_trained_weights_and_outputs_of_padded_windows_are_those_of_keras(layout):
    architecture = Architecture(PADDED, Variant("cell", "relu"), FEATURES, CLASSES, STEPS)
    spec = ProgramSpec(
        architecture, BATCH, bool(WINDOWS % BATCH), 0, False, layout_name=layout, loss_name="categorical_crossentropy"
    )
    (windows, _, targets), weights, epochs = padded_windows(), drawn(architecture), 12
    data = TrainingData(windows, targets, windows[:7], targets[:7], windows)
    state, course = run_program(spec, weights, data, epochs, RATE)
    model, batches = keras_judge("relu", weights), batches_of(spec, epochs, windows, targets)
    model.compile(keras.optimizers.Adam(RATE), "categorical_crossentropy", jit_compile=False)
    losses = []
    for inputs, wanted in (batch for epoch in batches for batch in epoch):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(inputs, wanted)))
    np.testing.assert_allclose(course.numpy()[0, :, 1], epoch_losses(losses, batches), rtol=1e-3, atol=1e-5)
    for fused, weight in zip(state["weights"], engine_weights(architecture, model.get_weights()), strict=True):
        np.testing.assert_allclose(fused.numpy()[1], weight, rtol=2e-3, atol=2e-4)
    found = diagnose(architecture, [one.numpy() for one in state["weights"]], windows, windows)["forecasts"]
    np.testing.assert_allclose(found[1, :, 0], model(windows), atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [STOCK, Variant("between", "relu")])
def test_a_window_has_the_same_probabilities_however_far_it_is_padded(variant):
    architecture = Architecture(PADDED, variant, FEATURES, CLASSES, STEPS)
    weights, (windows, lengths, _) = drawn(architecture), padded_windows()
    first = diagnose(architecture, weights, windows, windows)["forecasts"]
    longer, _, _ = padded_windows(STEPS + 5)
    further = diagnose(replace(architecture, steps=STEPS + 5), weights, longer, longer)["forecasts"]
    np.testing.assert_allclose(further, first, atol=1e-6)
    # And those that it has alone, as it is.
    bare = replace(architecture, network=CLASSIFIER)
    for length in (1, 4):
        own = np.flatnonzero(lengths == length)
        cut = np.ascontiguousarray(windows[own, :length])
        alone = diagnose(replace(bare, steps=length), weights, cut, cut)["forecasts"]
        np.testing.assert_allclose(alone, first[:, own], atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "loss", "outputs"),
    [
        (CLASSIFIER, "sparse_categorical_crossentropy", 3),
        (replace(CLASSIFIER, output_activation="sigmoid", cell="gru"), "binary_crossentropy", 1),
    ],
)
def test_a_classifier_is_trained_by_keras_as_the_fused_engine_trains_it(network, loss, outputs):
    windows, _, targets = padded_windows()
    targets = targets[:, :outputs]
    data = TrainingData(windows[:14], targets[:14], windows[14:18], targets[14:18], windows[18:])
    settings = TrainingSpec(
        epochs=4,
        batch_size=5,
        learning_rates=1,
        learning_rate=0.01,
        loss=loss,
        label_smoothing=0.1,
        class_weight="balanced",
    )
    architecture = Architecture(MaskedNetwork.of(network, MASK), STOCK, FEATURES, outputs, STEPS)
    fused, judge = (way(architecture, settings, data, (3, 4)) for way in (train_fused, train))
    for name in ("loss", "validation_loss"):
        np.testing.assert_allclose(getattr(judge, name), getattr(fused, name), rtol=1e-3)
    np.testing.assert_allclose(judge.forecasts, fused.forecasts, rtol=1e-3, atol=1e-5)
    for found, expected in zip(judge.weights, fused.weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


def test_layers_that_know_no_masks_are_left_to_keras():
    model = keras.Sequential([layers.Input((STEPS, FEATURES)), layers.Conv1D(3, 2), layers.LSTM(3), layers.Dense(3)])
    own = NetworkSpec(network=of_model(model, Wanted.of(STEPS, FEATURES, 3)).network)
    assert not form_of(own).lacks and not trained_by_keras(own, TrainingSpec())
    behind = MaskedNetwork.of(own, MASK)
    assert form_of(behind).lacks == "masked time steps in the layer Conv1D(3, 2)"
    assert trained_by_keras(behind, TrainingSpec())
    assert chain_of(behind, 3, STEPS) == (Masking(MASK), *chain_of(own, 3, STEPS))
    with pytest.raises(InputError, match="the fused engine does not have masked time steps"):
        trained_by_keras(behind, TrainingSpec(engine="fused"))


def two_branches():
    window = layers.Input((STEPS, FEATURES))
    both = layers.Concatenate()([layers.LSTM(3)(window), layers.GRU(4)(window)])
    return keras.Model(window, layers.Dense(CLASSES)(both))


def test_a_network_that_keras_trains_stands_behind_the_layer_too_and_its_logits_are_made_probabilities():
    model = two_branches()
    model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True))
    found = of_model(model, Wanted.of(STEPS, FEATURES, CLASSES))
    assert found.lacks and found.training["loss"] == "categorical_crossentropy" and found.activation == "softmax"
    own = MaskedNetwork.of(NetworkSpec(network=found.network, head="classification"), MASK)
    assert form_of(own).words().startswith("Masking, ")
    architecture = Architecture(own, STOCK, FEATURES, CLASSES, STEPS)
    masked, bare = built(architecture, 3), built(replace(architecture, network=own.bare), 3)
    windows, lengths, _ = padded_windows()
    for length in (2, STEPS):
        own_windows = windows[lengths == length]
        whole = np.asarray(masked(own_windows))
        np.testing.assert_allclose(whole.sum(axis=1), 1, atol=1e-6)
        branches = [layer for layer in bare._flatten_layers() if isinstance(layer, layers.LSTM | layers.GRU)]
        head = next(layer for layer in bare._flatten_layers() if isinstance(layer, layers.Dense))
        states = np.concatenate([np.asarray(one(own_windows[:, :length])) for one in branches], axis=1)
        np.testing.assert_allclose(whole, keras.ops.softmax(head(states)), atol=1e-6)


def test_a_network_that_trains_itself_is_not_put_behind_a_layer(tmp_path):
    text = ATTENTION.replace("    return keras.Model(", "    return Own(").replace("(4, 1)", "(6, 2)")
    text = "import keras\nclass Own(keras.Model):\n    def train_step(self, data):\n        return {}\n" + text
    own = NetworkSpec(network=read_network(str(written(tmp_path, text)), Wanted.of(STEPS, FEATURES, 1)).network)
    architecture = Architecture(MaskedNetwork.of(own, MASK), STOCK, FEATURES, 1, STEPS)
    with pytest.raises(InputError, match="has a train_step of its own, and windows are of several lengths"):
        built(architecture, 0)
