"""Keras judges the fused program: forward, gradients and 200 steps of training from the same weights and batches."""

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from compilers import process_as_users
from reference import keras_losses_and_gradients, keras_training
from trained_programs import SEEDS, batches_of, epoch_losses, run_program

from tasks.numerics.networks.activation_names import ELEMENTWISE
from tasks.numerics.networks.architectures import Architecture, initial_weights, to_keras
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.gradients import Batch, losses_and_gradients
from tasks.numerics.networks.engine.losses import loss_function
from tasks.numerics.networks.engine.programs import ProgramSpec
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.engine.units_first_layout import FEW_INPUTS
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.series.panel_windows import cut_windows
from tasks.numerics.series.series import Series
from tasks.numerics.settings import NetworkSpec, WindowSpec

pytestmark = pytest.mark.slow

DEPTHS = {1: (5,), 2: (6, 4), 3: (5, 4, 3)}
SHAPES = {"steps": (4, 1), "features": (1, 4), "many": (4, 3)}
# So many inputs that `units_first` projects all time steps in one product.
WIDE = {"wide": (4, FEW_INPUTS + 1)}
LAYOUTS = ("replica_first", "replica_last", "units_first")
# Cell, head and, of a forecaster, the horizon.
NETWORKS = {
    "lstm": ("lstm", "forecast", 1),
    "lstm-horizon": ("lstm", "forecast", 3),
    "lstm-autoencoder": ("lstm", "autoencoder", 0),
    "gru": ("gru", "forecast", 1),
    "gru-horizon": ("gru", "forecast", 3),
    "gru-autoencoder": ("gru", "autoencoder", 0),
    "simple_rnn": ("simple_rnn", "forecast", 1),
    "simple_rnn-horizon": ("simple_rnn", "forecast", 3),
    "simple_rnn-autoencoder": ("simple_rnn", "autoencoder", 0),
}
ACTIVATIONS = sorted(ELEMENTWISE)
PLACEMENTS = ("cell", "gate", "between")
VARIANTS = [("", "stock"), *itertools.product(ACTIVATIONS, PLACEMENTS)]
PRODUCT = [
    (*variant, shape, depth, layout, network)
    for variant, shape, depth, layout, network in itertools.product(VARIANTS, SHAPES, DEPTHS, LAYOUTS, NETWORKS)
    if variant[1] != "gate" or NETWORKS[network][0] != "simple_rnn"
]
# Every activation once and some in every placement, with placement, depth, shape and layout in turn; all combinations of those by `stock`.
EVERYWHERE = ("relu", "elu", "hard_sigmoid", "linear", "softplus")
COVERING = [
    (*variant, tuple(SHAPES)[k % 3], 1 + k % 2 + k % 4 // 3, LAYOUTS[(k // 6) % 3], "lstm")
    for k, variant in enumerate(VARIANTS[1:])
    if variant[0] in EVERYWHERE or k % 3 == k // 3 % 3
]
STOCKS = list(itertools.product(("",), ("stock",), ("steps", "features"), DEPTHS, LAYOUTS, ("lstm",)))
# Every other network in every placement, in every layout.
OTHERS = [
    (*variant, tuple(SHAPES)[k % 3], 1 + k % 2, LAYOUTS[(k + number) % 3], network)
    for number, network in enumerate(NETWORKS)
    for k, variant in enumerate((("", "stock"), ("relu", "cell"), ("elu", "between"), ("hard_sigmoid", "gate")))
    if network != "lstm" and (variant[1] != "gate" or NETWORKS[network][0] != "simple_rnn")
]
MANY_INPUTS = [
    ("elu", "cell", "wide", 2, "units_first", network) for network in ("lstm", "gru-horizon", "lstm-autoencoder")
]
# Training is slower to check: relu in every placement, some others, and `stock` in every layout, shape and depth in turn.
TRAINED = [case for k, case in enumerate(COVERING) if k % 12 == 0 or case[0] == "relu"] + STOCKS[::4] + OTHERS[::3]
# What trains as Keras does has its gradients.
FORWARD = [case for case in COVERING + STOCKS + OTHERS if case not in TRAINED]
# Windows of a panel: one network for two series.
SEVERAL = [
    ("relu", "cell", "steps", 2, "units_first", "lstm-horizon"),
    ("", "stock", "steps", 1, "replica_first", "gru"),
    ("elu", "between", "steps", 1, "replica_last", "simple_rnn"),
]

REPLICAS, WINDOWS, BATCH = 3, 20, 4


def problem(activation, placement, shape, depth, layout, network, batch=BATCH, clip_norm=0.0, several=False):
    (steps, features), (cell, head, outputs) = (SHAPES | WIDE)[shape], NETWORKS[network]
    variant = STOCK if placement == "stock" else Variant(placement, activation)
    settings = NetworkSpec(DEPTHS[depth], cell=cell, head=head)
    architecture = Architecture(settings, variant, features, outputs or features, steps)
    random = np.random.default_rng(7)
    windows = random.normal(size=(WINDOWS, steps, features)).astype(np.float32)
    targets = np.sin(windows.sum(axis=(1, 2))[:, None] + np.arange(outputs)).astype(np.float32) if outputs else windows
    if several:
        windows, targets = windows_of_several_series(steps, outputs)
    spec = ProgramSpec(architecture, batch, bool(WINDOWS % batch), 0, clip_norm > 0, layout_name=layout)
    weights = initial_weights(architecture, SEEDS)
    # Biases start at zero and would hide a swap: every weight is random.
    weights = [weight + random.normal(scale=0.1, size=weight.shape).astype(np.float32) for weight in weights]
    return architecture, spec, weights, windows, targets


def windows_of_several_series(steps, horizon):
    """Training windows of two series of other levels and lengths, from first to last."""
    random = np.random.default_rng(8)
    members = tuple(
        Series(name, pd.Series(level + random.normal(size=rows).cumsum()), "index", 1, "", "", "", name, (), ())
        for name, level, rows in (("low", 5.0, 60), ("high", 900.0, 40))
    )
    (found,) = cut_windows(
        Series.panel("two", members), WindowSpec(lookback=steps, horizon=horizon, test=4, validation=4, origins=1)
    )
    kept = np.linspace(0, found.split.train - 1, WINDOWS).astype(int)
    return found.inputs[kept], found.targets[kept]


def fused_gradients(spec, weights, windows, targets):
    @tf.function(jit_compile=True, autograph=False)
    def run(weights, windows, targets):
        layout = spec.layout
        inputs = tf.broadcast_to(windows[None], [REPLICAS, *windows.shape])
        wanted = targets[:, None] if len(targets.shape) == 2 else targets
        wanted = layout.sequence(tf.broadcast_to(wanted[None], [REPLICAS, *wanted.shape]))
        entered = [layout.enter(weight) for weight in weights]
        share = 1 / np.prod(targets.shape)
        found = losses_and_gradients(
            layout, spec.architecture, entered, Batch(inputs, wanted, share), loss_function("mse")
        )
        return found.loss, [layout.leave(gradient) for gradient in found.gradients]

    loss, gradients = run(weights, windows, targets)
    return loss.numpy(), [gradient.numpy() for gradient in gradients]


def assert_close(fused, keras, tolerance, what):
    """Relative to the largest element of the same weight, as long as both are finite."""
    fused, keras = np.asarray(fused), np.asarray(keras)
    assert fused.shape == keras.shape
    assert np.array_equal(np.isfinite(fused), np.isfinite(keras)), what
    if np.isfinite(keras).all():
        scale = max(float(np.abs(keras).max()), 1e-3)
        assert float(np.abs(fused - keras).max()) <= tolerance * scale, what


def check_forward_and_gradients(case, **settings):
    architecture, spec, weights, windows, targets = problem(*case, **settings)
    losses, gradients = fused_gradients(spec, weights, windows, targets)
    for replica in (0, REPLICAS - 1):
        loss, expected = keras_losses_and_gradients(architecture, weights, replica, windows, targets)
        assert_close(losses[replica], loss, 1e-4, f"loss of replica {replica}")
        for fused, keras in zip(gradients, expected, strict=True):
            assert_close(fused[replica], keras, 1e-4, f"gradient {keras.shape} of replica {replica}")


@cache
def trained_by_keras(case, epochs, learning_rate, clip_norm, batch, several):
    """Losses of each epoch and final weights of replica 1: the same whatever the layout, which `case` leaves out."""
    architecture, spec, weights, windows, targets = problem(
        *case[:-1], LAYOUTS[0], case[-1], batch=batch, clip_norm=clip_norm, several=several
    )
    batches = batches_of(spec, epochs, windows, targets)
    losses, trained = keras_training(
        architecture, weights, 1, itertools.chain.from_iterable(batches), learning_rate, clip_norm
    )
    return epoch_losses(losses, batches), trained


def check_training(case, epochs=40, learning_rate=0.003, clip_norm=0.0, batch=BATCH, several=False):
    architecture, spec, weights, windows, targets = problem(*case, batch=batch, clip_norm=clip_norm, several=several)
    data = TrainingData(windows, targets, windows, targets, windows)
    state, losses = run_program(spec, weights, data, epochs, learning_rate, clip_norm)
    replica = 1
    of_all_layouts = (*case[:4], case[-1])
    by_epoch, keras_weights = trained_by_keras(of_all_layouts, epochs, learning_rate, clip_norm, batch, several)
    assert_close(losses.numpy()[0, :, replica], by_epoch, 1e-4, "loss of each epoch")
    for fused, keras in zip(state["weights"], keras_weights, strict=True):
        assert_close(fused.numpy()[replica], keras, 1e-4, f"weight {keras.shape} after {epochs} epochs")
    trained = [weight.numpy() for weight in state["weights"]]
    model = to_keras(architecture, trained, replica)
    made = diagnose(architecture, trained, windows, windows)["forecasts"][replica].reshape(targets.shape)
    assert_close(made, np.asarray(model(windows)), 1e-4, "forecast of the exported model")


@pytest.fixture(scope="module")
def as_users():
    """Calls a check in a process that compiles as users do: the other checks compile in a fraction of that time."""
    with process_as_users() as call:
        yield call


@pytest.mark.parametrize("case", FORWARD + MANY_INPUTS, ids=lambda case: "-".join(map(str, case)))
def test_forward_and_gradients_are_those_of_keras(case):
    check_forward_and_gradients(case)


@pytest.mark.parametrize("case", TRAINED, ids=lambda case: "-".join(map(str, case)))
def test_two_hundred_steps_end_where_train_on_batch_ends(case):
    check_training(case)


def check_several_series(case):
    check_forward_and_gradients(case, several=True)
    check_training(case, several=True)


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: "-".join(map(str, case)))
def test_a_network_of_several_series_is_that_of_keras(case):
    check_several_series(case)


@pytest.mark.full
@pytest.mark.parametrize("case", PRODUCT, ids=lambda case: "-".join(map(str, case)))
def test_every_combination_is_that_of_keras(case, as_users):
    as_users(check_forward_and_gradients, case)
    as_users(check_training, case)


WHOLE_BATCHES = (
    (1, "lstm", "replica_first"),
    (1, "lstm", "replica_last"),
    (3, "gru", "units_first"),
    (20, "lstm", "replica_last"),
    (20, "lstm", "units_first"),
)
"""What other cases of the same batch or layout make likely enough for every day."""


@pytest.mark.parametrize(
    ("batch", "network", "layout"),
    [
        (1, "lstm", "units_first"),
        (20, "lstm", "replica_first"),
        *(pytest.param(*one, marks=pytest.mark.full) for one in WHOLE_BATCHES),
        (3, "gru-autoencoder", "replica_first"),
        (3, "simple_rnn-horizon", "replica_last"),
        (1, "simple_rnn", "replica_first"),
    ],
)
def test_batches_of_one_of_all_and_smaller_last_ones_count_as_in_keras(batch, network, layout):
    check_training(("", "stock", "steps", 2, layout, network), 20, batch=batch)


def test_clipping_by_global_norm_is_that_of_keras_and_so_is_a_smaller_last_batch(as_users):
    for layout in LAYOUTS[:2]:
        check_training(("relu", "cell", "steps", 2, layout, "lstm"), 30, clip_norm=0.05, batch=3)
    as_users(check_training, ("relu", "cell", "steps", 2, LAYOUTS[2], "lstm"), 30, clip_norm=0.05, batch=3)
