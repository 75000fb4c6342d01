"""Replicas take turns in the lanes of a program: what each learns is the same to the last bit, whoever stands where and when.

In programs of other numbers of lanes it is the same up to rounding.
"""

import numpy as np
import pytest

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine import segments
from tasks.numerics.networks.engine.training import TrainingData, train
from tasks.numerics.networks.layout_choice import lanes, replicas_a_block, replicas_a_program
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

slow = pytest.mark.slow
SEEDS = tuple(range(4))
TRAINING = {"learning_rates": 3, "learning_rate": 0.03, "epochs": 90, "batch_size": 8, "patience": 4}


def data(steps):
    random = np.random.default_rng(3)
    windows = random.normal(size=(60, steps, 1)).astype(np.float32)
    targets = np.tanh(windows.sum(axis=(1, 2)))[:, None].astype(np.float32)
    return TrainingData(windows[:30], targets[:30], windows[30:45], targets[30:45], windows[45:])


@pytest.fixture
def trained(monkeypatch):
    """Trains all replicas in so many lanes, which change hands after every so many epochs; with the epochs told, and of the program."""

    def run(together, change_epochs, training, layout="replica_first", network=NetworkSpec((3,)), variant=STOCK):  # noqa: B008
        told, run_epochs = [], []
        original = segments.Segments._train

        def counted(self, epochs):
            run_epochs.append(epochs)
            original(self, epochs)

        with monkeypatch.context() as patch:
            patch.setattr("tasks.numerics.networks.engine.training.layout_name", lambda *size: layout)
            patch.setattr("tasks.numerics.networks.engine.training.lanes", lambda *size: together)
            patch.setattr(segments, "CHANGE_EPOCHS", change_epochs)
            patch.setattr(segments.Segments, "_train", counted)
            architecture = Architecture(network, variant, 1, steps=4)
            found = train(architecture, training, data(4), SEEDS, lambda done, epochs: told.append(done))
        return found, told, sum(run_epochs)

    return run


def assert_same(one, other, tolerance=0.0):
    for name in ("loss", "validation_loss", "gradient_norm", "best_epoch", "forecasts"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=tolerance, atol=tolerance, err_msg=name
        )
    for weight, same in zip(one.weights, other.weights, strict=True):
        np.testing.assert_allclose(weight, same, rtol=tolerance, atol=tolerance)


@slow
@pytest.mark.parametrize(
    ("layout", "network", "variant", "others"),
    [
        ("replica_first", NetworkSpec((6, 3)), Variant("cell", "relu"), {}),
        ("units_first", NetworkSpec((6,), dropout=0.2), STOCK, {"plateau_patience": 2}),
        ("replica_last", NetworkSpec((3,), cell="gru"), Variant("between", "elu"), {"clip_norms": (0.0, 0.5)}),
        ("replica_first", NetworkSpec((4,), recurrent_dropout=0.2), STOCK, {"optimizer": "nadam"}),
        ("replica_first", NetworkSpec((4,)), STOCK, {"optimizer": "sgd", "schedule": "cosine_decay(decay_steps=200)"}),
    ],
)
def test_turns_change_nothing(trained, layout, network, variant, others):
    training = TrainingSpec(**(TRAINING | others))
    replicas = 4 * 3 * len(training.clip_norms or (0,))
    alone, _, _ = trained(replicas, 90, training, layout, network, variant)
    assert len({*alone.best_epoch}) > 3, "all stop at once: the test shows nothing"
    some, _, _ = trained(4, 3, training, layout, network, variant)
    later, _, _ = trained(4, 7, training, layout, network, variant)
    assert_same(some, later)
    assert_same(alone, some, 2e-4)


@slow
def test_nobody_waits_for_the_slowest(trained):
    training = TrainingSpec(**TRAINING)
    found, told, epochs = trained(4, 3, training)
    own = np.minimum(found.best_epoch + training.patience, training.epochs)
    least, most = own.sum() / 4, sum(sorted(own)[-3:]) + 12 * 3
    assert least <= epochs < most
    assert told == sorted(told) and told[-1] == training.epochs


@slow
def test_each_ends_after_all_epochs_of_its_own(trained):
    training = TrainingSpec(**(TRAINING | {"patience": 50, "epochs": 20, "learning_rate": 0.001}))
    alone, _, _ = trained(12, 90, training)
    turns, _, _ = trained(5, 6, training)
    assert (alone.best_epoch == 20).any() and alone.validation_loss.shape == (12, 20)
    assert_same(alone, turns, 2e-4)


@slow
def test_without_early_stopping_all_are_trained_at_once(trained):
    _, told, epochs = trained(12, 3, TrainingSpec(**(TRAINING | {"patience": 0, "epochs": 9})))
    assert epochs == told[-1] == 9


@pytest.mark.parametrize(("layers", "steps", "batch"), [((4,), 1, 1), ((16, 8), 11, 16), ((32,), 20, 32), ((256,), 60, 32)])  # fmt: skip
def test_lanes_are_fewer_than_replicas_where_they_stop_early(layers, steps, batch):
    most = replicas_a_program(layers, steps, batch)
    assert replicas_a_block(layers, steps, batch, 0) == most
    assert lanes(layers, steps, batch, 0, most) == most
    together = replicas_a_block(layers, steps, batch, 5)
    taken = lanes(layers, steps, batch, 5, together)
    assert together == 3 * most and taken == {(4,): 43, (16, 8): 6, (32,): 2, (256,): 1}[layers]
    assert lanes(layers, steps, batch, 5, 1) == 1
