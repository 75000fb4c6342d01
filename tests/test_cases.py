"""Files as people have them: each is read, or it is told what to do; `cases/README.md` says what is right of each."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_series import rows, write

from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import SeriesSpec

CASES = Path(__file__).parent / "cases"


def members(path, **settings):
    return read_members(SeriesSpec(series=str(path), **settings))


def read(path, **settings):
    (only,) = members(path, **settings)
    return only


def refused(path, **settings):
    with pytest.raises(InputError) as caught:
        members(path, **settings)
    message = str(caught.value)
    assert len(message.splitlines()) <= 10 and max(map(len, message.splitlines())) <= 1000
    assert "np." not in message and "nan" not in message.split()
    return message


def texts(path, dates, header="date,value"):
    """A file of these dates, and of values that are all different."""
    return write(path / "own.csv", [[f'"{date}"', str(n * n % 17 + n / 10)] for n, date in enumerate(dates)], header)


# Texts that pandas takes for missing


@pytest.mark.parametrize("words", [("DE", "NA", "ZA"), ("None", "null", "nan"), ("N/A", "NaN", "NULL")])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_words_for_missing_are_ids_in_a_column_of_ids(words, kind, tmp_path):
    lines = [[date, word, value] for word in words for date, value in rows(30)]
    path = write(tmp_path / "own.csv", lines, "date,shop,sold")
    if kind == "parquet":
        path = tmp_path / "own.parquet"
        frame = pd.DataFrame(lines, columns=["date", "shop", "sold"])
        frame.astype({"sold": float}).to_parquet(path)
    assert [one.name for one in members(path, id="shop")] == list(words)


def test_the_country_called_na_is_a_series():
    assert [one.name for one in members(CASES / "na-id/sales.csv", id="country", value="sold")] == ["DE", "NA", "ZA"]


@pytest.mark.parametrize("word", ["n/a", "NA", "null", "None", "NaN", "#N/A", "-", ""])
def test_what_stands_for_a_missing_number_is_kept(word, tmp_path):
    lines = rows()
    lines[3][1] = word
    found = read(write(tmp_path / "own.csv", lines)).rows
    assert np.isnan(found["value"][3]) and pd.isna(found["value_text"][3])
    assert found["value_written"].fillna("")[3] == word


# Clocks


def test_a_zoned_clock_is_taken_by_instants():
    dates = pd.DatetimeIndex(read(CASES / "dst/load.parquet").rows["date"])
    assert len(dates) == 2929 and set(np.diff(dates)) == {np.timedelta64(1, "h")}


@pytest.mark.parametrize("drop", [False, True])
def test_days_of_23_and_25_hours_are_whole(drop):
    found = read(CASES / "dst/year_local.csv", frequency="D", aggregate="sum", drop_partial=drop)
    plain = pd.read_csv(CASES / "dst/year_local.csv", parse_dates=["time"]).set_index("time")["load"]
    expected = plain.resample("D").sum()
    assert found.dropped == () and len(found.periods) == 366
    assert np.allclose(found.periods["value"], expected) and (found.periods["covered"] == found.periods["whole"]).all()
    assert sorted(set(found.periods["whole"])) == [23, 24, 25]
    assert found.rows["date"].is_unique


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Sydney"])
@pytest.mark.parametrize("step", ["h", "30min"])
def test_local_times_are_instants_wherever_clocks_change(zone, step, tmp_path):
    instants = pd.date_range("2023-01-01", "2024-01-01", freq=step, tz="UTC", inclusive="left")
    path = texts(tmp_path, instants.tz_convert(zone).strftime("%Y-%m-%d %H:%M"))
    found = read(path)
    assert found.frequency == step and len(set(np.diff(found.rows["date"]))) == 1
    days = read(path, frequency="D", aggregate="mean", drop_partial=True)
    assert len(days.dropped) <= 2  # the first and the last: the year is UTC's


def test_an_hour_that_is_missing_without_a_change_of_clocks_is_missing(tmp_path):
    dates = pd.date_range("2023-01-01", periods=2000, freq="h").strftime("%Y-%m-%d %H:%M")
    path = texts(tmp_path, dates.delete(500))
    days = read(path, frequency="D", aggregate="sum", drop_partial=True)
    assert "2023-01-21 (23 of 24 hours)" in days.dropped


def test_mixed_offsets_are_converted(tmp_path):
    instants = pd.date_range("2023-10-20", periods=480, freq="h", tz="UTC")
    path = texts(tmp_path, [date.isoformat() for date in instants.tz_convert("Europe/Berlin")])
    found = read(path)
    assert found.frequency == "h" and pd.DatetimeIndex(found.rows["date"]).equals(
        instants.tz_localize(None).rename("date")
    )
    days = read(path, frequency="D", aggregate="sum", drop_partial=True)
    assert 25 in set(days.periods["whole"]) and len(days.periods) >= 18


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Europe/London", "America/Chicago"]
)
@pytest.mark.parametrize("frequency", ["D", "W-SUN", "MS"])
@pytest.mark.parametrize("style", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M"], ids=["zoned", "bare"])
def test_midnights_of_a_clock_that_changes_are_days_in_utc_too(zone, frequency, style, tmp_path):
    local = pd.date_range("2022-06-01", periods=60 if frequency != "D" else 400, freq=frequency, tz=zone)
    found = read(texts(tmp_path, local.tz_convert("UTC").strftime(style)))
    assert found.frequency == frequency
    assert any("Dates are those of the clock of" in note for note in found.notes)
    if zone != "America/Chicago":  # its clock is told as New York's, an hour on
        assert pd.DatetimeIndex(found.rows["date"]).equals(local.tz_localize(None).rename("date").as_unit("us"))


def test_days_of_one_time_of_day_are_left_as_they_are(tmp_path):
    dates = pd.date_range("2022-06-01 23:00", periods=60)
    found = read(texts(tmp_path, dates.strftime("%Y-%m-%dT%H:%M:%SZ")))
    assert found.rows["date"].iloc[0] == dates[0] and found.notes == ()


def test_months_of_a_zone_stay_months(tmp_path):
    months = pd.date_range("2015-01-01", periods=40, freq="MS", tz="Europe/Berlin")
    assert read(texts(tmp_path, [date.isoformat() for date in months])).frequency == "MS"


@pytest.mark.parametrize(
    ("unit", "factor"), [("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9)]
)
def test_unix_times_are_read_and_their_unit_is_told(unit, factor, tmp_path):
    start = 1672531200
    path = texts(tmp_path, [(start + 3600 * n) * factor for n in range(400)], "timestamp,value")
    found = read(path)
    assert found.frequency == "h" and found.rows["date"][0] == pd.Timestamp("2023-01-01") and len(found.rows) == 400
    assert any(unit in note for note in found.notes)


def test_the_unix_times_of_the_cases():
    for name in ("seconds.csv", "millis.parquet"):
        found = read(CASES / "epoch" / name)
        assert (found.frequency, len(found.rows), found.rows["date"][0]) == ("h", 400, pd.Timestamp("2023-01-01"))


@pytest.mark.parametrize(
    ("name", "frequency", "first"),
    [
        ("ampm", "h", "2020-01-05"),
        ("dmmmyyyy", "D", "2020-01-05"),
        ("mmmyy", "MS", "2012-01-01"),
        ("seconds", "h", "2020-01-05"),
    ],
)
def test_dates_of_spreadsheets_are_read(name, frequency, first):
    found = read(CASES / f"excel-dates/{name}.csv")
    assert found.frequency == frequency and found.rows["date"][0] == pd.Timestamp(first)
    assert found.rows["date"].is_monotonic_increasing


STYLES = {
    **dict.fromkeys(
        ("%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%y"), "D"
    ),
    **dict.fromkeys(("%b-%y", "%b-%Y", "%b %Y", "%B %Y", "%Y%m", "%Y-%m", "%m/%Y", "%Y-%b", "%YM%m"), "MS"),
    **dict.fromkeys(
        (
            "%d/%m/%Y %H:%M:%S",
            "%m/%d/%Y %I:%M %p",
            "%m/%d/%Y %I:%M:%S %p",
            "%d-%b-%Y %H:%M",
            "%d.%m.%Y %H:%M:%S",
            "%Y/%m/%d %H:%M",
            "%Y-%m-%dT%H:%M:%S.%f",
            "%d/%m/%y %H:%M",
        ),
        "h",
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_dates_are_read_where_there_is_one_reading(style, tmp_path):
    count = {"D": 60, "MS": 120, "h": 600}[STYLES[style]]
    dates = pd.date_range("2015-01-01", periods=count, freq=STYLES[style])
    found = read(texts(tmp_path, dates.strftime(style)))
    assert found.frequency == STYLES[style]
    assert pd.DatetimeIndex(found.rows["date"]).equals(dates.rename("date").as_unit("us"))


@pytest.mark.parametrize(
    ("written", "frequency"),
    [
        (lambda date: f"{date.year}Q{date.quarter}", "QS"),
        (lambda date: f"{date.year}-Q{date.quarter}", "QS"),
        (lambda date: f"Q{date.quarter} {date.year}", "QS"),
        (lambda date: f"Q{date.quarter}-{date.year}", "QS"),
        (lambda date: f"{date.quarter}Q{date.year}", "QS"),
        (lambda date: f"{date:%G-W%V}", "W-MON"),
        (lambda date: f"{date:%GW%V}", "W-MON"),
        (lambda date: f"{date:%G-W%V-%u}", "W-MON"),
        (lambda date: f"KW {date:%V/%G}", "W-MON"),
        (lambda date: f"{date:%G} kw{date:%V}", "W-MON"),
        (lambda date: f"Week {date:%V}, {date:%G}", "W-MON"),
    ],
)
def test_quarters_and_weeks_are_read(written, frequency, tmp_path):
    dates = pd.date_range("2000-01-03" if frequency == "W-MON" else "2000-01-01", periods=60, freq=frequency)
    found = read(texts(tmp_path, map(written, dates)))
    assert found.frequency == frequency
    assert pd.DatetimeIndex(found.rows["date"]).equals(dates.rename("date").as_unit("us"))


@pytest.mark.parametrize(("name", "frequency"), [("q1", "QS"), ("yyyymm", "MS"), ("year_month", "MS")])
def test_quarters_and_months_of_the_cases(name, frequency):
    found = read(CASES / f"quarters/{name}.csv")
    assert found.frequency == frequency and found.rows["date"].notna().all()
    assert found.value_column in ("value", "Passengers")


@pytest.mark.parametrize("header", ["year,month,day,sold", "Yr,Mon,Day,sold"])
def test_year_month_and_day_belong_together(header, tmp_path):
    days = pd.date_range("2020-01-01", periods=60)
    lines = [[str(day.year), str(day.month), str(day.day), str(n % 7)] for n, day in enumerate(days)]
    assert read(write(tmp_path / "own.csv", lines, header)).frequency == "D"


def test_a_date_and_a_time_of_day_belong_together(tmp_path):
    times = pd.date_range("2020-01-01", periods=60, freq="h")
    lines = [[f"{one:%d/%m/%Y}", f"{one:%H:%M:%S}", str(n % 7)] for n, one in enumerate(times)]
    found = read(write(tmp_path / "own.csv", lines, "Date,Time,power"))
    assert found.frequency == "h" and found.value_column == "power"


def test_day_and_month_that_cant_be_told_apart_are_shown_both_ways(tmp_path):
    path = write(tmp_path / "own.csv", rows(10, style="%d/%m/%Y"))
    message = refused(path)
    for part in ("2015-02-01", "2015-01-02", "--date-format %d/%m/%Y", "--date-format %m/%d/%Y"):
        assert part in message
    assert read(path, date_format="%d/%m/%Y").frequency == "MS"
    assert read(path, date_format="%m/%d/%Y").frequency == "D"


def test_a_given_unit_of_unix_times_is_taken(tmp_path):
    path = texts(tmp_path, [86400 * n for n in range(60)], "n,value")
    assert read(path, date="n", date_format="s").frequency == "D"


@pytest.mark.parametrize("given", ["%Q", "YYYY-MM-DD", "%H:%M", "%"])
def test_a_date_format_that_is_none_is_refused(given):
    assert "--date-format" in refused(CASES / "unnamed/series.csv", date_format=given)


# Shapes of tables


def test_lines_above_the_header_are_left_out():
    found = read(CASES / "comment-header/co2.csv")
    assert (found.date_column, found.value_column, len(found.rows), found.frequency) == ("month", "ppm", 96, "MS")
    assert found.rows["place"][0] == 5 and any("line 4" in note for note in found.notes)


def test_a_title_above_the_header_is_left_out(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Sales report\nMade on 1 May 2024\n\n" + "\n".join(["date,sold", *map(",".join, rows())]))
    found = read(path)
    assert (found.value_column, found.rows["place"][0]) == ("sold", 5)


def test_the_line_that_says_the_separator_is_left_out():
    found = read(CASES / "sep-line/export.csv")
    assert (found.date_column, found.value_column, len(found.rows)) == ("date", "value", 96)


def test_several_header_lines_are_one():
    assert "--value Close" in refused(CASES / "multiheader/quotes.csv")
    found = read(CASES / "multiheader/quotes.csv", value="Close")
    assert (found.date_column, len(found.rows), found.rows["place"][0]) == ("Date", 200, 4)


def test_pandas_own_header_is_read():
    found = read(CASES / "unnamed/series.csv")
    assert (len(found.rows), found.value_column, found.frequency) == (80, "0", "MS")


def test_a_file_without_a_header_is_told(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("\n".join(map(",".join, rows())))
    assert "has no header" in refused(path)


def test_a_wide_table_is_told_how_to_go_on():
    message = refused(CASES / "wide/years.csv")
    assert (
        "wide" in message
        and "1980" in message
        and "2021" in message
        and "melt" in message
        and "Country Name" in message
    )
    assert len(message) < 900


@pytest.mark.parametrize("made", ["years", "months", "shops"])
def test_370_columns_are_told_in_a_line(made, tmp_path):
    names = {
        "years": [str(1600 + n) for n in range(370)],
        "months": [f"{date:%Y-%m}" for date in pd.date_range("1990-01-01", periods=370, freq="MS")],
        "shops": [f"shop {n}" for n in range(370)],
    }[made]
    lines = [[date, *map(str, range(370))] for date, _ in rows()]
    message = refused(write(tmp_path / "own.csv", lines, ",".join(["date", *names])))
    assert len(message) < 900 and len(message.splitlines()) <= 3


def test_a_mistyped_column_among_370_is_told_in_a_line(tmp_path):
    lines = [[date, *map(str, range(370))] for date, _ in rows()]
    path = write(tmp_path / "own.csv", lines, ",".join(["date", *(f"shop {n}" for n in range(370))]))
    assert len(refused(path, value="shop 9999")) < 900


def test_newest_first_is_sorted_with_a_word_of_it():
    found = read(CASES / "unnamed/newest.csv")
    assert found.periods["date"].is_monotonic_increasing and found.rows["place"][0] == 81
    assert any("newest first" in note for note in found.notes)


def test_a_column_that_counts_the_rows_is_no_value():
    found = read(CASES / "toy/line.csv", frequency="index")
    assert (found.value_column, len(found.rows)) == ("value", 150)


# Types of Parquet


def test_types_of_parquet():
    found = members(CASES / "parquet-types/stores.parquet", id="store", value="revenue", known_future=("promo",))
    assert found[0].frequency == "W-SUN" and len(found) == len(
        pd.read_parquet(CASES / "parquet-types/stores.parquet")["store"].unique()
    )
    assert all(set(one.rows["covariate 0"]) == {0.0, 1.0} for one in found)
    assert all(one.rows["value"].notna().all() for one in found)


def test_every_numeric_type_of_parquet_is_a_number(tmp_path):
    dates = pd.date_range("2020-01-01", periods=40)
    plain = pd.Series(range(40)) % 7
    frames = {
        "decimal": plain.map(Decimal),
        "Int64": plain.astype("Int64"),
        "Float32": plain.astype("Float32"),
        "category": plain.astype("category"),
        "texts": plain.astype("str").astype("category"),
        "unsigned": plain.astype("uint8"),
        "boolean": (plain > 3).astype("boolean"),
    }
    for name, column in frames.items():
        path = tmp_path / f"{name}.parquet"
        pd.DataFrame({"date": dates.date, "value": column}).to_parquet(path)
        assert read(path, value="value").rows["value"].notna().all(), name


def test_a_missing_nullable_number_is_missing(tmp_path):
    path = tmp_path / "own.parquet"
    values = pd.Series([1, None, *range(40)], dtype="Int64")
    pd.DataFrame({"date": pd.date_range("2020-01-01", periods=42), "value": values}).to_parquet(path)
    assert np.isnan(read(path).rows["value"][1])


def test_true_and_false_are_0_and_1(tmp_path):
    lines = [[*line, "TRUE" if n % 2 else "FALSE"] for n, line in enumerate(rows())]
    found = read(write(tmp_path / "own.csv", lines, "date,value,promo"), known_future=("promo",))
    assert found.value_column == "value" and set(found.rows["covariate 0"]) == {0.0, 1.0}


@pytest.mark.parametrize("above", ["", "# exported 2026\n", "Umsatz je Filiale\n"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_decimal_commas_are_no_commas_between_columns(tmp_path, above, separator):
    rows = [separator.join([f"2022-W{week:02d}", f"{100 + week},{week}", "Köln"]) for week in range(1, 40)]
    header = separator.join(["KW", "Umsatz", "Filiale"])
    (tmp_path / "shop.csv").write_text(f"{above}{header}\n" + "\n".join(rows))
    found = read(tmp_path / "shop.csv", value="Umsatz")
    assert found.rows["value"].tolist() == [float(f"{100 + week}.{week}") for week in range(1, 40)]
    assert any("a decimal comma" in note for note in found.notes)


def test_semicolons_within_a_column_separate_nothing(tmp_path):
    rows = [f"2022-01-{day:02d},{day},a;b" for day in range(1, 31)]
    (tmp_path / "notes.csv").write_text("date,sold,tags\n" + "\n".join(rows))
    assert len(read(tmp_path / "notes.csv").rows) == 30
