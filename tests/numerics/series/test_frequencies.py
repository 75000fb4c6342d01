import numpy as np
import pandas as pd
import pytest

from tasks.numerics.errors import InputError
from tasks.numerics.series.frequencies import infer_frequency, offset_of, periods_a_year, season_of, with_holidays


@pytest.mark.parametrize("alias", ["D", "B", "W-TUE", "MS", "ME", "QS", "QS-FEB", "QE", "YS", "YE", "h", "15min"])
def test_frequency_is_inferred_through_gaps_and_odd_dates(alias):
    dates = pd.date_range("2001-01-01", periods=60, freq=alias)
    assert infer_frequency(dates) == alias
    assert infer_frequency(dates.delete([7, 30, 31])) == alias
    if alias not in ("h", "15min", "D"):
        assert infer_frequency(dates.delete(7).insert(7, dates[7] + pd.Timedelta(hours=5))) == alias


def test_dates_of_no_frequency_have_none():
    assert infer_frequency(pd.DatetimeIndex(["2020-01-01", "2020-01-09", "2020-05-02", "2020-05-03"])) == ""
    assert infer_frequency(pd.DatetimeIndex(["2020-01-01", "2020-01-02"])) == "", "two dates say nothing"


@pytest.mark.parametrize(
    ("alias", "periods"),
    [
        ("MS", 12),
        ("2MS", 6),
        ("QS", 4),
        ("W-SAT", 52),
        ("D", 7),
        ("B", 5),
        ("C", 5),
        ("h", 24),
        ("30min", 48),
        ("YS", 1),
        ("index", 1),
    ],
)
def test_usual_season(alias, periods):
    assert season_of(alias) == periods


@pytest.mark.parametrize(
    ("alias", "meant"),
    [("M", "MS"), ("weekly", "W-SUN"), ("w-sta", "W-SAT"), ("d", "D"), ("30mins", "30min"), ("INDEX", "index")],
)
def test_nearest_alias_is_suggested(alias, meant):
    with pytest.raises(InputError, match=f"Did you mean {meant}?"):
        offset_of(alias)


@pytest.mark.parametrize("alias", ["-1D", "0D"])
def test_frequency_goes_forward(alias):
    with pytest.raises(InputError, match="does not go forward"):
        offset_of(alias)


def test_holidays_are_few_and_far_between():
    weekdays = pd.date_range("2020-01-01", periods=200, freq="B")
    assert len(with_holidays(weekdays).holidays) == 0
    assert len(with_holidays(weekdays.delete([3, 4, 90])).holidays) == 3
    assert len(with_holidays(weekdays.delete([3, 4, 5])).holidays) == 0, "three in a row"
    assert len(with_holidays(weekdays.delete(range(3, 180, 9))).holidays) == 0, "one in nine"


@pytest.mark.parametrize(
    ("alias", "wanted"),
    [
        *[("MS", 12), ("ME", 12), ("QS-FEB", 4), ("YE", 1), ("2MS", 6), ("BQE", 4), ("SMS", 24), ("B", 261)],
        *[("D", 365.25), ("7D", 365.25 / 7), ("W-SAT", 365.25 / 7), ("h", 8766), ("30min", 17532)],
    ],
)
def test_periods_of_a_year(alias, wanted):
    assert periods_a_year(alias) == pytest.approx(wanted)


def test_rows_in_order_have_no_year():
    assert np.isnan(periods_a_year("index"))
