"""What Keras trains: a chain as the fused engine does, to rounding, and networks that the fused engine does not have."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from own_networks import ATTENTION, OWN_LAYER, STATEFUL, UNUSED, written

from tasks.build_network import of_model, read_network
from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.engine.training import train as train_fused
from tasks.numerics.networks.forms import form_of, trained_by_keras
from tasks.numerics.networks.keras_engine.first_steps import check_variants
from tasks.numerics.networks.keras_engine.own_models import own_model
from tasks.numerics.networks.keras_engine.trained_models import built, why_not_kept
from tasks.numerics.networks.keras_engine.trainees import Trainee, start_of
from tasks.numerics.networks.keras_engine.training import train
from tasks.numerics.networks.outlines import outline_of, with_outline
from tasks.numerics.networks.python_files import Wanted
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.networks.variants import STOCK, YOURS, Variant, variants_of
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec
from tasks.train_with_keras import _train

FAILING = """
    class Failing(keras.Model):
        def train_step(self, data):
            raise ValueError("no such target")
    return Failing(window, layers.Dense(1)(both))
"""
WANTED = Wanted.of(4, 1, 1)


def data(rows=40, steps=4):
    random = np.random.default_rng(3)
    windows = random.normal(size=(rows, steps, 1)).astype(np.float32)
    targets = np.tanh(windows.sum(axis=(1, 2)))[:, None].astype(np.float32)
    return TrainingData(windows[:21], targets[:21], windows[21:30], targets[21:30], windows[30:])


def network(folder, text):
    return NetworkSpec(network=read_network(str(written(folder, text)), WANTED).network)


def of_variant(own, variant=STOCK):
    return Architecture(own, variant, features=1, outputs=1, steps=4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("own", "variant", "changed"),
    [
        (NetworkSpec((4, 3)), STOCK, {"clip_norms": (0.05,)}),
        (
            NetworkSpec((3,), cell="gru", dense=(2,), l2=0.01),
            Variant("cell", "elu"),
            {"optimizer": "rmsprop", "momentum": 0.5, "loss": "huber", "plateau_patience": 1, "learning_rate": 0.05},
        ),
        (
            NetworkSpec((3,), cell="simple_rnn"),
            Variant("between", "relu"),
            {"optimizer": "sgd", "loss": "quantile", "quantile": 0.8, "patience": 1, "learning_rate": 0.5},
        ),
    ],
)
def test_a_chain_is_trained_as_the_fused_engine_trains_it(own, variant, changed):
    settings = replace(TrainingSpec(epochs=5, batch_size=8, learning_rates=1, learning_rate=0.01), **changed)
    fused, judge = (way(of_variant(own, variant), settings, data(), (3, 4)) for way in (train_fused, train))
    assert judge.candidates == fused.candidates
    assert np.array_equal(judge.best_epoch, fused.best_epoch)
    for name in ("loss", "validation_loss", "gradient_norm"):
        found, expected = getattr(judge, name), getattr(fused, name)
        # Adam's own moments are what the fused engine takes the norms from. After a replica's end both are NaN.
        np.testing.assert_allclose(found, expected, rtol=2e-2 if name == "gradient_norm" else 1e-4)
    np.testing.assert_allclose(judge.forecasts, fused.forecasts, rtol=1e-3, atol=1e-5)
    for found, expected in zip(judge.weights, fused.weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    for name, values in fused.diagnostics.items():
        np.testing.assert_allclose(judge.diagnostics[name], values, rtol=1e-3, atol=1e-3, err_msg=name)


def test_an_attention_network_has_variants_where_it_has_activations(tmp_path):
    own = network(tmp_path, ATTENTION)
    found = variants_of(("relu", "tanh"), ("cell", "gate", "dense", "output"), own)
    assert [one.name for one in found] == [
        *("stock", "yours", "cell-relu", "gate-relu", "gate-tanh", "dense-tanh", "output-relu", "output-tanh")
    ]
    model = built(of_variant(own, Variant("cell", "relu")), 0)
    lstm, gru = (
        next(layer for layer in model.layers if isinstance(layer, kind))
        for kind in (keras.layers.LSTM, keras.layers.GRU)
    )
    assert [layer.cell.activation.__name__ for layer in (lstm, gru)] == ["relu", "relu"]
    assert lstm.cell.recurrent_activation.__name__ == "sigmoid"
    yours = built(of_variant(own, YOURS), 0)
    assert [layer.cell.activation.__name__ for layer in yours.layers if hasattr(layer, "cell")] == ["tanh", "relu"]


@pytest.mark.parametrize("placement", ["between", "input", "squash"])
def test_what_keras_can_not_put_into_a_built_network_is_refused_with_its_reason(tmp_path, placement):
    with pytest.raises(InputError, match=rf"--placements {placement}: .*multi_head_attention.*Expected cell, gate"):
        variants_of(("relu",), (placement,), network(tmp_path, ATTENTION))


def test_a_place_that_a_network_has_not_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no hidden Dense layer.*Expected cell or gate or output"):
        variants_of(("relu",), ("dense",), network(tmp_path, STATEFUL))


def test_the_fused_engine_asked_for_by_name_says_what_it_lacks(tmp_path):
    own = network(tmp_path, ATTENTION)
    with pytest.raises(InputError, match=r"--engine fused: the fused engine does not have several branches"):
        trained_by_keras(own, TrainingSpec(engine="fused"))
    assert trained_by_keras(own, TrainingSpec())
    assert trained_by_keras(NetworkSpec(), TrainingSpec(engine="keras"))
    assert not trained_by_keras(NetworkSpec(), TrainingSpec())


def test_a_seed_begins_the_same_in_every_variant_and_seeds_begin_apart(tmp_path):
    own = network(tmp_path, ATTENTION)
    stock, relu, other = (
        start_of(of_variant(own, variant), seed)
        for variant, seed in ((STOCK, 5), (Variant("cell", "relu"), 5), (STOCK, 6))
    )
    assert len(stock) > len(built(of_variant(own), 5).get_weights()), "the state of dropout is among them"
    assert all(np.array_equal(first, second) for first, second in zip(stock, relu, strict=True))
    drawn = [first for first in zip(stock, other, strict=True) if np.ptp(first[0]) and first[0].ndim > 1]
    assert drawn and not any(np.array_equal(*pair) for pair in drawn)


@pytest.mark.slow
def test_an_own_layer_is_trained_and_looked_into(tmp_path):
    settings = TrainingSpec(epochs=4, batch_size=8, learning_rates=1, learning_rate=0.02)
    trained = train(of_variant(network(tmp_path, OWN_LAYER)), settings, data(), (0, 1))
    again = train(of_variant(network(tmp_path, OWN_LAYER)), settings, data(), (1,))
    assert trained.forecasts.shape == (2, 10, 1)
    assert (trained.loss[:, -1] < trained.loss[:, 0]).all()
    np.testing.assert_allclose(again.forecasts[0], trained.forecasts[1], rtol=1e-5)
    assert trained.diagnostics["dead_units"].shape == (2, 1)
    assert ((trained.diagnostics["cell_low"] < 0) & (trained.diagnostics["cell_high"] > 0)).all()
    assert (trained.gradient_norm > 0).all()


@pytest.mark.slow
def test_a_stateful_network_reads_the_windows_in_order_with_its_own_compiling(tmp_path):
    own = network(tmp_path, STATEFUL)
    trainee = Trainee(of_variant(own), TrainingSpec(learning_rate=1.0), Candidate(1.0, 0.0), data())
    assert (trainee.fixed, trainee.batch, trainee.whole, trainee.stateful) == (8, 8, 16, True)
    assert type(trainee.optimizer).__name__ == "Adamax"
    assert trainee.model.loss == "cosine_similarity"
    trainee.rate.value.assign(0.5)
    assert float(trainee.rate(10)) == pytest.approx(0.5 * 0.05 * 0.5)
    start = start_of(of_variant(own), 1)
    results = []
    for order in (np.arange(21), np.arange(21)[::-1]):
        trainee.begin(start)
        trainee.epoch(order.astype(np.int32), 1.0)
        results.append(trainee.forecasts(data().test_windows))
    assert np.array_equal(*results), "shuffled windows would make nonsense of what is kept from one to the next"
    assert results[0].shape == (10, 1)


def test_an_activation_that_changes_nothing_is_refused(tmp_path):
    own = network(tmp_path, UNUSED)
    check_variants([of_variant(own), of_variant(own, Variant("output", "relu"))])
    with pytest.raises(InputError, match=r"cell-relu: put into the network, this activation changes nothing"):
        check_variants([of_variant(own), of_variant(own, Variant("cell", "relu"))])


def test_what_fails_in_a_users_own_training_is_told(tmp_path):
    failing = ATTENTION.replace("    return keras.Model(window, layers.Dense(1)(both))", FAILING)
    architecture = of_variant(network(tmp_path, failing))
    with pytest.raises(InputError, match=r"--network: Keras can't train the network \(ValueError: .*no such target"):
        _train(architecture, TrainingSpec(learning_rates=1), data(), (0,), (), lambda done, of_all: None)


def test_code_in_a_saved_network_is_never_run(tmp_path):
    window = keras.Input((4, 1))
    doubled = keras.layers.Lambda(lambda values: values * 2)(keras.layers.LSTM(3)(window))
    model = keras.Model(window, keras.layers.Dense(1)(doubled))
    model.save(tmp_path / "saved.keras")
    (tmp_path / "saved.json").write_text(model.to_json())
    for name in ("saved.keras", "saved.json"):
        with pytest.raises(InputError, match=r"code in a saved file is never run. Hand over a Python file"):
            read_network(str(tmp_path / name), WANTED)
    unsafe = keras.config.enable_unsafe_deserialization
    unsafe()
    try:
        with pytest.raises(InputError, match=r"never run"):
            own_model(model.to_json(), 4, 1, 1)
    finally:
        keras.src.saving.serialization_lib.global_state.set_global_attribute("safe_mode_saving", None)


def test_a_class_of_ones_own_needs_its_python_file():
    class Doubled(keras.layers.Layer):
        def call(self, values):
            return values * 2

    window = keras.Input((4, 1))
    model = keras.Model(window, keras.layers.Dense(1)(Doubled()(keras.layers.LSTM(3)(window))))
    with pytest.raises(
        InputError, match=r"Doubled .* your own, whose code is not in the network's config. Hand over a Python"
    ):
        of_model(model, WANTED)


def test_a_model_in_memory_is_the_same_text_whatever_keras_has_counted_before():
    def made():
        window = keras.Input((4, 1))
        both = keras.layers.Concatenate()([keras.layers.LSTM(3)(window), keras.layers.GRU(2)(window)])
        return keras.Model(window, keras.layers.Dense(1)(both))

    first, second = of_model(made(), WANTED), of_model(made(), WANTED)
    assert first == second
    again = own_model(first.network, 4, 1, 1)
    assert [type(layer).__name__ for layer in again.layers] == [type(layer).__name__ for layer in made().layers]
    assert why_not_kept(again) == ""


@pytest.mark.parametrize(
    ("outputs", "inputs", "message"),
    [(2, 1, "several outputs"), (1, 2, "has 2 inputs")],
)
def test_several_inputs_or_outputs_are_refused(outputs, inputs, message):
    windows = [keras.Input((4, 1)) for _ in range(inputs)]
    seen = [keras.layers.LSTM(3)(window) for window in windows]
    joined = keras.layers.Concatenate()(seen) if inputs > 1 else seen[0]
    model = keras.Model(windows if inputs > 1 else windows[0], [keras.layers.Dense(1)(joined) for _ in range(outputs)])
    with pytest.raises(InputError, match=message):
        of_model(model, WANTED)


def test_an_outline_comes_back_as_it_was_written(tmp_path):
    form = form_of(network(tmp_path, ATTENTION))
    assert outline_of(json.loads(with_outline({"python": "x"}, form))) == form
    assert form.words() == (
        "LSTM(4), MultiHeadAttention, GlobalAveragePooling1D, GRU(3), Concatenate, Dense(4), Dense(1)"
    )
    assert form.units == (4, 3)
