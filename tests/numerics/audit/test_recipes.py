"""Preparation as it was published, against the loop it was published with, and done properly."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.audit.claims import BEST_KNOWN_ANSWER as ANSWER
from tasks.numerics.audit.recipes import as_published, prepare, properly, published_windows
from tasks.numerics.errors import InputError

SERIES = np.random.default_rng(3).uniform(20, 700, 115)
TEXT, NOTEBOOK = ANSWER.recipes


def slow_windows(dataset, previous):
    """The routine as it was published."""
    inputs, targets = [], []
    for i in range(len(dataset) - previous - 1):
        inputs.append(dataset[i : (i + previous), 0])
        targets.append(dataset[i + previous, 0])
    return np.array(inputs), np.array(targets)


@pytest.mark.parametrize("rows", [7, 8, 20, 80])
def test_windows_are_those_of_the_published_loop(rows):
    windows, targets = published_windows(SERIES[:rows], 5, drops_last=True)
    slow = slow_windows(SERIES[:rows, None], 5)
    np.testing.assert_array_equal(windows, slow[0])
    np.testing.assert_array_equal(targets, slow[1])


def test_one_window_more_where_none_is_lost():
    windows, targets = published_windows(np.arange(8.0), 5, drops_last=False)
    assert windows.tolist() == [[0, 1, 2, 3, 4], [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]]
    assert targets.tolist() == [5, 6, 7]
    lost = published_windows(np.arange(8.0), 5, drops_last=True)
    assert (len(lost[0]), lost[1].tolist()) == (2, [5, 6])
    assert [len(part) for part in published_windows(np.arange(5.0), 5, drops_last=False)] == [0, 0]


def test_the_answers_training_part_has_its_59_and_15_windows():
    prepared = as_published(SERIES, ANSWER, TEXT)
    assert prepared.windows.shape == (59, 1, 5)
    assert prepared.validation_windows.shape == (15, 1, 5)
    low, high = SERIES[:100].min(), SERIES[:100].max()
    inputs, targets = slow_windows(((SERIES[:80] - low) / (high - low))[:, None], 5)
    np.testing.assert_allclose(np.concatenate([prepared.windows, prepared.validation_windows])[:, 0], inputs, rtol=1e-6)
    np.testing.assert_allclose(np.concatenate([prepared.targets, prepared.validation_targets]), targets, rtol=1e-6)


@pytest.mark.parametrize(("fitted", "rows"), [("training_part", 80), ("training_rows", 100), ("whole_series", 115)])
def test_scaling_is_fitted_on_the_rows_that_are_named(fitted, rows):
    values = np.linspace(10, 1150, 115)
    prepared = as_published(values, ANSWER, replace(TEXT, scaling=fitted))
    expected = (values[5] - values[0]) / (values[rows - 1] - values[0])
    assert prepared.targets[0] == pytest.approx(expected, rel=1e-6)


def test_test_windows_scaled_by_their_own_range_are_scikit_learns():
    own = as_published(SERIES, ANSWER, NOTEBOOK).test_windows[:, 0]
    windows = np.stack([SERIES[100 + k : 105 + k] for k in range(10)])
    expected = np.column_stack([(lag - lag.min()) / (lag.max() - lag.min()) for lag in windows.T])
    np.testing.assert_allclose(own, expected, rtol=1e-5, atol=1e-6)
    scaled = as_published(SERIES, ANSWER, TEXT).test_windows[:, 0]
    low, high = SERIES[:100].min(), SERIES[:100].max()
    np.testing.assert_allclose(scaled, (windows - low) / (high - low), rtol=1e-5, atol=1e-6)


def test_forecasts_are_inverted_by_the_range_that_is_named():
    values = np.append(SERIES[:-1], 9000.0)
    whole = as_published(values, ANSWER, TEXT).to_units(np.array([0, 1], np.float32))
    np.testing.assert_allclose(whole, [values.min(), 9000], rtol=1e-6)
    fitted = as_published(values, ANSWER, replace(TEXT, inversion="as_training")).to_units(np.array([0, 1], np.float32))
    np.testing.assert_allclose(fitted, [values[:100].min(), values[:100].max()], rtol=1e-6)


def test_done_properly_no_window_is_lost_and_nothing_of_the_test_part_is_seen():
    prepared = properly(SERIES, ANSWER)
    assert (len(prepared.windows), len(prepared.validation_windows), len(prepared.test_windows)) == (80, 20, 10)
    changed = np.append(SERIES[:-10], 9000 + np.arange(10.0))
    again = properly(changed, ANSWER)
    np.testing.assert_array_equal(prepared.windows, again.windows)
    assert prepared.back == again.back
    np.testing.assert_allclose(
        prepared.back.undo(prepared.test_windows[:, 0].astype(float))[3], SERIES[103:108], rtol=1e-5
    )


def test_the_same_rows_are_tested_by_every_recipe():
    found = prepare(SERIES, ANSWER)
    assert [one.name for one in found] == ["as published (text)", "as published (notebook)", "done properly"]
    assert {len(one.test_windows) for one in found} == {10}


def test_a_series_too_short_or_constant_is_refused():
    with pytest.raises(
        InputError, match=r"109 rows, and recipe .* first 100 and tests on the last 10: expected at least 110"
    ):
        prepare(SERIES[:109], ANSWER)
    with pytest.raises(InputError, match="all 5: expected rows that vary"):
        prepare(np.full(115, 5.0), ANSWER)
    with pytest.raises(InputError, match="makes 0 windows of 6 rows, 0 to train on and 0 to validate"):
        prepare(SERIES, replace(ANSWER, recipes=(replace(TEXT, part=0.06),)))
