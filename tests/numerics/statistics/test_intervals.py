import time

import numpy as np
import pytest
import scipy.signal
import scipy.stats
import statsmodels.api as sm
from arch.bootstrap import optimal_block_length

from tasks.numerics.statistics import variance_components as components_module
from tasks.numerics.statistics.influence import JUDGED, PairedForecasts, badness, scored
from tasks.numerics.statistics.intervals import gap_of, paired_differences
from tasks.numerics.statistics.metrics import METRICS, naive_scale, score
from tasks.numerics.statistics.variance_components import (
    Components,
    autoregressive,
    block_length,
    blocked,
    components,
    variance_over_time,
)


def made(seeds=30, periods=60, variants=("stock", "cell-relu"), worse=1.0, number=0):
    """Forecasts whose errors have a part of the seed, a part of the period and a part of both."""
    random = np.random.default_rng(number)
    truth = 50 + 10 * random.standard_normal(periods + 1).cumsum() / 4
    forecasts = {}
    for position, name in enumerate(variants):
        error = random.normal(0, 2, (seeds, 1)) + random.normal(0, 3, periods) + random.normal(0, 3, (seeds, periods))
        forecasts[name] = truth[1:] + error * (worse if position else 1.0)
    return PairedForecasts(forecasts, truth[1:], truth[:-1], naive_scale(truth, 1), variants[0])


def found(paired, metric="rmse", variant=None, **settings):
    return next(
        row
        for row in paired_differences(paired, **settings)
        if row.metric == metric and row.variant == (variant or row.variant)
    )


def autocorrelated(random, shape, rho):
    noise = random.standard_normal((*shape[:-1], shape[-1] + 30))
    return scipy.signal.lfilter([1], [1, -rho], noise, axis=-1)[..., 30:] * np.sqrt(1 - rho**2)


@pytest.mark.parametrize("metric", JUDGED)
def test_values_are_those_of_the_scores(metric):
    paired = made()
    judge = score(paired.forecasts["stock"], paired.actual, paired.previous, paired.scale)
    mine = scored(paired.forecasts["stock"], paired.actual, paired.previous, paired.scale)[metric]
    np.testing.assert_allclose(mine.value, judge[metric])
    np.testing.assert_allclose(mine.influence.mean(axis=-1), 0, atol=1e-9)


@pytest.mark.parametrize("metric", ["rmse", "rmsse"])
def test_at_first_order_nothing_changes_a_perfect_forecast(metric):
    paired = made(seeds=2)
    mine = scored(paired.actual[None], paired.actual, paired.previous, paired.scale)[metric]
    assert mine.value.tolist() == [0] and not mine.influence.any()


@pytest.mark.parametrize("metric", JUDGED)
def test_influence_is_what_a_period_changes_when_it_counts_more(metric):
    paired = made(seeds=12, periods=40)
    actual, previous = paired.actual, paired.previous
    # Half of them flattened, half too volatile; some too high, some too low.
    factor = np.where(np.arange(12) % 2, 0.4, 1.6)[:, None]
    forecast = actual.mean() + factor * (paired.forecasts["stock"] - actual.mean()) + np.linspace(-9, 9, 12)[:, None]
    given = badness(metric, scored(forecast, actual, previous, paired.scale)[metric])
    # The score of a test part in which period 7 stands 101 times against 100 of each other.
    often = np.repeat(np.arange(40), np.where(np.arange(40) == 7, 101, 100))
    more = badness(metric, scored(forecast[:, often], actual[often], previous[often], paired.scale)[metric])
    expected = given.influence[:, 7] / len(often)
    np.testing.assert_allclose(more.value - given.value, expected, rtol=0.05, atol=1e-9)
    assert np.abs(expected).max() > 0


def test_gap_is_the_difference_of_the_losses_period_by_period():
    paired = made(seeds=3)
    own, reference = (
        scored(paired.forecasts[name], paired.actual, paired.previous, paired.scale)["mae"]
        for name in ("cell-relu", "stock")
    )
    missed = {name: np.abs(values - paired.actual) for name, values in paired.forecasts.items()}
    np.testing.assert_allclose(gap_of("mae", own, reference), missed["cell-relu"] - missed["stock"])


@pytest.mark.parametrize("metric", sorted(set(JUDGED) - {"alpha"}))
def test_badness_is_that_of_the_metric(metric):
    paired = made(seeds=5)
    own = scored(paired.forecasts["stock"], paired.actual, paired.previous, paired.scale)[metric]
    expected = [METRICS[metric].badness(value) for value in own.value]
    np.testing.assert_allclose(badness(metric, own).value, expected)


def test_half_and_twice_the_spread_are_equally_bad_and_a_constant_has_an_end():
    paired = made(seeds=3)
    moved = paired.actual - paired.actual.mean()
    forecast = paired.actual.mean() + np.stack([moved / 2, moved * 2, moved * 0])
    own = scored(forecast, paired.actual, paired.previous, paired.scale)
    assert badness("alpha", own["alpha"]).value == pytest.approx([np.log(2), np.log(2), np.log(1000)])
    assert np.isnan(own["slope"].value[2]) and np.isfinite(own["slope"].value[:2]).all()


@pytest.mark.parametrize(("metric", "better"), [(metric, sign) for metric in JUDGED for sign in (True, False)])
def test_below_zero_means_better(metric, better):
    paired = made(seeds=6)
    wide = paired.actual + 3 * (paired.forecasts["stock"] - paired.actual) + 9
    close = paired.actual + 0.01 * (paired.forecasts["stock"] - paired.actual)
    ours, theirs = (close, wide) if better else (wide, close)
    row = found(PairedForecasts({"stock": theirs, "x": ours}, paired.actual, paired.previous, paired.scale), metric)
    assert (row.difference < 0) == better
    assert (row.high < 0) if better else (row.low > 0)
    if metric == "mda":
        assert row.signed == pytest.approx(-row.difference)


def test_difference_and_retraining_interval_agree_with_scipys_paired_t():
    paired = made(seeds=12)
    row = found(paired, "mae")
    scores = {name: score(f, paired.actual, paired.previous, paired.scale) for name, f in paired.forecasts.items()}
    judge = scipy.stats.ttest_rel(scores["cell-relu"]["mae"], scores["stock"]["mae"])
    interval = judge.confidence_interval(0.95)
    assert row.difference == pytest.approx((scores["cell-relu"]["mae"] - scores["stock"]["mae"]).mean())
    assert (row.retraining_low, row.retraining_high) == pytest.approx((interval.low, interval.high))


def test_interval_and_p_say_the_same():
    for number in range(20):
        for row in paired_differences(made(number=number, worse=1.1)):
            assert (row.p < 0.05) == (row.low > 0 or row.high < 0)


def test_interval_over_new_periods_too_is_wider_and_a_higher_level_wider_still():
    row, sure = found(made()), found(made(), level=0.99)
    assert row.low < row.retraining_low < row.difference < row.retraining_high < row.high
    assert sure.low < row.low < row.high < sure.high


def test_components_are_those_of_an_analysis_of_variance():
    """Without dependence in time the parts are those of two crossed random effects (Searle 1971), known here."""
    random = np.random.default_rng(4)
    scores = random.normal(0, 2, (400, 40, 1)) + random.normal(0, 3, (400, 1, 60)) + random.normal(0, 6, (400, 40, 60))
    parts = components(scores)
    assert parts.interaction.mean() == pytest.approx(36 / 2400, rel=0.05)
    assert parts.seeds.mean() == pytest.approx(4 / 40 + 36 / 2400, rel=0.05)
    assert parts.periods.mean() == pytest.approx(9 / 60, rel=0.2)


def test_blocks_agree_with_arch_and_with_statsmodels():
    random = np.random.default_rng(2)
    courses = autocorrelated(random, (20, 150), 0.9)
    moved = courses - courses.mean(axis=1, keepdims=True)
    lengths = block_length(moved)
    chosen = np.ceil(optimal_block_length(courses.T)["circular"].to_numpy())
    np.testing.assert_array_equal(lengths, np.clip(chosen, np.ceil(2.5 * 150 ** (1 / 3)), 50))
    assert len(set(lengths)) > 1
    for course, length, variance in zip(courses, lengths, blocked(moved), strict=True):
        judge = sm.OLS(course, np.ones(150)).fit(
            cov_type="HAC", cov_kwds={"maxlags": int(length) - 1, "use_correction": False}
        )
        assert variance * (1 - length / 150) == pytest.approx(judge.bse[0] ** 2)


def test_of_blocks_and_autoregression_the_larger_counts():
    random = np.random.default_rng(0)
    noise, wave = random.standard_normal(120), np.sin(np.arange(120) / 5)
    found = []
    # Waves hidden in noise have little correlation from one period to the next.
    for course in (noise + wave, autocorrelated(random, (120,), 0.7)):
        moved = course - course.mean()
        variance = (moved**2).mean()
        correlation = (moved[1:] @ moved[:-1]) / (moved @ moved)
        both = float(blocked(moved)), float(autoregressive(variance, correlation, 120)[0])
        assert variance_over_time(course)[0] == pytest.approx(max(both))
        found.append(both[0] > both[1])
    assert found == [True, False]


def test_autoregression_knows_the_variance_of_its_mean():
    rho = np.array([0.0, 0.5, 0.8])
    raw = (rho * 197 - 1) / 200
    exact = [scipy.linalg.toeplitz(r ** np.arange(200.0)).mean() for r in rho]
    about_own_mean = 1 - np.array(exact)
    assert autoregressive(about_own_mean, raw, 200)[0] == pytest.approx(exact)


@pytest.mark.parametrize(("rho", "seeds", "periods"), [(0.0, 30, 60), (0.7, 30, 60), (0.3, 10, 200), (0.7, 100, 200)])
def test_interval_covers_new_seeds_and_periods_about_as_often_as_it_says(rho, seeds, periods):
    random = np.random.default_rng(int(10 * rho) + seeds)
    runs = 400
    gap = random.normal(0, 1, (runs, seeds, 1)) + autocorrelated(random, (runs, 1, periods), rho)
    gap = gap + random.normal(0, 1, (runs, seeds, periods))
    mean, parts = gap.mean(axis=(1, 2)), components(gap)
    covered = np.mean(np.abs(mean) <= parts.margin(0.95))
    # Binomial: 400 runs at 95 % lie within 92 and 98 % but for 1 in 150 such tests.
    assert 0.92 <= covered <= 0.98
    over_seeds_alone = np.mean(np.abs(mean) <= parts.retraining_margin(0.95))
    assert over_seeds_alone < covered
    if seeds * 1.0 > 10:
        assert over_seeds_alone < 0.9


@pytest.mark.parametrize(("season", "periods"), [(4, 40), (12, 60)])
def test_a_season_is_seen_by_who_knows_of_it(season, periods):
    random = np.random.default_rng(season)
    noise = random.standard_normal((1000, periods + 30 * season))
    for t in range(season, noise.shape[1]):
        noise[:, t] = 0.7 * noise[:, t - season] + np.sqrt(1 - 0.7**2) * noise[:, t]
    differences = noise[:, None, -periods:] + random.standard_normal((1000, 10, 1)) / 10
    means = differences.mean(axis=(1, 2))
    held = {known: np.mean(np.abs(means) <= components(differences, known).margin(0.95)) for known in (1, season)}
    assert 0.93 <= held[season] <= 0.98
    assert held[season] > held[1]


def test_a_test_part_of_less_than_two_seasons_says_nothing_of_them():
    differences = np.random.default_rng(0).standard_normal((5, 10, 23)).cumsum(axis=-1)
    assert np.array_equal(components(differences, 12).total, components(differences).total)


def test_identical_forecasts_differ_by_nothing():
    paired = made()
    same = PairedForecasts(
        {"stock": paired.forecasts["stock"], "x": paired.forecasts["stock"].copy()},
        paired.actual,
        paired.previous,
        paired.scale,
    )
    for row in paired_differences(same):
        assert (row.difference, row.low, row.high, row.retraining_low, row.retraining_high) == (0, 0, 0, 0, 0)
        assert row.p == 1


def test_a_difference_without_any_variance_is_certain():
    parts = components(np.full((5, 20), 0.5))
    assert parts.margin(0.95) == 0
    assert (parts.p(np.float64(0.5)), parts.p(np.float64(0.0))) == (0, 1)


def test_one_pair_and_few_periods_have_no_interval():
    row = found(made(seeds=1))
    assert np.isfinite(row.difference) and row.pairs == 1 and not row.enough
    assert np.isnan([row.low, row.high, row.retraining_low, row.retraining_high, row.p]).all()
    row = found(made(periods=7))
    assert np.isfinite([row.retraining_low, row.retraining_high]).all() and not row.enough
    assert np.isnan([row.low, row.high, row.p]).all()
    assert found(made(periods=8)).enough and np.isfinite(found(made(periods=8)).low)


def test_diverged_seeds_are_left_out_in_pairs_and_counted():
    paired = made(seeds=10)
    paired.forecasts["stock"][0] = np.nan
    paired.forecasts["cell-relu"][3] = np.nan
    row = found(paired)
    kept = [1, 2, 4, 5, 6, 7, 8, 9]
    fewer = {name: values[kept] for name, values in paired.forecasts.items()}
    expected = found(PairedForecasts(fewer, paired.actual, paired.previous, paired.scale))
    assert (row.pairs, row.left_out) == (8, 2)
    assert (row.difference, row.low, row.high) == pytest.approx((expected.difference, expected.low, expected.high))
    paired.forecasts["stock"][:] = np.nan
    row = found(paired)
    assert (row.pairs, row.left_out) == (0, 10)
    assert np.isnan([row.difference, row.low, row.high, row.p]).all()


def test_constant_forecasts_have_no_slope_but_every_other_metric():
    paired = made(seeds=10)
    paired.forecasts["cell-relu"][:4] = 50.0
    rows = {row.metric: row for row in paired_differences(paired)}
    assert rows["slope"].left_out == 4
    assert all(row.left_out == 0 and np.isfinite(row.low) for key, row in rows.items() if key != "slope")


def test_an_undefined_scale_leaves_its_metrics_undefined():
    paired = made(seeds=5)
    flat = PairedForecasts(paired.forecasts, paired.actual, paired.previous, naive_scale(np.ones(9), 1))
    rows = {row.metric: row for row in paired_differences(flat)}
    assert rows["mase"].pairs == rows["rmsse"].pairs == 0
    assert rows["rmse"].pairs == 5


def test_more_seeds_and_periods_shrink_their_own_parts():
    parts = Components(np.float64(0.4), np.float64(0.2), np.float64(0.1), np.float64(20.0), 10, 50)
    seeds = parts.at(40, 50)
    assert (seeds.seeds, seeds.periods) == pytest.approx((0.1, 0.2))
    periods = parts.at(10, 100)
    assert (periods.seeds, periods.periods, periods.period_freedom) == pytest.approx((0.35, 0.1, 40))
    assert parts.at(10, 50).total == pytest.approx(parts.total)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reference": "cell-tanh"}, "one of the variants"),
        ({"forecasts": {"stock": np.ones((3, 4))}}, "shape"),
        ({"previous": np.ones(3)}, "Previous"),
    ],
)
def test_what_does_not_fit_is_refused(change, words):
    paired = made()
    given = {key: getattr(paired, key) for key in ("forecasts", "actual", "previous", "scale", "reference")}
    with pytest.raises(ValueError, match=words):
        PairedForecasts(**{**given, **change})


def test_a_big_comparison_takes_under_two_seconds():
    paired = made(seeds=200, periods=500, variants=tuple(f"v{number}" for number in range(7)))
    start = time.process_time()
    rows = paired_differences(paired)
    assert len(rows) == 48
    assert time.process_time() - start < 2


def test_the_longest_memory_that_a_fit_may_have_is_bounded(monkeypatch):
    trend = np.linspace(-1, 1, 60) ** 3
    wide = components(np.tile(trend, (5, 1)) + np.random.default_rng(0).normal(0, 0.01, (5, 60))).total
    monkeypatch.setattr(components_module, "STRONGEST", 0.5)
    assert components(np.tile(trend, (5, 1)) + np.random.default_rng(0).normal(0, 0.01, (5, 60))).total < wide
