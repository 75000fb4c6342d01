"""Regression of effects against statsmodels, the leaving out done by hand, the likelihood written another way, and known truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from tasks.numerics.statistics.meta_regression import held_out_errors, meta_regression
from tasks.numerics.statistics.random_effects import variance_between

TRUE = np.array([0.1, 0.05, 0.0])


def made(number, seed, slopes=TRUE, between=0.01):
    """Estimates whose variances are large where effects are, and are known from six degrees of freedom only."""
    random = np.random.default_rng(seed)
    design = np.column_stack([np.ones(number), random.standard_normal((number, len(slopes) - 1))])
    effects = design @ slopes + np.sqrt(between) * random.standard_t(5, number) / np.sqrt(5 / 3)
    variances = random.uniform(0.001, 0.01, number) + 0.02 * np.abs(design[:, 1])
    estimates = effects + np.sqrt(variances) * random.standard_normal(number)
    return estimates, variances * random.chisquare(6, number) / 6, design


def test_the_spread_is_where_the_restricted_likelihood_is_greatest():
    estimates, variances, design = made(25, 1)
    contrasts = np.linalg.svd(design.T)[2][3:]

    def likelihood(between):
        covariance = contrasts @ np.diag(variances + between) @ contrasts.T
        return stats.multivariate_normal(cov=covariance).logpdf(contrasts @ estimates)

    grid = np.concatenate([[0], np.geomspace(1e-6, 2, 3000)])
    best = grid[np.argmax([likelihood(one) for one in grid])]
    assert variance_between(estimates, variances, design) == pytest.approx(best, rel=0.01, abs=2e-6)


def test_single_series_have_statsmodels_hc3():
    estimates, variances, design = made(40, 2)
    found = meta_regression(estimates, variances, design, np.arange(40))
    weights = 1 / (variances + found.tau**2)
    other = sm.WLS(estimates, design, weights=weights).fit(cov_type="HC3", use_t=True)
    np.testing.assert_allclose(found.coefficients, other.params)
    np.testing.assert_allclose(found.errors, other.bse)
    np.testing.assert_allclose(found.p, other.pvalues)
    np.testing.assert_allclose(found.coefficients - found.margin, other.conf_int()[:, 0])


def test_near_relatives_are_left_out_together():
    estimates, variances, design = made(40, 3)
    clusters = np.array([0] * 4 + [1] * 3 + list(range(2, 35)))
    found = meta_regression(estimates, variances, design, clusters)
    weights = 1 / (variances + found.tau**2)
    steps = []
    for cluster in range(35):
        kept = clusters != cluster
        without = sm.WLS(estimates[kept], design[kept], weights=weights[kept]).fit().params
        steps.append(without - found.coefficients)
    np.testing.assert_allclose(found.errors, np.sqrt((np.array(steps) ** 2).sum(axis=0)))
    assert found.freedom == 35 - 3


@pytest.mark.parametrize(("number", "copies"), [(40, 1), (200, 1), (30, 3)])
def test_intervals_hold_known_coefficients_and_nothing_is_found_where_nothing_is(number, copies):
    held, found_none = [], []
    for seed in range(400):
        estimates, variances, design = (np.repeat(one, copies, axis=0) for one in made(number, seed))
        found = meta_regression(estimates, variances, design, np.repeat(np.arange(number), copies))
        held.append(np.abs(found.coefficients - TRUE) < found.margin)
        found_none.append(found.p[2] < 0.05)
    assert (np.mean(held, axis=0) > 0.93).all()
    assert 0.01 < np.mean(found_none) < 0.075


def test_what_helps_to_predict_does_and_what_does_not_costs_a_little():
    gains = {}
    for slope in (0.3, 0.0):
        shares = []
        for seed in range(20):
            estimates, variances, design = made(100, seed, np.array([0.1, slope, 0.0]))
            by_line, by_mean = held_out_errors(estimates, variances, design, np.arange(100))
            shares.append(1 - by_line.mean() / by_mean.mean())
        gains[slope] = np.mean(shares)
    assert gains[0.3] > 0.6 and -0.1 < gains[0.0] < 0


def test_nobody_is_predicted_from_a_near_relative():
    estimates, variances, design = made(30, 5)
    estimates[:5] = 9.0  # one cluster, that looks like nothing else
    clusters = np.array([0] * 5 + list(range(1, 26)))
    _, by_mean = held_out_errors(estimates, variances, design, clusters)
    np.testing.assert_array_less(8.0**2, by_mean[:5])


def test_too_few_series_and_columns_that_say_the_same_give_nothing():
    estimates, variances, design = made(12, 6)
    assert np.isnan(meta_regression(estimates[:3], variances[:3], design[:3], np.arange(3)).coefficients).all()
    twice = np.column_stack([design, design[:, 1]])
    assert np.isnan(meta_regression(estimates, variances, twice, np.arange(12)).p).all()


def test_where_one_cluster_alone_says_what_a_coefficient_is_nothing_is_known():
    estimates, variances, design = made(12, 7)
    design[:, 2] = np.arange(12) == 4
    assert np.isnan(meta_regression(estimates, variances, design, np.arange(12)).errors).any()
    design[:, 2] = np.arange(12) < 3
    assert np.isnan(meta_regression(estimates, variances, design, np.maximum(np.arange(12), 2)).errors).any()
    assert np.isfinite(meta_regression(estimates, variances, design, np.arange(12)).errors).all()
