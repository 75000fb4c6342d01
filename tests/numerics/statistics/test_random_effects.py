"""Random effects against the restricted likelihood written out in matrices, statsmodels, and known truth."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from tasks.numerics.statistics.random_effects import random_effects, variance_between


def restricted_likelihood(between, estimates, variances):
    """Of contrasts that do not know the mean (Harville 1977): slow, and written another way."""
    number = len(estimates)
    contrasts = np.linalg.svd(np.ones((1, number)))[2][1:]
    covariance = contrasts @ np.diag(variances + between) @ contrasts.T
    return stats.multivariate_normal(cov=covariance).logpdf(contrasts @ estimates)


def made(number, between, seed, mean=0.1):
    random = np.random.default_rng(seed)
    variances = random.uniform(0.001, 0.05, number)
    effects = mean + np.sqrt(between) * random.standard_normal(number)
    return effects + np.sqrt(variances) * random.standard_normal(number), variances


@pytest.mark.parametrize(("number", "between"), [(4, 0.02), (12, 0.1), (30, 0.004), (9, 0.0)])
def test_the_spread_is_where_the_restricted_likelihood_is_greatest(number, between):
    estimates, variances = made(number, between, number)
    grid = np.concatenate([[0], np.geomspace(1e-6, 2, 3000)])
    best = grid[np.argmax([restricted_likelihood(one, estimates, variances) for one in grid])]
    assert variance_between(estimates, variances) == pytest.approx(best, rel=0.01, abs=2e-6)


def test_mean_and_interval_are_hartungs_and_knapps_at_that_spread():
    estimates, variances = made(14, 0.05, 3)
    found = random_effects(estimates, variances)
    weights = 1 / (variances + found.tau**2)
    mean = np.average(estimates, weights=weights)
    error = np.sqrt(np.sum(weights * (estimates - mean) ** 2) / 13 / weights.sum())
    error = max(error, weights.sum() ** -0.5)
    assert found.mean == pytest.approx(mean)
    assert found.high - found.mean == pytest.approx(stats.t.ppf(0.975, 13) * error)
    assert found.predicted_high - found.mean == pytest.approx(stats.t.ppf(0.975, 12) * np.hypot(found.tau, error))


def test_it_is_near_to_statsmodels_other_estimate_of_the_spread():
    estimates, variances = made(200, 0.05, 5)
    found = random_effects(estimates, variances)
    other = combine_effects(estimates, variances, method_re="iterated", use_t=True)
    assert found.tau**2 == pytest.approx(other.tau2, rel=0.1)
    assert found.mean == pytest.approx(other.mean_effect_re, abs=0.003)
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, 199) * np.sqrt(other.var_hksj_re), rel=0.05)


def test_intervals_hold_what_they_promise():
    held = []
    for seed in range(400):
        estimates, variances = made(10, 0.03, seed)
        found = random_effects(estimates, variances)
        further = 0.1 + np.sqrt(0.03) * np.random.default_rng(10_000 + seed).standard_normal()
        held.append((found.low < 0.1 < found.high, found.predicted_low < further < found.predicted_high))
    # That of a further one is known to hold a little less, with so few.
    assert (np.mean(held, axis=0) > (0.925, 0.88)).all()


def test_alike_estimates_have_no_spread_and_few_say_nothing():
    found = random_effects(np.full(5, 0.2), np.full(5, 0.01))
    assert (found.mean, found.tau, found.heterogeneity) == (pytest.approx(0.2), 0.0, 0.0)
    assert found.high == pytest.approx(0.2 + stats.t.ppf(0.975, 4) * np.sqrt(0.01 / 5))
    assert np.isnan(random_effects(np.array([0.1, 0.2]), np.array([0.1, 0.1])).mean)


def test_estimates_that_are_certain_are_taken_as_they_are():
    found = random_effects(np.array([0.0, 0.1, 0.2, 0.3]), np.zeros(4))
    assert found.mean == pytest.approx(0.15)
    assert found.tau == pytest.approx(np.std([0, 0.1, 0.2, 0.3], ddof=1), rel=1e-3)
