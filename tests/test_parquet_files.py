"""Parquet files of every type and shape: each is read or told, and its columns are called alike before and after they are read."""

from datetime import datetime, time
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow.parquet import write_table

from flows.comparison.first_checks import check_files
from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.series.expectations import held_to
from tasks.numerics.series.held_checks import outcomes_of
from tasks.numerics.series.text_files import outline
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.series_settings import SeriesSpec

COUNT = 40
DAYS = pd.date_range("2020-01-01", periods=COUNT, freq="D")
NUMBERS = np.arange(COUNT) ** 2 % 17 + np.arange(COUNT) / 10
NEEDS = RowsNeeded(lookback=5, horizon=1, validation=0.2, test=0.2)


def columns() -> dict[str, pa.Array]:
    """A column of every type that one may meet."""
    zoned = DAYS.as_unit("ns").to_numpy()
    texts = [f"{number:.2f}" for number in NUMBERS]
    return {
        "lists": pa.array([[number] for number in NUMBERS]),
        "structures": pa.array([{"a": number} for number in NUMBERS]),
        "maps": pa.array([[("a", number)] for number in NUMBERS], pa.map_(pa.string(), pa.float64())),
        "bytes that are no text": pa.array([b"\xff\xfe%d" % (n // 20) for n in range(COUNT)]),
        "bytes of fixed length": pa.array([bytes([255, n // 20]) for n in range(COUNT)], pa.binary(2)),
        "bytes": pa.array([text.encode() for text in texts]),
        "nothing": pa.nulls(COUNT),
        "decimals": pa.array([Decimal(text) for text in texts]),
        "long decimals": pa.array([Decimal(text) for text in texts], pa.decimal256(50, 2)),
        "durations": pa.array(pd.to_timedelta(NUMBERS, unit="s")),
        "times": pa.array([time(n % 24, n) for n in range(COUNT)]),
        "days": pa.array(DAYS.date),
        "zoned nanoseconds": pa.array(zoned, pa.timestamp("ns", "Europe/Berlin")),
        "seconds": pa.array(DAYS.to_pydatetime(), pa.timestamp("s")),
        "far dates": pa.array([datetime(1, 1, 1), datetime(9999, 12, 31)] * (COUNT // 2), pa.timestamp("us")),
        "categories": pa.array(["a", "b"] * (COUNT // 2)).dictionary_encode(),
        "categories of bytes": pa.array([b"\xff", b"\xfe"] * (COUNT // 2)).dictionary_encode(),
        "categories of dates": pa.array(DAYS).dictionary_encode(),
        "truths": pa.array([True, False] * (COUNT // 2)),
        "large numbers": pa.array([2**64 - 1 - n for n in range(COUNT)], pa.uint64()),
        "blank texts": pa.array([""] * COUNT),
    }


ASKED = {
    "beside": {"value": "v"},
    "value": {"value": "odd", "date": "t"},
    "id": {"id": "odd", "value": "v", "date": "t"},
    "date": {"date": "odd", "value": "v"},
    "order": {"date": "odd", "value": "v", "frequency": "index"},
    "feature": {"value": "v", "date": "t", "features": ("odd",)},
    "sum": {"value": "odd", "date": "t", "frequency": "W-SUN", "aggregate": "sum"},
}


@pytest.mark.parametrize("kind", columns())
@pytest.mark.parametrize("role", ASKED)
def test_a_column_of_any_type_is_read_or_told(kind, role, tmp_path):
    path = tmp_path / "own.parquet"
    write_table(pa.table({"t": pa.array(DAYS), "v": pa.array(NUMBERS), "odd": columns()[kind]}), path)
    spec = SeriesSpec(series=str(path), **ASKED[role])
    try:
        for records in read_members(spec):
            assert all(outcomes_of(held) for held in held_to(records, spec, NEEDS))
    except InputError as error:
        assert len(str(error).splitlines()) <= 10


def test_bytes_are_texts_and_those_that_are_none_are_told_apart(tmp_path):
    own = columns()
    table = {"t": pa.array(DAYS), "v": own["bytes"], "shop": own["bytes that are no text"]}
    write_table(pa.table(table), tmp_path / "own.parquet")
    found = read_members(SeriesSpec(series=str(tmp_path / "own.parquet"), value="v", id="shop"))
    assert [one.name for one in found] == [r"\xff\xfe0", r"\xff\xfe1"]
    assert found[0].rows["value"].iloc[1] == pytest.approx(1.1)


def frames() -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """Frames as pandas writes them, and what their columns are called."""
    levels = pd.MultiIndex.from_product([["Close", "Open"], ["SPY"]], names=["Price", "Ticker"])
    quotes = pd.DataFrame(np.c_[NUMBERS, NUMBERS], columns=levels)
    shops = pd.MultiIndex.from_product([["a", "b"], DAYS[:20]])
    plain = pd.DataFrame({"v": NUMBERS})
    return {
        "header of levels": (quotes.set_index(DAYS.rename("Date")), ["Close SPY", "Open SPY", "Date"]),
        "header of levels, unnamed index": (quotes.set_index(DAYS), ["Close SPY", "Open SPY", "index"]),
        "unnamed index": (plain.set_index(DAYS), ["v", "index"]),
        "unnamed levels of an index": (plain.set_index(shops), ["v", "level_0", "level_1"]),
        "named index": (plain.set_index(DAYS.rename("day")), ["v", "day"]),
        "periods": (plain.set_index(DAYS.to_period("D").rename("day")), ["v", "day"]),
        "numbers as names": (pd.DataFrame({1: NUMBERS, 0: DAYS}), ["1", "0"]),
    }


@pytest.mark.parametrize("kind", frames())
def test_columns_are_called_alike_before_and_after_they_are_read(kind, tmp_path):
    frame, names = frames()[kind]
    path = tmp_path / "own.parquet"
    frame.to_parquet(path)
    assert outline(path) == (names, COUNT)
    spec = SeriesSpec(series=str(path), value=names[0], date=names[-1], id="level_0" if "level_0" in names else "")
    assert check_files(spec, [str(path)]) == {str(path): COUNT}
    found = read_members(spec)
    assert {one.frequency for one in found} == {"D"} and set(found[0].table) == set(names)


def test_columns_of_one_name_are_told(tmp_path):
    path = tmp_path / "own.parquet"
    write_table(
        pa.Table.from_arrays([pa.array(DAYS), pa.array(NUMBERS), pa.array(NUMBERS)], names=["t", "v", "v"]), path
    )
    for ask in (read_members, lambda spec: check_files(spec, [spec.series])):
        with pytest.raises(InputError, match="several columns named 'v'"):
            ask(SeriesSpec(series=str(path)))


def test_an_index_that_is_called_as_a_column_is_told(tmp_path):
    pd.DataFrame({"t": DAYS, "v": NUMBERS}, index=DAYS.rename("t")).to_parquet(tmp_path / "own.parquet")
    with pytest.raises(InputError, match="several columns named 't'"):
        read_members(SeriesSpec(series=str(tmp_path / "own.parquet")))
