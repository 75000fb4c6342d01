"""Dates in several columns: read together where there is one reading, told where there is none, and never taken for the values."""

from datetime import timedelta

import pandas as pd
import pytest
from made_series import Row, write

from tasks.load import read_members, read_series
from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import SeriesSpec

HOURS = pd.date_range("2020-01-01", periods=24 * 30, freq="h")


def read(path, **settings):
    return read_series(SeriesSpec(series=str(path), **settings))


def lines(dates: pd.DatetimeIndex, *styles: str) -> list[Row]:
    """A row of texts for each date, a column a style, and a value."""
    return [[*(f"{date:{style}}" for style in styles), f"{n * n % 17 + n / 10}"] for n, date in enumerate(dates)]


def refused(path, **settings):
    with pytest.raises(InputError) as caught:
        read(path, **settings)
    assert len(str(caught.value).splitlines()) <= 10
    return str(caught.value)


WAYS = {
    "date and hour": ("date,hour,value", ("%Y-%m-%d", "%H"), "h", 500),
    "another date and hour": ("Day;HOUR;value", ("%d.%m.%Y", "%H"), "h", 500),
    "date without dashes and hour": ("date,hr,value", ("%Y%m%d", "%H"), "h", 500),
    "date, hour and minute": ("date,hour,minute,value", ("%Y-%m-%d", "%H", "%M"), "30min", 500),
    "hour in words": ("date,hour,value", ("%Y-%m-%d", "H%H"), "h", 500),
    "year and week": ("Year,Week,value", ("%G", "%V"), "W-MON", 120),
    "year and week in words": ("year,week_no,value", ("%G", "KW%V"), "W-MON", 120),
    "year and day of the year": ("year,doy,value", ("%Y", "%j"), "D", 800),
    "year and day of the year by words": ("Year,Day of Year,value", ("%Y", "%j"), "D", 800),
    "year and month as a period": ("Year,Period,value", ("%Y", "M%m"), "MS", 60),
    "year and month as a counted period": ("Year,Period,value", ("%Y", "%m"), "MS", 60),
    "year and month's name": ("Year,Month,value", ("%Y", "%B"), "MS", 60),
}


@pytest.mark.parametrize("way", WAYS)
def test_columns_that_are_a_date_together_are_read(way, tmp_path):
    header, styles, frequency, count = WAYS[way]
    separator = ";" if ";" in header else ","
    dates = pd.date_range("2018-01-01", periods=count, freq=frequency)
    found = read(write(tmp_path / "own.csv", lines(dates, *styles), header, separator))
    assert (found.frequency, found.value_column) == (frequency, "value")
    assert pd.DatetimeIndex(found.rows["date"]).equals(dates.rename("date").as_unit("us"))


@pytest.mark.parametrize("quarter", ["Q{}", "{}", "{}Q", "Q0{}"])
@pytest.mark.parametrize("name", ["Quarter", "Period"])
def test_a_year_and_a_quarter_are_read(quarter, name, tmp_path):
    dates = pd.date_range("2000-01-01", periods=60, freq="QS")
    made = [[str(date.year), quarter.format(date.quarter), f"{n * n % 17}"] for n, date in enumerate(dates)]
    found = read(write(tmp_path / "own.csv", made, f"Year,{name},sold"))
    assert found.frequency == "QS" and found.rows["date"].iloc[-1] == dates[-1]


def test_hours_from_1_to_24_begin_with_the_day(tmp_path):
    made = [[f"{one:%Y-%m-%d}", str(one.hour + 1), f"{n % 17}"] for n, one in enumerate(HOURS)]
    path = write(tmp_path / "own.csv", made, "date,hour,load")
    found = read(path)
    assert found.rows["date"].iloc[0] == HOURS[0] and found.rows["date"].iloc[-1] == HOURS[-1]
    assert any("run from 1 to 24" in note for note in found.notes)
    assert read(path, frequency="D", aggregate="sum", drop_partial=True).dropped == ()


def test_days_and_hours_of_parquet_are_read(tmp_path):
    frame = pd.DataFrame({"date": HOURS.normalize(), "hour": HOURS.hour, "load": range(len(HOURS))})
    frame.to_parquet(tmp_path / "own.parquet")
    found = read(tmp_path / "own.parquet")
    assert (found.frequency, found.value_column) == ("h", "load")


@pytest.mark.parametrize("styles", [("%Y-%m-%d", "%H"), ("%Y-%m-%d", "%H:%M")], ids=["hour", "time"])
def test_a_time_of_day_belongs_to_a_named_date_too(styles, tmp_path):
    path = write(tmp_path / "own.csv", lines(HOURS, *styles), "date,hour,value")
    assert read(path, date="date").frequency == "h"
    assert read(path, date="date", frequency="D", aggregate="mean", drop_partial=True).dropped == ()


def test_hours_of_years_are_read(tmp_path):
    many = pd.date_range("2015-01-01", periods=30_000, freq="h")
    assert read(write(tmp_path / "own.csv", lines(many, "%Y-%m-%d", "%H"), "date,hour,value")).frequency == "h"


def test_a_time_of_day_beside_one_row_a_day_of_each_series_is_no_part_of_it(tmp_path):
    days = pd.date_range("2020-01-01", periods=60)
    made = [[shop, f"{day:%Y-%m-%d}", f"{n % 9 + 8}:00", f"{n % 17}"] for shop in "ab" for n, day in enumerate(days)]
    path = write(tmp_path / "own.csv", made, "shop,date,opens,sold")
    found = read_members(SeriesSpec(series=str(path), id="shop", date="date", value="sold"))
    assert [one.frequency for one in found] == ["D", "D"]


def test_hours_are_each_series_own(tmp_path):
    made = [[shop, *row] for shop in ("north", "south") for row in lines(HOURS, "%Y-%m-%d", "%H")]
    found = read_members(SeriesSpec(series=str(write(tmp_path / "own.csv", made, "shop,date,hour,sold")), id="shop"))
    assert [one.frequency for one in found] == ["h", "h"]


def test_what_is_no_part_of_a_date_is_told_as_it_stands(tmp_path):
    """A thirteenth period is a year's mean: its row is to be taken out."""
    made = [[str(year), f"M{month:02}", str(month)] for year in range(2010, 2015) for month in range(1, 14)]
    found = read(write(tmp_path / "own.csv", made, "Year,Period,sold"), frequency="MS")
    assert found.rows["date"].isna().sum() == 5 and found.rows["date_text"][12] == "2010 M13"


@pytest.mark.parametrize("name", ["Quarter", "Season", "Period"])
def test_a_part_of_a_year_that_is_not_understood_is_told(name, tmp_path):
    made = [[str(2000 + n // 4), ("Winter", "Spring", "Summer", "Autumn")[n % 4], str(n * n % 17)] for n in range(80)]
    path = write(tmp_path / "own.csv", made, f"Year,{name},sold")
    message = refused(path)
    assert f"column {name!r}" in message and "'Winter'" in message and "--frequency index" in message
    assert read(path, frequency="YS", aggregate="sum").frequency == "YS", "sums of a year need no part of it"


def test_a_count_of_periods_that_is_none_of_a_calendar_is_told(tmp_path):
    made = [[str(2000 + n // 13), str(n % 13 + 1), str(n * n % 17)] for n in range(130)]
    assert "column 'Period'" in refused(write(tmp_path / "own.csv", made, "Year,Period,sold"))


@pytest.mark.parametrize("part", ["hour", "Week", "month", "weekday", "Year", "period"])
def test_a_part_of_the_date_is_no_value(part, tmp_path):
    days = pd.date_range("2020-01-01", periods=60)
    numbers = {"hour": days.hour, "Week": days.isocalendar().week, "weekday": days.day_of_week, "Year": days.year}
    told = numbers.get(part, days.month)
    made = [[f"{day:%Y-%m-%d}", str(n), f"{at * at % 17}"] for at, (day, n) in enumerate(zip(days, told, strict=True))]
    assert read(write(tmp_path / "own.csv", made, f"date,{part},sold")).value_column == "sold"


def test_parts_of_the_date_are_not_advised_as_the_value(tmp_path):
    made = [[f"{day:%Y-%m-%d}", str(day.month), str(day.day)] for day in pd.date_range("2020-01-01", periods=60)]
    message = refused(write(tmp_path / "own.csv", made, "date,month,day"))
    assert "--value month" not in message and "Name the column by --value" in message


def test_an_hour_beside_one_row_a_day_is_no_part_of_it(tmp_path):
    days = pd.date_range("2020-01-01", periods=60)
    made = [[f"{day:%Y-%m-%d}", str(n * 7 % 24), f"{n % 17}"] for n, day in enumerate(days)]
    found = read(write(tmp_path / "own.csv", made, "date,hour,peak"))
    assert (found.frequency, found.value_column) == ("D", "peak")


def test_an_hour_that_the_clock_skips_or_repeats_is_taken_by_instants(tmp_path):
    local = pd.date_range("2023-01-01", "2024-01-01", freq="h", tz="UTC", inclusive="left").tz_convert("Europe/Berlin")
    found = read(write(tmp_path / "own.csv", lines(local, "%Y-%m-%d", "%H"), "date,hour,value"))
    assert found.frequency == "h" and set(found.rows["date"].diff().dropna()) == {timedelta(hours=1)}
