import numpy as np
import pytest
import scipy.stats

from tasks.numerics.statistics.group_sequential import linear, look, nominal_levels, obrien_fleming


def test_bounds_are_those_of_the_literature():
    """Reboussin, DeMets, Kim and Lan (2000), five equal looks, two-sided 5 %, O'Brien-Fleming-type spending."""
    levels = nominal_levels([1, 2, 3, 4, 5], 5, 0.05, obrien_fleming)
    assert scipy.stats.norm.isf(levels / 2) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)


def test_two_looks_agree_with_scipys_bivariate_normal():
    first, second = nominal_levels([50, 100], 100)
    one, two = scipy.stats.norm.isf([first / 2, second / 2])
    both = scipy.stats.multivariate_normal([0, 0], [[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]])
    inside = both.cdf([one, two], lower_limit=[-one, -two])
    assert 1 - inside == pytest.approx(0.05, abs=1e-4)
    assert first == pytest.approx(0.025)


def test_one_look_at_the_end_has_the_whole_error():
    for spending in (linear, obrien_fleming):
        assert nominal_levels([80], 80, 0.05, spending) == pytest.approx([0.05])


def test_levels_of_past_looks_do_not_depend_on_later_ones():
    whole = nominal_levels([10, 30, 60, 100], 100)
    for number in (1, 2, 3):
        assert nominal_levels([10, 30, 60, 100][:number], 100) == pytest.approx(whole[:number])


def shares_found(period_noise, spending, runs=20_000, variants=1):
    """How often a difference of 0 is found at any of the looks, and with the level of a single look at each."""
    random = np.random.default_rng(11)
    seeds = [20, 40, 60, 80, 100]
    common = period_noise * random.standard_normal((runs, 1, variants))
    means = random.standard_normal((runs, 100, variants)).cumsum(axis=1)[:, np.array(seeds) - 1]
    means = means / np.array(seeds)[:, None] + common
    deviation = np.sqrt(1 / np.array(seeds) + period_noise**2)[:, None]
    p = 2 * scipy.stats.norm.sf(np.abs(means) / deviation)
    looks = [look(seeds[: number + 1], 100, variants, spending=spending) for number in range(5)]
    # Holm finds something where its first step does.
    level = np.array([each.error for each in looks]) / variants
    return np.mean((p.min(axis=2) < level).any(axis=1)), np.mean((p.min(axis=2) < 0.05 / variants).any(axis=1))


@pytest.mark.parametrize("spending", [linear, obrien_fleming])
@pytest.mark.parametrize("variants", [1, 6])
def test_error_holds_under_looking(spending, variants):
    ours, naive = shares_found(0.0, spending, variants=variants)
    assert ours <= 0.055
    assert naive > 0.1


@pytest.mark.parametrize("spending", [linear, obrien_fleming])
def test_noise_of_the_test_periods_makes_the_rule_safer(spending):
    without, with_noise = shares_found(0.0, spending)[0], shares_found(0.3, spending)[0]
    assert with_noise < without
    assert without == pytest.approx(0.05, abs=0.006)


def test_linear_spending_decides_early_and_the_other_late():
    early, late = (nominal_levels([20, 100], 100, 0.05, spending) for spending in (linear, obrien_fleming))
    assert early[0] > 1000 * late[0]
    assert early[1] < late[1] < 0.05


def test_levels_after_holm_are_on_the_safe_side():
    one, many = look([20, 40], 100), look([20, 40], 100, 6)
    assert one.error == one.interval_error == many.interval_error
    assert 0 < many.error < one.error
    # Six error-spending rules of a sixth of the error each are the first step of Holm's.
    assert many.error / 6 <= nominal_levels([20, 40], 100, 0.05 / 6)[-1] + 1e-12


@pytest.mark.parametrize("seeds", [[], [0, 10], [10, 10], [20, 10], [10, 101]])
def test_looks_that_cannot_be_are_refused(seeds):
    with pytest.raises(ValueError, match="rising numbers of seeds from 1 up to 100"):
        nominal_levels(seeds, 100)
