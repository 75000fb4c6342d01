import numpy as np
import pytest
import scipy.stats
import xarray as xr

from tasks.numerics.statistics import seed_statistics as statistics
from tasks.numerics.statistics.seed_statistics import bootstrap_interval, differences, summary

VARIANTS = ["stock", "cell-relu", "between-elu"]


def scores_of(seeds=30, metrics=("rmse", "mfe")):
    random = np.random.default_rng(1)
    common = random.normal(size=(1, seeds))
    values = {
        key: (("variant", "seed"), 20 + common + random.normal(size=(3, seeds)) + [[0], [1], [-2]]) for key in metrics
    }
    return xr.Dataset(values, coords={"variant": VARIANTS, "seed": np.arange(7, 7 + seeds)})


@pytest.mark.parametrize("seeds", [1, 2, 5, 30, 31])
def test_summary_agrees_with_scipy_and_numpy(seeds):
    scores = scores_of(seeds)
    found = summary(scores)
    for variant in VARIANTS:
        values = scores["rmse"].sel(variant=variant).to_numpy()
        row = found.loc[(variant, "rmse")]
        assert row["mean"] == pytest.approx(values.mean())
        assert row["interquartile_mean"] == pytest.approx(scipy.stats.trim_mean(values, 0.25))
        assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(values, [0.05, 0.95])))
        assert row["count"] == seeds
        if seeds > 1:
            assert row["standard_deviation"] == pytest.approx(values.std(ddof=1))
        else:
            assert np.isnan(row["standard_deviation"])


def test_summary_takes_the_seeds_with_a_value():
    scores = scores_of(9)
    scores["rmse"][1, 5:] = np.nan
    scores["rmse"][2] = np.nan
    kept = scores["rmse"][1, :5].to_numpy()
    row = summary(scores).loc[("cell-relu", "rmse")]
    assert row["count"] == 5
    assert row["mean"] == pytest.approx(kept.mean())
    assert row["interquartile_mean"] == pytest.approx(np.sort(kept)[1:4].mean())
    assert summary(scores).loc[("between-elu", "rmse")].drop("count").isna().all()


def test_interval_agrees_with_scipys_paired_bootstrap():
    scores = scores_of()
    found = differences(scores).set_index(["variant", "metric"])
    for variant in VARIANTS[1:]:
        one, two = (scores["mfe"].sel(variant=name).to_numpy() for name in (variant, "stock"))
        judge = scipy.stats.bootstrap(
            (one, two),
            lambda a, b, axis: (a - b).mean(axis=axis),
            paired=True,
            method="percentile",
            n_resamples=20_000,
            rng=np.random.default_rng(5),
        )
        row = found.loc[(variant, "mfe")]
        width = judge.confidence_interval.high - judge.confidence_interval.low
        assert row["difference"] == pytest.approx((one - two).mean())
        assert row["low"] == pytest.approx(judge.confidence_interval.low, abs=0.03 * width)
        assert row["high"] == pytest.approx(judge.confidence_interval.high, abs=0.03 * width)


def test_sign_is_variant_minus_reference_and_every_variant_but_the_reference_is_there():
    found = differences(scores_of())
    assert list(found.columns) == ["variant", "metric", "difference", "low", "high"]
    assert list(found["variant"]) == ["cell-relu", "cell-relu", "between-elu", "between-elu"]
    assert found["difference"].iloc[0] > 0 > found["difference"].iloc[2]
    assert list(differences(scores_of(), "cell-relu")["variant"].unique()) == ["stock", "between-elu"]


def test_seeds_are_paired():
    scores = scores_of()
    scores["rmse"][1] = scores["rmse"][0] + 1
    row = differences(scores).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((1, 1))


def test_a_pair_with_a_diverged_side_is_left_out():
    scores = scores_of()
    expected = (scores["rmse"][1] - scores["rmse"][0]).to_numpy()[2:].mean()
    scores["rmse"][0, 0] = np.nan
    scores["rmse"][1, 1] = np.nan
    row = differences(scores).iloc[0]
    assert row["difference"] == pytest.approx(expected)
    assert row["low"] < expected < row["high"]


def test_fewer_than_two_pairs_have_no_interval():
    row = differences(scores_of(1)).iloc[0]
    assert np.isfinite(row["difference"])
    assert np.isnan([row["low"], row["high"]]).all()
    scores = scores_of(3)
    scores["rmse"][1] = np.nan
    assert differences(scores).iloc[0][["difference", "low", "high"]].isna().all()


def test_two_finite_pairs_among_many_still_have_an_interval():
    pairs = np.full((40, 1), np.nan)
    pairs[:2, 0] = [1.0, 3.0]
    low, high = bootstrap_interval(pairs)
    assert (low[0], high[0]) == (1, 3)


def test_intervals_are_the_same_each_time_and_follow_the_seed(monkeypatch):
    pairs = np.random.default_rng(0).normal(size=(20, 4))
    np.testing.assert_array_equal(bootstrap_interval(pairs), bootstrap_interval(pairs))
    assert (np.array(bootstrap_interval(pairs)) != np.array(bootstrap_interval(pairs, seed=1))).any()


def test_interval_covers_the_true_mean_about_as_often_as_it_says(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 2000)
    pairs = np.random.default_rng(3).normal(0.3, 1, size=(40, 2000))
    low, high = bootstrap_interval(pairs)
    assert np.mean((low <= 0.3) & (high >= 0.3)) == pytest.approx(0.94, abs=0.02)


def test_stock_alone_has_no_differences():
    found = differences(scores_of().sel(variant=["stock"]))
    assert found.empty
    assert list(found.columns) == ["variant", "metric", "difference", "low", "high"]
