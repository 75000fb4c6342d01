"""Tables of all replicas: courses that early stopping made shorter, and the loss of the weights that were kept."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from tasks.numerics.networks.replica_tables import Replicas, at, held, padded, tuning_table
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import Candidate, candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec


def replicas(patience=0):
    return Replicas({}, TrainingSpec(patience=patience), (), range(2))


def test_shorter_courses_end_in_nan_whichever_comes_first():
    short, long = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0, 5.0, 6.0]])
    for parts in ([short, long], [long, short]):
        found = padded(parts)
        assert found.shape == (2, 1, 4)
        wanted = [[np.r_[part[0], np.full(4 - part.shape[-1], np.nan)]] for part in parts]
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("rest", [(), (3,), (4, 3)])
def test_only_the_last_axis_is_made_longer(rest):
    found = padded([np.ones((*rest, 2)), np.ones((*rest, 3))])
    assert found.shape == (2, *rest, 3)
    assert np.isnan(found[0, ..., 2]).all() and np.isfinite(found[..., :2]).all() and np.isfinite(found[1]).all()


def test_courses_of_one_length_and_single_numbers_are_stacked_as_they_are():
    np.testing.assert_array_equal(padded([np.arange(3), np.arange(3) + 1]), [[0, 1, 2], [1, 2, 3]])
    np.testing.assert_array_equal(padded([np.array(1.0), np.array(2.0)]), [1, 2])


def test_the_kept_loss_is_the_last_one_or_with_early_stopping_the_lowest():
    watched = np.array([3.0, 1.0, 2.0]).reshape(1, 1, 1, 1, 3)
    stopped = np.array([3.0, 1.0, np.nan]).reshape(1, 1, 1, 1, 3)
    clean, diverged = np.zeros((1, 1, 1, 1), bool), np.ones((1, 1, 1, 1), bool)
    assert replicas().kept_loss(watched, clean).item() == 2
    assert replicas(patience=2).kept_loss(watched, clean).item() == 1
    assert replicas(patience=2).kept_loss(stopped, clean).item() == 1
    assert np.isnan(replicas().kept_loss(watched, diverged)).all()


def test_a_replica_that_has_stopped_keeps_the_losses_of_its_best_epoch():
    course = np.array([[4.0, 2.0, 3.0, np.nan, np.nan], [5.0, 4.0, 3.0, 2.0, 1.0], [np.nan] * 5])
    found = held(course, np.array([2, 5, 1]), patience=1)
    np.testing.assert_array_equal(found, [[4, 2, 3, 2, 2], [5, 4, 3, 2, 1], [np.nan] * 5])


def test_a_choice_takes_the_candidate_of_each_variant_and_origin():
    table = np.arange(2 * 3 * 2 * 4).reshape(2, 3, 2, 4)
    choice = np.array([[0, 2], [1, 0]])
    found = at(choice, table)
    for variant, origin in np.ndindex(2, 2):
        np.testing.assert_array_equal(found[variant, origin], table[variant, choice[variant, origin], origin])


def test_courses_of_several_axes_are_held_along_the_last_one():
    course = np.arange(2 * 3 * 4, dtype=float).reshape(2, 3, 4)
    best = np.array([[1, 2, 3], [4, 1, 2]])
    found = held(course, best, patience=1)
    for place in np.ndindex(2, 3):
        np.testing.assert_array_equal(found[place], held(course[place], best[place], patience=1))


@pytest.mark.parametrize("alone", [np.array(2.0), np.array([1.0, 2.0]), np.ones((2, 3))])
def test_one_part_is_stacked_alone(alone):
    np.testing.assert_array_equal(padded([alone]), alone[None])


def trained_at(origin, tried, seconds=1.0, seeds=(0, 1)):
    """A block whose replicas have the validation losses 0, 1, 2 ... of a single epoch."""
    replicas = len(tried) * len(seeds)
    course = np.arange(replicas, dtype=np.float32)[:, None]
    return TrainedBlock(
        *("stock", seeds, tried, np.zeros((replicas, 1, 1)), course, course, course, np.ones(replicas, int), {}, []),
        seconds=seconds,
        compile_seconds=1.0,
        origin=origin,
    )


def test_a_grid_that_has_moved_at_one_origin_alone_is_told():
    training = TrainingSpec(learning_rates=3)
    first = candidates(training)
    moved = (Candidate(first[-1].learning_rate * 3, 0.0),)
    blocks = [trained_at(0, first), trained_at(1, first), trained_at(1, moved)]
    origins = (SimpleNamespace(inputs=np.zeros((5, 4, 1)), outputs=1),) * 2
    found = Replicas({STOCK: blocks}, training, origins, range(2))
    assert found.tried_at(0) == first and found.tried_at(1) == (*first, *moved)
    table = tuning_table(found, NetworkSpec((3,)))
    np.testing.assert_array_equal(table["tried"], [[True, True]] * 3 + [[False, True]])
    np.testing.assert_array_equal(table["learning_rate"], [one.learning_rate for one in (*first, *moved)])
    assert table.attrs["given"] == 1


def test_seconds_are_of_one_seed_of_every_variant():
    (one,) = candidates(TrainingSpec(learning_rates=1))
    blocks = [trained_at(0, (one,), 6.0, (0, 1, 2)), trained_at(0, (one,), 5.0, (3,))]
    others = [trained_at(0, (one,), 8.0, (0, 1, 2, 3))]
    found = Replicas({STOCK: blocks, Variant("cell", "relu"): others}, TrainingSpec(), (None,), range(4))
    assert found.seconds_a_seed == (6 + 5 + 8) / 4
    # Of those that are asked for alone: two of the three seeds of a block, two of the four.
    assert replace(found, seeds=range(2)).seconds_a_seed == (4 + 4) / 2
    assert replace(found, seeds=range(0)).seconds_a_seed == 0


def test_a_comparison_of_one_block_has_its_diagnostics():
    training = TrainingSpec(learning_rates=1, epochs=2)
    course, best, made = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([2, 2]), np.zeros((2, 1, 1))
    seen = {"cell_low": np.array([0.5, 0.25]), "dead_units": np.array([[0.0, 1.0], [0.5, 0.0]])}
    block = TrainedBlock(
        "stock",
        (0, 1),
        candidates(training),
        made,
        course,
        course,
        course,
        best,
        seen,
        [],
        seconds=1.0,
        compile_seconds=1.0,
    )
    found = Replicas({STOCK: [block]}, training, (None,), range(2)).diagnostics()
    np.testing.assert_array_equal(found["cell_low"], [[[0.5, 0.25]]])
    np.testing.assert_array_equal(found["dead_units"], [[[[0, 1], [0.5, 0]]]])
    np.testing.assert_array_equal(found["best_epoch"], [[[2, 1]]])
