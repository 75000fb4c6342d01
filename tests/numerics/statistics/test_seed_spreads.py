import numpy as np
import pytest
from scipy import stats

from tasks.numerics.statistics.seed_spreads import log_deviations_without_each, spread


def test_the_deviation_without_each_is_that_of_the_others():
    values = np.random.default_rng(0).normal(5, 2, size=12)
    expected = [np.log(np.delete(values, k).std(ddof=1)) for k in range(12)]
    np.testing.assert_allclose(log_deviations_without_each(values), expected)


def test_ratio_interval_and_p_are_the_jackknifes():
    random = np.random.default_rng(1)
    own, other = random.normal(size=30) * 2, random.normal(size=30)
    found = spread(own, other)
    assert found.ratio == pytest.approx(own.std() / other.std())
    parts = [np.log(np.delete(own, k).std(ddof=1) / np.delete(other, k).std(ddof=1)) for k in range(30)]
    error = np.sqrt(29 / 30 * np.sum((np.array(parts) - np.mean(parts)) ** 2))
    half = stats.t.ppf(0.975, 29) * error
    assert (found.low, found.high) == pytest.approx(tuple(found.ratio * np.exp([-half, half])))
    assert found.p == pytest.approx(2 * stats.t.sf(np.log(found.ratio) / error, 29))
    turned = spread(other, own)
    assert (turned.low, turned.high) == pytest.approx((1 / found.high, 1 / found.low))


def test_pairs_that_are_not_finite_are_left_out_of_both():
    random = np.random.default_rng(2)
    own, other = random.normal(size=(2, 20))
    holed = own.copy()
    holed[[3, 7]] = np.nan
    assert spread(holed, other) == spread(np.delete(own, [3, 7]), np.delete(other, [3, 7]))


@pytest.mark.parametrize("own", [np.arange(9.0), np.ones(20), np.append(np.ones(19), 5.0)])
def test_nothing_is_said_of_few_seeds_or_of_scores_that_hardly_move(own):
    assert spread(own, np.random.default_rng(3).normal(size=len(own))) is None


def test_equal_sides_are_equal():
    values = np.random.default_rng(4).normal(size=20)
    found = spread(values, values)
    assert (found.ratio, found.p) == (1, 1)


@pytest.mark.parametrize("draw", [lambda r: r.normal(size=30), lambda r: r.standard_t(4, size=30)])
def test_its_intervals_hold_the_true_ratio(draw):
    random = np.random.default_rng(5)
    held = [found.low <= 1 <= found.high for found in (spread(draw(random), draw(random)) for _ in range(400))]
    assert 0.9 < np.mean(held) < 0.98
