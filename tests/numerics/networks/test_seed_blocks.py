"""Blocks of seeds: their keys change with all that decides what training gives, and seeds are trained once."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.networks import seed_blocks
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.seed_blocks import Block, plan_blocks, plan_grid, training_key
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

VALUES = np.random.default_rng(0).normal(size=100).cumsum() + 50
TRAINING, TRIED = TrainingSpec(), (Candidate(0.001, 0.0),)


def architecture(layers=(4,), variant=STOCK):
    return Architecture(NetworkSpec(layers), variant, 1)


def windows(values=VALUES, **spec):
    (only,) = make_windows(values, WindowSpec(**{"lookback": 4, "test": 0.2, "origins": 1} | spec))
    return only


def key(made=None, training=TRAINING, network=None, tried=TRIED):
    return training_key(network or architecture(), training, made or windows(), tried)


def test_a_key_is_the_same_each_time():
    assert key() == key() and len(key()) == 16


def test_values_of_the_same_shape_and_scale_are_another_key():
    values = VALUES.copy()
    low, high = values.argmin(), values.argmax()
    inside = [at for at in range(20, 60) if at not in (low, high)]
    values[inside[0]], values[inside[1]] = values[inside[1]], values[inside[0]]
    other = windows(values)
    assert other.inputs.shape == windows().inputs.shape
    assert [vars(one) for one in other.scalers] == [vars(one) for one in windows().scalers]
    assert key(other) != key()


def test_one_changed_number_of_windows_or_targets_is_another_key():
    for name in ("inputs", "targets"):
        array = getattr(windows(), name).copy()
        array.ravel()[-1] = np.nextafter(array.ravel()[-1], np.float32(9))
        assert key(replace(windows(), **{name: array})) != key(), name


def test_the_same_numbers_in_another_shape_are_another_key():
    made = windows()
    turned = replace(made, inputs=made.inputs.reshape(made.inputs.shape[0], 1, -1))
    assert turned.inputs.tobytes() == made.inputs.tobytes() and key(turned) != key(made)


@pytest.mark.parametrize(
    "other",
    [
        {"training": replace(TRAINING, epochs=99)},
        {"training": replace(TRAINING, batch_size=8)},
        {"training": replace(TRAINING, patience=3)},
        {"network": architecture((5,))},
        {"network": architecture(variant=Variant("cell", "relu"))},
        {"network": architecture(variant=Variant("between", "relu"))},
        {"tried": (Candidate(0.002, 0.0),)},
        {"tried": (Candidate(0.001, 1.0),)},
        {"tried": (*TRIED, Candidate(0.002, 0.0))},
        {"made": windows(lookback=5)},
        {"made": windows(test=30)},
        {"made": windows(scaling="standard")},
    ],
)
def test_whatever_decides_what_training_gives_is_in_the_key(other):
    assert key(**other) != key()


def test_how_the_grid_is_written_is_not_in_the_key():
    assert key(training=replace(TRAINING, learning_rates=1, learning_rate=0.5)) == key()


def test_another_engine_is_another_key(monkeypatch):
    before = key()
    monkeypatch.setattr(seed_blocks, "engine_version", lambda: "another")
    assert key() != before


def test_known_blocks_are_used_and_the_rest_is_planned_evenly():
    used, new = plan_blocks(range(10), [Block(2, 3), Block(20, 25), Block(7, 8)], 3)
    assert used == [Block(2, 3), Block(7, 8)]
    assert new == [Block(0, 1), Block(4, 6), Block(9, 9)]
    assert plan_blocks(range(7), [], 3)[1] == [Block(0, 2), Block(3, 4), Block(5, 6)]
    assert plan_blocks(range(3), [Block(0, 5)], 3) == ([Block(0, 5)], [])


def test_candidates_are_trained_together_where_a_program_holds_them():
    three = tuple(Candidate(rate, 0.0) for rate in (1, 2, 3))
    assert plan_grid(three, 12) == ([three], 4)
    assert plan_grid(three, 3) == ([three], 1)
    assert plan_grid(three, 2) == ([(one,) for one in three], 2)
