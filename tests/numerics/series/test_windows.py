from itertools import pairwise

import numpy as np
import pytest

from tasks.numerics.errors import InputError
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import WindowSpec

VALUES = np.random.default_rng(0).normal(size=100).cumsum() + 50


def spec(origins, **settings):
    return WindowSpec(**({"lookback": 5, "test": 23, "validation": 12, "origins": origins} | settings))


def test_a_window_holds_the_values_before_its_target():
    (only,) = make_windows(VALUES, spec(1, scaling="none"))
    assert only.inputs.shape == (95, 5, 1)
    for window in (0, 40, 94):
        np.testing.assert_allclose(only.inputs[window, :, 0], VALUES[window : window + 5], rtol=1e-6)
        np.testing.assert_allclose(only.targets[window], VALUES[window + 5], rtol=1e-6)


def slow_windows(values, lookback, horizon, train, validation, test):
    """Inputs and targets of one origin, one window at a time, by the rows that each part may forecast."""
    first_test = len(values) - horizon - test + 1
    first_validation = first_test - horizon - validation + 1
    first_train = first_validation - horizon - train + 1
    starts = [*range(first_train, first_train + train), *range(first_validation, first_validation + validation)]
    starts += range(first_test, first_test + test)
    inputs = [values[start - lookback : start] for start in starts]
    return np.array(inputs), np.array([values[start : start + horizon] for start in starts]), starts


@pytest.mark.parametrize("horizon", [1, 2, 6])
def test_windows_of_several_periods_are_the_obvious_ones_and_no_part_forecasts_a_period_of_another(horizon):
    (only,) = make_windows(VALUES, spec(1, horizon=horizon, scaling="none"))
    parts = (only.split.train, only.split.validation, only.split.test)
    inputs, targets, starts = slow_windows(VALUES, 5, horizon, *parts)
    np.testing.assert_allclose(only.inputs[:, :, 0], inputs, rtol=1e-6)
    np.testing.assert_allclose(only.targets, targets, rtol=1e-6)
    assert only.first_rows.tolist() == starts[-23:] == list(range(only.test_rows.start, only.test_rows.stop))
    assert starts[0] == 5
    forecast = [{start + ahead for start in starts[a:b] for ahead in range(horizon)} for a, b in bounds(parts)]
    assert not forecast[0] & forecast[1] and not forecast[1] & forecast[2]
    assert max(forecast[0]) == only.rows_before_validation - 1


def bounds(parts):
    ends = np.cumsum([0, *parts])
    return list(pairwise(ends))


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("transform", ["none", "difference", "log", "log_difference"])
def test_origins_cut_the_test_part_evenly_and_know_what_is_before_it_alone(transform, horizon):
    origins = make_windows(VALUES, spec(4, transform=transform, horizon=horizon))
    (whole,) = make_windows(VALUES, spec(1, transform=transform, horizon=horizon))
    starts = [one.test_rows.start for one in origins]
    assert starts[0] == whole.test_rows.start
    assert origins[-1].test_rows.stop == whole.test_rows.stop == len(VALUES) - horizon + 1
    parts = np.diff([*starts, whole.test_rows.stop])
    assert sorted(parts) == [5, 6, 6, 6] and [one.own for one in origins] == parts.tolist()
    for one in origins:
        assert (one.split.train, one.split.validation, one.split.test) == (whole.split.train, 12, 6)
        assert one.rows_before_validation == one.test_rows.start - 12 - (horizon - 1)
        # Its units come back: a forecast that is right in scaled values is right in the series' own.
        actual = np.array([VALUES[row : row + horizon] for row in one.first_rows])
        np.testing.assert_allclose(one.to_units(one.targets[-6:]), actual, rtol=1e-4)


def test_a_difference_adds_up_from_the_last_value_that_was_known():
    (only,) = make_windows(VALUES, spec(1, transform="difference", horizon=3, scaling="none"))
    ones = np.ones((2, 23, 3), np.float32)
    before = VALUES[only.first_rows - 1]
    np.testing.assert_allclose(only.to_units(ones)[1], before[:, None] + [1, 2, 3], rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "scaling", "said"),
    [
        (VALUES * 1e60, "none", r"go up to .*e\+61, .* --scaling standard"),
        (VALUES * 1e-60, "none", r"go up to .*e-59, .* --scaling standard"),
        (np.where(np.arange(len(VALUES)) < len(VALUES) - 3, VALUES, 1e60), "standard", "mend single ones"),
    ],
    ids=["too large", "too small", "far larger than the training part"],
)
def test_what_networks_cannot_reckon_with_is_refused(values, scaling, said):
    with pytest.raises(InputError, match=said):
        make_windows(values, spec(1, scaling=scaling))


@pytest.mark.parametrize("horizon", [1, 4])
def test_an_origin_sees_nothing_of_its_own_test_part(horizon):
    before = make_windows(VALUES, spec(3, horizon=horizon))
    for number, one in enumerate(before):
        changed = VALUES.copy()
        changed[one.test_rows.start :] *= 3
        after = make_windows(changed, spec(3, horizon=horizon))[number]
        known = one.split.train + one.split.validation
        assert one.scalers == after.scalers
        assert np.array_equal(one.inputs[: known + 1], after.inputs[: known + 1])
        assert np.array_equal(one.targets[:known], after.targets[:known])
        assert (one.targets[known:] != after.targets[known:]).all()


def test_each_origin_is_scaled_by_its_own_training_part():
    first, second = make_windows(np.arange(100.0), spec(2))
    assert first.scalers != second.scalers
    assert first.inputs.min() == second.inputs.min() == 0
    assert second.targets[: second.split.train].max() == pytest.approx(1)


@pytest.mark.parametrize(
    ("horizon", "message"),
    [
        (1, r"^20 rows with --lookback 5 make 15 windows: .* shorten --lookback or the parts"),
        (
            3,
            r"^20 rows with --lookback 5 and --horizon 3 make 9 windows \(4 are left out .* shorten --lookback, --horizon or",
        ),
    ],
)
def test_a_horizon_is_named_where_it_takes_windows(horizon, message):
    with pytest.raises(InputError, match=message):
        make_windows(VALUES[:20], spec(1, horizon=horizon))


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("transform", ["none", "difference"])
@pytest.mark.parametrize("training_window", ["rolling", "expanding"])
def test_each_origin_is_trained_on_the_obvious_rows(training_window, transform, horizon):
    """Row by row: an expanding window begins at the first row that there is, a rolling one is as long as the first origin's."""
    settings = spec(4, horizon=horizon, transform=transform, training_window=training_window, scaling="standard")
    values = np.diff(VALUES) if transform == "difference" else VALUES
    lost = len(VALUES) - len(values)
    origins = make_windows(VALUES, settings)
    # Every row that a window may forecast first; the last 23 of them are tested.
    firsts = range(settings.lookback, len(values) - horizon + 1)
    tested = firsts[-23:]
    begins = [tested[k * 23 // 4] for k in range(4)]
    counts = []
    for one, begin in zip(origins, begins, strict=True):
        watched = [first for first in firsts if first + horizon - 1 < begin][-12:]
        trained = [first for first in firsts if first + horizon - 1 < watched[0]]
        if training_window == "rolling":
            trained = trained[-(counts[0] if counts else len(trained)) :]
        counts.append(len(trained))
        seen = values[trained[0] - settings.lookback : trained[-1] + horizon]
        scaled = (values - seen.mean()) / seen.std()
        assert (one.split.train, one.split.validation) == (len(trained), 12)
        for at, first in enumerate([*trained, *watched]):
            np.testing.assert_allclose(one.inputs[at, :, 0], scaled[first - 5 : first], rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(one.targets[at], scaled[first : first + horizon], rtol=1e-4, atol=1e-5)
        assert one.first_rows[0] == begin + lost and one.rows_before_validation == lost + trained[-1] + horizon
    assert (counts == sorted(set(counts))) == (training_window == "expanding") and len(set(counts)) in (1, 4)


def test_the_first_origin_is_the_same_however_the_others_are_trained():
    rolling, expanding = (make_windows(VALUES, spec(3, training_window=one)) for one in ("rolling", "expanding"))
    assert np.array_equal(rolling[0].inputs, expanding[0].inputs) and rolling[0].scalers == expanding[0].scalers
    for one, other in zip(rolling[1:], expanding[1:], strict=True):
        assert len(one.inputs) < len(other.inputs) and np.array_equal(one.first_rows, other.first_rows)
