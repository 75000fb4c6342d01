"""Classifiers that are handed over: compiled with any cross-entropy, of logits too, on windows of one length or several; what does not fit is told."""

import keras
import numpy as np
import pytest
from keras import layers, losses
from own_networks import written
from test_classify import SETTINGS, trends

import interlayer as il
from flows.command_line.flags import read_study
from flows.comparison.data_checks import check_data
from flows.comparison.first_checks import check_study
from tasks.build_network import of_model
from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import read_chain
from tasks.numerics.networks.chain.layers import Dense
from tasks.numerics.networks.python_files import Wanted

THREE = ("down", "flat", "up")


def classifier(*last, loss=None, shape=(6, 2), optimizer="adam"):
    model = keras.Sequential([layers.Input(shape), layers.LSTM(4, activation="relu"), *last])
    if loss:
        model.compile(optimizer=optimizer, loss=loss)
    return model


SPARSE = "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("loss", "units", "activation", "settings", "head"),
    [
        ("categorical_crossentropy", 3, "softmax", {"loss": "categorical_crossentropy"}, "softmax"),
        (SPARSE, 3, "softmax", {"loss": SPARSE}, "softmax"),
        ("binary_crossentropy", 1, "sigmoid", {"loss": "binary_crossentropy"}, "sigmoid"),
        (
            losses.CategoricalCrossentropy(label_smoothing=0.1),
            3,
            "softmax",
            {"loss": "categorical_crossentropy", "label_smoothing": 0.1},
            "softmax",
        ),
        (losses.CategoricalCrossentropy(from_logits=True), 3, None, {"loss": "categorical_crossentropy"}, "softmax"),
        (losses.SparseCategoricalCrossentropy(from_logits=True), 2, None, {"loss": SPARSE}, "softmax"),
        (
            losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
            1,
            None,
            {"loss": "binary_crossentropy", "label_smoothing": 0.2},
            "sigmoid",
        ),
        # Keras takes the logits of a softmax whether they are said to be some or not.
        (losses.SparseCategoricalCrossentropy(from_logits=True), 3, "softmax", {"loss": SPARSE}, "softmax"),
    ],
)
@pytest.mark.parametrize("saved", [False, True])
def test_what_a_classifier_is_compiled_with_is_read(tmp_path, loss, units, activation, settings, head, saved):
    model = classifier(layers.Dense(units, activation), loss=loss, optimizer=keras.optimizers.RMSprop(0.01))
    if saved:
        from tasks.build_network import read_network

        model.save(tmp_path / "model.keras")
        found = read_network(str(tmp_path / "model.keras"), Wanted.of(6, 2, units))
    else:
        found = of_model(model, Wanted.of(6, 2, units))
    assert found.training == {"optimizer": "rmsprop", "learning_rate": 0.01, **settings} and not found.lacks
    assert read_chain(found.network)[-1] == Dense(units, head) and found.activation == head


def test_linear_outputs_without_logits_are_no_probabilities(tmp_path):
    with pytest.raises(InputError, match=r"--network ends with Dense\(3\).*from_logits=True"):
        told(tmp_path, classifier(layers.Dense(3), loss="categorical_crossentropy"))


def told(tmp_path, network, classes=THREE, **settings):
    """What the command is told of samples and a network, before anything is trained."""
    samples = trends(tmp_path / "trends.npz", classes=classes)
    study = read_study({"problem": "classification", "samples": samples, "network": network, **settings})
    check_study(study)
    return study, check_data(study)


BUILD = """
import keras
from keras import layers

def build(input_shape=(30, 126), {name}=7):
    model = keras.Sequential([layers.Input(input_shape), layers.LSTM(4), layers.Dense({name}, "softmax")])
    model.compile("sgd", "categorical_crossentropy")
    return model
"""


@pytest.mark.parametrize("name", ["classes", "num_classes", "n_classes", "outputs"])
def test_a_build_is_called_with_the_shape_and_the_classes_of_the_samples(tmp_path, name, capsys):
    study, origins = told(tmp_path, str(written(tmp_path, BUILD.format(name=name))))
    assert read_chain(study.network.network)[-1] == Dense(3, "softmax")
    assert study.training.optimizer == "sgd" and study.training.loss == "categorical_crossentropy"
    assert origins.windows[0].outputs == 3
    assert "loss categorical_crossentropy, optimizer sgd" in capsys.readouterr().err


def test_flags_go_before_what_a_classifier_was_compiled_with(tmp_path, capsys):
    network = str(written(tmp_path, BUILD.format(name="classes")))
    study, _ = told(tmp_path, network, loss=SPARSE, learning_rate=0.5)
    assert study.training.loss == SPARSE and study.training.learning_rate == 0.5
    said = capsys.readouterr().err
    assert f"--loss {SPARSE} goes before the network's own categorical_crossentropy" in said


def test_a_network_that_was_not_compiled_has_the_loss_of_its_last_layer(tmp_path):
    for last, loss, outputs in (("sigmoid", "binary_crossentropy", 1), ("softmax", "categorical_crossentropy", 2)):
        study, origins = told(tmp_path, classifier(layers.Dense(outputs, last)), classes=("down", "up"))
        assert study.training.loss == loss and origins.windows[0].outputs == outputs


@pytest.mark.parametrize(
    ("network", "classes", "settings", "said"),
    [
        (lambda: classifier(layers.Dense(4, "softmax")), THREE, {}, r"gives 4 numbers, and there are 3 classes"),
        (lambda: classifier(layers.Dense(1, "sigmoid")), THREE, {}, r"gives 1 number, and there are 3 classes"),
        (lambda: classifier(layers.Dense(1, "softmax")), THREE[:2], {}, r"gives 1 number, and there are 2 classes"),
        (
            lambda: classifier(layers.Dense(1, "sigmoid"), loss="categorical_crossentropy"),
            THREE[:2],
            {},
            "a single number of two classes, and its loss is categorical_crossentropy",
        ),
        (lambda: classifier(layers.Dense(3, "relu")), THREE, {}, r"ends with Dense\(3, relu\)"),
        (lambda: classifier(layers.Dense(3, "softmax"), loss="mse"), THREE, {}, "--loss mse"),
        (
            lambda: classifier(layers.Dense(3, "softmax"), shape=(7, 2)),
            THREE,
            {},
            r"reads windows of shape \(7, 2\), and those of the samples are \(6, 2\)",
        ),
        (lambda: classifier(layers.Dense(3, "softmax"), shape=(6, 5)), THREE, {}, r"reads windows of shape \(6, 5\)"),
        (
            lambda: keras.Sequential(
                [layers.Input((6, 2)), layers.LSTM(3, return_sequences=True), layers.Dense(3, "softmax")]
            ),
            THREE,
            {},
            "gives an output at every time step, and there are 3 classes",
        ),
    ],
)
def test_a_network_that_does_not_fit_the_samples_is_refused(tmp_path, network, classes, settings, said):
    with pytest.raises(InputError, match=said):
        told(tmp_path, network(), classes, **settings)


def test_a_forecasters_output_is_held_against_the_horizon_before_anything_is_trained():
    model = classifier(layers.Dense(3), shape=(4, 1))
    assert read_study({"series": "nile", "network": model}).windows.horizon == 3
    with pytest.raises(InputError, match=r"--horizon 5: the network that is handed over forecasts 3 periods"):
        read_study({"series": "nile", "network": model, "horizon": 5})
    sequence = keras.Sequential([layers.Input((4, 1)), layers.LSTM(3, return_sequences=True), layers.Dense(1)])
    with pytest.raises(InputError, match=r"an output at every one of 4 time steps.*as --horizon says"):
        read_study({"series": "nile", "network": sequence, "horizon": 4})


def lengths(path, classes=THREE):
    """The same samples, cut to 2 to 6 time steps, with NaN after their end."""
    with np.load(trends(path, classes=classes)) as file:
        found = dict(file)
    for number, window in enumerate(found["X"]):
        window[2 + number % 5 :] = np.nan
    np.savez(path, **found)
    return str(path)


@pytest.mark.slow
def test_a_classifier_of_logits_learns_from_windows_of_several_lengths(tmp_path, capsys):
    model = classifier(layers.Dense(3), loss=losses.SparseCategoricalCrossentropy(from_logits=True))
    samples = lengths(tmp_path / "lengths.npz")
    asked = {name: value for name, value in SETTINGS.items() if name not in ("layers", "learning_rate")}
    found = il.compare(samples=samples, network=model, learning_rate=0.02, **asked | {"epochs": 30})
    assert "shorter ones are padded at their end" in found.result.network_note
    assert float(found.result.scores["accuracy"].mean()) > 0.6
    assert found.result.layers[0] == ("Masking(-1000)", "(6, 2)", 0)
    page = found.report(tmp_path / "report.html").read_text()
    assert "was put in front by itself" in page and "2 to 6 time steps" in page
    # In the file's own units, NaN after the end.
    tested = found.result.windows.samples[found.result.windows.tested]
    with np.load(samples) as file:
        given = np.asarray(found.best_model()(file["X"].astype(np.float32)[tested]))
    near = np.abs(found.result.probabilities.to_numpy() - given).max(axis=(2, 3))
    assert near.min() < 1e-4
    # The settings are those that were asked for.
    assert type(found.found.study.network).__name__ == "NetworkSpec"


TWO_BRANCHES = """
import keras
from keras import layers

def build(input_shape, classes):
    window = layers.Input(input_shape)
    both = layers.Concatenate()([layers.LSTM(3)(window), layers.GRU(3)(window)])
    return keras.Model(window, layers.Dense(classes, "softmax")(both))
"""


@pytest.mark.slow
def test_what_the_engine_lacks_keras_trains_on_padded_windows_too(tmp_path):
    samples, file = lengths(tmp_path / "lengths.npz"), str(written(tmp_path, TWO_BRANCHES))
    asked = {name: value for name, value in SETTINGS.items() if name not in ("layers", "seeds", "epochs")}
    found = il.compare(samples=samples, network=file, seeds=2, epochs=4, class_weight="balanced", **asked)
    assert np.isfinite(found.result.probabilities).all() and found.result.data.startswith("lengths: Masking, LSTM(3)")
    np.testing.assert_allclose(found.result.probabilities.sum("class"), 1, atol=1e-5)
    assert found.best_model()(np.full((1, 6, 2), np.nan, np.float32)).shape == (1, 3)
