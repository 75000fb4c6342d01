"""Networks as people write them: most of them are chains that the fused engine trains, and each says the same as Keras' own model."""

from functools import cache

import numpy as np
import pytest
from reference import engine_weights

from tasks.build_network import of_model
from tasks.numerics.networks.architectures import Architecture, to_keras
from tasks.numerics.networks.engine.diagnostics import diagnose
from tasks.numerics.networks.engine.training import TrainingData, train
from tasks.numerics.networks.python_files import Wanted
from tasks.numerics.networks.variants import YOURS
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec
from tests.public_networks import FEATURES, NETWORKS, STEPS, lacking

ALONE = {
    "several branches": "several branches",
    "attention": "several branches",
    "residual": "several branches",
    "noise": "the layer GaussianNoise",
    "stateful": "stateful=True",
    "own loss": "the loss mean_of_squares",
}
"""Networks that Keras trains, and what the fused engine lacks of them."""
FUSED = [name for name in NETWORKS if name not in ALONE]


@cache
def handed_over(name):
    model = NETWORKS[name]()
    found = of_model(model, Wanted.of(STEPS, FEATURES, 1))
    outputs = model.output_shape[-1]
    return model, found, Architecture(NetworkSpec(network=found.network), YOURS, FEATURES, outputs, STEPS)


def windows_of(count):
    return np.random.default_rng(3).normal(size=(count, STEPS, FEATURES)).astype(np.float32)


def test_four_in_five_and_more_are_trained_by_the_fused_engine():
    found = lacking()
    assert len(found) >= 60
    assert {name: lacks for name, lacks in found.items() if lacks}.keys() == ALONE.keys()
    assert all(words in found[name] for name, words in ALONE.items())
    assert len(FUSED) / len(found) >= 0.8


@pytest.mark.parametrize("name", FUSED)
def test_a_chain_says_what_the_model_says(name):
    model, _, architecture = handed_over(name)
    windows = windows_of(5)
    own = model.get_weights()
    random = np.random.default_rng(4)
    model.set_weights([weight + random.normal(scale=0.1, size=weight.shape) ** 2 for weight in own])
    weights = [weight[None] for weight in engine_weights(architecture, model.get_weights())]
    expected = model(windows).numpy()
    made = diagnose(architecture, weights, windows, windows)["forecasts"][0].reshape(expected.shape)
    np.testing.assert_allclose(made, expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(to_keras(architecture, weights, 0)(windows).numpy(), expected, rtol=1e-4, atol=1e-6)
    assert sum(weight.size for weight in weights) == model.count_params()


@pytest.mark.full
@pytest.mark.parametrize("name", FUSED)
def test_a_chain_learns(name):
    _, found, architecture = handed_over(name)
    windows = windows_of(40)
    targets = np.broadcast_to(windows.mean(axis=(1, 2))[:, None], (40, architecture.outputs)).astype(np.float32)
    data = TrainingData(windows[:24], targets[:24], windows[24:32], targets[24:32], windows[32:])
    training = TrainingSpec(**{"learning_rates": 1, "epochs": 30, "batch_size": 8} | dict(found.training))
    trained = train(architecture, training, data, (0, 1))
    assert np.isfinite(trained.loss).all()
    assert (trained.loss[:, -5:].mean(axis=1) < trained.loss[:, 0]).all()
