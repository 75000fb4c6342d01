"""Series that begin and end when they like: parts of their own, which split is chosen, and which series are left out."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.errors import MOST_LINES, InputError
from tasks.numerics.series.panel_parts import Pool, parts_by_date, parts_by_series
from tasks.numerics.series.panel_windows import cut_windows, fitting
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import WindowSpec


def one(name, start, rows, seed=0):
    values = np.random.default_rng(seed).normal(size=rows).cumsum() + 50
    index = pd.RangeIndex(rows) if start is None else pd.date_range(start, periods=rows, freq="MS")
    return Series(name, pd.Series(values, index=index), "MS" if start else "index", 12, "", "", "", name * 8, (), ())


SHOPS = (one("closed", "1990-01-01", 70, 1), one("open", "2005-01-01", 90, 2), one("new", "2009-01-01", 44, 3))


def spec(**settings):
    return WindowSpec(**({"lookback": 5, "panel_split": "series", "test": 0.2, "origins": 1} | settings))


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("origins", [1, 2])
@pytest.mark.parametrize("training_window", ["rolling", "expanding"])
@pytest.mark.parametrize("parts", [{}, {"test": 6, "validation": 5}, {"test": 0.4, "validation": 0.3}])
def test_each_series_has_the_parts_that_it_would_have_alone(horizon, origins, training_window, parts):
    settings = spec(horizon=horizon, origins=origins, training_window=training_window, **parts)
    panel = Series.panel("shops", SHOPS)
    found = cut_windows(panel, settings)
    alone = [make_windows(shop.array, settings) for shop in SHOPS]
    begins = np.array(panel.first_rows)
    for number, origin in enumerate(found):
        ends = np.cumsum([0, origin.split.train, origin.split.validation, origin.split.test])
        for kind, begin in zip(("train", "validation"), ends, strict=False):
            expected = sum(getattr(own[number].split, kind) for own in alone)
            assert getattr(origin.split, kind) == expected
            at = begin
            for own in alone:
                count = getattr(own[number].split, kind)
                start = 0 if kind == "train" else own[number].split.train
                np.testing.assert_allclose(origin.inputs[at : at + count], own[number].inputs[start : start + count])
                np.testing.assert_allclose(origin.targets[at : at + count], own[number].targets[start : start + count])
                at += count
        for member, own in enumerate(alone):
            mine = origin.members[: origin.own] == member
            rows = origin.first_rows[: origin.own][mine] - begins[member]
            assert rows.tolist() == own[number].first_rows[: own[number].own].tolist()
            assert origin.training_rows[member] == own[number].training_rows[0]
            assert origin.scalers[member] == own[number].scalers[0]
    assert len({origin.inputs.shape for origin in found}) == (origins if training_window == "expanding" else 1)


def test_later_origins_follow_in_every_series():
    for earlier, later in pairwise(cut_windows(Series.panel("shops", SHOPS), spec(origins=3))):
        for member in range(3):
            rows = [one.first_rows[: one.own][one.members[: one.own] == member] for one in (earlier, later)]
            assert rows[0].max() < rows[1].min()


def test_dates_stay_where_they_fit_all_and_parts_of_their_own_are_chosen_and_said_where_they_do_not():
    alike = Series.panel("alike", (one("a", "2000-01-01", 90, 1), one("b", "2001-01-01", 80, 2)))
    (auto,), (by_date,) = (cut_windows(alike, spec(panel_split=split)) for split in ("auto", "date"))
    assert np.array_equal(auto.first_rows, by_date.first_rows) and auto.warnings == ()
    (chosen,), (asked,) = (
        cut_windows(Series.panel("shops", SHOPS), spec(panel_split=split)) for split in ("auto", "series")
    )
    assert np.array_equal(chosen.inputs, asked.inputs) and np.array_equal(chosen.first_rows, asked.first_rows)
    (said,) = chosen.warnings
    assert said.startswith("The last windows of each series are its test part, as no one date fits all")
    assert "1 of 3 series would lack a part (closed)" in said
    with pytest.raises(InputError, match=r"^closed has no window to validate or to test .*--panel-split series"):
        cut_windows(Series.panel("shops", SHOPS), spec(panel_split="date"))


def test_it_is_said_where_networks_train_on_dates_that_are_test_dates_of_others():
    overlapping = "Networks have seen dates of some series that are test dates of others"
    assert overlapping in cut_windows(Series.panel("shops", SHOPS), spec())[0].warnings[0]
    alike = Series.panel("alike", (one("a", "2000-01-01", 90, 1), one("b", "2000-01-01", 90, 2)))
    assert cut_windows(alike, spec())[0].warnings == ()


TINY = [one(f"tiny {number}", "2001-01-01", 6 + number % 3, number) for number in range(25)]


@pytest.mark.parametrize("split", ["auto", "series"])
def test_series_that_are_too_short_are_named_with_the_flag(split):
    panel = Series.panel("shops", (*SHOPS, *TINY))
    with pytest.raises(InputError, match=r"^25 of 28 series are too short: tiny 0 \(6 rows\), tiny 1 \(7") as found:
        cut_windows(panel, spec(panel_split=split))
    message = str(found.value)
    assert "and 15 more" in message and "--drop-short" in message and len(message.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("split", ["auto", "series"])
def test_series_that_are_too_short_are_left_out_where_that_is_asked_for(split):
    panel, settings = Series.panel("shops", (*TINY[:3], *SHOPS)), spec(panel_split=split, drop_short=True)
    kept = fitting(panel, settings)
    assert kept.members == SHOPS and kept.name == "shops"
    assert kept.left_out == ("tiny 0 (6 rows)", "tiny 1 (7 rows)", "tiny 2 (8 rows)")
    assert cut_windows(kept, settings)[0].first_rows.size
    assert fitting(panel, replace(settings, drop_short=False)) is panel
    assert fitting(Series.panel("shops", SHOPS), settings).left_out == ()


def test_by_date_what_has_no_window_of_a_part_is_left_out_too():
    kept = fitting(Series.panel("shops", SHOPS), spec(panel_split="date", drop_short=True))
    assert [each.name for each in kept.members] == ["open", "new"]
    assert cut_windows(kept, spec(panel_split="date"))[0].own


def test_one_that_is_left_is_a_series_and_none_is_an_error():
    settings = spec(drop_short=True)
    (only,) = fitting(Series.panel("shops", (TINY[0], SHOPS[0])), settings).lone
    assert np.array_equal(only.array, SHOPS[0].array) and only.left_out == ("tiny 0 (6 rows)",)
    with pytest.raises(InputError, match=r"^25 of 25 series are too short.*Pass longer series"):
        fitting(Series.panel("tiny", tuple(TINY)), settings)


def test_origins_need_a_series_with_as_many_test_windows():
    with pytest.raises(InputError, match=r"^--origins 40: no series has so many test windows, the most is 17"):
        cut_windows(Series.panel("shops", SHOPS), spec(origins=40))


def test_sequences_have_parts_of_their_own_too():
    panel = Series.panel("two", (one("a", None, 60, 1), one("b", None, 90, 2)))
    (only,) = cut_windows(panel, spec(test=6))
    assert (only.first_rows - np.array(panel.first_rows)[only.members]).tolist() == [*range(54, 60), *range(84, 90)]


@pytest.mark.parametrize("origins", [1, 2])
def test_it_is_known_at_which_periods_validation_and_test_begin(origins):
    settings = spec(horizon=2, test=6, validation=4, origins=origins)
    pool = Pool.of([np.arange(30), np.arange(10, 40)], settings)
    found = parts_by_date(pool, settings)
    first = found.origins[0]
    assert found.begins == (pool.first[first.validation].min(), pool.first[first.test].min())


def test_where_every_period_is_tested_validation_begins_with_the_first():
    settings = spec(test=100, validation=4)
    pool = Pool.of([np.arange(30)], settings)
    found = parts_by_date(pool, settings)
    assert found.begins == (0, pool.first.min()) and len(found.origins[0].test) == len(pool.first)


def test_a_window_for_each_part_is_enough_and_one_fewer_is_not():
    settings = spec(test=1, validation=1)
    for windows, lacking in ((3, {}), (2, {0: ["train", "validate", "test"]})):
        assert parts_by_series(Pool.of([np.arange(5 + windows)], settings), settings).lacking == lacking
