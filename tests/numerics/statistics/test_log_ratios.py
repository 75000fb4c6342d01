"""Log ratios of RMSE against RMSE computed plainly, and their influence against periods that are counted a little more."""

import numpy as np
import pytest

from tasks.numerics.statistics.log_ratios import log_ratio, log_rmse

RANDOM = np.random.default_rng(1)
ACTUAL = RANDOM.normal(size=40)
OWN, OTHER = (ACTUAL + RANDOM.normal(size=(6, 40)) * scale for scale in (2.0, 1.0))


def test_the_effect_is_the_mean_log_ratio_over_pairs():
    own, other = (np.sqrt(np.mean((one - ACTUAL) ** 2, axis=1)) for one in (OWN, OTHER))
    found = log_ratio("cell-relu", OWN, OTHER, ACTUAL, 1)
    np.testing.assert_allclose(found.by_seed, np.log(own / other))
    assert found.difference == pytest.approx(np.mean(np.log(own / other)))
    assert found.components.number_of_seeds == 6 and found.components.number_of_periods == 40


def test_influence_is_what_counting_a_period_more_changes():
    found, weight = log_rmse(OWN, ACTUAL), 1e-6
    squared = (OWN - ACTUAL) ** 2
    for period in (0, 17, 39):
        shares = np.full(40, (1 - weight) / 40)
        shares[period] += weight
        moved = np.log(squared @ shares) / 2
        np.testing.assert_allclose((moved - found.value) / weight, found.influence[:, period], rtol=1e-3, atol=1e-4)


def test_a_seed_that_diverged_is_left_out_of_its_pair_alone():
    lost = OWN.copy()
    lost[2, 5] = np.nan
    found = log_ratio("cell-relu", lost, OTHER, ACTUAL, 1)
    assert (found.pairs, found.left_out) == (5, 1)
    assert found.difference == pytest.approx(
        log_ratio("cell-relu", np.delete(OWN, 2, 0), np.delete(OTHER, 2, 0), ACTUAL, 1).difference
    )


def test_the_reference_has_no_difference_to_itself():
    found = log_ratio("stock", OTHER, OTHER, ACTUAL, 1)
    assert found.difference == 0 and float(found.components.total) == 0
