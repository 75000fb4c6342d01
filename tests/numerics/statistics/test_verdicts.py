import itertools
from unittest import mock

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tasks.numerics.statistics.directional_accuracy import (
    direction_test,
    direction_tests,
    pesaran_timmermann,
    reversals,
    seed_mean,
)
from tasks.numerics.statistics.influence import JUDGED, PairedForecasts
from tasks.numerics.statistics.intervals import Difference
from tasks.numerics.statistics.metrics import naive_scale, score
from tasks.numerics.statistics.power import decided, ladder, needed, rounded
from tasks.numerics.statistics.variance_components import Components
from tasks.numerics.statistics.verdicts import holm, improvement_of, judged, regions, verdicts, wilcoxon, word_for


def made(factors, seeds=30, periods=100, noise=0.2, number=1):
    """Variants whose errors are the reference's, times a factor, plus something of their own."""
    random = np.random.default_rng(number)
    truth = random.standard_normal(periods + 1) * 10
    error = random.normal(0, 3, (seeds, periods)) + random.normal(0, 3, periods)
    forecasts = {"stock": truth[1:] + error}
    for name, factor in factors.items():
        forecasts[name] = truth[1:] + error * factor + random.normal(0, noise, (seeds, periods))
    return PairedForecasts(forecasts, truth[1:], truth[:-1], naive_scale(truth, 1))


def verdict_on(paired, variant, metric="rmse", **settings):
    return next(row for row in verdicts(paired, **settings) if (row.variant, row.metric) == (variant, metric))


@pytest.mark.parametrize(
    ("low", "high", "p", "word"),
    [
        (-5, -3, 0.01, "helps"),
        (3, 5, 0.01, "hurts"),
        (-5, -3, 0.06, "undecided"),
        (3, 5, 0.06, "undecided"),
        (-1, 1, 0.9, "same"),
        (-1.5, -0.5, 0.001, "same"),
        (0.5, 1.5, 0.001, "same"),
        (-3, -0.5, 0.001, "helps"),
        (0.5, 3, 0.001, "hurts"),
        (-3, 1, 0.2, "undecided"),
        (-1, 3, 0.2, "undecided"),
        (-5, 5, 1, "undecided"),
        (0, 0, 1, "same"),
        (np.nan, np.nan, np.nan, "undecided"),
    ],
)
def test_rule(low, high, p, word):
    assert word_for(low, high, p, region=2) == word


def test_the_rule_mirrors_itself():
    mirrored = {"helps": "hurts", "hurts": "helps", "same": "same", "undecided": "undecided"}
    for low, high, p in itertools.product([-3, -1, 0, 1, 3], [-3, -1, 0, 1, 3], [0.01, 0.2]):
        assert word_for(-high, -low, p, 2) == mirrored[word_for(low, high, p, 2)]


def test_planted_effects_get_their_words():
    paired = made({"better": 0.8, "worse": 1.25, "equal": 1.0})
    words = {row.variant: row.word for row in verdicts(paired) if row.metric == "rmse"}
    assert words == {"better": "helps", "worse": "hurts", "equal": "same"}
    assert verdict_on(paired, "better").difference < 0 < verdict_on(paired, "worse").difference
    assert verdict_on(paired, "better").improvement == 1
    assert verdict_on(paired, "worse").improvement == 0


def test_a_wide_region_makes_it_the_same():
    paired = made({"better": 0.8})
    assert verdict_on(paired, "better", equivalent=0.5).word == "same"


def test_too_few_seeds_are_undecided_and_say_how_many_would_do():
    random = np.random.default_rng(0)
    truth = random.standard_normal(101)
    bias = random.normal(0, 1, (2, 10, 1))
    forecasts = {name: truth[1:] + bias[k] + 0.1 * k for k, name in enumerate(("stock", "cell-relu"))}
    row = verdict_on(PairedForecasts(forecasts, truth[1:], truth[:-1], naive_scale(truth, 1)), "cell-relu")
    assert row.word == "undecided"
    assert row.needed.endswith("seeds instead of 10")
    assert row.retraining_p == pytest.approx(scipy.stats.wilcoxon(row.found.by_seed).pvalue)


@pytest.mark.parametrize("p", [[0.01, 0.04, 0.03, 0.5], [0.2], [0.01, 0.01, 0.01], [1, 0.9, 0.001, 0.02, 0.02, 0.7]])
def test_holm_agrees_with_statsmodels(p):
    assert holm(np.array(p)) == pytest.approx(adjusted_by_statsmodels(p))


def adjusted_by_statsmodels(p):
    # It collects garbage first, which takes seconds in the process of so many tests.
    with mock.patch("gc.collect"):
        return multipletests(p, method="holm")[1]


def test_holm_counts_only_what_was_tested():
    assert holm(np.array([0.01, np.nan, 0.03])) == pytest.approx([0.02, np.nan, 0.03], nan_ok=True)
    assert holm(np.array([])).shape == (0,)


def test_holm_runs_over_variants_within_a_metric():
    paired = made({"a": 1.01, "b": 1.02, "c": 0.99}, noise=3)
    rows = [row for row in verdicts(paired) if row.metric == "mae"]
    assert [row.p_adjusted for row in rows] == pytest.approx(adjusted_by_statsmodels([row.p for row in rows]))


@pytest.mark.parametrize(("wins", "number"), [(0, 5), (5, 5), (3, 10), (77, 200)])
def test_improvement_agrees_with_statsmodels_wilson(wins, number):
    by_seed = np.array([-1.0] * wins + [2.0] * (number - wins))
    judge = proportion_confint(wins, number, method="wilson")
    assert improvement_of(by_seed) == pytest.approx((wins / number, *judge))


def test_ties_count_half_and_stay_within_the_level():
    assert improvement_of(np.zeros(8))[0] == 0.5
    assert improvement_of(np.array([-1.0, 0, 0, 3]))[0] == 0.5
    assert improvement_of(np.array([-1.0, -1, 0, 3]))[0] == 0.625
    assert np.isnan(improvement_of(np.array([]))).all()
    random = np.random.default_rng(5)
    ends = [improvement_of(random.choice([-1.0, 0, 1], 40, p=[0.5, 0.3, 0.2]))[1:] for _ in range(500)]
    assert np.mean([low <= 0.65 <= high for low, high in ends]) >= 0.95


def test_wilcoxon_without_differences():
    assert wilcoxon(np.zeros(5)) == 1
    assert np.isnan(wilcoxon(np.array([1.0])))


def test_regions_follow_their_rule():
    paired = made({"x": 1})
    scores = score(paired.forecasts["stock"], paired.actual, paired.previous, paired.scale)
    region = regions(paired, 0.1)
    assert set(region) == set(JUDGED)
    for metric in ("rmse", "mae", "mase", "rmsse"):
        assert region[metric] == pytest.approx(0.1 * scores[metric].mean())
    assert region["mfe"] == region["rmse"]
    assert (region["mda"], region["alpha"], region["slope"]) == pytest.approx((0.1, np.log(1.1), 0.1))


def difference_of(mean, parts, pairs=20):
    margin = float(parts.margin(0.95))
    ends = (mean - margin, mean + margin)
    course, kept = np.zeros(parts.number_of_periods), np.full(pairs, True)
    by_seed = np.full(pairs, mean)
    return Difference(
        "x", "rmse", mean, mean, *ends, *ends, float(parts.p(mean)), pairs, 0, by_seed, course, kept, parts
    )


def parts_of(seeds, periods, pairs=20, number=100):
    return Components(*(np.float64(v) for v in (seeds, periods, 0.0, 50.0)), pairs, number)


@pytest.mark.parametrize(
    ("mean", "seeds", "periods", "words"),
    [
        (1.0, 1.0, 0.0, "seeds instead of 20"),
        (1.0, 0.0, 1.0, "test periods instead of 100: more seeds alone would not decide it"),
        (1.0, 1.0, 1.0, "seeds and"),
        (0.1, 1e-3, 1e-3, "seeds instead of 20"),
        (1e-9, 1e9, 1e9, "more than 100000 seeds or test periods"),
    ],
)
def test_needed_names_what_limits(mean, seeds, periods, words):
    found = difference_of(mean, parts_of(seeds, periods))
    assert words in needed(found, region=0.15 if mean < 1 else 0.5)


def test_needed_would_decide_it_and_less_would_not():
    parts = parts_of(1.0, 0.05)
    words = needed(difference_of(1.0, parts), 0.1)
    number = int(words.split()[1])
    assert decided(1.0, parts.at(number, 100), 0.1)
    assert not decided(1.0, parts.at(int(number * 0.85), 100), 0.1)
    # With the normal quantile the variance may be 1 / 1.96^2: 20 / number of the seeds and 0.05 of the periods.
    assert 1.0 < number / (20 / (1 / 1.96**2 - 0.05)) < 1.2


def test_decided_is_beyond_zero_or_inside_the_region_at_either_side():
    precise = parts_of(1e-6, 0.0)
    assert decided(0.0, precise, 0.1) and decided(-0.5, precise, 0.1)
    wider = parts_of(0.04**2, 0.0)
    assert not decided(0.05, wider, 0.1) and not decided(-0.05, wider, 0.1)
    assert decided(0.0, wider, 0.1)


def test_needed_grows_with_the_number_of_comparisons():
    found = difference_of(1.0, parts_of(1.0, 0.0))
    few, many = (int(needed(found, 0.1, (error, 0.05)).split()[1]) for error in (0.05, 0.005))
    assert many > few


def test_needed_of_what_has_no_interval():
    assert "2 seeds" in needed(difference_of(1.0, parts_of(1.0, 1.0, 1), 1), 0.1)
    assert "8 test periods" in needed(difference_of(1.0, parts_of(1.0, np.nan, number=7)), 0.1)
    row = judged(difference_of(np.nan, parts_of(np.nan, np.nan), 0), np.nan, 0.1)
    assert row.word == "undecided" and "2 seeds" in row.needed


def test_ladder_rises_and_ends():
    steps = ladder(10)
    assert steps[0] == 11 and np.all(np.diff(steps) > 0) and 90_000 < steps[-1] <= 100_000
    assert ladder(200_000) == []
    assert [rounded(n) for n in (7, 99, 101, 1234)] == [7, 99, 110, 1300]


def test_looks_use_their_own_levels():
    paired = made({"better": 0.97}, seeds=10, noise=1)
    usual, cautious = verdict_on(paired, "better"), verdict_on(paired, "better", error=0.01, interval_error=0.02)
    assert cautious.low < usual.low < usual.high < cautious.high
    assert cautious.p == usual.p


def test_diverged_variants_have_a_verdict_too():
    paired = made({"gone": 1.0, "x": 1.0})
    paired.forecasts["gone"][:] = np.nan
    gone = verdict_on(paired, "gone")
    assert (gone.word, gone.found.left_out) == ("undecided", 30)
    assert np.isnan([gone.difference, gone.p, gone.p_adjusted, gone.improvement]).all()
    assert np.isfinite(verdict_on(paired, "x").p_adjusted)


def test_directions_have_the_known_clopper_pearson_interval():
    """Clopper-Pearson 95 % of 8 in 10: 0.4439 to 0.9748."""
    actual, previous = np.array([1.0] * 6 + [-1.0] * 4), np.zeros(10)
    forecast = actual * np.array([1] * 5 + [-1] + [1] * 3 + [-1])
    row = direction_test(("x", forecast), actual, previous)
    assert (row.hits, row.share) == (8, 0.8)
    assert (row.low, row.high) == pytest.approx((0.4439, 0.9748), abs=5e-5)
    assert row.p == pytest.approx(scipy.stats.binom.sf(7, 10, 0.5))


def test_pesaran_timmermann_by_its_slow_formula():
    random = np.random.default_rng(6)
    up = random.random(50) < 0.6
    guess = np.where(random.random(50) < 0.7, up, ~up)
    n = 50
    p, y, x = sum(guess == up) / n, sum(up) / n, sum(guess) / n
    star = y * x + (1 - y) * (1 - x)
    v, w = star * (1 - star) / n, 0.0
    w += (2 * y - 1) ** 2 * x * (1 - x) / n
    w += (2 * x - 1) ** 2 * y * (1 - y) / n
    w += 4 * y * x * (1 - y) * (1 - x) / n**2
    assert pesaran_timmermann(guess, up) == pytest.approx((p - star) / (v - w) ** 0.5)
    assert pesaran_timmermann(guess, up) > 1 > -1 > pesaran_timmermann(~guess, up)
    assert np.isnan(pesaran_timmermann(np.ones(50, bool), up))


def test_pesaran_timmermann_is_standard_normal_without_skill():
    random = np.random.default_rng(7)
    found = [pesaran_timmermann(random.random(200) < 0.7, random.random(200) < 0.6) for _ in range(1500)]
    assert (np.mean(found), np.std(found)) == pytest.approx((0, 1), abs=0.08)


def test_the_bar_is_the_better_of_a_coin_and_always_reversing():
    previous = np.tile([0.0, 1.0], 10)
    actual = np.roll(previous, -1)
    assert reversals(actual, previous) == 1
    paired = PairedForecasts({"stock": np.tile(actual, (3, 1))}, actual, previous, naive_scale(actual, 1))
    (row,) = direction_tests(paired)
    assert (row.coin, row.share, row.p) == (1, 1, 1)
    trend = np.arange(20.0)
    assert reversals(trend + 1, trend) == 0
    paired = PairedForecasts({"stock": np.tile(trend + 2, (3, 1))}, trend + 1, trend, naive_scale(trend, 1))
    assert direction_tests(paired)[0].coin == 0.5


def test_directions_of_the_mean_over_seeds_that_did_not_diverge():
    forecasts = np.array([[1.0, 2.0], [3.0, 6.0], [np.nan, np.nan]])
    assert seed_mean(forecasts) == pytest.approx([2, 4])
    assert np.isnan(seed_mean(forecasts[2:])).all()
    row = direction_test(("x", seed_mean(forecasts[2:])), np.ones(2), np.zeros(2))
    assert np.isnan([row.share, row.p, row.low]).all()
