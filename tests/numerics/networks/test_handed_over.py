"""Networks that are handed over: what Keras writes of a model is read as the chain that it is, or what is lacking is named."""

import json
import zipfile

import keras
import pytest
from keras import layers, optimizers

from tasks.build_network import compiled_of, config_of, of_model, read_network
from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import read_chain
from tasks.numerics.networks.chain.convolution import Conv1D, MaxPooling1D
from tasks.numerics.networks.chain.handed_over import read_config_file, understood
from tasks.numerics.networks.chain.layers import Activation, Dense, Dropout, Penalty
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.chain.words import summary_rows
from tasks.numerics.networks.python_files import Wanted

WANTED = Wanted.of(12, 1, 1)


def sequential(*own, shape=(12, 1)):
    return keras.Sequential([layers.Input(shape), *own])


def chain_of_model(model, WANTED):
    return read_chain(of_model(model, WANTED).network)


def test_a_model_is_read_with_all_that_is_set():
    model = sequential(
        layers.LSTM(7, activation="relu", return_sequences=True, dropout=0.1, kernel_regularizer="l2"),
        layers.Dropout(0.2),
        layers.Bidirectional(layers.GRU(5, recurrent_dropout=0.3), merge_mode="sum"),
        layers.Dense(4, activation=keras.layers.LeakyReLU(negative_slope=0.3), kernel_initializer="he_normal"),
        layers.Dense(1),
    )
    assert chain_of_model(model, WANTED) == (
        Recurrent("lstm", 7, "relu", return_sequences=True, dropout=0.1, kernel_regularizer=Penalty(0, 0.01)),
        Dropout(0.2),
        Bidirectional(Recurrent("gru", 5, recurrent_dropout=0.3), "sum"),
        Dense(4, "leaky_relu(0.3)", kernel_initializer="he_normal"),
        Dense(1),
    )


def test_activations_as_layers_are_activations():
    model = sequential(
        layers.LSTM(3, return_sequences=True),
        layers.ReLU(max_value=6),
        layers.LSTM(3),
        layers.Dense(4),
        layers.Activation("relu"),
        layers.Dense(2),
        layers.ELU(0.5),
        layers.Dense(1),
    )
    assert chain_of_model(model, WANTED) == (
        Recurrent("lstm", 3, return_sequences=True),
        Activation("relu(max_value=6)"),
        Recurrent("lstm", 3),
        Dense(4, "relu"),
        Dense(2, "elu(0.5)"),
        Dense(1),
    )


def test_a_functional_model_in_one_line_is_a_chain_and_models_within_models_are_layers():
    given = layers.Input((12, 1))
    inner = keras.Sequential([layers.Conv1D(4, 3, activation="relu"), layers.MaxPooling1D(2)])
    read = layers.LSTM(3)(inner(given))
    model = keras.Model(given, layers.TimeDistributed(layers.Dense(2))(layers.RepeatVector(4)(read)))
    found = chain_of_model(model, WANTED)
    assert found[:3] == (Conv1D(4, 3, activation="relu"), MaxPooling1D(), Recurrent("lstm", 3))
    assert found[-1] == Dense(2)


def test_a_summary_has_the_parameters_of_keras():
    model = sequential(
        layers.Conv1D(4, 3),
        layers.BatchNormalization(),
        layers.Bidirectional(layers.LSTM(5, return_sequences=True)),
        layers.LayerNormalization(),
        layers.GRU(3),
        layers.Dense(1),
    )
    rows = summary_rows(chain_of_model(model, WANTED), 12, 1)
    assert [row.parameters for row in rows] == [layer.count_params() for layer in model.layers]
    assert [row.output for row in rows] == ["(10, 4)", "(10, 4)", "(10, 10)", "(10, 10)", "(3,)", "(1,)"]


@pytest.mark.parametrize(
    ("optimizer", "loss", "settings"),
    [
        ("adam", "mse", {"optimizer": "adam", "learning_rate": 0.001, "loss": "mse"}),
        (
            optimizers.SGD(0.02, momentum=0.9, nesterov=True, clipvalue=0.5),
            keras.losses.Huber(),
            {
                "optimizer": "sgd",
                "learning_rate": 0.02,
                "momentum": 0.9,
                "nesterov": True,
                "clip_value": 0.5,
                "loss": "huber",
            },
        ),
        (
            optimizers.AdamW(optimizers.schedules.CosineDecay(0.01, 500), weight_decay=0.02, global_clipnorm=1.0),
            "mae",
            {
                "optimizer": "adamw",
                "learning_rate": 0.01,
                "schedule": "cosine_decay(500)",
                "weight_decay": 0.02,
                "clip_norm": 1.0,
                "loss": "mae",
            },
        ),
        (
            optimizers.Nadam(optimizers.schedules.PolynomialDecay(0.01, 100, 0.001, 2.0), clipnorm=0.3),
            "log_cosh",
            {
                "optimizer": "nadam",
                "learning_rate": 0.01,
                "schedule": "polynomial_decay(decay_steps=100,end_share=0.1,power=2)",
                "clip_weight_norm": 0.3,
                "loss": "log_cosh",
            },
        ),
    ],
)
def test_what_a_model_is_compiled_with_is_read(optimizer, loss, settings):
    model = sequential(layers.LSTM(3), layers.Dense(1))
    model.compile(optimizer=optimizer, loss=loss)
    assert of_model(model, WANTED).training == settings


def branching():
    given = layers.Input((12, 1))
    return keras.Model(given, layers.Dense(1)(layers.Concatenate()([layers.LSTM(3)(given), layers.GRU(3)(given)])))


def attending():
    given = layers.Input((12, 1))
    read = layers.LSTM(3, return_sequences=True)(given)
    return keras.Model(given, layers.Dense(1)(layers.Flatten()(layers.MultiHeadAttention(1, 2)(read, read))))


def compiled(loss="mse", **settings):
    model = sequential(layers.LSTM(3), layers.Dense(1))
    model.compile(optimizer=optimizers.Adam(**settings), loss=loss)
    return model


@pytest.mark.parametrize(
    ("model", "lacks"),
    [
        (branching, "several branches"),
        (attending, "several branches"),
        (lambda: sequential(layers.LSTM(3), layers.GaussianNoise(0.1), layers.Dense(1)), "the layer GaussianNoise"),
        (lambda: sequential(layers.GRU(3, reset_after=False), layers.Dense(1)), "reset_after=False of the layer GRU"),
        (lambda: sequential(layers.LSTM(3, kernel_constraint="non_neg"), layers.Dense(1)), "kernel_constraint=NonNeg"),
        (lambda: sequential(layers.LSTM(3, activity_regularizer="l2"), layers.Dense(1)), "activity_regularizer=L2"),
        (lambda: sequential(layers.LSTM(3, trainable=False), layers.Dense(1)), "trainable=False"),
        (
            lambda: sequential(layers.Masking(), layers.LSTM(3, return_sequences=True), layers.Dense(1)),
            "masked time steps in the layer Dense",
        ),
        (lambda: compiled(keras.losses.MeanSquaredError(reduction="sum")), "reduction=sum of the loss"),
        (lambda: compiled(lambda true, found: 0.0), "the loss lambda"),
        (lambda: compiled(beta_1=0.5), "beta_1=0.5 of the optimizer Adam"),
        (lambda: compiled(amsgrad=True), "amsgrad=True"),
        (lambda: compiled("poisson"), "the loss poisson"),
        (lambda: compiled(keras.losses.Huber(delta=2.0)), "delta=2.0 of the loss Huber"),
    ],
)
def test_what_the_fused_engine_lacks_is_named(model, lacks):
    made = model()
    assert lacks in understood(config_of(made), compiled_of(made)).lacks


@pytest.fixture
def saved(tmp_path):
    model = sequential(layers.LSTM(6, activation="relu"), layers.Dense(3))
    model.compile(optimizer="rmsprop", loss="mae")
    model.save(tmp_path / "model.keras")
    (tmp_path / "model.json").write_text(model.to_json())
    return tmp_path


@pytest.mark.parametrize("name", ["model.keras", "model.json"])
def test_a_saved_model_is_read_without_running_anything(saved, name, monkeypatch):
    monkeypatch.setattr(keras.models, "load_model", lambda *_, **__: pytest.fail("a saved model is never loaded"))
    found = read_network(str(saved / name), WANTED)
    assert read_chain(found.network) == (Recurrent("lstm", 6, "relu"), Dense(3))
    assert found.windows == {"lookback": 12, "horizon": 3}
    assert found.training == {"optimizer": "rmsprop", "learning_rate": 0.001, "loss": "mae"}


def test_a_config_of_keras_2_is_read():
    config = {
        "class_name": "Sequential",
        "keras_version": "2.4.0",
        "config": {
            "name": "sequential",
            "layers": [
                {
                    "class_name": "LSTM",
                    "config": {
                        "name": "lstm",
                        "batch_input_shape": [None, 20, 1],
                        "units": 8,
                        "time_major": False,
                        "implementation": 2,
                        "activation": "relu",
                        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
                    },
                },
                {"class_name": "Dropout", "config": {"rate": 0.2, "noise_shape": None, "seed": None}},
                {"class_name": "Dense", "config": {"units": 1, "activation": "linear"}},
            ],
        },
    }
    found = read_network(json.dumps(config), WANTED)
    assert read_chain(found.network) == (Recurrent("lstm", 8, "relu"), Dropout(0.2), Dense(1))
    assert found.windows == {"lookback": 20, "horizon": 1}


def written(path, text):
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def build(:\n    pass\n", "SyntaxError"),
        ("def make():\n    return 1\n", "it has no function build.*it has make.*network.py:make"),
        ("def build():\n    return 1\n", "returned int. Expected a keras.Model"),
        ("def build(units, colour):\n    return 1\n", "asks for units, colour"),
        ("import not_a_package\n", "not_a_package.*Install not_a_package into the environment"),
        (
            "def build():\n    raise ValueError('five units at least')\n",
            "line 2, in build.*ValueError: five units at least",
        ),
        ("raise SystemExit(3)\n", "the file failed.*SystemExit: 3"),
        (
            "import itertools, keras\ncounted = itertools.count(3)\ndef build():\n"
            "    return keras.Sequential([keras.layers.Input((12, 1)), keras.layers.LSTM(next(counted)), keras.layers.Dense(1)])\n",
            "returned another network when it was called again",
        ),
        (
            "import keras\ndef build():\n    return keras.Sequential([keras.layers.Input((12, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])\n",
            "no LSTM, GRU or SimpleRNN layer",
        ),
    ],
)
def test_a_file_that_builds_no_network_says_why(tmp_path, text, said):
    path = written(tmp_path / "network.py", text)
    with pytest.raises(InputError, match=f"(?s){said}") as raised:
        read_network(str(path), WANTED)
    assert "build_network.py" not in str(raised.value), "a traceback begins in the user's own file"
    assert len(str(raised.value).splitlines()) <= 16


def test_what_a_build_prints_and_imports_beside_it_is_no_trouble(tmp_path, capsys):
    written(tmp_path / "sizes_of_mine.py", "UNITS = 9\n")
    text = (
        "import keras\nfrom sizes_of_mine import UNITS\ndef build(input_shape, outputs=2):\n    print('building')\n"
        "    return keras.Sequential([keras.layers.Input(input_shape), keras.layers.LSTM(UNITS), keras.layers.Dense(outputs)])\n"
    )
    found = read_network(str(written(tmp_path / "network.py", text)), WANTED)
    assert read_chain(found.network) == (Recurrent("lstm", 9), Dense(2)), "a default stays where nothing was asked for"
    assert capsys.readouterr().out == ""
    asked = Wanted.of(12, 1, 3, asked={"horizon"})
    assert read_chain(read_network(f"{tmp_path}/network.py:build", asked).network)[-1] == Dense(3)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.keras", None, "there is no such file"),
        ("text.keras", b"no zip", "it is no .keras file"),
        ("model.h5", b"old", "old HDF5 format"),
        ("model.json", b"{", "is no JSON"),
        ("model.json", b"\xff\xfe", "no text of UTF-8"),
        ("model.json", b'{"a": 1}', "is no Keras model"),
        ("model.json", b"[1, 2]", "is no Keras model"),
    ],
)
def test_a_file_that_is_no_saved_model_says_so(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_config_file(tmp_path / name)


def test_a_zip_without_a_config_and_a_config_with_odd_layers_say_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "empty.keras", "w") as archive:
        archive.writestr("other", "")
    with pytest.raises(InputError, match=r"no \.keras file"):
        read_config_file(tmp_path / "empty.keras")
    for odd in (
        {"class_name": "LSTM", "config": {}},
        {"class_name": "LSTM"},
        3,
        {"class_name": "Bidirectional", "config": {}},
    ):
        config = {"class_name": "Sequential", "config": {"layers": [odd]}}
        with pytest.raises(InputError):
            read_network(json.dumps(config), WANTED)


def test_code_in_a_saved_config_is_named_and_never_run():
    config = {
        "class_name": "Sequential",
        "config": {
            "layers": [
                {
                    "class_name": "Lambda",
                    "config": {"name": "code", "function": {"class_name": "__lambda__", "config": {"code": "aaaa"}}},
                }
            ]
        },
    }
    with pytest.raises(InputError, match="code in a saved file is never run"):
        read_network(json.dumps(config), WANTED)
