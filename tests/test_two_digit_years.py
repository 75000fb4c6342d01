"""Years of two digits: their century is the one in which the series has happened, and that it was chosen is said."""

import pandas as pd
import pytest
from made_series import rows, write

from tasks.load import read_series
from tasks.numerics.series_settings import SeriesSpec


def read(path, **settings):
    return read_series(SeriesSpec(series=str(path), **settings))


@pytest.mark.parametrize("style", ["%b-%y", "%d.%m.%y", "%d-%b-%y", "%m/%d/%y %H:%M"])
@pytest.mark.parametrize("start", ["1949-01-01", "1967-01-01"], ids=["before 1969", "across 1969"])
def test_a_series_is_in_the_century_in_which_it_has_happened(style, start, tmp_path):
    found = read(write(tmp_path / "own.csv", rows(144, "MS", start, style)))
    assert found.frequency == "MS" and found.rows["date"].equals(
        pd.Series(pd.date_range(start, periods=144, freq="MS"), name="date").astype("datetime64[us]")
    )
    first, last = pd.Timestamp(start).year, pd.Timestamp(start).year + 11
    assert any(f"Years of two digits in date are read as {first} to {last}" in note for note in found.notes)


def test_a_given_format_says_what_stands_where_and_no_century(tmp_path):
    path = write(tmp_path / "own.csv", rows(12, "MS", "1949-01-01", "%m/%y"))
    assert read(path, date="date", date_format="%m/%y").rows["date"].iloc[0] == pd.Timestamp("1949-01-01")


def test_years_that_strptime_reads_rightly_need_no_word(tmp_path):
    found = read(write(tmp_path / "own.csv", rows(144, "MS", "1995-01-01", "%b-%y")))
    assert found.rows["date"].iloc[-1] == pd.Timestamp("2006-12-01") and found.notes == ()


def test_forecasts_at_the_end_stay_in_the_future(tmp_path):
    """Most of it has happened: the months to come are told as what they are, and are not put a century back."""
    start = pd.Timestamp.now().normalize().replace(day=1) - pd.DateOffset(months=30)
    found = read(write(tmp_path / "own.csv", rows(40, "MS", str(start), "%b-%y")))
    assert found.rows["date"].iloc[0] == start and found.rows["date"].iloc[-1] > pd.Timestamp.now()


def test_a_mistyped_year_moves_no_other(tmp_path):
    lines = rows(144, "MS", "1949-01-01", "%b-%y")
    lines[70][0] = "Nov-99"
    dates = read(write(tmp_path / "own.csv", lines), frequency="MS").rows["date"]
    assert dates[70] == pd.Timestamp("1999-11-01") and dates[69] == pd.Timestamp("1954-10-01")
