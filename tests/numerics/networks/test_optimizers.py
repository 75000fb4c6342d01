"""Keras judges every optimizer: 200 steps of training from the same weights and batches; and what an optimizer has not is refused."""

from dataclasses import replace
from itertools import chain

import keras
import numpy as np
import pytest
from reference import keras_training
from test_programs import LAYOUTS, assert_close, problem
from trained_programs import batches_of, epoch_losses, run_program

from tasks.numerics.errors import InputError
from tasks.numerics.networks.engine.training import TrainingData
from tasks.numerics.networks.optimizer_settings import OptimizerSettings, optimizer_settings
from tasks.numerics.networks.schedules import schedule_of
from tasks.numerics.training_settings import TrainingSpec

RATE = 0.01
CASES = {
    "adamw": ({"weight_decay": 0.05}, lambda: keras.optimizers.AdamW(RATE, weight_decay=0.05)),
    "adam-decay": ({"weight_decay": 0.2}, lambda: keras.optimizers.Adam(RATE, weight_decay=0.2)),
    "adam-value": ({"clip_value": 0.005}, lambda: keras.optimizers.Adam(RATE, clipvalue=0.005)),
    "adam-norm": ({"clip_weight_norm": 0.01}, lambda: keras.optimizers.Adam(RATE, clipnorm=0.01)),
    "adam-gru": ({"clip_weight_norm": 0.002}, lambda: keras.optimizers.Adam(RATE, clipnorm=0.002)),
    "sgd-cosine": (
        {"schedule": schedule_of("cosine_decay(120,0.1)")},
        lambda: keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(RATE, 120, 0.1)),
    ),
    "adam-exponential": (
        {"schedule": schedule_of("exponential_decay(40,0.7,staircase=1)")},
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(RATE, 40, 0.7, staircase=True)),
    ),
    "rmsprop-inverse": (
        {"schedule": schedule_of("inverse_time_decay(30,0.5)")},
        lambda: keras.optimizers.RMSprop(keras.optimizers.schedules.InverseTimeDecay(RATE, 30, 0.5)),
    ),
    "nadam-polynomial": (
        {"schedule": schedule_of("polynomial_decay(150,0.2,power=2)")},
        lambda: keras.optimizers.Nadam(keras.optimizers.schedules.PolynomialDecay(RATE, 150, 0.2 * RATE, 2)),
    ),
    "nadam": ({}, lambda: keras.optimizers.Nadam(RATE)),
    "rmsprop": ({}, lambda: keras.optimizers.RMSprop(RATE)),
    "rmsprop-momentum": ({"momentum": 0.8}, lambda: keras.optimizers.RMSprop(RATE, momentum=0.8)),
    "sgd": ({}, lambda: keras.optimizers.SGD(RATE)),
    "sgd-momentum": ({"momentum": 0.8}, lambda: keras.optimizers.SGD(RATE, momentum=0.8)),
    "sgd-nesterov": (
        {"momentum": 0.8, "nesterov": True},
        lambda: keras.optimizers.SGD(RATE, momentum=0.8, nesterov=True),
    ),
    "adagrad": ({"weight_decay": 0.1}, lambda: keras.optimizers.Adagrad(RATE, weight_decay=0.1)),
}


def trained(settings, layout, network, batch=4, epochs=40):
    """The settings' program after so many epochs: architecture, first weights, batches of replica 1, last weights, course."""
    architecture, spec, weights, windows, targets = problem("", "stock", "features", 1, layout, network, batch=batch)
    spec = replace(spec, optimizer=settings)
    state, course = run_program(spec, weights, TrainingData(windows, targets, windows, targets, windows), epochs, RATE)
    batches = batches_of(spec, epochs, windows, targets)
    return architecture, weights, batches, [weight.numpy() for weight in state["weights"]], course.numpy()


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_two_hundred_steps_end_where_those_of_keras_end(name):
    number, (changed, optimizer) = list(CASES).index(name), CASES[name]
    settings = OptimizerSettings(name.partition("-")[0], **changed)
    network = "gru" if name == "adam-gru" else ("lstm", "gru", "simple_rnn")[number % 3]
    architecture, weights, batches, ended, course = trained(settings, LAYOUTS[number % 2], network)
    losses, expected = keras_training(
        architecture, weights, 1, chain.from_iterable(batches), RATE, optimizer=optimizer()
    )
    assert_close(course[0, :, 1], epoch_losses(losses, batches), 1e-4, "loss of each epoch")
    for fused, judge in zip(ended, expected, strict=True):
        assert_close(fused[1], judge, 1e-4, f"weight {judge.shape}")
    assert max(float(np.abs(fused[1] - begun[1]).max()) for fused, begun in zip(ended, weights, strict=True)) > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("most", [0.0, 0.002])
def test_the_norm_of_gradients_is_that_of_the_step_that_they_make(most):
    _, weights, _, ended, course = trained(OptimizerSettings("sgd", clip_value=most), "replica_first", "lstm", 20, 1)
    steps = [(new[1] - old[1]) / RATE for new, old in zip(ended, weights, strict=True)]
    assert course[2, 0, 1] == pytest.approx(np.sqrt(sum(float((step**2).sum()) for step in steps)), rel=1e-3)
    assert not most or max(float(np.abs(step).max()) for step in steps) <= most * 1.01


@pytest.mark.parametrize(
    ("asked", "settings"),
    [
        ({}, OptimizerSettings()),
        ({"optimizer": "adamw"}, OptimizerSettings("adamw", weight_decay=0.004)),
        ({"optimizer": "adamw", "weight_decay": 0.1}, OptimizerSettings("adamw", weight_decay=0.1)),
        (
            {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
            OptimizerSettings("sgd", momentum=0.9, nesterov=True),
        ),
        ({"clip_value": 1.0}, OptimizerSettings(clip_value=1.0)),
    ],
)
def test_what_is_asked_for_is_set(asked, settings):
    assert optimizer_settings(TrainingSpec(**asked)) == settings
    assert keras.optimizers.AdamW().weight_decay == OptimizerSettings("adamw", weight_decay=0.004).weight_decay


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"momentum": 0.9}, "--momentum 0.9 with --optimizer adam: in Keras it has no such setting"),
        ({"optimizer": "rmsprop", "momentum": 0.9, "nesterov": True}, "--nesterov with --optimizer rmsprop"),
        ({"optimizer": "sgd", "nesterov": True}, "--nesterov with --optimizer sgd and --momentum 0: expected"),
        ({"clip_value": 1.0, "clip_norms": (1.0,)}, "--clip-value 1 beside --clip-norm or --clip-norms"),
    ],
)
def test_what_an_optimizer_has_not_is_refused(asked, said):
    with pytest.raises(InputError, match=said):
        optimizer_settings(TrainingSpec(**asked))
