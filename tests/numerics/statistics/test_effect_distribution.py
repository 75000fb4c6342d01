"""The distribution of effects against simulated series of two kinds, and what it makes of one's own."""

import numpy as np
import pytest
from scipy import integrate, stats

from tasks.numerics.statistics.effect_distribution import fitted, grid

RANDOM = np.random.default_rng(0)


def two_kinds(number, random=RANDOM):
    """True effects: most next to nothing, some large and harmful."""
    harmful = random.random(number) < 0.3
    return np.where(harmful, random.normal(0.6, 0.15, number), random.normal(0.0, 0.02, number))


@pytest.fixture(scope="module")
def seen():
    truth = two_kinds(150)
    spreads = RANDOM.uniform(0.03, 0.15, 150)
    return fitted(truth + spreads * RANDOM.standard_normal(150), spreads, np.full(150, 20.0))


def test_the_grid_is_dense_about_nothing_and_reaches_far():
    places = grid()
    assert places[0] == -places[-1] < -3.5 and np.abs(places).min() == 0
    assert np.diff(places).min() == pytest.approx(0.01, rel=0.01)


def test_both_kinds_are_found(seen):
    assert seen.weights.sum() == pytest.approx(1)
    assert seen.below(0.2) == pytest.approx(0.7, abs=0.1)
    assert seen.below(0.8) - seen.below(0.4) == pytest.approx(0.3, abs=0.1)
    assert seen.mean == pytest.approx(0.18, abs=0.05)
    assert seen.below(float(seen.quantiles(np.array([0.9]))[0])) == pytest.approx(0.9, abs=0.02)


def test_what_is_known_of_one_series_is_the_product_written_out(seen):
    mean, spread, freedom = 0.3, 0.2, 12.0
    found = seen.given(mean, spread, freedom)

    def density(effect):
        own = stats.norm.pdf(effect, seen.means, seen.widths) @ seen.weights
        return own * stats.norm.pdf(mean, effect, spread)

    # With many degrees of freedom the product of two normal densities is exact.
    exact = seen.given(mean, spread, 1e9).odds(0.02)
    total, below = (
        integrate.quad(density, low, high, limit=500, points=[0, 0.6])[0] for low, high in ((-3, 3), (-3, -0.02))
    )
    assert exact.better == pytest.approx(below / total, abs=2e-3)
    assert found.weights.sum() == pytest.approx(1)
    odds = found.odds(0.02)
    assert odds.better + odds.same + odds.worse == pytest.approx(1)


def test_much_evidence_of_ones_own_outweighs_all_series_and_none_leaves_them_as_they_are(seen):
    sure = seen.given(-0.5, 0.01, 50.0)
    assert sure.mean == pytest.approx(-0.5, abs=0.01)
    assert sure.odds(0.02).better > 0.999
    nothing = seen.given(0.0, 100.0, 5.0).odds(0.02)
    assert nothing.better == pytest.approx(seen.below(-0.02), abs=0.01)
    assert nothing.worse == pytest.approx(1 - seen.below(0.02), abs=0.01)


def test_on_new_series_it_tells_more_than_ones_own_evidence_or_one_normal_distribution(seen):
    random = np.random.default_rng(1)
    truth, spread = two_kinds(400, random), 0.2
    estimates = truth + spread * random.standard_normal(400)
    over_series = np.sqrt(seen.weights @ ((seen.means - seen.mean) ** 2 + seen.widths**2))
    scores = {"mixture": [], "alone": [], "normal": []}
    for estimate, effect in zip(estimates, truth, strict=True):
        mixture = seen.given(estimate, spread, 1e9)
        scores["mixture"].append(np.log(mixture.weights @ stats.norm.pdf(effect, mixture.means, mixture.widths)))
        scores["alone"].append(stats.norm.logpdf(effect, estimate, spread))
        share = over_series**2 / (over_series**2 + spread**2)
        middle = seen.mean + share * (estimate - seen.mean)
        scores["normal"].append(stats.norm.logpdf(effect, middle, spread * np.sqrt(share)))
    mean = {name: np.mean(values) for name, values in scores.items()}
    assert mean["mixture"] > mean["normal"] + 0.3 > mean["alone"] + 0.3


def test_with_few_series_little_is_certain():
    few = fitted(np.array([0.0, 0.01]), np.array([0.02, 0.02]), np.array([20.0, 20.0]))
    assert few.below(-0.2) > 0.05 and few.below(0.2) < 0.95
    assert few.series == 2
