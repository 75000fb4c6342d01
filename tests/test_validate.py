import json
import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_series import rows, write

from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series.validation import InvalidSeriesError, RowsNeeded
from tasks.numerics.series.windows import make_windows, split_windows
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import WindowSpec
from tasks.validate import validate

pytestmark = pytest.mark.slow

HOTEL = Path(__file__).resolve().parents[1] / "../shared/data/hotel"
NEEDS = RowsNeeded(lookback=5, horizon=1, validation=0.2, test=0.2)

hotel = pytest.mark.skipif(not HOTEL.exists(), reason="the hotel's cancellations are not beside the project")


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Reads and validates a series; without the pages, which take as long as all the rest."""
    monkeypatch.setattr("great_expectations.data_context.EphemeralDataContext.build_data_docs", lambda context: None)

    def hold(series, **settings):
        spec = SeriesSpec(series=str(series), **settings)
        return validate(read_members(spec), spec, NEEDS, tmp_path / "docs")

    return hold


@pytest.mark.parametrize("name", catalogue())
def test_bundled_series_is_valid(held, name):
    entry = catalogue()[name]
    series, validation = held(name)
    assert len(series.values) == entry.length and series.frequency == entry.frequency
    assert series.values.index.freq is not None and series.values.dtype == np.float64
    assert (validation.failed, series.dropped) == ((), ())
    assert bool(series.warnings) == (name == "bank_calls_daily")


def test_missing_weekdays_are_named_as_holidays(held):
    series, validation = held("bank_calls_daily")
    assert len(validation.warned) == 1
    for day in ("2003-04-04 to 2003-04-07", "2003-05-26", "2003-07-04", "2003-09-01", "2003-10-14"):
        assert day in series.warnings[0]
    assert len(series.values.index.freq.holidays) == 6


def test_data_docs_of_a_panel_have_a_page_a_series(tmp_path):
    suite = tmp_path / "suite.json"
    asked = {"type": "expect_column_max_to_be_between", "kwargs": {"column": "sold", "max_value": 99}}
    suite.write_text(json.dumps({"name": "mine", "expectations": [asked]}))
    lines = [[date, shop, value] for shop in ("../north", "../.") for date, value in rows()]
    path = write(tmp_path / "shops.csv", lines, "date,shop,sold")
    spec = SeriesSpec(series=str(path), id="shop", suite=str(suite))
    _, validation = validate(read_members(spec), spec, NEEDS, tmp_path / "docs")
    assert len(list((tmp_path / "docs" / "validations").rglob("*.html"))) == 4
    assert {one.suite for one in validation.expectations} == {"series", "mine (own)"}


def test_data_docs_are_written(tmp_path):
    _, validation = validate(
        read_members(SeriesSpec(series="nile")), SeriesSpec(series="nile"), NEEDS, tmp_path / "docs"
    )
    assert validation.docs == tmp_path / "docs" / "index.html"
    pages = [page.read_text() for page in (tmp_path / "docs" / "validations").rglob("*.html")]
    assert len(pages) == 1
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", pages[0]))
    assert "dates must leave out no period of YS" in words and "dates must begin or end whole periods of YS" in words
    assert "values must be unique" in words


def test_every_expectation_is_kept_with_its_words(held):
    _, validation = held("nile", bounds=(0.0, 5000.0))
    names = [one.name for one in validation.expectations]
    for name in (
        *("expect_column_to_exist", "expect_column_values_to_stand_in_order", "expect_column_values_to_be_unique"),
        *("expect_column_values_to_fall_on_frequency", "expect_column_values_to_leave_no_gap"),
        *("expect_column_values_to_not_be_null", "expect_column_values_to_be_between"),
        *("expect_table_row_count_to_be_between", "expect_column_unique_value_count_to_be_between"),
    ):
        assert name in names
    assert all(one.success and one.asks and one.observed and one.remedy for one in validation.expectations)
    assert not any(one.column.endswith("as written") for one in validation.expectations)


def test_series_has_its_values_and_dates(held, tmp_path):
    lines = rows()
    series, _ = held(write(tmp_path / "own.csv", lines))
    assert series.array.tolist() == [float(value) for _, value in lines]
    assert series.values.index.equals(pd.date_range("2015-01-01", periods=40, freq="MS"))
    assert series.values.index.freqstr == "MS"


def test_each_series_of_a_panel_is_held_to_its_own(held, tmp_path):
    lines = [[date, shop, value] for shop in ("north/1", "south") for date, value in rows()]
    settings = {"id": "shop", "bounds": (0.0, 100.0)}
    panel, validation = held(write(tmp_path / "shops.csv", lines, "date,shop,sold"), **settings)
    assert [one.name for one in panel.members] == ["north/1", "south"] and panel.name == "shops"
    assert panel.values.index.names == ["series", "period"] and len(panel.values) == 80
    assert panel.members[1].values.index.freqstr == panel.frequency == "MS"
    of_south = [one for one in validation.expectations if one.column.startswith("south")]
    assert 2 * len(of_south) == len(validation.expectations)
    assert any(one.about.startswith("south, sold: every value is a number") for one in of_south)
    assert any(one.about.startswith("south: at least 8 rows are there") for one in of_south)
    lines[53][2] = "lots"
    del lines[70]
    with pytest.raises(InvalidSeriesError) as caught:
        held(write(tmp_path / "shops.csv", lines, "date,shop,sold"), **settings)
    assert [one.column for one in caught.value.validation.failed] == ["south, sold", "south, date"]
    assert "line 55 (2016-02-01): 'lots'" in str(caught.value) and "2017-07-01 is missing" in str(caught.value)


def test_a_panel_of_several_names_keeps_their_facts(held):
    panel, validation = held("antidiabetic_drugs,corticosteroid_drugs,debit_cards_iceland")
    assert panel.name == "antidiabetic_drugs + 2 more" and panel.frequency == "MS" and panel.season_length == 12
    assert panel.unit == "" and panel.members[0].unit != panel.members[2].unit
    assert panel.description == "3 series: antidiabetic_drugs, corticosteroid_drugs, debit_cards_iceland"
    assert validation.source.count("; ") == 2


def test_covariates_stand_row_by_row_beside_the_values(held, tmp_path):
    lines = [[*line, str(100 - number), str(number % 5)] for number, line in enumerate(rows())]
    path = write(tmp_path / "own.csv", lines, "date,value,price,plan")
    settings = {"features": ("price",), "known_future": ("plan",), "calendar": ("month", "quarter")}
    series, validation = held(path, **settings)
    beside = series.covariates
    assert beside.names[:3] == ("price", "plan", "sine of month") and len(beside.names) == 6
    assert beside.past[:, 0].tolist() == [100.0 - number for number in range(40)]
    assert beside.known[:, 0].tolist() == [number % 5 for number in range(40)]
    np.testing.assert_allclose(
        beside.cyclic[:4], [[0, 1, 0, 1], [0.5, 0.75**0.5, 0, 1], [0.75**0.5, 0.5, 0, 1], [1, 0, 1, 0]], atol=1e-12
    )
    assert {one.column for one in validation.expectations} >= {"price", "plan"}
    plain, _ = held(path, value="value")
    assert plain.covariates is None and plain.digest != series.digest
    lines[39][2] = "1"
    other, _ = held(write(tmp_path / "other.csv", lines, "date,value,price,plan"), **settings)
    assert other.digest != series.digest and other.array.tolist() == series.array.tolist()


def test_digest_is_of_values_and_dates(held, tmp_path):
    lines = rows()

    def digest(name, lines, **settings):
        return held(write(tmp_path / f"{name}.csv", lines), **settings)[0].digest

    first = digest("a", lines)
    assert first == digest("b", lines) and len(first) == 64
    assert first != digest("c", rows(start="2014-01-01"))
    assert first != digest("d", lines, frequency="index")
    lines[7][1] += "1"
    assert first != digest("e", lines)


def test_partial_periods_warn_and_do_not_stop(held, tmp_path):
    path = write(tmp_path / "own.csv", rows(100, "D", "2020-01-01"))
    series, validation = held(path, frequency="W-SAT", aggregate="sum")
    assert len(series.warnings) == 1 and not validation.failed
    assert "2019-12-29 to 2020-01-04 (4 of 7 days)" in series.warnings[0]
    assert "--drop-partial" in series.warnings[0]
    series, _ = held(path, frequency="W-SAT", aggregate="sum", drop_partial=True)
    assert series.warnings == () and len(series.values) == 13
    assert series.dropped == ("2019-12-29 to 2020-01-04 (4 of 7 days)", "2020-04-05 to 2020-04-11 (5 of 7 days)")


def test_partial_period_in_between_leaves_a_gap_when_dropped(held, tmp_path):
    lines = rows(100, "D", "2020-01-05")
    del lines[30]
    path = write(tmp_path / "own.csv", lines)
    series, _ = held(path, frequency="W-SAT", aggregate="sum")
    assert "2020-02-02 to 2020-02-08 (6 of 7 days)" in series.warnings[0]
    with pytest.raises(InvalidSeriesError, match=r"(?s)2020-02-08 is missing.*leave out --drop-partial"):
        held(path, frequency="W-SAT", aggregate="sum", drop_partial=True)


def weeks_cut_by_new_year(tmp_path):
    lines = [[*line, "7"] for line in rows(40, "W-SUN", "2015-06-07")]
    at = [date for date, *_ in lines].index("2015-12-27")
    lines[at][2] = "5"
    lines.insert(at + 1, ["2016-01-01", "3", "2"])
    return write(tmp_path / "weeks.csv", lines, "week,sold,days")


def test_week_cut_in_two_by_new_year_is_refused_and_named(held, tmp_path):
    with pytest.raises(InvalidSeriesError) as caught:
        held(weeks_cut_by_new_year(tmp_path), value="sold")
    (failure,) = caught.value.validation.failed
    assert failure.details == (
        "line 31 (2015-12-27): 5 days to the next date, a whole period has 7 days",
        "line 32 (2016-01-01): not on W-SUN, it is a Friday; 2 days to the next date, a whole period has 7 days",
    )
    assert "--frequency index" in failure.remedy


def test_week_cut_in_two_passes_as_a_sequence(held, tmp_path):
    path = weeks_cut_by_new_year(tmp_path)
    series, _ = held(path, value="sold", frequency="index")
    assert len(series.values) == 41 and series.values.index.equals(pd.RangeIndex(41)) and series.warnings == ()
    series, _ = held(path, value="sold", frequency="index", coverage="days=7")
    assert "line 31: 2015-12-27 (5 of 7 days); line 32: 2016-01-01 (2 of 7 days)" in series.warnings[0]
    series, _ = held(path, value="sold", frequency="index", coverage="days=7", drop_partial=True)
    assert len(series.values) == 39 and series.warnings == ()


def test_message_lists_every_failure_and_the_first_rows_of_each(held, tmp_path):
    lines = rows(60)
    for number in range(10, 22):
        lines[number][1] = f"about {number}"
    lines[40][1] = "inf"
    lines[50], lines[51] = lines[51], lines[50]
    with pytest.raises(InvalidSeriesError) as caught:
        held(write(tmp_path / "own.csv", lines))
    message = str(caught.value)
    assert "Series 'own'" in message and "3 of 14 expectations failed" in message
    assert "line 12 (2015-11-01): 'about 10'" in message and "'about 11'" in message and "and 10 more" in message
    assert "'about 12'" not in message and "'about 19'" in caught.value.validation.failed[1].details[9]
    assert "line 42 (2018-05-01): 'inf'" in message
    assert "line 53 (2019-03-01) follows 2019-04-01" in message
    assert str(tmp_path / "docs" / "index.html") in message


def test_error_survives_another_process(held, tmp_path):
    with pytest.raises(InvalidSeriesError) as caught:
        held(write(tmp_path / "own.csv", rows(5)))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.validation == caught.value.validation


def suite(tmp_path, *expectations):
    path = tmp_path / "suite.json"
    path.write_text(json.dumps({"name": "mine", "expectations": list(expectations)}))
    return str(path)


def between(severity="critical", **bounds):
    kwargs = {"column": "extra", **bounds}
    return {"type": "expect_column_values_to_be_between", "kwargs": kwargs, "severity": severity}


def test_own_suite_sees_the_raw_columns(held, tmp_path):
    lines = [[*line, str(number)] for number, line in enumerate(rows())]
    path = write(tmp_path / "own.csv", lines, "date,value,extra")
    _, validation = held(path, value="value", suite=suite(tmp_path, between(min_value=0, max_value=39)))
    assert validation.expectations[-1].suite == "mine (own)" and validation.expectations[-1].success
    with pytest.raises(InvalidSeriesError, match=r"(?s)mine \(own\) asks for max_value=37.*line 40: 38.*line 41: 39"):
        held(path, value="value", suite=suite(tmp_path, between(max_value=37)))


def test_own_suite_can_warn(held, tmp_path):
    lines = [[*line, str(number)] for number, line in enumerate(rows())]
    path = write(tmp_path / "own.csv", lines, "date,value,extra")
    series, _ = held(path, value="value", suite=suite(tmp_path, between("warning", max_value=37)))
    assert "line 40: 38" in series.warnings[0]


def test_doubled_record_of_a_day_is_told_and_counted(held, tmp_path):
    lines = rows(100, "D", "2020-01-05")
    lines.insert(31, lines[30])
    series, _ = held(write(tmp_path / "own.csv", lines), frequency="W-SAT", aggregate="sum")
    assert any("2020-02-04 stands in lines 32, 33" in warning for warning in series.warnings)


def test_running_month_may_be_named_by_its_end(held, tmp_path):
    last = pd.Timestamp.now() + pd.offsets.MonthEnd(0)
    dates = pd.date_range(end=last.normalize(), periods=40, freq="ME")
    path = write(
        tmp_path / "own.csv", [[f"{date:%Y-%m-%d}", value] for date, (_, value) in zip(dates, rows(), strict=True)]
    )
    assert held(path)[0].frequency == "ME"


@pytest.mark.parametrize(
    ("needs", "rows_needed"),
    [
        (RowsNeeded(1, 1, 1, 1), 1 + 3),
        (RowsNeeded(5, 1, 10, 10), 5 + 10 + 10 + 1),
        (RowsNeeded(5, 1, 10, 10, differenced=1), 5 + 10 + 10 + 1 + 1),
        (RowsNeeded(5, 4, 10, 10), 5 + 10 + 3 + 10 + 3 + 1 + 3),  # 3 before either part, 3 after the last window
        (
            RowsNeeded(11, 1, 0.2, 0.2),
            11 + 4,
        ),  # of 4 windows 0.8 are the test part, and 0.6 of the 3 before it validation
        (RowsNeeded(5, 1, 3, 0.5), 5 + 8),  # of 8 windows 4 are the test part, 3 validation, 1 is left
        (RowsNeeded(5, 1, 1, 0.5, origins=4), 5 + 7),  # of 7 windows 3.5 are the test part, rounded to even: 4
        (RowsNeeded(5, 1, 1, 3, origins=4), 5 + 5),  # a count is held against the origins where windows are cut
    ],
)
def test_rows_needed(needs, rows_needed):
    assert needs.rows == rows_needed


@pytest.mark.parametrize("validation", [0.01, 0.2, 0.7, 1, 12])
@pytest.mark.parametrize("test", [0.01, 0.33, 0.9, 1, 7])
@pytest.mark.parametrize("transform", ["none", "difference"])
@pytest.mark.parametrize("horizon", [1, 5])
def test_rows_needed_are_the_fewest_that_can_be_cut_into_windows(validation, test, transform, horizon):
    spec = WindowSpec(lookback=5, horizon=horizon, validation=validation, test=test, origins=1, transform=transform)
    needs = RowsNeeded(5, horizon, validation, test, differenced=int(transform == "difference"))
    split_windows(spec, needs.rows)
    with pytest.raises(InputError):
        split_windows(spec, needs.rows - 1)


@pytest.mark.parametrize("origins", [1, 2, 4, 8])
@pytest.mark.parametrize("test", [0.05, 0.2, 0.5, 0.9])
def test_rows_needed_are_the_fewest_that_can_be_cut_for_every_origin(origins, test):
    spec = WindowSpec(lookback=5, test=test, origins=origins)
    rows = RowsNeeded.of(spec).rows
    assert len(make_windows(np.arange(float(rows)), spec)) == origins
    with pytest.raises(InputError):
        make_windows(np.arange(rows - 1.0), spec)


def test_too_short_says_what_is_needed_and_why(held, tmp_path):
    with pytest.raises(InvalidSeriesError, match=r"at least 9 rows .*lookback 5, horizon 1.*found 8"):
        held(write(tmp_path / "own.csv", rows(8)))
    held(write(tmp_path / "own.csv", rows(9)))


def test_sums_of_unreadable_records_are_not_judged(held, tmp_path):
    lines = rows(100, "D", "2020-01-05")
    for number in range(20, 40):
        lines[number][1] = "?"
    with pytest.raises(InvalidSeriesError) as caught:
        held(write(tmp_path / "own.csv", lines), frequency="W-SAT", aggregate="sum")
    assert {one.suite for one in caught.value.validation.expectations} == {"records"}
    assert len(caught.value.validation.failed) == 1


@pytest.mark.parametrize("bounds", [(1.0,), (3.0, 1.0), (1.0, 2.0, 3.0)])
def test_bounds_are_two(held, bounds):
    with pytest.raises(InputError, match="least and the greatest"):
        held("nile", bounds=bounds)


@hotel
def test_hotel_weeks_are_refused_the_irregular_ones_named(held):
    with pytest.raises(InvalidSeriesError) as caught:
        held(HOTEL / "weekly_cancellations.csv", value="cancellations")
    (failure,) = caught.value.validation.failed
    assert [detail.split(": ")[0] for detail in failure.details] == [
        *("line 2 (2015-07-01)", "line 28 (2015-12-27)", "line 29 (2016-01-01)"),
    ]
    assert "5 days to the next date" in failure.details[1] and "2 days to the next date" in failure.details[2]


@hotel
def test_hotel_runs_as_whole_weeks_and_as_a_sequence(held):
    days = HOTEL / "daily_cancellations.csv"
    series, _ = held(days, frequency="W-SAT", aggregate="sum", drop_partial=True)
    assert len(series.values) == 112 and series.values.index.freqstr == "W-SAT" and series.season_length == 52
    assert len(held(HOTEL / "weekly_cancellations.csv", value="cancellations", frequency="index")[0].values) == 115


@pytest.mark.parametrize("broken", [1, 3, 12])
def test_a_message_has_ten_lines_however_much_is_wrong(held, tmp_path, broken):
    lines = [[date, shop, value] for shop in map(str, range(broken)) for date, value in rows(400)]
    for line in lines[1::2]:
        line[2] = "x" * 300
    with pytest.raises(InvalidSeriesError) as caught:
        held(write(tmp_path / "own.csv", lines, "date,shop,sold"), id="shop")
    message = str(caught.value)
    assert len(message.splitlines()) <= 10 and max(map(len, message.splitlines())) <= 900
    assert "Write plain numbers" in message and "All of it:" in message.splitlines()[-1]
    assert ("more" in message) and "line 3 (2015-02-01): 'xxx" in message


def test_what_stands_for_a_missing_value_is_said(held, tmp_path):
    lines = rows()
    for row in (3, 4, 9):
        lines[row][1] = "n/a"
    with pytest.raises(InvalidSeriesError) as caught:
        held(write(tmp_path / "own.csv", lines))
    assert caught.value.validation.failed[0].details == (
        "line 5 (2015-04-01) to line 6 (2015-05-01): 2 in a row, 'n/a'",
        "line 11 (2015-10-01): 'n/a'",
    )


def test_truths_are_shown_as_truths(held, tmp_path):
    path = tmp_path / "own.parquet"
    frame = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=40), "value": range(40), "on": [True] * 40})
    frame.to_parquet(path)
    with pytest.raises(InvalidSeriesError, match="every value is 1"):
        held(path, known_future=("on",))


def test_many_failing_rows_are_told_of_in_seconds(held, tmp_path):
    import time

    lines = [[date, "x"] for date, _ in rows(50_000, "h")]
    begun = time.process_time()
    with pytest.raises(InvalidSeriesError, match=r"50000 of 50000 lines fail") as caught:
        held(write(tmp_path / "own.csv", lines))
    assert "and 49,99" in str(caught.value)
    assert time.process_time() - begun < 8
