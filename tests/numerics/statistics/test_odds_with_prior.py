"""Odds with other series asked: against the product of both written out, and against what they must be at the ends."""

import numpy as np
import pytest
from scipy import integrate, stats

from tasks.numerics.statistics.effect_distribution import EffectDistribution, fitted, grid, wide_weights, widened
from tasks.numerics.statistics.odds import Expected, draws, odds
from tasks.numerics.statistics.odds_with_prior import updated
from tasks.numerics.statistics.variance_components import Components

LEVEL, REGION = 10.0, 0.2


def known_of(means, spread=0.5, freedom=30.0):
    values = (0.0, spread**2, 0.0, freedom)
    parts = Components(*(np.asarray(value) for value in values), 10, 50)
    correlation = np.full((len(means), len(means)), 0.5) + 0.5 * np.eye(len(means))
    return Expected(np.array(means), (parts,) * len(means), correlation, assumed=False)


@pytest.fixture(scope="module")
def harmful():
    """Effects of a variant that mostly does harm: about a tenth."""
    random = np.random.default_rng(0)
    return fitted(random.normal(0.1, 0.02, 60), np.full(60, 0.01), np.full(60, 30.0))


def test_a_prior_moves_odds_as_the_product_of_both_says(harmful):
    known = known_of([0.0])
    found = updated(known, draws(known), [harmful], LEVEL, REGION)

    def density(effect):
        prior = stats.norm.pdf(effect, harmful.means, harmful.widths) @ harmful.weights
        return prior * stats.t.pdf(-effect / 0.05, 30) / 0.05

    total, worse = (integrate.quad(density, low, 0.6, limit=300, points=[0.1])[0] for low in (-0.6, np.log1p(0.02)))
    assert found.odds[0].worse == pytest.approx(worse / total, abs=0.02)
    assert found.odds[0].worse > odds(known, REGION)[0].worse + 0.3
    assert found.mean[0] > 0.5
    assert found.drawn.mean(axis=0) == pytest.approx(found.mean)


def test_without_a_prior_nothing_changes(harmful):
    known = known_of([0.3, -0.4])
    drawn = draws(known)
    found = updated(known, drawn, [None, None], LEVEL, REGION)
    assert np.array_equal(found.drawn, drawn) and found.odds == odds(known, REGION)
    half = updated(known, drawn, [None, harmful], LEVEL, REGION)
    assert np.array_equal(half.drawn[:, 0], drawn[:, 0]) and half.odds[0] == found.odds[0]
    assert half.mean[1] > found.mean[1]


def test_a_wide_prior_leaves_what_one_knows_oneself_nearly_as_it_is():
    wide = EffectDistribution.on_grid(wide_weights(), 0)
    known = known_of([-0.6, 0.1], spread=0.3)
    found, alone = updated(known, draws(known), [wide, wide], LEVEL, REGION), odds(known, REGION)
    for one, other in zip(found.odds, alone, strict=True):
        assert (one.better, one.same, one.worse) == pytest.approx((other.better, other.same, other.worse), abs=0.06)


def test_how_differences_hang_together_stays(harmful):
    known = known_of([0.0, 0.1])
    drawn = draws(known)
    found = updated(known, drawn, [harmful, harmful], LEVEL, REGION)
    before, after = (stats.spearmanr(one).statistic for one in (drawn, found.drawn))
    assert after == pytest.approx(before, abs=0.01)


def test_a_widened_distribution_takes_more_for_possible(harmful):
    assert widened(harmful).below(-0.1) > harmful.below(-0.1) + 0.1
    assert widened(harmful).weights.sum() == pytest.approx(1)
    assert len(wide_weights()) == len(grid())


@pytest.mark.parametrize(("prior_spread", "weight"), [(0.05, 0.5), (0.1, 0.8), (0.025, 0.2)])
def test_of_two_normal_distributions_the_weight_is_ones_own_share_of_the_precision(prior_spread, weight):
    prior = EffectDistribution(np.ones(1), np.zeros(1), np.full(1, prior_spread), 60)
    found = updated(known_of([0.0], freedom=1e6), np.zeros((2, 1)), [prior], LEVEL, REGION)
    assert found.weights == pytest.approx([weight], abs=0.01)


def test_without_a_prior_ones_own_evidence_weighs_all(harmful):
    known = known_of([0.3, -0.4])
    found = updated(known, draws(known), [None, harmful], LEVEL, REGION)
    assert found.weights[0] == 1 and 0 < found.weights[1] < 1
