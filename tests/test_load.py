from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_series import rows, write

from tasks.load import read_members, read_series
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series_settings import SeriesSpec

HOTEL = Path(__file__).resolve().parents[1] / "../shared/data/hotel"


def read(path, **settings):
    return read_series(SeriesSpec(series=str(path), **settings))


@pytest.mark.parametrize("name", catalogue())
def test_bundled_series_is_read_with_the_facts_of_the_catalogue(name):
    entry = catalogue()[name]
    records = read(name)
    assert len(records.periods) == entry.length
    assert (records.frequency, records.season_length, records.unit) == (
        entry.frequency,
        entry.season_length,
        entry.unit,
    )
    assert records.source == entry.source
    assert records.periods["value"].notna().all() and records.periods["date"].is_monotonic_increasing


def test_twenty_five_series_are_bundled():
    assert len(catalogue()) == 25


def test_monthly_sales_of_drugs_are_the_default():
    records = read_series(SeriesSpec())
    assert (records.name, records.frequency, len(records.periods)) == ("antidiabetic_drugs", "MS", 204)
    assert records.path == "data/series/antidiabetic_drugs.csv"


def test_bundled_series_takes_the_season_of_another_frequency():
    assert read("air_passengers", frequency="QS", aggregate="sum").season_length == 4
    assert read("air_passengers", frequency="index").season_length == 1


def test_columns_are_guessed_where_one_fits(tmp_path):
    lines = [["x", date, value] for date, value in rows()]
    records = read(write(tmp_path / "own.csv", lines, "note,When,visits"))
    assert (records.name, records.date_column, records.value_column, records.frequency) == (
        "own",
        "When",
        "visits",
        "MS",
    )


def test_unnamed_row_numbers_are_no_value(tmp_path):
    lines = [[str(number), *line] for number, line in enumerate(rows())]
    assert read(write(tmp_path / "own.csv", lines, ",date,value")).value_column == "value"


def test_lines_count_as_an_editor_counts_them(tmp_path):
    lines = rows(6)
    path = tmp_path / "own.csv"
    path.write_text(
        "\n".join(
            ["", "date,value", *(",".join(line) for line in lines[:3]), "", *(",".join(line) for line in lines[3:])]
        )
    )
    assert read(path).rows["place"].tolist() == [3, 4, 5, 7, 8, 9]


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(["date,value", *(",".join(line) for line in rows())]).encode())
    records = read(path)
    assert records.date_column == "date" and records.rows["place"].iloc[-1] == 41


def test_blank_line_in_a_single_column_is_a_missing_value(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("value\n1\n\n3\n\n\n")
    records = read(path, frequency="index")
    assert records.date_column == ""
    assert np.isnan(records.rows["value"][1]) and records.rows["place"].tolist() == [2, 3, 4]


@pytest.mark.parametrize("dtype", ["datetime64[us]", "str", "index"])
def test_parquet_is_read_as_csv_is(tmp_path, dtype):
    frame = pd.DataFrame({"when": pd.date_range("2020-01-01", periods=30, freq="D"), "sold": np.arange(30.0) % 7})
    path = tmp_path / "own.parquet"
    (frame.set_index("when") if dtype == "index" else frame.astype({"when": dtype})).to_parquet(path)
    records = read(path)
    assert (records.date_column, records.value_column, records.frequency, records.place) == ("when", "sold", "D", "row")
    assert records.rows["place"].tolist() == list(range(1, 31))


@pytest.mark.parametrize(
    "style", ["%d/%m/%Y", "%d.%m.%Y", "%b %Y", "%Y-%m", "%Y%m%d", "%B %d, %Y", "%Y-%m-%dT00:00+01:00"]
)
def test_dates_are_read_as_people_write_them(tmp_path, style):
    lines = [[f'"{date}"', value] for date, value in rows(style=style)]
    records = read(write(tmp_path / "own.csv", lines))
    expected = pd.date_range("2015-01-01", periods=40, freq="MS", name="date")
    assert pd.DatetimeIndex(records.rows["date"]).equals(expected)
    assert records.frequency == "MS"


def test_years_are_dates(tmp_path):
    assert read(write(tmp_path / "own.csv", rows(60, "YS", "1900", "%Y"), "year,height")).frequency == "YS"


@pytest.mark.parametrize("frequency", ["D", "B", "W-SUN", "W-SAT", "MS", "ME", "QS", "YS", "h", "30min"])
def test_frequency_is_inferred_and_a_gap_forgiven(tmp_path, frequency):
    lines = rows(60, frequency, style="%Y-%m-%d %H:%M")
    assert read(write(tmp_path / "own.csv", lines)).frequency == frequency
    del lines[30]
    assert read(write(tmp_path / "own.csv", lines)).frequency == frequency


def daily(tmp_path, first="2020-01-01", count=60):
    """Day k has the value k."""
    lines = [[f"{date:%Y-%m-%d}", str(number)] for number, date in enumerate(pd.date_range(first, periods=count))]
    return write(tmp_path / "daily.csv", lines)


def test_days_add_up_to_weeks_from_sunday_to_saturday(tmp_path):
    records = read(daily(tmp_path), frequency="W-SAT", aggregate="sum")
    first = records.periods.iloc[:2]  # 2020-01-01 is a Wednesday
    assert first["date"].dt.strftime("%Y-%m-%d").tolist() == ["2020-01-04", "2020-01-11"]
    assert first["value"].tolist() == [0 + 1 + 2 + 3, 4 + 5 + 6 + 7 + 8 + 9 + 10]
    assert first["label"].tolist()[0] == "2019-12-29 to 2020-01-04 (4 of 7 days)"
    assert first["covered"].tolist() == [4, 7] and first["whole"].tolist() == [7, 7]


@pytest.mark.parametrize(("how", "value"), [("sum", 700.0), ("mean", 100.0), ("last", 130.0)])
def test_covariates_are_aggregated_as_the_values_are(tmp_path, how, value):
    days = enumerate(pd.date_range("2020-01-05", periods=60))
    lines = [[f"{day:%Y-%m-%d}", str(number), str(10 * number), str(-number)] for number, day in days]
    lines.insert(0, lines.pop())  # order does not matter where rows add up
    path = write(tmp_path / "own.csv", lines, "date,sold,plan,price")
    records = read(
        path, frequency="W-SAT", aggregate=how, drop_partial=True, features=("price",), known_future=("plan",)
    )
    assert records.value_column == "sold" and records.covariates == ("price", "plan")
    assert records.periods["covariate 1"][1] == value == -10 * records.periods["covariate 0"][1]
    assert len(records.periods) == len(records.periods["covariate 0"].dropna()) == 8


@pytest.mark.parametrize(("how", "value"), [("sum", 70.0), ("mean", 10.0), ("last", 13.0)])
def test_second_week_has_days_7_to_13(tmp_path, how, value):
    records = read(daily(tmp_path, "2020-01-05"), frequency="W-SAT", aggregate=how)
    assert records.periods["value"][1] == value


def test_partial_periods_are_dropped_and_named(tmp_path):
    records = read(daily(tmp_path), frequency="MS", aggregate="sum", drop_partial=True)
    assert records.dropped == ()
    records = read(daily(tmp_path, "2020-01-03"), frequency="MS", aggregate="sum", drop_partial=True)
    assert records.dropped == ("2020-01-01 to 2020-01-31 (29 of 31 days)", "2020-03-01 to 2020-03-31 (2 of 31 days)")
    assert records.periods["value"].tolist() == [sum(range(29, 58))]


def test_period_without_a_record_is_missing_and_not_zero(tmp_path):
    lines = rows(60, "D", "2020-01-05")
    del lines[14:21]
    periods = read(write(tmp_path / "own.csv", lines), frequency="W-SAT", aggregate="sum").periods
    assert np.isnan(periods["value"][2]) and periods["label"][2].endswith("(0 of 7 days)")


def test_single_bookings_tell_of_partial_periods_by_the_first_and_last_alone(tmp_path):
    days = pd.date_range("2020-01-03", "2020-12-29")
    often = [day for number, day in enumerate(days) for _ in range(number % 4)]  # no booking every fourth day
    lines = [[f"{day:%Y-%m-%d}", "1"] for day in often]
    records = read(write(tmp_path / "own.csv", lines), frequency="MS", aggregate="sum", drop_partial=True)
    assert [label.split(" (")[0] for label in records.dropped] == [
        "2020-01-01 to 2020-01-31",
        "2020-12-01 to 2020-12-31",
    ]


def test_a_holiday_leaves_a_week_of_weekdays_whole(tmp_path):
    lines = rows(60, "B", "2020-01-06")
    del lines[22]
    periods = read(write(tmp_path / "own.csv", lines), frequency="W-SUN", aggregate="last").periods
    assert (periods["covered"] == periods["whole"]).all()
    assert periods["label"][4].endswith("(4 of 4 weekdays)")


def test_coverage_column_tells_of_partial_periods(tmp_path):
    lines = [[*line, "7"] for line in rows(40, "W-SUN")]
    lines[0][2] = "4"
    path = write(tmp_path / "own.csv", lines, "week,sold,days")
    kept = read(path, coverage="days=7")
    assert (kept.periods["covered"] < kept.periods["whole"]).tolist() == [True] + [False] * 39
    dropped = read(path, coverage="days=7", drop_partial=True)
    assert dropped.dropped == ("2015-01-04 (4 of 7 days)",) and len(dropped.periods) == 39
    assert len(dropped.rows) == 40


def shops(**lengths):
    """Rows of several series, in turns: date, id, value."""
    own = {name: rows(count) for name, count in lengths.items()}
    longest = max(lengths.values())
    return [
        [date, name, value] for n in range(longest) for name, lines in own.items() for date, value in lines[n : n + 1]
    ]


def test_a_column_tells_the_series_of_a_file_apart(tmp_path):
    path = write(tmp_path / "shops.csv", shops(north=40, south=30), "date,shop,sold")
    north, south = read_members(SeriesSpec(series=str(path), id="shop"))
    assert (north.name, south.name) == ("north", "south") and north.frequency == south.frequency == "MS"
    assert north.value_column == "sold" and north.periods["value"].tolist() == [float(value) for _, value in rows()]
    assert south.rows["place"].tolist() == list(range(3, 63, 2)) and len(south.table) == 30


def test_ids_may_be_numbers_and_periods_are_each_series_own(tmp_path):
    days = [[f"{day:%Y-%m-%d}", shop, "1"] for shop in "12" for day in pd.date_range("2020-01-05", periods=70)]
    path = write(tmp_path / "shops.csv", days[:-3], "date,shop,sold")
    spec = SeriesSpec(series=str(path), id="shop", frequency="W-SAT", aggregate="sum", drop_partial=True)
    one, two = read_members(spec)
    assert (one.name, len(one.periods), one.dropped) == ("1", 10, ())
    assert len(two.periods) == 9 and two.dropped == ("2020-03-08 to 2020-03-14 (4 of 7 days)",)


def test_a_single_id_is_a_single_series(tmp_path):
    path = write(tmp_path / "shops.csv", shops(north=40), "date,shop,sold")
    (only,) = read_members(SeriesSpec(series=str(path), id="shop"))
    assert only.name == "shops" and len(only.periods) == 40


def test_several_names_are_a_panel(tmp_path):
    path = write(tmp_path / "own.csv", rows())
    found = read_members(SeriesSpec(series=f"air_passengers, {path},us_electricity"))
    assert [one.name for one in found] == ["air_passengers", "own", "us_electricity"]
    assert [one.unit for one in found] == [catalogue()["air_passengers"].unit, "", catalogue()["us_electricity"].unit]
    other = tmp_path / "other" / "own.csv"
    other.parent.mkdir()
    write(other, rows())
    assert [one.name for one in read_members(SeriesSpec(series=f"{path},{other}"))] == [
        f"{tmp_path.name}/own",
        "other/own",
    ]


def test_a_comma_in_the_name_of_a_file_that_is_there_is_no_list(tmp_path):
    path = write(tmp_path / "a,b.csv", rows())
    (only,) = read_members(SeriesSpec(series=str(path)))
    assert only.name == "a,b"


def test_index_takes_numbers_as_an_order(tmp_path):
    lines = [[str(number * 3), value] for number, (_, value) in enumerate(rows())]
    records = read(write(tmp_path / "own.csv", lines, "step,value"), frequency="index", date="step")
    assert records.rows["date"].tolist()[:3] == [0.0, 3.0, 6.0]


def test_day_and_month_that_can_be_swapped_are_refused(tmp_path):
    path = write(tmp_path / "own.csv", rows(10, style="%d/%m/%Y"))
    with pytest.raises(InputError, match="day first and with the month first"):
        read(path)


hotel = pytest.mark.skipif(not HOTEL.exists(), reason="the hotel's cancellations are not beside the project")


@hotel
def test_hotel_days_make_112_whole_weeks():
    records = read(HOTEL / "daily_cancellations.csv", frequency="W-SAT", aggregate="sum", drop_partial=True)
    assert len(records.periods) == 112
    assert records.dropped == ("2015-06-28 to 2015-07-04 (4 of 7 days)", "2017-08-27 to 2017-09-02 (5 of 7 days)")


@hotel
def test_hotel_weeks_that_are_partial_are_dropped_by_their_days():
    path = HOTEL / "weekly_cancellations.csv"
    records = read(path, value="cancellations", frequency="index", coverage="days=7", drop_partial=True)
    assert [label[:10] for label in records.dropped] == ["2015-07-01", "2015-12-27", "2016-01-01", "2017-08-27"]
    assert len(records.periods) == 111
