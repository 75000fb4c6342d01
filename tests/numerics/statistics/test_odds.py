"""The odds against Student's t written out, joint draws against their parts, and the choice against a walk through every case."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tasks.numerics.statistics.influence import Scored
from tasks.numerics.statistics.intervals import difference
from tasks.numerics.statistics.odds import (
    Expected,
    change,
    choices,
    chosen,
    correlation_of,
    draws,
    expected,
    odds,
    with_assumed_periods,
)
from tasks.numerics.statistics.variance_components import Components


def simulated(gaps, seed=0, seeds=12, periods=60, noise=0.5):
    """Differences of variants whose expected gaps these are, to one reference: seeds, periods and both together vary."""
    random = np.random.default_rng(seed)

    def scored(mean):
        losses = mean + noise * (
            random.normal(size=(seeds, 1)) + random.normal(size=(1, periods)) + random.normal(size=(seeds, periods))
        )
        value = losses.mean(axis=1)
        return Scored(value, losses - value[:, None])

    reference = scored(10.0)
    return [difference((f"variant {at}", "rmse"), scored(10.0 + gap), reference) for at, gap in enumerate(gaps)]


def parts(seeds, periods, freedom=20.0, counts=(10, 50)):
    return Components(*(np.asarray(value) for value in (seeds, periods, 0.0, freedom)), *counts)


def known_of(means, variances, correlation=None):
    held = tuple(parts(0.0, variance) for variance in variances)
    return Expected(np.array(means), held, np.eye(len(means)) if correlation is None else correlation, assumed=False)


def test_odds_say_what_the_interval_says():
    (found,) = simulated([-0.3])
    known = expected([found], 10.0)
    # Below its interval's ends lie 2.5 and 97.5 %: the region moved to each end in turn.
    for end, share in ((found.low, 0.025), (found.high, 0.975)):
        moved = replace(known, mean=known.mean - end)
        assert odds(moved, 0.0)[0].better == pytest.approx(share, abs=1e-9)
    only = odds(known, 0.2)[0]
    freedom, spread = float(found.components.freedom), float(np.sqrt(found.components.total))
    posterior = stats.t(freedom, loc=found.difference, scale=spread)
    assert only.better == pytest.approx(posterior.cdf(-0.2))
    assert only.worse == pytest.approx(posterior.sf(0.2))
    assert only.better + only.same + only.worse == pytest.approx(1)
    assert only.better_at_all == pytest.approx(posterior.cdf(0))


def test_a_lower_loss_is_better_and_a_higher_one_worse():
    better, worse = odds(expected(simulated([-3.0, 3.0]), 10.0), 0.2)
    assert better.better > 0.99 and worse.worse > 0.99


def test_what_does_not_vary_is_certain():
    below, above = odds(known_of([-1.0, 1.0], [0.0, 0.0]), 0.5)
    assert (below.better, below.same, below.worse) == (1, 0, 0)
    assert (above.better, above.same, above.worse) == (0, 0, 1)


def test_each_draw_has_its_own_distribution_and_all_hang_together():
    correlation = np.array([[1, 0.8], [0.8, 1]])
    known = known_of([1.0, -2.0], [0.25, 4.0], correlation)
    drawn = draws(known, 200_000)
    for at, (mean, spread) in enumerate(((1.0, 0.5), (-2.0, 2.0))):
        freedom = float(known.components[at].freedom)
        shares = (0.01, 0.2, 0.5, 0.8, 0.99)
        np.testing.assert_allclose(
            np.quantile(drawn[:, at], shares), stats.t(freedom, mean, spread).ppf(shares), atol=0.03 * spread
        )
    assert stats.spearmanr(drawn).statistic == pytest.approx(
        stats.spearmanr(draws_of_normal(correlation)).statistic, abs=0.03
    )


def draws_of_normal(correlation):
    return np.random.default_rng(1).multivariate_normal([0, 0], correlation, 100_000)


def test_estimates_hang_together_as_they_do_over_many_experiments():
    seeds, periods, shared = 8, 40, 0.7
    estimates, told = [], []
    for seed in range(300):
        random = np.random.default_rng(seed)

        def losses(own, random=random):
            return own[0][:, None] + own[1][None] + random.normal(size=(seeds, periods))

        common = (random.normal(size=seeds), random.normal(size=periods))
        reference = np.zeros((seeds, periods))
        scored = []
        for _ in range(2):
            own = (random.normal(size=seeds), random.normal(size=periods))
            scored.append(
                losses([np.sqrt(shared) * a + np.sqrt(1 - shared) * b for a, b in zip(common, own, strict=True)])
            )
        found = [
            difference(
                (name, "rmse"), Scored(one.mean(1), one - one.mean(1)[:, None]), Scored(reference.mean(1), reference)
            )
            for name, one in zip("ab", scored, strict=True)
        ]
        estimates.append([one.difference for one in found])
        told.append(correlation_of(found, [one.components for one in found])[0, 1])
    truth = np.corrcoef(np.array(estimates).T)[0, 1]
    assert np.mean(told) == pytest.approx(truth, abs=0.12)


def test_seeds_that_one_variant_lacks_are_no_pairs_of_another():
    first, second = simulated([0.0, 0.0])
    kept = np.arange(12) != 3
    without = replace(first, by_seed=first.by_seed[kept], kept=kept)
    assert correlation_of([without, second], [without.components, second.components]).shape == (2, 2)


def test_every_choice_comes_to_what_a_walk_through_the_draws_says():
    known = known_of([-0.5, 0.1, 0.4], [0.04, 0.5, 0.1])
    drawn = draws(known, 4000)
    found = choices(drawn, 0.2)
    for option in range(4):
        best, losses, wrong = 0, [], []
        for row in drawn:
            options = [0.0, *row]
            loss = options[option] - min(options)
            losses.append(loss)
            best += options[option] == min(options)
            wrong += [loss] if loss > 0.2 else []
        assert found.best[option] == pytest.approx(best / 4000)
        assert found.regret[option] == pytest.approx(np.mean(losses))
        assert found.mistake[option] == pytest.approx(len(wrong) / 4000)
        assert found.cost[option] == pytest.approx(np.mean(wrong) if wrong else 0)
    assert found.best.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("means", "allowed", "place"),
    [
        ([-0.1, -0.3], [True, True], 2),
        ([-0.3, -0.1], [True, True], 1),
        ([-0.01, 0.5], [True, True], 0),
        ([0.1, 0.3], [True, True], 0),
        ([-0.1, -0.3], [True, False], 1),
        ([-0.01, -0.3], [True, False], 0),
    ],
)
def test_the_best_is_chosen_unless_it_counts_as_equal_or_diverges(means, allowed, place):
    assert int(chosen(np.array(means), 0.02, np.array(allowed))) == place


def test_the_choice_changes_as_often_as_new_evidence_moves_the_mean_across_the_border():
    known = Expected(np.array([-0.1]), (parts(0.01, 0.0, counts=(50, 100)),), np.eye(1), assumed=False)

    def rule(means):
        return chosen(means, 0.02, np.array([True]))

    # Four times the seeds take three quarters of the variance away: the mean moves by the root of that.
    moved = np.sqrt(0.0075)
    crossing = stats.t(float(known.freedom[0])).sf(0.08 / moved)
    assert change(known, draws(known, 200_000), rule, 200, 100) == pytest.approx(crossing, abs=0.01)
    assert change(known, draws(known), rule, 50, 100) == 0


def test_with_few_periods_the_odds_are_wide_and_still_follow_what_is_seen():
    few = simulated([2.0, 0.0], periods=5)
    assert not few[0].enough
    known = expected(few, 10.0)
    assert known.assumed
    worse, equal = odds(known, 0.2)
    assert worse.worse > 0.75
    assert max(equal.better, equal.worse) < 0.6
    # Never surer than a tenth of the reference's score.
    assert all(float(with_assumed_periods(one, 10.0).periods) >= 1.0 for one in few)
    (enough,) = simulated([2.0], periods=60)
    assert not expected([enough], 10.0).assumed


def test_there_are_no_odds_of_a_single_pair_of_seeds():
    assert expected(simulated([0.0], seeds=1), 10.0) is None
    assert expected([], 10.0) is None
