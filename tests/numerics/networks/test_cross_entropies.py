"""Keras judges cross-entropies: values, slopes, and 200 steps of training with smoothed labels and weighted classes."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from reference import engine_weights
from trained_programs import SEEDS, batches_of, epoch_losses, run_program

from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture, initial_weights, to_keras
from tasks.numerics.networks.class_weights import window_weights
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.losses import loss_function
from tasks.numerics.networks.engine.programs import ProgramSpec
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec

WINDOWS, BATCH, RATE = 22, 4, 0.01
KERAS = {
    "binary_crossentropy": (keras.losses.BinaryCrossentropy, keras.activations.sigmoid),
    "categorical_crossentropy": (keras.losses.CategoricalCrossentropy, keras.activations.softmax),
}


def one_hot(classes, number):
    return np.eye(number, dtype=np.float32)[classes]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("name", KERAS)
def test_values_and_slopes_are_those_of_keras(name, from_logits, smoothing):
    random = np.random.default_rng(5)
    loss, activation = KERAS[name]
    # Logits that underflow as probabilities, and probabilities that are clipped or do not add up to 1.
    logits = np.concatenate([random.normal(scale=3, size=(40, 3)), [[200, 0, -200], [0, 300, 0]]]).astype(np.float32)
    probabilities = np.concatenate([random.uniform(0.1, 0.9, (40, 3)), [[0.8, 1e-9, 0.2], [1.0, 0, 0]]]).astype(
        np.float32
    )
    given, targets = tf.constant(logits if from_logits else probabilities), one_hot(random.integers(3, size=42), 3)
    judge = loss(label_smoothing=smoothing, reduction=None)
    with tf.GradientTape() as tape:
        tape.watch(given)
        each = judge(targets, activation(given) if from_logits else given)
    expected = tape.gradient(each, given)
    values, slopes = loss_function(name, smoothing=smoothing, from_logits=from_logits)(given, tf.constant(targets))
    np.testing.assert_allclose(tf.reduce_mean(values, axis=1), each, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(slopes / 3, expected, rtol=1e-4, atol=1e-5)
    # The classes may stand on any axis.
    turned = loss_function(name, smoothing=smoothing, from_logits=from_logits)(
        tf.transpose(given), tf.constant(targets.T), 0
    )
    for one, other in zip(turned, (values, slopes), strict=True):
        np.testing.assert_allclose(tf.transpose(one), other, rtol=1e-6, atol=1e-6)


def classified(name, layout, activation, outputs):
    """A network with a head of this activation, and windows of three classes, or of two."""
    network = NetworkSpec((5, 4), dense=(3,), head="classification", output_activation=activation)
    variant = Variant("cell", "relu") if layout == "replica_first" else STOCK
    architecture = Architecture(network, variant, 2, outputs, 4)
    random = np.random.default_rng(7)
    windows = random.normal(size=(WINDOWS, 4, 2)).astype(np.float32)
    classes = random.choice(max(outputs, 2), p=[0.6, 0.4] if outputs < 3 else [0.6, 0.3, 0.1], size=WINDOWS)
    targets = classes[:, None].astype(np.float32) if outputs == 1 else one_hot(classes, outputs)
    spec = ProgramSpec(architecture, BATCH, bool(WINDOWS % BATCH), 0, False, layout_name=layout, loss_name=name)
    weights = initial_weights(architecture, SEEDS)
    weights = [weight + random.normal(scale=0.1, size=weight.shape).astype(np.float32) for weight in weights]
    return architecture, spec, weights, windows, targets


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layout", "activation", "outputs", "smoothing", "class_weight"),
    [
        ("categorical_crossentropy", "replica_last", "softmax", 3, 0.1, "1,2,5"),
        pytest.param("categorical_crossentropy", "replica_first", "softmax", 3, 0.0, "", marks=pytest.mark.full),
        ("sparse_categorical_crossentropy", "units_first", "softmax", 3, 0.0, "balanced"),
        ("binary_crossentropy", "replica_last", "sigmoid", 1, 0.1, "1,4"),
        ("binary_crossentropy", "units_first", "sigmoid", 1, 0.0, ""),
        ("binary_crossentropy", "replica_first", "sigmoid", 2, 0.0, "balanced"),
        # What Keras makes of heads that a loss is not made for.
        ("categorical_crossentropy", "replica_last", "sigmoid", 3, 0.0, ""),
        ("categorical_crossentropy", "replica_first", "softplus", 3, 0.0, ""),
        pytest.param("binary_crossentropy", "replica_first", "softmax", 3, 0.0, "", marks=pytest.mark.full),
    ],
)
def test_training_is_that_of_keras_over_200_steps(name, layout, activation, outputs, smoothing, class_weight):
    architecture, spec, weights, windows, targets = classified(name, layout, activation, outputs)
    spec = replace(spec, label_smoothing=smoothing, weighs=bool(class_weight))
    own = window_weights(class_weight, targets) if class_weight else None
    data = TrainingData(windows, targets, windows[:7], targets[:7], windows, own)
    epochs = -(-200 // -(-WINDOWS // BATCH))
    state, course = run_program(spec, weights, data, epochs, RATE)
    counted = np.ones(WINDOWS, np.float32) if own is None else own
    batches = batches_of(spec, epochs, windows, np.arange(WINDOWS))
    model, losses = to_keras(architecture, weights, 1), []
    sparse = name == "sparse_categorical_crossentropy"
    judge = keras.losses.SparseCategoricalCrossentropy() if sparse else KERAS[name][0](label_smoothing=smoothing)
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=judge, jit_compile=False)
    wanted = targets.argmax(axis=1) if sparse else targets
    for inputs, places in (batch for epoch in batches for batch in epoch):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(inputs, wanted[places], sample_weight=counted[places])))
    expected = epoch_losses(losses, batches)
    np.testing.assert_allclose(course.numpy()[0, :, 1], expected, rtol=1e-3, atol=1e-5)
    for fused, weight in zip(state["weights"], engine_weights(architecture, model.get_weights()), strict=True):
        np.testing.assert_allclose(fused.numpy()[1], weight, rtol=2e-3, atol=2e-4)
    # Windows that are watched count alike, and what comes out are probabilities.
    watched = judge(wanted[:7], model(windows[:7]))
    assert course.numpy()[1, -1, 1] == pytest.approx(float(watched), rel=1e-3)
    found = diagnose(architecture, [weight.numpy() for weight in state["weights"]], windows, windows[:7])["forecasts"]
    np.testing.assert_allclose(found[1, :, 0], model(windows[:7]), atol=1e-3)


def test_balanced_classes_weigh_the_same_and_numbers_are_taken_in_the_order_of_the_classes():
    targets = one_hot([0, 0, 0, 1, 1, 2], 3)
    weights = window_weights("balanced", targets)
    assert weights.mean() == pytest.approx(1)
    np.testing.assert_allclose([weights[:3].sum(), weights[3:5].sum(), weights[5]], 2)
    np.testing.assert_array_equal(window_weights("1,5", np.array([[0], [1], [1]], np.float32)), [1, 5, 5])


@pytest.mark.parametrize(
    ("text", "said"), [("1,2", "Expected 3"), ("many", "'many'"), ("1,-2,3", "from 0"), ("0,0,0", "0,0,0")]
)
def test_class_weights_that_are_none_are_told(text, said):
    with pytest.raises(InputError, match=said):
        window_weights(text, one_hot([0, 1, 2], 3))
