"""Several series as one comparison, against slow means over series and changes of what each moment counts."""

import numpy as np
import pytest

from tasks.numerics.statistics.influence import JUDGED, PairedForecasts, Scored
from tasks.numerics.statistics.intervals import paired_differences
from tasks.numerics.statistics.metrics import naive_scale, score
from tasks.numerics.statistics.paired_panels import PairedPanel, draws_of, mean_over_series
from tasks.numerics.statistics.scored_points import Points
from tasks.numerics.statistics.variance_components import components
from tasks.numerics.statistics.verdicts import regions

WINDOWS, MOMENTS = (30, 22), (np.arange(30), np.arange(3, 25))
EVEN = 1 / (22 * (1 / 60 + 1 / 44) ** 2 + 8 / 60**2)
"""Moments that count alike and say as much: 22 are of both series, 8 of the longer one alone."""
GIVEN_BACK = [np.sqrt((1 - 1 / 30) / (1 - 1 / own)) for own in (EVEN, 22)]
"""What a deviation from the mean of a series' own windows is short of, beside one from the mean of all moments."""


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
            for one, own, back in zip(together.members, together.moments, GIVEN_BACK, strict=True):
                # A moment that counts more is so much more of all moments, of which a series has its windows alone.
                weights = np.ones(len(own)) + more * 30 / len(own) * len(own) / 30 * (own == moment)
                values.append(back * weighted(one, weights, metric))
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


def mae(*members):
    """The interval over series that are forecast from moments on: (member, first moment) each."""
    starts = [one.places.moments + first for one, first in members]
    at = np.unique(np.concatenate(starts), return_inverse=True)[1]
    moments = np.split(at, np.cumsum([len(own) for own in starts])[:-1])
    found = PairedPanel(tuple(one.in_naive_errors for one, _ in members), tuple(moments))
    (row,) = (row for row in paired_differences(found) if row.metric == "mae")
    return row


def test_series_at_other_times_are_draws_of_their_own_and_overlapping_ones_are_not():
    one, other = member(0, 30), member(1, 30)
    alone, apart, alike = mae((one, 0)), mae((one, 0), (one, 400)), mae((one, 0), (one, 0))
    assert alike.high - alike.low == pytest.approx(alone.high - alone.low)
    # A copy at another time is another draw: dates are believed. Its variance is half of that of one.
    assert apart.components.periods / alone.components.periods == pytest.approx(0.5, rel=0.2)
    far = mae((one, 0), (other, 400))
    assert far.components.number_of_periods == 60 and alike.components.number_of_periods == 30


def test_moments_of_many_series_and_of_one_are_not_as_many_that_count_alike():
    crowd = [(member(seed, 8), 0) for seed in range(9)]
    lone = (member(10, 60), 100)
    assert mae(*crowd, lone).components.number_of_periods == round(1 / (8 * (9 / 80) ** 2 + 60 / 600**2))
    assert mae(*crowd).components.number_of_periods == 8


def test_of_series_with_a_window_or_two_each_at_times_of_their_own_nothing_is_said():
    """What such a window misses beside the mean of its own series is next to nothing, and says nothing of other windows."""
    few = [(member(seed, 3), 50 * seed) for seed in range(9)]
    assert np.isnan(mae(*few).high) and not mae(*few).enough
    assert mae(*[(member(seed, 9), 50 * seed) for seed in range(9)]).enough


def overlapping(values, horizon):
    """What forecasts of several periods at once miss, neighbours of which share all but one."""
    return np.lib.stride_tricks.sliding_window_view(values, horizon).mean(axis=-1)


def covered(starts, windows, horizon, trials=400, seeds=6):
    """How often the interval of a mean of 0 holds it, of series that share half of their course at each moment."""
    random = np.random.default_rng(0)
    held = 0
    at = [start + np.arange(number) for start, number in zip(starts, windows, strict=True)]
    known = np.unique(np.concatenate(at))
    moments = tuple(np.searchsorted(known, own) for own in at)
    draws = draws_of(moments)
    for _ in range(trials):
        shared = overlapping(random.normal(size=known.max() + horizon), horizon)
        gaps = [
            shared[known[own]]
            + overlapping(random.normal(size=len(own) + horizon - 1), horizon)
            + 0.1 * random.normal(size=(seeds, len(own)))
            for own in moments
        ]
        found = mean_over_series([Scored(gap.mean(-1), gap - gap.mean(-1, keepdims=True)) for gap in gaps], moments)
        parts = components(found.influence + found.value[:, None], horizon=horizon, draws=draws)
        held += abs(found.value.mean()) <= parts.margin(0.95)
    return held / trials


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize(
    ("starts", "windows"),
    [
        ([0] * 12, [12] * 12),
        (range(0, 240, 20), [12] * 12),
        (range(0, 60, 5), [12] * 12),
        ([0] * 19 + [100], [8] * 19 + [60]),
        ([0] * 6 + [100] * 6, [10] * 12),
        (range(0, 100, 20), [7] * 5),
    ],
    ids=["alike", "apart", "overlapping", "one apart from many", "two crowds", "few windows each"],
)
def test_intervals_hold_what_they_promise_whenever_series_are_tested(starts, windows, horizon):
    assert covered(list(starts), windows, horizon) > 0.92


def test_memory_is_the_longest_season_and_the_horizon():
    members, _ = panel(3)
    longer = member(3, 30, 3, season=7)
    assert PairedPanel((members[0], longer), (MOMENTS[0], MOMENTS[0])).memory == (7, 3)
