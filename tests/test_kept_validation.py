"""What was validated before is not held to the same expectations again; everything that decides is asked anew."""

from dataclasses import replace

import pandas as pd
import pytest
from made_series import rows, write

import tasks.validate
from tasks.load import read_members
from tasks.numerics.series.validation import InvalidSeriesError, RowsNeeded
from tasks.numerics.series_settings import SeriesSpec
from tasks.validate import validate

pytestmark = pytest.mark.slow

NEEDS = RowsNeeded(lookback=5, horizon=1, validation=0.2, test=0.2)


@pytest.fixture
def hold(tmp_path, monkeypatch):
    """Validates, and says how often Great Expectations was asked."""
    asked = []

    def context(docs, made=tasks.validate.context_of):
        asked.append(docs)
        return made(docs)

    monkeypatch.setattr(tasks.validate, "context_of", context)

    def validated(spec: SeriesSpec, needs: RowsNeeded = NEEDS):
        asked.clear()
        return validate(read_members(spec), spec, needs, tmp_path / "docs"), len(asked)

    return validated


@pytest.fixture
def spec(tmp_path):
    return SeriesSpec(series=str(write(tmp_path / "own.csv", rows())))


def test_the_same_rows_are_not_held_again(hold, spec):
    (series, validation), asked = hold(spec)
    (again, kept), asked_again = hold(spec)
    assert (asked, asked_again) == (1, 0)
    assert kept == validation
    assert (again.digest, again.warnings) == (series.digest, series.warnings)


def test_warnings_are_kept_too(hold):
    first, second = (hold(SeriesSpec(series="bank_calls_daily"))[0][0].warnings for _ in range(2))
    assert first and first == second


def test_what_decides_is_held_again(hold, spec, tmp_path):
    hold(spec)
    assert hold(replace(spec, bounds=(-1.0, 1000.0)))[1] == 1
    assert hold(spec)[1] == 1  # the pages are the other one's by now
    assert hold(spec, replace(NEEDS, lookback=6))[1] == 1
    write(tmp_path / "own.csv", [*rows()[:-1], [rows()[-1][0], "3.25"]])
    assert hold(spec, replace(NEEDS, lookback=6))[1] == 1
    (tmp_path / "docs/index.html").unlink()
    assert hold(spec, replace(NEEDS, lookback=6))[1] == 1


def test_what_failed_is_held_again_and_takes_away_what_was_kept(hold, spec, tmp_path):
    hold(spec)
    write(tmp_path / "own.csv", [row for number, row in enumerate(rows()) if number != 9])
    for _ in range(2):
        with pytest.raises(InvalidSeriesError):
            hold(spec)
    write(tmp_path / "own.csv", rows())
    assert hold(spec)[1] == 1


def test_a_word_that_a_disk_changed_is_not_shown_as_if_it_had_been_found(hold, spec, tmp_path):
    kept = tmp_path / "docs/validation.json"
    (_, validation), _ = hold(spec)
    whole = kept.read_text()
    word = validation.expectations[0].name
    kept.write_text(whole.replace(word, word[::-1], 1))
    (_, again), asked = hold(spec)
    assert asked == 1 and again == validation
    assert kept.read_text() == whole


@pytest.mark.parametrize("content", ["", "{}", '{"digest": "x", "found": [[{"name": 1}]]}', "[]"])
def test_a_kept_file_that_is_broken_is_no_obstacle(hold, spec, tmp_path, content):
    hold(spec)
    (tmp_path / "docs/validation.json").write_text(content)
    assert hold(spec)[1] == 1


def test_rows_beside_lists_and_other_numbers_are_told_apart(hold, tmp_path):
    path, plain = (
        tmp_path / "own.parquet",
        pd.DataFrame({"date": pd.date_range("2020-01-01", periods=40), "value": range(40)}),
    )
    asked = []
    for lists in ([[1, 2]] * 40, [[1, 2]] * 40, [[1, 3]] * 40):
        plain.assign(own=lists).to_parquet(path)
        asked.append(hold(SeriesSpec(series=str(path), value="value"))[1])
    plain.assign(own=lists, value=range(1, 41)).to_parquet(path)
    asked.append(hold(SeriesSpec(series=str(path), value="value"))[1])
    assert asked == [1, 0, 1, 1]
