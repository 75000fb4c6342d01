"""Intervals of a champion: their ranks, what they hold where the truth is known, and that none is judged by what made it."""

import numpy as np
import pytest

from tasks.numerics.champions.intervals import Errors, bounds, coverage, ends, fewest

MEMORYLESS = 4000


@pytest.mark.parametrize(
    ("count", "level", "expected"),
    [
        (39, 95, (1.0, 39.0)),  # one of forty is left out at each end
        (79, 95, (2.0, 78.0)),
        (9, 80, (1.0, 9.0)),
        (38, 95, (-38.0, 38.0)),  # too few for an end each: as far to both sides
        (19, 95, (-19.0, 19.0)),
        (18, 95, None),
        (4, 80, (-4.0, 4.0)),
        (3, 80, None),
        (0, 80, None),
    ],
)
def test_ends_are_the_ranks_that_hold_the_next_error(count, level, expected):
    assert ends(np.arange(1.0, count + 1), level) == expected


def test_a_forecast_that_is_too_low_has_an_interval_above_it():
    low, high = ends(10 + np.linspace(-1, 1, 99), 80)
    assert 8.9 < low < 9.3 and 10.7 < high < 11.1


@pytest.mark.parametrize("level", [80, 95])
@pytest.mark.parametrize("count", [20, 60])
def test_the_next_error_lies_between_the_ends_as_often_as_was_said(count, level):
    random = np.random.default_rng(level + count)
    held = [low <= random.standard_t(3) <= high for low, high in (ends(random.standard_t(3, count), level) for _ in range(MEMORYLESS))]  # fmt: skip
    share = np.mean(held)
    # What is promised, and no more than the ranks of so few errors make of it.
    assert level / 100 - 0.02 < share < level / 100 + 2 / count + 0.02


def test_every_interval_is_judged_by_errors_that_were_known_before_it():
    # The errors of the second half are ten times as large: what is made of the first half holds few of them at first.
    errors = np.r_[np.linspace(-1, 1, 40), 10 + np.arange(40) ** 2.0][:, None]
    found = coverage([Errors(errors, np.arange(80))])
    assert found.windows == 40
    assert found.share == {80: 0.0, 95: 0.0}  # made of all eighty, the ends would hold most of them


def test_an_error_of_a_later_step_is_known_later():
    def steady(moments):
        return Errors(np.zeros((len(moments), 3)), moments)

    # Twelve windows, looked at from the seventh on: at step 3 the errors of the last two windows are not known yet.
    found = coverage([steady(np.arange(12))])
    assert found.by_step[80] == (1.0, 1.0, 1.0)
    first = coverage([steady(np.arange(8))])  # four known at step 1, two at step 3
    assert first.share[80] == 1.0 and first.windows == 4
    assert coverage([steady(np.arange(6))]).by_step[80][2] is None


def test_a_short_series_of_a_panel_borrows_from_the_others_in_its_own_unit():
    random = np.random.default_rng(3)
    long, short = random.normal(size=(100, 1)), 1000 * random.normal(size=(5, 1))
    both = [Errors(long, np.arange(100), scale=1.0), Errors(short, np.arange(5), scale=1000.0)]
    own, borrowed = (bounds(both, number)[95][0] for number in (0, 1))
    assert borrowed[1] == pytest.approx(1000 * np.sort(np.r_[long[:, 0], short[:, 0] / 1000])[-2])
    assert own == ends(long[:, 0], 95)


def test_where_there_are_too_few_errors_there_is_no_interval():
    assert bounds([Errors(np.zeros((10, 2)), np.arange(10))], 0) == {80: ((0, 0), (0, 0)), 95: ((None, None),) * 2}
    assert coverage([Errors(np.zeros((2, 1)), np.arange(2))]).share == {80: None, 95: None}


@pytest.mark.parametrize("level", [80, 95])
def test_the_fewest_errors_are_those_of_which_there_is_an_interval(level):
    assert ends(np.ones(fewest(level)), level) and ends(np.ones(fewest(level) - 1), level) is None
