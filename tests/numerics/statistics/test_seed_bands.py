import numpy as np
import xarray as xr

from tasks.numerics.statistics.seed_bands import bands, densities, forecast_range, log_range, score_range


def values_of(seeds=11):
    random = np.random.default_rng(0)
    values = random.normal(size=(2, seeds, 7))
    return xr.DataArray(values, dims=("variant", "seed", "time"), coords={"variant": ["stock", "cell-relu"]})


def test_lines_are_mean_median_and_quantiles_over_seeds():
    values = values_of().assign_coords(time=np.arange(7))
    found = bands(values.transpose("seed", "variant", "time"))
    assert found.dims == ("variant", "line", "time")
    one = values.sel(variant="cell-relu").to_numpy()
    np.testing.assert_allclose(found.sel(variant="cell-relu", line="mean"), one.mean(0))
    np.testing.assert_allclose(found.sel(variant="cell-relu", line="median"), np.median(one, 0))
    np.testing.assert_allclose(found.sel(variant="cell-relu", line="low"), np.quantile(one, 0.05, axis=0))
    np.testing.assert_allclose(found.sel(variant="cell-relu", line="high"), np.quantile(one, 0.95, axis=0))
    np.testing.assert_array_equal(found["time"], np.arange(7))


def test_diverged_seeds_are_left_out_and_all_diverged_is_nan():
    values = values_of()
    kept = values[0, 2:].to_numpy()
    values[0, 0] = np.nan
    values[0, 1, 3:] = np.inf
    values[1] = np.nan
    found = bands(values)
    np.testing.assert_allclose(found.sel(variant="stock", line="mean")[3:], kept.mean(0)[3:])
    assert np.isnan(found.sel(variant="cell-relu")).all()


def test_the_range_of_forecasts_holds_bands_but_not_runaways():
    actual = np.array([0.0, 10.0])
    near = xr.DataArray([[-3.0, 14.0]])
    low, high = forecast_range(actual, near)
    assert -4 < low < -3
    assert 14 < high < 15
    low, high = forecast_range(actual, xr.DataArray([[-1e9, 1e9, np.nan]]))
    assert -11 < low < -10
    assert 20 < high < 21
    assert np.isfinite(forecast_range(np.ones(3), xr.DataArray([[np.nan]]))).all()


def test_the_range_of_scores_tells_what_lies_outside():
    values = np.append(np.linspace(10, 20, 30), [1e6, np.nan])
    (low, high), outside = score_range(values)
    assert low < 10
    assert 20 < high < 1000
    assert outside == 1
    (low, high), outside = score_range(values[:-2])
    assert (low < 10, high > 20, outside) == (True, True, 0)
    assert score_range(np.array([np.nan])) == ([0.0, 1.0], 0)
    (low, high), outside = score_range(np.array([5.0]))
    assert low < 5 < high
    (low, high), outside = score_range(np.array([5.0, 5.0, 5.0, 5.0, 5.0, 9.0]))
    assert low < 5 < 9 < high


def test_the_range_of_losses_is_in_powers_of_ten():
    table = bands(abs(values_of()) + 0.01)
    low, high = log_range((table, table))
    assert 10**low < float(table.sel(line="low").min())
    assert high < 2
    assert log_range((table * np.nan, table * np.nan)) is None


def test_densities_are_those_of_gaussian_kernels():
    from scipy.stats import gaussian_kde

    values = np.random.default_rng(0).normal(10, 2, size=50)
    places, heights = densities(np.append(values, np.nan), [0.0, 20.0])
    first, third = np.quantile(values, [0.25, 0.75])
    width = 0.9 * min(values.std(ddof=1), (third - first) / 1.34) * 50**-0.2
    expected = gaussian_kde(values, bw_method=width / values.std(ddof=1))(places)
    np.testing.assert_allclose(heights, expected / expected.max())
    assert places[0] < values.min() < values.max() < places[-1]


def test_densities_keep_to_what_is_shown_and_are_not_stretched_by_runaways():
    values = np.random.default_rng(0).normal(10, 2, size=50)
    places, heights = densities(np.append(values, 1e9), [5.0, 15.0])
    assert (places[0], places[-1]) == (5, 15)
    assert 8 < places[heights.argmax()] < 12
    assert heights[0] < 0.5


def test_few_or_equal_seeds_have_no_density():
    assert densities(np.arange(4.0), [0.0, 4.0]) is None
    assert densities(np.ones(30), [0.0, 4.0]) is None
    assert densities(np.full(30, np.nan), [0.0, 4.0]) is None
    assert densities(np.arange(10.0), [20.0, 24.0]) is None
    assert densities(np.append(np.ones(29), 2.0), [0.0, 4.0]) is not None
