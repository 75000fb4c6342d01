"""Wide tables are told as such, in whatever way the calendar stands in their columns; what is advised makes a table that is read."""

import re

import numpy as np
import pandas as pd
import pytest

from flows.comparison.first_checks import check_files
from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import SeriesSpec

MONTHS = pd.date_range("2001-01-01", periods=12, freq="MS")
YEARS = range(1990, 2030)
DAYS = [f"{day:%d/%m/%Y}" for day in pd.date_range("2020-01-25", periods=30)]


def wide(columns: list[str], **kept: list[str]) -> pd.DataFrame:
    """A table of numbers that count on from row to row, as a series does."""
    rows = len(next(iter(kept.values())))
    numbers = np.arange(rows * len(columns)).reshape(rows, -1)
    return pd.DataFrame({**kept, **{name: numbers[:, at] for at, name in enumerate(columns)}})


def years(count: int = 20) -> list[str]:
    return [str(1990 + number) for number in range(count)]


WIDE = {
    "months": (wide([f"{one:%b}" for one in MONTHS], Year=years()), "MS", "1990-01-01"),
    "months in full": (wide([f"{one:%B}" for one in MONTHS], year=years()), "MS", "1990-01-01"),
    "numbers of months": (wide([str(n) for n in range(1, 13)], Year=years()), "MS", "1990-01-01"),
    "months and a mean": (
        wide([f"{one:%b}" for one in MONTHS], Year=years()).assign(Annual=1.0),
        "MS",
        "1990-01-01",
    ),
    "months and unnamed years": (
        wide([f"{one:%b}" for one in MONTHS], year=years()).rename(columns={"year": "Unnamed: 0"}),
        "MS",
        "1990-01-01",
    ),
    "quarters": (wide(["Q1", "Q2", "Q3", "Q4"], Year=years()), "QS", "1990-01-01"),
    "hours": (wide([f"HE{n:02}" for n in range(1, 25)], Date=DAYS), "h", "2020-01-25"),
    "numbers of hours": (wide([str(n) for n in range(24)], Date=DAYS), "h", "2020-01-25"),
    "times of day": (wide([f"{n:02}:00" for n in range(24)], Date=DAYS), "h", "2020-01-25"),
    "half hours": (wide([f"{n // 2}:{n % 2 * 3}0" for n in range(48)], Date=DAYS), "30min", "2020-01-25"),
    "years after a letter": (wide([f"X{year}" for year in YEARS], Country=["A", "B"]), "YS", "1990-01-01"),
    "years twice": (wide([f"{year} [YR{year}]" for year in YEARS], Country=["A", "B"]), "YS", "1990-01-01"),
    "years after a word": (wide([f"sales_{year}" for year in YEARS], Country=["A", "B"]), "YS", "1990-01-01"),
    "dates beside ids called date": (
        wide([f"{day:%Y-%m}" for day in pd.date_range("2010-01-01", periods=40, freq="MS")], date=["a", "b"]),
        "MS",
        "2010-01-01",
    ),
    "dates beside ids called value": (wide([str(year) for year in YEARS], value=["a", "b"]), "YS", "1990-01-01"),
    "months of several countries": (
        wide([f"{one:%b}" for one in MONTHS], Country=["A"] * 20 + ["B"] * 20, Year=years() * 2),
        "MS",
        "1990-01-01",
    ),
}


@pytest.mark.parametrize("kind", WIDE)
@pytest.mark.parametrize("reading", ["whole", "header"])
def test_a_wide_table_is_told_and_what_is_advised_is_read(kind, reading, tmp_path, monkeypatch):
    table, frequency, first = WIDE[kind]
    monkeypatch.chdir(tmp_path)
    table.rename(columns={"Unnamed: 0": ""}).to_csv("own.csv", index=False)
    spec = SeriesSpec(series="own.csv")
    with pytest.raises(InputError, match="is a wide table") as caught:
        check_files(spec, ["own.csv"]) if reading == "header" else read_members(spec)
    message = str(caught.value)
    assert len(message.splitlines()) <= 10 and len(message) < 900 and "--value Jan" not in message
    advised = re.search(
        r"in pandas: (?P<melted>table.*index=False\)); then pass long.csv(?: --id (?P<id>\w+))?", message
    )
    exec(advised["melted"], {"table": pd.read_csv("own.csv")})
    found = read_members(
        SeriesSpec(series="long.csv", id=advised["id"] or "", date="period" * ("var_name='period'" in message))
    )
    assert {one.frequency for one in found} == {frequency}
    assert all(one.rows["date"].iloc[0] == pd.Timestamp(first) for one in found)
    assert np.concatenate([one.rows["value"] for one in found]).tolist() == list(
        range(sum(len(one.rows) for one in found))
    )


@pytest.mark.parametrize(
    "header",
    [
        "date,Q1,Q2,Q3,Q4",  # quartiles
        "date,mar,sold",
        "date,May,Jan,Mar",
        "date,h1,h2,h3",
        "date,1,2,3",
        "date,x1,x2,x3",
        "date,sales 2020,costs 2020,plan 2020",
        "date,sales 2020,sales 2100,sales 2180",
    ],
)
def test_columns_that_are_no_calendar_make_no_wide_table(header, tmp_path):
    names = header.split(",")
    lines = [",".join([f"2020-01-{day:02}", *"5" * (len(names) - 1)]) for day in range(1, 29)]
    (tmp_path / "own.csv").write_text("\n".join([header, *lines]))
    assert check_files(SeriesSpec(), [str(tmp_path / "own.csv")])


def test_one_column_of_a_wide_table_can_be_named(tmp_path):
    wide([f"{one:%b}" for one in MONTHS], Year=years(40)).to_csv(tmp_path / "own.csv", index=False)
    (found,) = read_members(SeriesSpec(series=str(tmp_path / "own.csv"), value="Jan"))
    assert found.frequency == "YS"
