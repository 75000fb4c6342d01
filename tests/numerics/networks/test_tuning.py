import numpy as np
import pytest

from tasks.numerics.networks.tuning import Candidate, candidates, chosen, given
from tasks.numerics.training_settings import TrainingSpec


def test_learning_rates_are_evenly_spaced_in_logs_around_the_given_one():
    spec = TrainingSpec(learning_rate=0.01, learning_rates=5, learning_rate_factor=2)
    assert [one.learning_rate for one in candidates(spec)] == pytest.approx([0.0025, 0.005, 0.01, 0.02, 0.04])
    assert candidates(spec)[given(spec)].learning_rate == 0.01


def test_every_clip_norm_meets_every_learning_rate_and_the_given_one_is_first():
    spec = TrainingSpec(learning_rate=0.01, learning_rates=3, clip_norm=1.0, clip_norms=(0.0, 1.0, 5.0))
    assert [one.clip_norm for one in candidates(spec)] == [1, 1, 1, 0, 0, 0, 5, 5, 5]
    assert candidates(spec)[given(spec)] == Candidate(0.01, 1.0)


def test_the_lowest_mean_validation_loss_is_chosen_for_each_variant_and_origin():
    loss = np.array([[[3.0, 3.0], [1.0, 2.0], [2.0, 2.0]], [[1.0, 1.0], [5.0, 5.0], [9.0, 0.5]]])
    assert chosen(loss).tolist() == [1, 0]


def test_a_candidate_whose_seeds_diverge_loses_to_one_whose_seeds_do_not():
    loss = np.array([[0.1, np.nan, 0.1], [0.9, 0.9, 0.9], [np.inf, np.nan, 0.0]])
    assert chosen(loss) == 1
    assert chosen(np.full((3, 4), np.nan)) == 0
