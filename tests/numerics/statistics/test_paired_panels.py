"""Several series as one comparison, against slow means over series and changes of what each moment counts."""

import numpy as np
import pytest

from tasks.numerics.statistics.influence import JUDGED, PairedForecasts
from tasks.numerics.statistics.intervals import paired_differences
from tasks.numerics.statistics.metrics import naive_scale, score
from tasks.numerics.statistics.paired_panels import PairedPanel
from tasks.numerics.statistics.scored_points import Points
from tasks.numerics.statistics.verdicts import regions

WINDOWS, MOMENTS = (30, 22), (np.arange(30), np.arange(3, 25))


def member(seed, windows, horizon=1, factor=1.0, season=4):
    random = np.random.default_rng(seed)
    series = factor * (50 + random.normal(size=windows + horizon).cumsum())
    actual = np.lib.stride_tricks.sliding_window_view(series[1:], horizon)
    previous = np.repeat(series[:windows, None], horizon, axis=1)
    noise = {name: random.normal(0, 1 + 0.3 * (name == "other"), (5, windows, horizon)) for name in ("stock", "other")}
    forecasts = {name: (actual + factor * own).reshape(5, -1) for name, own in noise.items()}
    scale = naive_scale(factor * random.normal(size=40).cumsum(), season)
    points = Points.of_one_series(actual.size, horizon)
    return PairedForecasts(forecasts, actual.ravel(), previous.ravel(), scale, "stock", points)


def panel(horizon=1, factors=(1.0, 1.0)):
    found = [
        member(seed, windows, horizon, factor)
        for seed, (windows, factor) in enumerate(zip(WINDOWS, factors, strict=True))
    ]
    return found, PairedPanel(tuple(one.in_naive_errors for one in found), MOMENTS)


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_metric_is_the_mean_over_series_in_multiples_of_the_naive_error(horizon):
    members, together = panel(horizon)
    found = together.scored("other")
    for metric in JUDGED:
        own = [
            score(one.forecasts["other"], one.actual, one.previous, one.scale, one.places)[metric]
            / (one.scale.absolute if metric in ("rmse", "mae", "mfe") else 1)
            for one in members
        ]
        np.testing.assert_allclose(found[metric].value, np.mean(own, axis=0), rtol=1e-9)
        assert found[metric].influence.shape == (5, 30)
        np.testing.assert_allclose(found[metric].influence.mean(axis=-1), 0, atol=1e-9)


def weighted(one, weights, metric):
    """A metric of a member whose windows count by weights (W,)."""
    forecast, actual = one.forecasts["other"], one.actual
    share = weights / weights.sum()
    error = forecast - actual

    def spread(values):
        return np.sqrt(((values - (values @ share)[..., None]) ** 2) @ share)

    match metric:
        case "rmse":
            return np.sqrt((error**2) @ share)
        case "mae":
            return np.abs(error) @ share
        case "alpha":
            return spread(forecast) / spread(actual)


@pytest.mark.parametrize("metric", ["rmse", "mae", "alpha"])
def test_influence_is_the_change_when_a_moment_counts_more(metric):
    _, together = panel()
    found = together.scored("other")[metric].influence
    for moment in (0, 4, 24, 29):
        changes = []
        for more in (1e-5, -1e-5):
            values = []
            for one, own in zip(together.members, together.moments, strict=True):
                # A moment that counts more is so much more of all moments, of which a series has its windows alone.
                weights = np.ones(len(own)) + more * 30 / len(own) * len(own) / 30 * (own == moment)
                values.append(weighted(one, weights, metric))
            changes.append(np.mean(values, axis=0))
        slope = (changes[0] - changes[1]) / 2e-5
        np.testing.assert_allclose(found[:, moment] / 30, slope, rtol=1e-3, atol=1e-9)


def test_units_do_not_matter():
    one, other = panel()[1], panel(factors=(1000.0, 0.01))[1]
    for found, expected in zip(paired_differences(other), paired_differences(one), strict=True):
        for what in ("difference", "low", "high", "p"):
            assert getattr(found, what) == pytest.approx(getattr(expected, what), rel=1e-6, nan_ok=True)


def test_the_region_is_a_share_of_the_references_mean():
    _, together = panel()
    assert regions(together, 0.1)["rmse"] == pytest.approx(0.1 * together.scored("stock")["rmse"].value.mean())


def test_series_that_move_together_say_less_than_as_many_that_do_not():
    alike = member(0, 30).in_naive_errors
    same = PairedPanel((alike, alike), (np.arange(30), np.arange(30)))
    apart = PairedPanel((alike, member(1, 30).in_naive_errors), (np.arange(30), np.arange(30)))
    alone, twice, both = (
        next(row for row in paired_differences(one) if row.metric == "mae") for one in (alike, same, apart)
    )
    # The same series twice is no second witness.
    assert (twice.low, twice.high) == (pytest.approx(alone.low), pytest.approx(alone.high))
    assert both.high - both.low < twice.high - twice.low


def test_memory_is_the_longest_season_and_the_horizon():
    members, _ = panel(3)
    longer = member(3, 30, 3, season=7)
    assert PairedPanel((members[0], longer), (MOMENTS[0], MOMENTS[0])).memory == (7, 3)
