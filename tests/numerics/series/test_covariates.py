from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.errors import InputError
from tasks.numerics.series.covariates import CALENDAR, Covariates, cycles
from tasks.numerics.series.series_flags import CALENDAR_NAMES, refuse_contradictions
from tasks.numerics.series.windows import make_windows
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import WindowSpec

RANDOM = np.random.default_rng(0)
ROWS = 90
VALUES = RANDOM.normal(size=ROWS).cumsum() + 50
DAYS = pd.date_range("2020-01-01", periods=ROWS, freq="D")
BESIDE = Covariates(
    ("price", "visits", "plan", "sine of weekday", "cosine of weekday"),
    RANDOM.normal(5, 2, (ROWS, 2)),
    RANDOM.normal(70, 9, (ROWS, 1)),
    cycles(("weekday",), DAYS, "D"),
)


def spec(**settings):
    return WindowSpec(**({"lookback": 6, "test": 13, "validation": 8, "origins": 1} | settings))


def minmax(column, seen):
    return (column - column[seen].min()) / (column[seen].max() - column[seen].min())


@pytest.mark.parametrize("origins", [1, 3])
@pytest.mark.parametrize("horizon", [1, 3, 6])
@pytest.mark.parametrize("transform", ["none", "difference"])
def test_a_time_step_holds_what_is_said_of_it(horizon, transform, origins):
    """Against one number at a time, read off the rows of the file."""
    values = VALUES if transform == "none" else np.concatenate([[np.nan], np.diff(VALUES)])
    for one in make_windows(VALUES, spec(horizon=horizon, transform=transform, origins=origins), BESIDE):
        assert one.inputs.shape[1:] == (6, 6)
        parts = (one.split.train, one.split.validation, one.split.test)
        begin = one.rows_before_validation - parts[0] - horizon + 1
        seen = slice(begin - 6, one.rows_before_validation)
        for window in RANDOM.integers(sum(parts), size=20):
            purged = (horizon - 1) * int(np.searchsorted(np.cumsum(parts), window, side="right"))
            target = begin + window + purged
            for step in range(6):
                row = target - 6 + step
                expected = [
                    minmax(values, seen)[row],
                    minmax(BESIDE.past[:, 0], seen)[row],
                    minmax(BESIDE.past[:, 1], seen)[row],
                    minmax(BESIDE.known[:, 0], seen)[row + horizon],
                    np.sin(2 * np.pi * DAYS[row + horizon].weekday() / 7),
                    np.cos(2 * np.pi * DAYS[row + horizon].weekday() / 7),
                ]
                np.testing.assert_allclose(one.inputs[window, step], expected, atol=1e-6)
            # The last steps bring what is known of the periods that are forecast, in their order.
            np.testing.assert_allclose(
                one.inputs[window, 6 - horizon :, 3],
                minmax(BESIDE.known[:, 0], seen)[target : target + horizon],
                atol=1e-6,
            )


def test_in_one_step_the_same_numbers_stand_one_step_after_another():
    steps, features = (make_windows(VALUES, spec(layout=layout), BESIDE)[0] for layout in ("steps", "features"))
    assert features.inputs.shape == (len(steps.inputs), 1, 36)
    assert np.array_equal(features.inputs[:, 0], steps.inputs.reshape(-1, 36))
    assert "one time step of 36 features" in features.warnings[0]


@pytest.mark.parametrize("horizon", [1, 3])
def test_nothing_before_changes_when_the_future_of_a_column_does(horizon):
    (before,) = make_windows(VALUES, spec(horizon=horizon), BESIDE)
    known = before.split.train + before.split.validation
    for row, unseen in ((before.test_rows.start, known), (before.rows_before_validation, before.split.train)):
        past, ahead = BESIDE.past.copy(), BESIDE.known.copy()
        past[row:] *= 3
        ahead[row:] *= 3
        (of_past,) = make_windows(VALUES, spec(horizon=horizon), replace(BESIDE, past=past))
        (of_ahead,) = make_windows(VALUES, spec(horizon=horizon), replace(BESIDE, known=ahead))
        # The first window after is forecast from the last row before, and sees no later one of a plain column ...
        assert np.array_equal(of_past.inputs[: unseen + 1], before.inputs[: unseen + 1])
        assert not np.array_equal(of_past.inputs[unseen + 1 :], before.inputs[unseen + 1 :])
        # ... but what is known of the periods that it forecasts.
        assert np.array_equal(of_ahead.inputs[:unseen], before.inputs[:unseen])
        changed = of_ahead.inputs[unseen] != before.inputs[unseen]
        assert changed.any(axis=0).tolist() == [False, False, False, True, False, False]
        assert changed[:, 3].tolist() == [False] * (6 - horizon) + [True] * horizon
        assert all(np.array_equal(one.targets, before.targets) for one in (of_past, of_ahead))


def test_a_window_sees_nothing_known_beyond_its_last_period():
    (before,) = make_windows(VALUES, spec(horizon=3), BESIDE)
    for window in (0, len(before.inputs) - 14, len(before.inputs) - 2):
        part = int(np.searchsorted(np.cumsum([before.split.train, before.split.validation]), window, side="right"))
        ahead = BESIDE.known.copy()
        ahead[before.rows_before_validation - before.split.train - 2 + window + 2 * part + 3 :] += 1000
        (after,) = make_windows(VALUES, spec(horizon=3, scaling="none"), replace(BESIDE, known=ahead))
        assert after.inputs[window].max() < 900 < after.inputs[window + 1].max()


def test_a_column_that_is_constant_while_training_is_named():
    flat = BESIDE.known.copy()
    flat[:70] = 1
    with pytest.raises(InputError, match=r"Column 'plan' is constant \(1\) in the training part"):
        make_windows(VALUES, spec(), replace(BESIDE, known=flat))


def test_more_periods_ahead_than_steps_are_refused():
    with pytest.raises(InputError, match=r"of the 7 periods of --horizon .* Expected --lookback 7"):
        make_windows(VALUES, spec(horizon=7), BESIDE)
    make_windows(VALUES, spec(horizon=7), Covariates(("price",), BESIDE.past[:, :1], *[np.empty((ROWS, 0))] * 2))


def test_names_of_the_calendar_are_those_that_may_be_asked_for():
    assert tuple(CALENDAR) == CALENDAR_NAMES


@pytest.mark.parametrize("name", CALENDAR)
def test_a_cycle_goes_round_once(name):
    dates = pd.date_range("2019-01-01", "2022-12-31 23:30", freq="30min")
    share = CALENDAR[name](dates)
    assert share.min() >= 0 and share.max() <= 1 and np.ptp(share) >= 0.5
    pair = cycles((name,), dates, "30min")
    np.testing.assert_allclose((pair**2).sum(axis=1), 1)
    one = pd.DatetimeIndex(["2020-12-28 06:30"])  # a Monday in ISO week 53 of a leap year
    expected = {
        **{"minute": 30 / 60, "hour": 6.5 / 24, "weekday": 0, "day": 28 / 31, "day_of_year": 363 / 366},
        **{"week": 53 / 53, "month": 11 / 12, "quarter": 3 / 4},
    }
    assert CALENDAR[name](one)[0] == pytest.approx(expected[name])


@pytest.mark.parametrize(
    ("name", "frequency"),
    [
        *(("weekday", "W-SAT"), ("month", "YS"), ("day", "MS"), ("day", "ME"), ("day_of_year", "YE"), ("hour", "D")),
        *(("week", "YS"), ("quarter", "YE"), ("minute", "h")),
    ],
)
def test_a_cycle_that_the_frequency_makes_constant_is_refused(name, frequency):
    dates = pd.date_range("2001-01-01", periods=120, freq=frequency)
    with pytest.raises(InputError, match=f"--calendar {name} says nothing here: of 120 periods of {frequency}"):
        cycles((name,), dates, frequency)


@pytest.mark.parametrize(
    ("names", "frequency", "message"),
    [
        (("mont",), "", "--calendar 'mont' is none of the calendar's cycles. Did you mean 'month'?"),
        (("year",), "", "'year' is none of the calendar's cycles"),
        (("month", "month"), "", "--calendar names 'month' twice"),
        (("month",), "index", "--calendar month needs dates"),
    ],
)
def test_calendar_names_are_checked(names, frequency, message):
    with pytest.raises(InputError) as refused:
        refuse_contradictions(SeriesSpec(calendar=names, frequency=frequency))
    assert message in str(refused.value)
