import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm
from arch.bootstrap import MCS

from tasks.numerics.statistics.accuracy_tests import (
    RESAMPLES,
    accuracy_tests,
    diebold_mariano,
    losses_of,
    model_confidence_set,
)
from tasks.numerics.statistics.variance_components import block_length


def errors(periods=80, number=0):
    random = np.random.default_rng(number)
    common = random.standard_normal(periods)
    return common + random.normal(0, 0.5, periods), common + random.normal(0, 0.9, periods)


def test_value_worked_by_hand():
    """Errors 0..5 against 0, 2, 3, 3, 5, 6: differences of squares 0 -3 -5 0 -9 -11, mean -14/3, variance 158/9.

    -14/3 / sqrt(158/54) = -2.7282, times sqrt(5/6) of Harvey, Leybourne and Newbold for one step and 6 periods.
    """
    own, other = np.arange(6.0) ** 2, np.array([0, 2, 3, 3, 5, 6.0]) ** 2
    statistic, p = diebold_mariano(own, other)
    assert statistic == pytest.approx(-2.4905, abs=5e-5)
    assert p == pytest.approx(0.05513, abs=5e-6)


@pytest.mark.parametrize("horizon", [1, 2, 4])
@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_statistic_agrees_with_statsmodels_uncorrected(horizon, loss):
    one, two = (losses_of(error, np.zeros(80), loss) for error in errors())
    judge = sm.OLS(one - two, np.ones(80)).fit(
        cov_type="HAC",
        cov_kwds={
            "maxlags": horizon - 1,
            "use_correction": False,
            "kernel": sm.stats.sandwich_covariance.weights_uniform,
        },
    )
    correction = np.sqrt((80 + 1 - 2 * horizon + horizon * (horizon - 1) / 80) / 80)
    statistic, p = diebold_mariano(one, two, horizon)
    assert statistic == pytest.approx(judge.tvalues[0] * correction)
    assert p == pytest.approx(2 * scipy.stats.t.cdf(-abs(statistic), 79))


def test_one_step_is_the_paired_t_test():
    """At one step the correction turns the statistic into Student's: n - 1 for n (Harvey, Leybourne and Newbold 1997)."""
    one, two = (losses_of(error, np.zeros(80)) for error in errors())
    judge = scipy.stats.ttest_rel(one, two)
    assert diebold_mariano(one, two) == pytest.approx((judge.statistic, judge.pvalue))


def test_below_zero_means_more_accurate():
    good, bad = (losses_of(error, np.zeros(80)) for error in errors())
    assert diebold_mariano(good, bad)[0] < -1.5
    assert diebold_mariano(bad, good) == pytest.approx((-diebold_mariano(good, bad)[0], diebold_mariano(good, bad)[1]))


def test_a_variance_below_zero_is_weighted():
    difference = np.tile([1.0, -1.0], 20) + 0.05
    statistic, p = diebold_mariano(difference, np.zeros(40), 2)
    assert np.isfinite(statistic) and statistic > 0 and 0 < p < 1


def test_what_has_no_variance_or_no_value():
    same = np.ones(20)
    assert diebold_mariano(same, same) == (0, 1)
    assert diebold_mariano(same - 0.5, same) == (-np.inf, 0)
    assert np.isnan(diebold_mariano(same, np.full(20, np.nan))).all()
    assert np.isnan(diebold_mariano(same[:3], same[:3] * 2, horizon=3)).all()


def test_level_holds_for_forecasts_of_equal_accuracy():
    random = np.random.default_rng(3)
    found = [diebold_mariano(*(random.standard_normal((2, 40)) ** 2))[1] for _ in range(1500)]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.02)


def forecasts(periods=120):
    random = np.random.default_rng(8)
    truth = random.standard_normal(periods)
    spreads = {"stock": 0.5, "cell-relu": 0.52, "last value": 1.2, "mean": 1.0}
    return {name: truth + random.normal(0, spread, periods) for name, spread in spreads.items()}, truth


def test_confidence_set_agrees_with_arch():
    made, truth = forecasts()
    losses = {name: losses_of(forecast, truth) for name, forecast in made.items()}
    table = pd.DataFrame(losses)
    moved = table.sub(table.mean(axis=1), axis=0).to_numpy().T
    length = int(block_length(moved).max())
    judge = MCS(table, 0.05, reps=RESAMPLES, bootstrap="circular", block_size=length, method="R", seed=0)
    judge.compute()
    found = model_confidence_set(losses)
    assert found == judge.pvalues["Pvalue"].to_dict()
    assert {name for name, p in found.items() if p > 0.05} == set(judge.included) == {"stock", "cell-relu"}


def test_same_numbers_each_time():
    made, truth = forecasts()
    assert repr(accuracy_tests(made, truth, "mean")) == repr(accuracy_tests(made, truth, "mean"))


def test_models_with_the_same_losses_share_a_p():
    made, truth = forecasts()
    losses = {name: losses_of(forecast, truth) for name, forecast in made.items()}
    found = model_confidence_set({**losses, "twin": losses["mean"].copy()})
    assert found["twin"] == found["mean"]
    assert {name: found[name] for name in losses} == model_confidence_set(losses)
    assert model_confidence_set({"a": losses["mean"], "b": losses["mean"].copy()}) == {"a": 1, "b": 1}


NOISE = np.random.default_rng(5).standard_normal((4, 40)) ** 2


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        ("a perfect one", np.zeros(40)),
        ("perfect but for rounding", np.r_[np.full(20, 1e-33), np.full(20, 1e-32)]),
        ("1e16 times the others, with a course of its own", 1e16 * (1 + NOISE[3])),
        ("beyond the squares of numbers", np.full(40, 1e300)),
        ("the same but for rounding", NOISE[0] * (1 + 1e-15)),
        ("more by a rounding error", NOISE[0] + 1e-17),
        ("more by the same in every period", NOISE[0] + 1),
        ("more in one period alone", np.r_[NOISE[0, :-1], NOISE[0, -1] + 1]),
    ],
)
def test_ties_and_scales_leave_a_set_and_do_not_touch_the_others(other, wanted):
    others = dict(zip("abc", NOISE, strict=False))
    found = model_confidence_set({**others, other: wanted})
    assert all(0 <= p <= 1 for p in found.values()) and max(found.values()) == 1
    if "perfect" in other:
        assert found[other] == 1 and max(found[name] for name in "abc") <= 0.05
    elif wanted.max() > 1e10:
        assert found == model_confidence_set(others) | {other: 0}
    elif "rounding" in other:
        assert found == model_confidence_set(others) | {other: found["a"]}
    else:
        assert found["a"] >= found[other] and (found[other] == 0) == ("every" in other)


def test_constant_losses_are_told_apart_without_a_doubt():
    assert model_confidence_set({"one": np.full(20, 1.0), "two": np.full(20, 2.0)}) == {"one": 1, "two": 0}


def test_rows_are_in_order_and_hold_what_they_say():
    made, truth = forecasts()
    made["diverged"] = np.full(len(truth), np.nan)
    rows = accuracy_tests(made, truth, "mean")
    assert [row.model for row in rows][-3:] == ["mean", "last value", "diverged"]
    by_name = {row.model: row for row in rows}
    assert by_name["stock"].mean_loss == pytest.approx(np.mean((made["stock"] - truth) ** 2))
    assert by_name["stock"].statistic < 0 < by_name["last value"].statistic
    assert np.isnan([by_name["mean"].statistic, by_name["mean"].p]).all()
    assert by_name["stock"].in_set and not by_name["mean"].in_set
    worst = by_name["diverged"]
    assert np.isnan([worst.mean_loss, worst.statistic, worst.p, worst.set_p]).all() and not worst.in_set


def test_few_periods_exclude_nothing():
    made, truth = forecasts(7)
    rows = accuracy_tests(made, truth, "mean")
    assert all(np.isnan(row.set_p) and row.in_set for row in rows)


def test_an_unknown_name_is_refused():
    made, truth = forecasts()
    with pytest.raises(ValueError, match="one of stock, cell-relu, last value, mean; received 'ETS'"):
        accuracy_tests(made, truth, "ETS")
