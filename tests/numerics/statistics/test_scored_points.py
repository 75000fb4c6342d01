"""Points of several steps, against slow loops over windows; intervals and tests where windows overlap."""

import numpy as np
import pytest

from tasks.numerics.statistics.accuracy_tests import accuracy_tests, diebold_mariano_of_overlapping
from tasks.numerics.statistics.directional_accuracy import direction_tests
from tasks.numerics.statistics.influence import JUDGED, PairedForecasts, badness, scored
from tasks.numerics.statistics.intervals import paired_differences
from tasks.numerics.statistics.metrics import naive_scale, score
from tasks.numerics.statistics.overlapping_forecasts import cosines, fewest_windows, variance_of_mean
from tasks.numerics.statistics.scored_points import Points
from tasks.numerics.statistics.variance_components import components


def overlapping(random, shape, horizon):
    """Means over `horizon` periods of white noise, of variance 1, along the last axis."""
    noise = random.standard_normal((*shape[:-1], shape[-1] + horizon - 1))
    return np.lib.stride_tricks.sliding_window_view(noise, horizon, axis=-1).mean(axis=-1) * np.sqrt(horizon)


def made(seeds=6, windows=40, horizon=4):
    random = np.random.default_rng(0)
    series = 50 + random.standard_normal(windows + horizon).cumsum()
    actual = np.lib.stride_tricks.sliding_window_view(series[1:], horizon)
    previous = np.repeat(series[:windows, None], horizon, axis=1)
    forecasts = {
        name: (actual + random.normal(0, 1, (seeds, windows, horizon))).reshape(seeds, -1)
        for name in ("stock", "other")
    }
    points = Points.of_one_series(actual.size, horizon)
    return PairedForecasts(forecasts, actual.ravel(), previous.ravel(), naive_scale(series, 1), "stock", points)


def test_one_step_of_one_series_is_left_as_it_is():
    values = np.random.default_rng(0).standard_normal((3, 20))
    assert Points.of_one_series(20).by_moment(values) is values


def test_means_at_a_moment_are_those_of_a_slow_loop():
    points = Points(np.array([0, 1, 2, 1, 2]), np.array([0, 0, 0, 1, 1]), 2)
    values = np.random.default_rng(1).standard_normal((3, 10))
    windows = [values[:, 2 * k : 2 * k + 2].mean(axis=1) for k in range(5)]
    slow = np.stack([windows[0], windows[1] + windows[3], windows[2] + windows[4]], axis=1) * 3 / 5
    np.testing.assert_allclose(points.by_moment(values), slow)
    np.testing.assert_allclose(points.by_moment(values).mean(axis=-1), values.mean(axis=-1))


def test_moments_in_any_order_are_put_in_time():
    values = np.arange(6.0)
    assert Points(np.array([2, 0, 1]), np.zeros(3, int), 2).by_moment(values).tolist() == [2.5, 4.5, 0.5]


def test_a_forecast_that_differs_by_step_alone_is_constant():
    paired = made()
    forecast = np.tile([1.0, 5.0, 9.0, 3.0], 40)
    given = (paired.actual, paired.previous, paired.scale)
    assert score(forecast, *given, paired.points)["constant"] == 1
    assert np.isnan(score(forecast, *given, paired.points)["slope"])
    assert score(forecast, *given)["constant"] == 0
    assert np.isnan(scored(forecast[None], *given, paired.points)["slope"].value).all()


@pytest.mark.parametrize("metric", JUDGED)
def test_influence_is_what_a_window_changes_when_it_counts_more(metric):
    paired, horizon = made(), 4
    forecast = paired.forecasts["stock"] * 1.3 - 10
    given = badness(metric, scored(forecast, paired.actual, paired.previous, paired.scale, paired.points)[metric])
    assert given.influence.shape == (6, 40)
    often = np.repeat(np.arange(40), np.where(np.arange(40) == 7, 101, 100))
    at = (often[:, None] * horizon + np.arange(horizon)).ravel()
    points = Points.of_one_series(len(at), horizon)
    counted = scored(forecast[:, at], paired.actual[at], paired.previous[at], paired.scale, points)
    change = badness(metric, counted[metric]).value - given.value
    np.testing.assert_allclose(change, given.influence[:, 7] / len(often), rtol=0.05, atol=2e-8)


def test_cosines_are_orthogonal_and_fewer_the_longer_the_horizon():
    waves = cosines(200, 4)
    np.testing.assert_allclose(waves @ waves.T, np.eye(len(waves)), atol=1e-12)
    np.testing.assert_allclose(waves.sum(axis=1), 0, atol=1e-12)
    assert [len(cosines(200, horizon)) for horizon in (2, 12, 24)] == [13, 8, 4]


@pytest.mark.parametrize(("horizon", "windows"), [(4, 36), (12, 60), (12, 200)])
@pytest.mark.parametrize("overlap", [1.0, 0.5])
def test_intervals_of_overlapping_forecasts_cover(horizon, windows, overlap):
    random = np.random.default_rng([horizon, windows])
    runs, seeds = 600, 20

    def part(shape):
        mixed = np.sqrt(overlap) * overlapping(random, shape, horizon)
        return mixed + np.sqrt(1 - overlap) * random.standard_normal(shape)

    gap = 0.3 * random.standard_normal((runs, seeds, 1)) + part((runs, 1, windows)) + part((runs, seeds, windows))
    mean = np.abs(gap.mean(axis=(1, 2)))
    assert 0.92 <= np.mean(mean <= components(gap, 1, horizon).margin(0.95)) <= 0.99
    if overlap == 0.5 and windows == 60:
        # What does not know of the horizon is too sure.
        assert np.mean(mean <= components(gap).margin(0.95)) < 0.92


def test_few_horizons_say_nothing_of_new_windows():
    assert [fewest_windows(horizon) for horizon in (1, 2, 12)] == [8, 8, 36]
    gap = np.random.default_rng(0).standard_normal((10, 35))
    assert np.isnan(components(gap, 1, 12).margin(0.95)) and np.isfinite(components(gap, 1, 11).margin(0.95))
    row = paired_differences(made(windows=11))[0]
    assert not row.enough and np.isnan(row.low) and np.isfinite(row.difference)


def test_the_test_of_overlapping_losses_keeps_its_level():
    random = np.random.default_rng(2)
    losses = overlapping(random, (1000, 48), 12)
    found = np.array([diebold_mariano_of_overlapping(one, 0 * one, 12)[1] for one in losses])
    assert np.mean(found < 0.05) == pytest.approx(0.055, abs=0.03)
    better = [diebold_mariano_of_overlapping(one - 3, 0 * one, 12) for one in losses[:50]]
    assert np.mean([statistic < 0 for statistic, _ in better]) == 1
    assert np.isnan(diebold_mariano_of_overlapping(losses[0, :35], losses[1, :35], 12)).all()


def test_losses_are_averaged_over_the_steps_of_a_window():
    paired = made()
    mean = {name: values.mean(axis=0) for name, values in paired.forecasts.items()}
    rows = {row.model: row for row in accuracy_tests(mean, paired.actual, "stock", paired.points)}
    losses = {name: ((one - paired.actual) ** 2).reshape(40, 4).mean(axis=1) for name, one in mean.items()}
    difference = losses["other"] - losses["stock"]
    variance, _ = variance_of_mean(difference - difference.mean(), 4)
    assert rows["other"].statistic == pytest.approx(difference.mean() / np.sqrt(variance))
    assert rows["other"].mean_loss == pytest.approx(losses["other"].mean())


def test_directions_are_those_of_the_first_step():
    paired = made()
    first = slice(None, None, 4)
    alone = PairedForecasts(
        {name: values[:, first] for name, values in paired.forecasts.items()},
        paired.actual[first],
        paired.previous[first],
        paired.scale,
    )
    assert direction_tests(paired) == direction_tests(alone)


def test_points_that_are_too_few_are_refused():
    paired = made()
    with pytest.raises(ValueError, match="Points must be as many"):
        PairedForecasts(
            paired.forecasts, paired.actual, paired.previous, paired.scale, "stock", Points.of_one_series(9)
        )
