"""The order of visits: every frequency in turn, short series first, all series by the default network before any other."""

import itertools

import numpy as np
import pandas as pd

from tasks.numerics.atlas.order import Visited, visits
from tasks.numerics.atlas.settings import size_of
from tasks.numerics.series.series import Series


def visited(name, frequency, length, source):
    values = pd.Series(np.arange(length, dtype=float))
    return Visited(Series(name, values, frequency, 1, "", "", "", name, (), ()), source)


SERIES = [
    *(visited(f"month {k}", "MS", 126 + k, "file") for k in range(4)),
    *(visited(f"hour {k}", "h", 700, "file") for k in range(2)),
    visited("long year", "YS", 289, "bundled"),
    visited("year", "YS", 98, "bundled"),
]


def test_frequencies_take_turns_and_short_series_come_first():
    found = [one for one in visits(SERIES, ("stacked", "default"), 5) if one.network == "default"]
    assert len(found) == len(SERIES)
    assert {one.visited.series.frequency for one in found[:3]} == {"MS", "h", "YS"}
    for _, own in itertools.groupby(
        sorted(found, key=lambda one: one.visited.series.frequency), key=lambda one: one.visited.series.frequency
    ):
        sizes = [one.visited.size for one in own]
        assert sizes == sorted(sizes)


def test_further_networks_come_last_and_on_bundled_series_alone():
    found = visits(SERIES, ("stacked", "default"), 5)
    assert [one.network for one in found] == ["default"] * 8 + ["stacked"] * 2
    assert {one.visited.series.name for one in found[8:]} == {"year", "long year"}


def test_further_seeds_come_after_the_first_ones_of_all():
    found = visits(SERIES, ("stacked", "default"), 7)
    assert [(one.network, one.seeds) for one in found[::2]] == [
        *[("default", range(5))] * 4,
        ("stacked", range(4)),
        *[("default", range(5, 7))] * 4,
    ]
    assert len({one.name for one in found}) == len(found)


def test_series_are_cut_to_the_longest_size_that_they_fill():
    assert [size_of(length) for length in (73, 74, 125, 126, 249, 250, 4000)] == [0, 74, 74, 126, 126, 250, 250]
