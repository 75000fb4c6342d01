"""Ranks over series, against SciPy, against every permutation, and the example of the paper that they are from."""

import itertools

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.ranks import (
    critical_difference,
    friedman,
    p_of_difference,
    rank_over_series,
    rank_sums,
    ranks_of,
)


@pytest.mark.parametrize("decimals", [3, 0])
def test_friedman_is_scipys_with_and_without_ties_in_the_form_of_iman_and_davenport(decimals):
    scores = np.random.default_rng(0).normal(size=(9, 5)).round(decimals) + np.arange(5) / 4
    statistic = stats.friedmanchisquare(*scores.T).statistic
    f = 8 * statistic / (9 * 4 - statistic)
    found = friedman(stats.rankdata(scores, axis=1))
    assert found == pytest.approx(stats.f.sf(f, 4, 32))
    assert 0.001 < found < 0.9


def test_the_example_of_demsar():
    # 14 data sets, mean ranks 3.143, 2.000, 2.893 and 1.964: chi squared 9.28, F 3.69 with 3 and 39 degrees of freedom.
    means = np.array([3.143, 2.000, 2.893, 1.964])
    statistic = 12 * 14 / (4 * 5) * ((means**2).sum() - 4 * 25 / 4)
    f = 13 * statistic / (14 * 3 - statistic)
    assert (statistic, f) == (pytest.approx(9.28, abs=0.01), pytest.approx(3.69, abs=0.01))
    # With the first as control, z 2.416 and p 0.016 for the last: the exact p is near to it.
    assert p_of_difference(14 * (3.143 - 1.964), 14, 4) == pytest.approx(0.016, abs=0.006)


def test_ranks_without_any_difference_and_with_nothing_but_one():
    assert friedman(np.full((4, 3), 2.0)) == 1
    assert friedman(np.tile([1.0, 2, 3], (4, 1))) == 0
    assert np.isnan(friedman(np.array([[1.0, 2]])))


@pytest.mark.parametrize(("series", "variants"), [(2, 3), (3, 3), (2, 4), (4, 2)])
def test_differences_of_rank_sums_are_those_of_every_permutation(series, variants):
    orders = list(itertools.permutations(range(1, variants + 1)))
    gaps = np.array([sum(order[0] - order[1] for order in one) for one in itertools.product(orders, repeat=series)])
    reach = series * (variants - 1)
    counted = [(gaps == gap).mean() for gap in range(-reach, reach + 1)]
    np.testing.assert_allclose(rank_sums(series, variants), counted, atol=1e-12)
    for gap in (0, 1.5, 2, reach):
        assert p_of_difference(-gap, series, variants) == pytest.approx((np.abs(gaps) >= gap).mean())


def test_two_variants_are_a_sign_test():
    for wins in range(9):
        assert p_of_difference(8 - 2 * wins, 8, 2) == pytest.approx(stats.binomtest(wins, 8).pvalue)


@pytest.mark.parametrize(("series", "variants"), [(6, 2), (8, 4), (30, 7)])
def test_the_critical_difference_is_the_least_beyond_chance(series, variants):
    least = critical_difference(series, variants)
    assert p_of_difference(least * series, series, variants) * (variants - 1) < 0.05
    assert p_of_difference(least * series - 1, series, variants) * (variants - 1) >= 0.05


def test_five_series_cannot_tell_two_variants_apart():
    assert np.isnan(critical_difference(5, 2)) and np.isfinite(critical_difference(6, 2))
    assert np.isnan(critical_difference(5, 1))


def test_ranks_are_by_mean_badness_and_what_diverged_is_last():
    scores = np.array([[1.0, 3], [np.nan, np.nan], [2.0, np.nan], [0.5, 0.6]])
    assert ranks_of("rmse", scores).tolist() == [2.5, 4, 2.5, 1]
    assert ranks_of("mda", scores).tolist() == [1.5, 4, 1.5, 3]
    # Half and twice the spread are equally bad, and worse than a tenth too much.
    assert ranks_of("alpha", np.array([[0.5], [2.0], [1.1]])).tolist() == [2.5, 2.5, 1]


def table(*means):
    names = ["stock", "a", "b"]
    return xr.Dataset({"rmse": (("variant", "seed"), np.array(means)[:, None] * [0.9, 1.1])}, coords={"variant": names})


def test_every_variant_is_tested_against_the_reference_by_its_name():
    scores = [table(2, 1, 3 + one) for one in range(7)]
    found = rank_over_series(scores, ComparisonSpec(reference="a"))
    assert found.mean.tolist() == [2, 1, 3]
    assert [(test.variant, test.difference) for test in found.tests] == [("stock", 1), ("b", 2)]
    assert found.tests[0].p == pytest.approx(p_of_difference(7, 7, 3))
    assert found.tests[1].p_adjusted == pytest.approx(2 * p_of_difference(14, 7, 3))
    assert found.tests[1].p_adjusted < 0.05 < found.tests[0].p_adjusted
    assert found.p == 0
