import numpy as np
import pandas as pd
import pytest

from tasks.numerics.errors import InputError
from tasks.numerics.series.periods import Steps, aggregate, coverage, label_end, spans


def days(*texts):
    return pd.DatetimeIndex(texts)


@pytest.mark.parametrize(
    ("alias", "label", "first", "after"),
    [
        ("W-SAT", "2020-01-11", "2020-01-05", "2020-01-12"),
        ("MS", "2020-02-01", "2020-02-01", "2020-03-01"),
        ("ME", "2020-02-29", "2020-02-01", "2020-03-01"),
        ("QS", "2020-01-01", "2020-01-01", "2020-04-01"),
        ("QE", "2020-06-30", "2020-04-01", "2020-07-01"),
        ("YE", "2020-12-31", "2020-01-01", "2021-01-01"),
        ("2W-SAT", "2020-01-18", "2020-01-05", "2020-01-19"),
        ("B", "2020-01-10", "2020-01-10", "2020-01-13"),
        ("h", "2020-01-10 05:00", "2020-01-10 05:00", "2020-01-10 06:00"),
    ],
)
def test_span_of_a_period(alias, label, first, after):
    starts, ends = spans(days(label), pd.tseries.frequencies.to_offset(alias))
    assert (starts[0], ends[0]) == (pd.Timestamp(first), pd.Timestamp(after))


@pytest.mark.parametrize("alias", ["W-SAT", "W-WED", "MS", "ME", "QS", "QE-FEB", "YS", "YE", "2MS", "2W-SUN"])
def test_every_day_falls_into_the_span_of_its_period(alias):
    dates = pd.date_range("2019-11-05", "2021-03-17")
    periods = aggregate(dates, np.ones(len(dates)), alias, "sum")
    starts, ends = spans(pd.DatetimeIndex(periods["date"]), pd.tseries.frequencies.to_offset(alias))
    by_hand = [float(((dates >= start) & (dates < end)).sum()) for start, end in zip(starts, ends, strict=True)]
    assert periods["value"].tolist() == by_hand
    assert periods["covered"].tolist() == by_hand
    assert periods["whole"].tolist() == [(end - start).days for start, end in zip(starts, ends, strict=True)]


def test_order_of_records_does_not_matter():
    dates = pd.date_range("2020-01-05", periods=28)
    values = np.arange(28.0)
    shuffled = np.random.default_rng(0).permutation(28)
    for how in ("sum", "mean", "last"):
        ordered = aggregate(dates, values, "W-SAT", how)
        pd.testing.assert_frame_equal(ordered, aggregate(dates[shuffled], values[shuffled], "W-SAT", how))


def test_months_make_quarters():
    dates = pd.date_range("2020-02-01", periods=8, freq="MS")
    periods = aggregate(dates, np.ones(8), "QS", "sum")
    assert periods["label"].tolist() == [
        "2020-01-01 to 2020-03-31 (2 of 3 months)",
        "2020-04-01 to 2020-06-30 (3 of 3 months)",
        "2020-07-01 to 2020-09-30 (3 of 3 months)",
    ]


def test_hours_make_days():
    dates = pd.date_range("2020-02-01 05:00", periods=43, freq="h")
    periods = aggregate(dates, np.ones(43), "D", "mean")
    assert periods["label"].tolist() == ["2020-02-01 (19 of 24 hours)", "2020-02-02 (24 of 24 hours)"]


def test_records_coarser_than_periods_are_refused():
    dates = pd.date_range("2020-01-01", periods=12, freq="MS")
    with pytest.raises(InputError, match="these are months"):
        aggregate(dates, np.ones(12), "W-SAT", "sum")


def test_records_of_no_frequency_cover_from_the_first_day_to_the_last():
    starts, ends = days("2020-01-01", "2020-02-01", "2020-03-01"), days("2020-02-01", "2020-03-01", "2020-04-01")
    cover = coverage(days("2020-01-03 18:00", "2020-01-04", "2020-03-30 09:00"), "", starts, ends)
    assert cover.covered.tolist() == [29, 29, 30] and cover.whole.tolist() == [31, 29, 31]


@pytest.mark.parametrize(
    ("alias", "lost", "said"),
    [
        ("MS", ["2020-03-01"], "2020-03-01 is missing"),
        ("ME", ["2020-02-29", "2020-03-31"], "2020-02-29 to 2020-03-31 are missing (2 periods)"),
        ("B", ["2020-01-10", "2020-01-13"], "2020-01-10 to 2020-01-13 are missing (2 periods)"),
        ("W-SAT", ["2020-02-01"], "2020-02-01 is missing"),
        ("QS", ["2020-07-01"], "2020-07-01 is missing"),
        ("h", ["2020-01-01 03:00"], "2020-01-01 03:00 is missing"),
    ],
)
def test_gap_is_found_where_it_is_and_nowhere_else(alias, lost, said):
    whole = pd.date_range("2020-01-01", periods=20, freq=alias)
    assert not Steps.of(pd.Series(whole), alias).gap.any()
    steps = Steps.of(pd.Series(whole.drop(days(*lost))), alias)
    before = whole[whole.get_loc(pd.Timestamp(lost[0])) - 1]
    assert steps.dates[steps.gap].tolist() == [before]
    assert not (steps.off | steps.short).any()
    assert steps.missing_after(before) == said


def test_weekends_are_no_gap_among_business_days():
    assert not Steps.of(pd.Series(pd.date_range("2020-01-01", periods=20, freq="B")), "B").gap.any()
    assert Steps.of(pd.Series(pd.date_range("2020-01-01", periods=20, freq="B")), "D").gap.sum() == 4


def test_week_cut_in_two_is_irregular_in_both_parts():
    weeks = pd.date_range("2015-12-06", periods=8, freq="W-SUN")
    steps = Steps.of(pd.Series(weeks.append(days("2016-01-01"))), "W-SUN")
    odd = steps.dates[steps.off | steps.short]
    assert odd.tolist() == [pd.Timestamp("2015-12-27"), pd.Timestamp("2016-01-01")]
    assert steps.irregular_at(odd[0]) == "5 days to the next date, a whole period has 7 days"
    assert steps.irregular_at(odd[1]).startswith("not on W-SUN, it is a Friday; 2 days to the next date")
    assert not steps.gap.any()


def test_doubled_and_unordered_dates_are_no_gap():
    dates = pd.Series(pd.date_range("2020-01-01", periods=10, freq="MS"))
    steps = Steps.of(pd.concat([dates[::-1], dates[3:5]]), "MS")
    assert not (steps.gap | steps.off | steps.short).any()


def test_holidays_are_no_gap_for_c_alone():
    dates = pd.Series(pd.date_range("2020-01-01", periods=100, freq="B")).drop([20, 21, 50])
    assert Steps.of(dates, "B").gap.sum() == 2
    assert not Steps.of(dates, "C").gap.any()
    assert Steps.of(dates.drop([22]), "C").gap.sum() == 2, "three weekdays in a row are no holidays"


@pytest.mark.parametrize(
    ("alias", "end"), [("W-SAT", "2020-01-11"), ("ME", "2020-01-31"), ("MS", "2020-01-08"), ("D", "2020-01-08")]
)
def test_label_of_a_running_period(alias, end):
    assert label_end(pd.Timestamp("2020-01-08"), alias) == pd.Timestamp(end)


def test_mistyped_year_does_not_fill_the_memory():
    dates = pd.Series(pd.date_range("2020-01-01", periods=20, freq="min"))
    dates[0] = pd.Timestamp("1020-01-01")
    with pytest.raises(InputError, match="1020-01-01 to 2020-01-01"):
        Steps.of(dates, "min")
