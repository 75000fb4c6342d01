import numpy as np
import pytest

from tasks.numerics.networks.tuning import WORTH, Candidate, beyond, candidates, chosen, edges, given, in_order
from tasks.numerics.training_settings import TrainingSpec


def test_learning_rates_are_evenly_spaced_in_logs_around_the_given_one():
    spec = TrainingSpec(learning_rate=0.01, learning_rates=5, learning_rate_factor=2)
    assert [one.learning_rate for one in candidates(spec)] == pytest.approx([0.0025, 0.005, 0.01, 0.02, 0.04])
    assert given(spec) == candidates(spec)[2] and given(spec).learning_rate == 0.01


def test_every_clip_norm_meets_every_learning_rate_and_the_given_one_is_first():
    spec = TrainingSpec(learning_rate=0.01, learning_rates=3, clip_norm=1.0, clip_norms=(0.0, 1.0, 5.0))
    assert [one.clip_norm for one in candidates(spec)] == [1, 1, 1, 0, 0, 0, 5, 5, 5]
    assert given(spec) == Candidate(0.01, 1.0)


def test_the_lowest_mean_validation_loss_is_chosen_for_each_variant_and_origin():
    loss = np.array([[[3.0, 3.0], [1.0, 2.0], [2.0, 2.0]], [[1.0, 1.0], [5.0, 5.0], [9.0, 0.5]]])
    assert chosen(loss).tolist() == [1, 0]


def test_a_candidate_whose_seeds_diverge_loses_to_one_whose_seeds_do_not():
    loss = np.array([[0.1, np.nan, 0.1], [0.9, 0.9, 0.9], [np.inf, np.nan, 0.0]])
    assert chosen(loss) == 1
    assert chosen(np.full((3, 4), np.nan)) == 0


GRID = TrainingSpec(learning_rate=0.01, learning_rates=3, learning_rate_factor=2)
RISING, FALLING, BENT = [[1.0], [2.0], [3.0]], [[3.0], [2.0], [1.0]], [[2.0], [1.0], [2.0]]
"""Validation losses of three rates with a seed each: best at the lower edge, at the upper, within."""


@pytest.mark.parametrize(
    ("losses", "rates"),
    [
        ([BENT, FALLING, BENT], [0.04]),
        ([RISING, RISING, FALLING], [0.0025]),
        ([RISING, FALLING], [0.04]),
        ([BENT, BENT], []),
    ],
)
def test_a_grid_moves_on_beyond_the_edge_at_which_more_of_the_best_lie(losses, rates):
    assert [one.learning_rate for one in beyond(GRID, candidates(GRID), np.array(losses))] == pytest.approx(rates)


def test_what_is_hardly_better_at_the_edge_is_within_it():
    tried = candidates(GRID)
    by = [[[1 - share], [1.0], [1.0]] for share in (WORTH + 0.001, WORTH - 0.001)]
    assert edges(tried, np.array(by)).tolist() == [-1, 0]
    assert edges(tried, np.array(by)[:, ::-1]).tolist() == [1, 0]


def test_an_edge_is_told_by_the_seeds_that_did_not_diverge():
    tried, none = candidates(GRID), np.nan
    assert edges(tried, np.array([[0.1, none], [1.0, 1.0], [0.9, 0.8]])) == 1
    assert edges(tried, np.array([[1.0, 1.0], [none, none], [none, none]])) == -1
    assert edges(tried, np.full((3, 2), none)) == -1


def test_a_grid_that_has_moved_stands_in_order_and_moves_on_from_where_it_is():
    more = beyond(GRID, candidates(GRID), np.array(FALLING))
    tried = in_order(GRID, [*more, *candidates(GRID), *more])
    assert [one.learning_rate for one in tried] == pytest.approx([0.005, 0.01, 0.02, 0.04])
    assert [one.learning_rate for one in beyond(GRID, tried, np.array([*FALLING, [0.5]]))] == pytest.approx([0.08])
    assert beyond(GRID, tried, np.array([*FALLING, [1.5]])) == ()


def test_a_grid_moves_on_at_every_clip_norm_and_whichever_of_them_is_best():
    spec = TrainingSpec(learning_rate=0.01, learning_rates=3, learning_rate_factor=2, clip_norm=5.0, clip_norms=(0.0,))
    tried = candidates(spec)
    more = beyond(spec, tried, np.array([[4.0], [3.0], [5.0], *FALLING]))
    assert more == (Candidate(0.04, 5.0), Candidate(0.04, 0.0))
    assert in_order(spec, [*more, *tried])[:4] == (*tried[:3], more[0])


def test_one_rate_has_no_edge_and_single_precision_ends_every_grid():
    alone = TrainingSpec(learning_rates=1)
    assert beyond(alone, candidates(alone), np.array([[1.0]])) == ()
    wide = TrainingSpec(learning_rate=1e-20, learning_rates=3, learning_rate_factor=1e9)
    assert beyond(wide, candidates(wide), np.array(RISING)) == ()
    assert beyond(wide, candidates(wide), np.array(FALLING)) == (Candidate(0.01, 0.0),)
