"""Impossible settings: each is refused with a message that says what was passed, what was expected and how to mend it."""

import http.server
import threading

import numpy as np
import pytest

from flows.command_line.flags import as_tokens, read_study
from flows.comparison.checks import check_budget, check_folder, check_places, check_tracking
from flows.studies.given_settings import study_from
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.networks.optimizer_settings import optimizer_settings
from tasks.numerics.networks.variants import check_reference, variants_of
from tasks.numerics.problems import check_problem
from tasks.numerics.series.scaling import Scaler, transform
from tasks.numerics.series.windows import make_windows, split_windows
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, OutputSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

FLAGS = [
    ({"seeds": 0}, "--seeds 0: it should be greater than or equal to 1"),
    ({"epochs": -5}, "--epochs -5: it should be greater than or equal to 1"),
    ({"batch_size": 0}, "--batch-size 0: it should be greater than or equal to 1"),
    ({"learning_rate": 0.0}, "--learning-rate 0.0: it should be greater than 0"),
    ({"clip_norm": -1.0}, "--clip-norm -1.0: it should be greater than or equal to 0"),
    ({"clip_norms": (1.0, -2.0)}, "--clip-norms -2.0: it should be greater than or equal to 0"),
    ({"learning_rates": 0}, "--learning-rates 0: it should be greater than or equal to 1"),
    ({"learning_rate_factor": 1.0}, "--learning-rate-factor 1.0: it should be greater than 1"),
    ({"optimizer": "ftrl"}, "--optimizer ftrl: it should be 'adam', 'adamw', 'nadam', 'rmsprop', 'sgd' or 'adagrad'"),
    (
        {"loss": "rmse"},
        "--loss rmse: it should be 'mse', 'mae', 'huber', 'log_cosh', 'mape', 'quantile', 'binary_crossentropy'",
    ),
    ({"clip_value": 1e11}, "--clip-value 100000000000.0: it should be less than or equal to"),
    ({"momentum": 1.0}, "--momentum 1.0: it should be less than 1"),
    ({"quantile": 1.0}, "--quantile 1.0: it should be less than 1"),
    ({"initialisation": "he"}, "--initialisation he: it should be 'keras' or 'matched'"),
    ({"training_window": "sliding"}, "--training-window sliding: it should be 'rolling' or 'expanding'"),
    ({"origins": 0}, "--origins 0: it should be greater than or equal to 1"),
    ({"patience": -1}, "--patience -1: it should be greater than or equal to 0"),
    ({"horizon": 0}, "--horizon 0: it should be greater than or equal to 1"),
    ({"lookback": 0}, "--lookback 0: it should be greater than or equal to 1"),
    ({"layers": ()}, "--layers (): it should have at least 1 item"),
    ({"layers": (4, 0)}, "--layers 0: it should be greater than or equal to 1"),
    ({"test": 0.0}, "--test 0.0: it should be greater than 0"),
    ({"validation": -0.1}, "--validation -0.1: it should be greater than 0"),
    ({"first_seed": -1}, "--first-seed -1: it should be greater than or equal to 0"),
    ({"rope": -0.1}, "--rope -0.1: it should be greater than or equal to 0"),
    ({"rope": 1}, "--rope 1: it should be less than 1"),
    ({"metric": "mape"}, "--metric mape: it should be 'rmse', 'mae', 'mfe', "),
    ({"layout": "rows"}, "--layout rows: it should be 'steps' or 'features'"),
    ({"cell": "rnn"}, "--cell rnn: it should be 'lstm', 'gru' or 'simple_rnn'"),
    ({"head": "decoder"}, "--head decoder: it should be 'forecast', 'autoencoder' or 'classification'"),
    (
        {"placements": ("inside",)},
        "--placements inside: it should be 'cell', 'gate', 'between', 'input', 'squash', 'dense' or 'output'",
    ),
]


def asked(activation, *placements, **network):
    return variants_of((activation,), placements, NetworkSpec(**network))


CALLS = {
    "unknown activation": (
        lambda: asked("rleu", "cell"),
        "'rleu' is not a Keras activation. Did you mean 'relu'?",
    ),
    "activation that mixes elements": (lambda: asked("softmax", "cell"), "'softmax' mixes elements"),
    "nothing between": (
        lambda: asked("linear", "between"),
        "--activations linear --placements between is the plain",
    ),
    "the cell's own tanh": (
        lambda: asked("tanh", "cell"),
        "is the plain Keras network itself (LSTM(16) → LSTM(8) → Dense(1))",
    ),
    "gates of a cell without gates": (
        lambda: asked("relu", "cell", "gate", cell="simple_rnn"),
        "--placements gate: the network's recurrent layers are SimpleRNN, which has no gates. Expected cell or between.",
    ),
    "the GRU's own sigmoid": (
        lambda: asked("sigmoid", "gate", cell="gru"),
        "is the plain Keras network itself (GRU(16)",
    ),
    "halves of a cell without any": (
        lambda: asked("relu", "squash", cell="gru"),
        "--placements squash: an LSTM alone has two halves, and the network's recurrent layers are GRU.",
    ),
    "a hidden layer that is not there": (
        lambda: asked("relu", "dense"),
        "--placements dense: the network has no hidden Dense layer, so that nothing would change.",
    ),
    "numbers that an activation has not": (
        lambda: asked("tanh(2)", "cell"),
        "'tanh(2)' has numbers that Keras' tanh does not take. Expected 'tanh' alone",
    ),
    "more numbers than an activation has": (
        lambda: asked("elu(1,2)", "cell"),
        "'elu(1,2)' has numbers that Keras' elu does not take. Expected numbers for alpha, such as elu(0.1).",
    ),
    "an activation of Dense layers that is none": (
        lambda: asked("relu", "cell", dense=(4,), dense_activation="rellu"),
        "--dense-activation: 'rellu' is not a Keras activation. Did you mean 'relu'?",
    ),
    "an activation of the head that is none": (
        lambda: asked("relu", "cell", output_activation="sigmoyd"),
        "--output-activation: 'sigmoyd' is not a Keras activation. Did you mean 'sigmoid'?",
    ),
    "hidden layers of an autoencoder": (
        lambda: asked("relu", "cell", head="autoencoder", dense=(4,)),
        "--dense 4 with --head autoencoder: its decoder has none.",
    ),
    "a schedule that is none": (
        lambda: optimizer_settings(TrainingSpec(schedule="cosine(3)")),
        "--schedule 'cosine(3)' is none of Keras' schedules",
    ),
    "a schedule without its numbers": (
        lambda: optimizer_settings(TrainingSpec(schedule="exponential_decay(100)")),
        "decay_rate of exponential_decay is missing",
    ),
    "a schedule beside plateaus": (
        lambda: optimizer_settings(TrainingSpec(schedule="cosine_decay(100)", plateau_patience=3)),
        "--schedule cosine_decay(100) beside --plateau-patience 3",
    ),
    "reference that is not compared": (
        lambda: check_reference("cell-gelu", asked("relu", "cell")),
        "--reference 'cell-gelu' is none of the variants. Expected one of: stock, cell-relu.",
    ),
    "lookback longer than the series": (
        lambda: split_windows(WindowSpec(lookback=500), 289),
        "289 rows with --lookback 500 make 0 windows",
    ),
    "horizon longer than the series": (
        lambda: split_windows(WindowSpec(horizon=100), 289),
        "289 rows with --lookback 11 and --horizon 100 make 0 windows (198 are left out between the parts",
    ),
    "test part that leaves nothing": (lambda: split_windows(WindowSpec(test=300), 289), "--test 300"),
    "half a window": (
        lambda: split_windows(WindowSpec(test=2.5), 289),
        "--test 2.5: expected a share below 1 or a whole number",
    ),
    "more origins than test windows": (
        lambda: make_windows(np.arange(50.0), WindowSpec(lookback=3, test=4, origins=5)),
        "--origins 5: there are only 4 test windows",
    ),
    "a grid without a middle": (
        lambda: check_budget(Study(training=TrainingSpec(learning_rates=4))),
        "--learning-rates 4: expected an odd number",
    ),
    "fewer seeds at most than at first": (
        lambda: check_budget(Study(comparison=ComparisonSpec(until_decided=True, seeds=30, max_seeds=20))),
        "--max-seeds 20 is less than --seeds 30",
    ),
    "logarithm of zero": (lambda: transform(values(3.0, 0.0, 2.0), "log"), "value 2 of the series is 0"),
    "constant training part": (lambda: Scaler.fit(values(7.0, 7.0), "standard"), "The training part is constant (7)"),
    "a training part that hardly moves": (
        lambda: Scaler.fit(values(*(1e15 + n % 27 - 13 for n in range(60))), "standard"),
        "The training part moves by 26 at a level of 1e+15: too little beside it",
    ),
    "a column that hardly moves": (
        lambda: Scaler.fit(values(1e15, 1e15 + 8), "minmax", "price"),
        "Column 'price' in the training part moves by 8 at a level of 1e+15",
    ),
    "an autoencoder of several series": (
        lambda: check_problem(5, NetworkSpec(head="autoencoder")),
        "--head autoencoder with 5 series: an autoencoder gives back the windows of one. Pass one --series without --id",
    ),
    "an autoencoder of one's own": (
        lambda: read_study({"network": "own.py", "head": "autoencoder"}),
        "--network with --head autoencoder: a network that is handed over is compared as a forecaster or a classifier",
    ),
    "an autoencoder of one's own, by the preset": (
        lambda: read_study({"network": "own.py", "preset": "autoencoder"}),
        "--layers 100,50 is LSTM(100) on LSTM(50) and back",
    ),
    "an autoencoder of one's own, in the dashboard": (
        lambda: check_problem(1, NetworkSpec(head="autoencoder", network="own.py")),
        "Leave --network out",
    ),
    "an expanding window of one training end": (
        lambda: check_budget(Study(windows=WindowSpec(origins=1, training_window="expanding"))),
        "--training-window expanding with --origins 1: there is one training end",
    ),
    "not an address": (lambda: check_tracking("mlruns"), "--tracking 'mlruns': expected the address"),
    "nobody answers": (
        lambda: check_tracking("http://127.0.0.1:9"),
        "--tracking http://127.0.0.1:9: no MLflow server answers there",
    ),
}


def values(*numbers):
    return np.array(numbers)


@pytest.mark.parametrize(("given", "message"), FLAGS, ids=lambda case: str(case)[:40])
def test_a_flag_out_of_its_bounds_is_named(given, message):
    with pytest.raises(InputError) as refused:
        study_from(given)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case)
def test_impossible_settings_are_refused(case):
    call, message = CALLS[case]
    with pytest.raises(InputError) as refused:
        call()
    assert message in str(refused.value)


def test_an_output_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "results").write_text("mine")
    with pytest.raises(InputError, match=r"--output .*results: nothing can be written there"):
        check_folder(tmp_path / "results")
    assert (tmp_path / "results").read_text() == "mine"


def test_a_full_disk_is_seen_before_anything_is_computed(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 5_000_000}))
    with pytest.raises(InputError, match="5 MB are free on that disk"):
        check_places(Study(output=OutputSpec(output=str(tmp_path))), tmp_path)


def test_a_server_that_answers_is_taken():
    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        check_tracking(f"http://127.0.0.1:{server.server_port}/")


def test_lists_are_given_with_commas():
    assert as_tokens(["compare", "--layers", "100,50", "--activations=relu, elu", "--seeds", "3"]) == [
        *("compare", "--layers", "100", "--layers", "50"),
        *("--activations", "relu", "--activations", "elu", "--seeds", "3"),
    ]


def test_what_follows_from_a_fault_is_not_told_beside_it():
    with pytest.raises(InputError) as caught:
        study_from({"layers": (1_000_000, 1_000_000), "seeds": 0})
    lines = str(caught.value).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == ["--layers 1000000", "--seeds 0"]
