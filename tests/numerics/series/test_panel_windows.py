from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.errors import InputError
from tasks.numerics.series.covariates import Covariates
from tasks.numerics.series.panel_windows import cut_windows
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import WindowSpec


def one(name, start, rows, seed, frequency="MS", level=50.0):
    values = np.random.default_rng(seed).normal(size=rows).cumsum() + level
    index = pd.RangeIndex(rows) if frequency == "index" else pd.date_range(start, periods=rows, freq=frequency)
    return Series(name, pd.Series(values, index=index), frequency, 12, "", "", f"{name}.csv", name * 8, (), ())


MEMBERS = (one("a", "2000-01-01", 120, 0), one("b", "2003-06-01", 78, 1, level=9000), one("c", "2001-02-01", 108, 2))
PANEL = Series.panel("abc", MEMBERS)


def spec(**settings):
    return WindowSpec(**({"lookback": 5, "test": 12, "validation": 9, "origins": 1} | settings))


def parts_of(windows):
    ends = np.cumsum([windows.split.train, windows.split.validation, windows.split.test])
    return [slice(0, ends[0]), slice(ends[0], ends[1]), slice(ends[1], ends[2])]


def found_by(validation, test, settings):
    """The windows of each part, one at a time, by dates alone: (member, first target's row)."""
    found = ([], [], [])
    for member, series in enumerate(MEMBERS):
        index = series.values.index
        lost = settings.transform == "difference"
        for row in range(settings.lookback + lost, len(index) - settings.horizon + 1):
            first, last = index[row], index[row + settings.horizon - 1]
            if last < validation:
                found[0].append((member, row))
            elif first >= validation and last < test:
                found[1].append((member, row))
            elif test <= first:
                found[2].append((member, row))
    return found


@pytest.mark.parametrize("horizon", [1, 4])
@pytest.mark.parametrize("transform", ["none", "difference"])
def test_parts_are_split_by_date_and_each_member_is_scaled_on_its_own(horizon, transform):
    settings = spec(horizon=horizon, transform=transform, scaling="standard")
    (only,) = cut_windows(PANEL, settings)
    # The last 12 periods that a window can begin at, then the last 9 of those whose windows end before.
    latest = max(series.values.index[-1] for series in MEMBERS)
    test = latest - pd.DateOffset(months=horizon - 1 + 11)
    validation = test - pd.DateOffset(months=horizon - 1 + 9)
    found = found_by(validation, test, settings)
    assert tuple(map(len, found)) == (only.split.train, only.split.validation, only.split.test)
    begins = np.array(PANEL.first_rows)
    assert only.members.tolist() == [member for member, _ in found[2]]
    assert (only.first_rows - begins[only.members]).tolist() == [row for _, row in found[2]]
    changes = [
        np.concatenate([[np.nan], np.diff(one.array)]) if transform == "difference" else one.array for one in MEMBERS
    ]
    for part, windows in zip(parts_of(only), found, strict=True):
        for at, (member, row) in zip(range(part.start, part.stop), windows, strict=True):
            rows = only.training_rows[member]
            seen = changes[member][transform == "difference" : rows]
            scaled = (changes[member] - seen.mean()) / seen.std()
            np.testing.assert_allclose(only.inputs[at, :, 0], scaled[row - 5 : row], rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(only.targets[at], scaled[row : row + horizon], rtol=1e-4, atol=1e-5)
    for member, series in enumerate(MEMBERS):
        rows = only.training_rows[member]
        assert series.values.index[rows - 1] < validation <= series.values.index[rows]


@pytest.mark.parametrize("transform", ["none", "difference", "log", "log_difference"])
def test_forecasts_come_back_in_the_units_of_their_own_series(transform):
    settings = spec(horizon=3, transform=transform)
    panel = Series.panel("ab", tuple(replace(series, values=series.values.abs() + 1) for series in MEMBERS))
    (only,) = cut_windows(panel, settings)
    own = only.to_units(np.stack([only.targets[parts_of(only)[2]]] * 2))
    actual = np.array([panel.array[row : row + 3] for row in only.first_rows])
    np.testing.assert_allclose(own, np.stack([actual] * 2), rtol=1e-4)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("origins", [1, 3])
def test_nothing_before_changes_when_the_future_of_every_member_does(origins, horizon):
    settings = spec(origins=origins, horizon=horizon)
    covered = [
        Covariates(("price",), np.arange(len(s.values))[:, None] ** 0.5, *[np.empty((len(s.values), 0))] * 2)
        for s in MEMBERS
    ]
    members = tuple(replace(series, covariates=price) for series, price in zip(MEMBERS, covered, strict=True))
    for number, before in enumerate(cut_windows(Series.panel("abc", members), settings)):
        dates = PANEL.values.index.get_level_values("period")[before.first_rows]
        train, validation, _ = parts_of(before)
        for begin, unseen in ((dates.min(), validation.stop), (first_validated(before), train.stop)):
            changed = tuple(
                replace(
                    series,
                    values=series.values.where(series.values.index < begin, series.values * 3 + 7),
                    covariates=replace(price, past=np.where((series.values.index < begin)[:, None], price.past, -1)),
                )
                for series, price in zip(MEMBERS, covered, strict=True)
            )
            after = cut_windows(Series.panel("abc", changed), settings)[number]
            assert before.scalers == after.scalers
            assert np.array_equal(before.inputs[:unseen], after.inputs[:unseen])
            assert np.array_equal(before.targets[:unseen], after.targets[:unseen])
            assert (before.targets[unseen:] != after.targets[unseen:]).any(axis=1).all()


def first_validated(windows):
    """The date from which on training saw nothing of any member."""
    return max(
        series.values.index[rows - 1] for series, rows in zip(MEMBERS, windows.training_rows, strict=True)
    ) + pd.Timedelta(days=1)


@pytest.mark.parametrize("horizon", [1, 3])
def test_origins_share_out_the_test_windows_and_are_of_one_size(horizon):
    (whole,) = cut_windows(PANEL, spec(horizon=horizon))
    origins = cut_windows(PANEL, spec(horizon=horizon, origins=5))
    assert len({origin.inputs.shape for origin in origins}) == len({origin.split for origin in origins}) == 1
    rows = [row for origin in origins for row in origin.first_rows[: origin.own]]
    assert sorted(rows) == sorted(whole.first_rows) and whole.own == len(whole.first_rows)
    dates = PANEL.values.index.get_level_values("period")
    for earlier, later in pairwise(origins):
        assert dates[earlier.first_rows[: earlier.own]].max() < dates[later.first_rows[: later.own]].min()
        assert later.split.train == whole.split.train


@pytest.mark.parametrize("part", [0.1, 0.2, 0.33])
def test_a_panel_of_like_series_is_split_as_each_alone(part):
    members = tuple(one(name, "2000-01-01", 100, seed) for seed, name in enumerate("ab"))
    settings = spec(test=part, validation=part)
    (panel,) = cut_windows(Series.panel("ab", members), settings)
    singles = [make_windows(series.array, settings)[0] for series in members]
    assert panel.split.test == 2 * -(-round(part * 2 * 95) // 2)
    for kind in ("train", "validation", "test"):
        assert abs(getattr(panel.split, kind) - sum(getattr(each.split, kind) for each in singles)) <= 4


def test_what_is_known_ahead_takes_a_lookback_as_long_as_the_horizon_in_a_panel_too():
    holiday = [
        Covariates(("holiday",), np.empty((rows, 0)), np.arange(rows)[:, None] % 7.0, np.empty((rows, 0)))
        for rows in (len(series.values) for series in MEMBERS)
    ]
    members = tuple(replace(series, covariates=known) for series, known in zip(MEMBERS, holiday, strict=True))
    with pytest.raises(InputError, match=r"Expected --lookback 6 or more"):
        cut_windows(Series.panel("abc", members), spec(horizon=6))


def test_one_series_is_cut_as_ever():
    (single,), (alone,) = cut_windows(MEMBERS[0], spec()), make_windows(MEMBERS[0].array, spec())
    assert np.array_equal(single.inputs, alone.inputs) and single.test_rows == alone.test_rows


def test_rows_of_a_panel_are_rows_of_its_members():
    assert PANEL.first_rows == (0, 120, 198) and len(PANEL.array) == 306
    assert PANEL.values.index.names == ["series", "period"]
    assert PANEL.values.loc["b"].to_list() == MEMBERS[1].values.to_list()
    assert PANEL.digest != Series.panel("abc", MEMBERS[::-1]).digest
    assert MEMBERS[0].lone == (MEMBERS[0],) and PANEL.lone == MEMBERS


def test_sequences_without_dates_end_together():
    members = (one("a", "", 60, 0, "index"), one("b", "", 90, 1, "index"))
    (only,) = cut_windows(Series.panel("ab", members), spec())
    rows = only.first_rows - np.array([0, 60])[only.members]
    assert rows.tolist() == [*range(48, 60), *range(78, 90)]


@pytest.mark.parametrize(
    ("late", "settings", "message"),
    [
        (
            one("old", "1960-01-01", 60, 3),
            {},
            r"^old has no window to validate or to test \(60 rows, 1960-01-01 to 1964-12-01",
        ),
        (one("new", "2007-12-01", 26, 3), {}, r"^new has no window to train \(26 rows, 2007-12-01"),
        (one("tiny", "2009-10-01", 4, 3), {}, r"^tiny has no window to train or to validate or to test"),
        (
            MEMBERS[0],
            {"lookback": 200},
            r"^a has no window to train or to validate or to test .*; b has no .*; c has no",
        ),
        (MEMBERS[0], {"test": 300}, r"a has no window to train or to validate"),
        (MEMBERS[0], {"test": 2.5}, r"--test 2.5: expected a share below 1 or a whole number"),
        (MEMBERS[0], {"origins": 13}, r"--origins 13: there are only 12 test periods"),
        (MEMBERS[0], {"transform": "log"}, r"^Series 'c': --transform log: value \d+ of the series is -"),
        (
            replace(MEMBERS[0], values=MEMBERS[0].values * 0 + 4),
            {},
            r"^Series 'a': The training part is constant \(4\)",
        ),
    ],
)
def test_a_member_that_does_not_fit_is_named(late, settings, message):
    others = (MEMBERS[1], replace(MEMBERS[2], values=MEMBERS[2].values - 70 * ("transform" in settings)))
    settings = {"panel_split": "date"} | settings
    with pytest.raises(InputError, match=message):
        cut_windows(Series.panel("abc", (late, *others)), spec(**settings))


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("training_window", ["rolling", "expanding"])
def test_each_origin_of_a_panel_is_trained_on_the_obvious_windows(training_window, horizon):
    """By dates, a window at a time: all that end before the validation part, or the newest of them, as many as the first origin has."""
    settings = spec(origins=3, horizon=horizon, training_window=training_window, scaling="none")
    origins = cut_windows(PANEL, settings)
    latest = max(series.values.index[-1] for series in MEMBERS)
    first = latest - pd.DateOffset(months=horizon - 1 + 11)
    counts = []
    for number, origin in enumerate(origins):
        test = first + pd.DateOffset(months=4 * number)
        found = found_by(test - pd.DateOffset(months=horizon - 1 + 9), test, settings)[0]
        if training_window == "rolling" and counts:
            date = {one: MEMBERS[one[0]].values.index[one[1]] for one in found}
            # Of windows of one date those of the later members are newer.
            found = sorted(sorted(found, key=lambda one: (date[one], one))[-counts[0] :])
        counts.append(len(found))
        assert origin.split.train == len(found)
        for at, (member, row) in enumerate(found):
            values = MEMBERS[member].array
            np.testing.assert_allclose(origin.inputs[at, :, 0], values[row - 5 : row], rtol=1e-5)
            np.testing.assert_allclose(origin.targets[at], values[row : row + horizon], rtol=1e-5)
    assert (counts == sorted(set(counts))) == (training_window == "expanding") and len(set(counts)) in (1, 3)


def test_one_that_ended_long_before_a_later_origin_is_scaled_by_all_its_values():
    early = one("early", "2000-01-01", 55, 1)
    panel = Series.panel("two", (one("long", "2000-01-01", 350, 0), early))
    first, later = cut_windows(panel, spec(test=300, validation=9, origins=2, scaling="standard"))
    assert 1 in first.members and 1 not in later.members
    assert (later.scalers[1].shift, later.scalers[1].scale) == (early.array.mean(), early.array.std())
