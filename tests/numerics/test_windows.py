import numpy as np
import pytest

from tasks.numerics.settings import WindowSpec
from tasks.numerics.windows import make_windows

VALUES = np.random.default_rng(0).normal(size=100).cumsum() + 50


def spec(origins, **settings):
    return WindowSpec(**({"lookback": 5, "test": 23, "validation": 12, "origins": origins} | settings))


def test_a_window_holds_the_values_before_its_target():
    (only,) = make_windows(VALUES, spec(1, scaling="none"))
    assert only.inputs.shape == (95, 5, 1)
    for window in (0, 40, 94):
        np.testing.assert_allclose(only.inputs[window, :, 0], VALUES[window : window + 5], rtol=1e-6)
        np.testing.assert_allclose(only.targets[window], VALUES[window + 5], rtol=1e-6)


@pytest.mark.parametrize("transform", ["none", "difference"])
def test_origins_cut_the_test_part_evenly_and_know_what_is_before_it_alone(transform):
    origins = make_windows(VALUES, spec(4, transform=transform))
    (whole,) = make_windows(VALUES, spec(1, transform=transform))
    starts = [one.test_rows.start for one in origins]
    assert starts[0] == whole.test_rows.start
    assert origins[-1].test_rows.stop == whole.test_rows.stop == len(VALUES)
    parts = np.diff([*starts, len(VALUES)])
    assert sorted(parts) == [5, 6, 6, 6]
    for one in origins:
        assert (one.split.train, one.split.validation, one.split.test) == (whole.split.train, 12, 6)
        assert one.rows_before_validation == one.test_rows.start - 12
        # Its units come back: a forecast that is right in scaled values is right in the series' own.
        rows = one.test_rows
        np.testing.assert_allclose(one.to_units(one.targets[-6:]), VALUES[rows], rtol=1e-4)


def test_an_origin_sees_nothing_of_its_own_test_part():
    before = make_windows(VALUES, spec(3))
    for number, one in enumerate(before):
        changed = VALUES.copy()
        changed[one.test_rows.start :] *= 3
        after = make_windows(changed, spec(3))[number]
        known = one.split.train + one.split.validation
        assert one.scaler == after.scaler
        assert np.array_equal(one.inputs[: known + 1], after.inputs[: known + 1])
        assert np.array_equal(one.targets[:known], after.targets[:known])
        assert not np.array_equal(one.targets[known:], after.targets[known:])


def test_each_origin_is_scaled_by_its_own_training_part():
    first, second = make_windows(np.arange(100.0), spec(2))
    assert first.scaler != second.scaler
    assert first.inputs.min() == second.inputs.min() == 0
    assert second.targets[: second.split.train].max() == pytest.approx(1)
