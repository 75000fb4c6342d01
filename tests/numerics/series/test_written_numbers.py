"""Numbers as people write them: read where a column has one reading, shown both ways where it has two."""

from datetime import date
from decimal import Decimal
from itertools import product

import numpy as np
import pandas as pd
import pytest

from tasks.load import read_members
from tasks.load_samples import read_samples
from tasks.numerics.errors import InputError
from tasks.numerics.series.number_shapes import has_unit, is_number
from tasks.numerics.series_settings import SeriesSpec

DATES = [f"{day:%Y-%m-%d}" for day in pd.date_range("2020-01-31", periods=40, freq="ME")]
VALUES = [round(1234.5 + 17 * (n % 7) + n * 100_000.25, 2) for n in range(40)]


def written(value, decimal, thousands):
    """A number in a way of its own; the oracle is Python's own format."""
    return f"{value:,.2f}".translate(str.maketrans({",": thousands, ".": decimal}))


def file_of(path, *columns, header="date;sold", separator=";", dates=DATES):
    """A file of these columns of texts, below a column of dates."""
    cells = [dates[: len(columns[0])], *columns]
    rows = [
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in zip(*cells, strict=True)
    ]
    path.write_text("\n".join([header.replace(";", separator), *rows]) + "\n")
    return path


def members(path, **settings):
    return read_members(SeriesSpec(series=str(path), **settings))


def read(path, **settings):
    (only,) = members(path, **settings)
    return only


def values(path, **settings):
    return read(path, **settings).rows["value"].tolist()


def refused(path, **settings):
    with pytest.raises(InputError) as caught:
        members(path, **settings)
    return str(caught.value)


WAYS = [
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    *product(".,", ["'", "\u2019", " ", "\u00a0", "\u202f", "\u2009"]),
]


@pytest.mark.parametrize("separator", [";", "\t", "|", ","], ids=["semicolon", "tab", "bar", "comma"])
@pytest.mark.parametrize("number", range(len(WAYS)))
def test_every_way_of_writing_numbers_is_read_whatever_separates_the_columns(number, separator, tmp_path):
    decimal, thousands = WAYS[number]
    path = file_of(tmp_path / "own.csv", [written(value, decimal, thousands) for value in VALUES], separator=separator)
    found = read(path)
    assert found.rows["value"].tolist() == VALUES
    assert found.rows["date"].tolist() == list(pd.to_datetime(DATES))
    noted = [note for note in found.notes if note.startswith("Numbers in sold are read with")]
    assert len(noted) == ((decimal, thousands) != (".", ""))
    if noted:
        assert ("a decimal point" if decimal == "." else "a decimal comma") in noted[0]
        assert ("between thousands" in noted[0]) == bool(thousands) and "is 1234.50" in noted[0]
    assert len(found.notes) == len(noted)


def test_plain_numbers_between_semicolons_are_read(tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{value:.2f}" for value in VALUES])
    assert values(path) == VALUES


def test_what_a_file_between_commas_holds_is_read_as_ever(tmp_path):
    """Also where a point could be one between thousands: there it never is."""
    path = file_of(tmp_path / "own.csv", [f"1.{100 + n}" for n in range(40)], separator=",")
    assert values(path) == [float(f"1.{100 + n}") for n in range(40)] and read(path).notes == ()
    assert values(path, decimal=",") == [1100 + n for n in range(40)]


@pytest.mark.parametrize("separator", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
def test_two_readings_are_shown_with_the_flag_that_decides(separator, tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{1 + n},{100 + n}" for n in range(40)], separator=separator)
    message = refused(path)
    for part in ("column 'sold'", "'1,100'", "line 2", "1100 by --decimal .", "1.100 by --decimal ,"):
        assert part in message
    assert values(path, decimal=".") == [1000 * (1 + n) + 100 + n for n in range(40)]
    assert values(path, decimal=",") == [float(f"{1 + n}.{100 + n}") for n in range(40)]


def test_a_point_has_two_readings_too_where_no_comma_separates(tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{1 + n}.{100 + n}" for n in range(40)])
    message = refused(path)
    assert "1.100 by --decimal ." in message and "1100 by --decimal ," in message
    assert values(path, decimal=",") == [1000 * (1 + n) + 100 + n for n in range(40)]


@pytest.mark.parametrize(
    ("one", "value"), [("1.234.567", 1234567), ("12,5", 12.5), ("0,123", 0.123), ("1.234,5", 1234.5), ("1,5E+03", 1500)]
)
def test_one_number_of_one_reading_decides_a_column(one, value, tmp_path):
    """The others could be read both ways."""
    path = file_of(tmp_path / "own.csv", [one, *(f"{1 + n}.{100 + n}" for n in range(39))])
    assert values(path) == [value, *(1000 * (1 + n) + 100 + n for n in range(39))]


def test_another_column_of_one_reading_decides(tmp_path):
    sold, price = [f"{1 + n},{100 + n}" for n in range(40)], [f"{n},5" for n in range(40)]
    path = file_of(tmp_path / "own.csv", sold, price, header="date;sold;price")
    assert values(path, value="sold") == [float(f"{1 + n}.{100 + n}") for n in range(40)]
    path = file_of(tmp_path / "points.csv", sold, [one.replace(",", ".") for one in price], header="date;sold;price")
    assert values(path, value="sold") == [1000 * (1 + n) + 100 + n for n in range(40)]


def test_dates_and_ids_are_no_numbers_that_decide_and_stay_as_they_are(tmp_path):
    shops = [f"{1 + n // 20},5" for n in range(40)]
    path = file_of(
        tmp_path / "own.csv",
        shops,
        [f"{1 + n},{100 + n}" for n in range(40)],
        header="date;shop;sold",
        dates=DATES[:20] * 2,
    )
    assert "--decimal" in refused(path, id="shop", value="sold")
    assert [one.name for one in members(path, id="shop", value="sold", decimal=",")] == ["1,5", "2,5"]


def test_a_column_that_is_not_asked_for_may_have_two_readings(tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{n}" for n in range(40)], ["1,234"] * 40, header="date;sold;other")
    assert values(path, value="sold") == list(range(40))
    assert "'other'" in refused(path, value="sold", features=("other",))


def test_columns_beside_the_values_are_read_so_too(tmp_path):
    prices = [f"{n},5" for n in range(40)]
    path = file_of(tmp_path / "own.csv", prices, prices, ["7,0"] * 40, header="date;sold;price;days")
    found = read(path, value="sold", known_future=("price",), coverage="days=7")
    assert found.rows["covariate 0"].tolist() == [n + 0.5 for n in range(40)]
    assert set(found.rows["covered"]) == {7.0}
    assert any("sold, price, days" in note or "sold, days, price" in note for note in found.notes)


def test_the_value_is_guessed_however_it_is_written(tmp_path):
    path = file_of(tmp_path / "own.csv", ["Köln"] * 40, [f"{n},5" for n in range(40)], header="date;shop;sold")
    assert read(path).value_column == "sold"


def test_what_is_no_number_is_told_by_its_row_and_the_rest_is_read(tmp_path):
    path = file_of(tmp_path / "own.csv", ["n.v.", "3 €", "", *(f"{n},5" for n in range(37))])
    found = read(path).rows
    assert found["value"][:3].isna().all() and found["value"][3:].tolist() == [n + 0.5 for n in range(37)]
    assert found["value_text"][:2].tolist() == ["n.v.", "3 €"]


def test_a_decimal_point_among_decimal_commas_is_told(tmp_path):
    path = file_of(tmp_path / "own.csv", ["12.5", *(f"{n},5" for n in range(39))])
    message = refused(path)
    assert "line 2 says '12.5'" in message and "a decimal comma" in message
    points = file_of(tmp_path / "points.csv", [f"{n}.5" for n in range(40)])
    assert "--decimal , says" in refused(points, decimal=",") and values(points, decimal=".")[3] == 3.5


@pytest.mark.parametrize("unit", ["{} €", "€ {}", "{}%", "{} %", "CHF {}", "{} kWh", "-{} €"])
def test_units_are_told_and_not_guessed(unit, tmp_path):
    sold = [unit.format(f"{1 + n}.234,5") for n in range(40)]
    path = file_of(tmp_path / "own.csv", sold, ["Köln"] * 40, header="date;sold;shop")
    message = refused(path)
    assert "beside a unit" in message and repr(unit.format("1.234,5")) in message
    assert read(path, value="sold").rows["value"].isna().all()


@pytest.mark.parametrize("mark", [";", " ", "comma", "..", ":"])
def test_what_is_no_decimal_mark_is_refused(mark, tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{n},5" for n in range(40)])
    assert f"--decimal {mark!r} is no decimal mark" in refused(path, decimal=mark)


# Where such columns stand


def test_types_of_parquet_are_left_alone(tmp_path):
    """A decimal of three places beside a text with a comma is still what it is."""
    table = pd.DataFrame(
        {
            "date": [date(2020, 1, 1 + n) for n in range(30)],
            "sold": [Decimal(f"{1 + n}.{100 + n}") for n in range(30)],
            "share": [1.125 + n for n in range(30)],
            "note": [f"{n},5" for n in range(30)],
        }
    )
    table.to_parquet(tmp_path / "own.parquet")
    found = read(tmp_path / "own.parquet", value="sold", features=("share",), decimal=",")
    assert found.rows["value"].tolist() == [float(f"{1 + n}.{100 + n}") for n in range(30)]
    assert found.rows["covariate 0"].tolist() == [1.125 + n for n in range(30)]


def test_a_series_below_another_is_read_as_its_file(tmp_path):
    """A shop of small numbers alone has two readings, and its file has one."""
    numbers = [*(f"{1 + n}.{100 + n},5" for n in range(20)), *(f"{1 + n}.{100 + n}" for n in range(20))]
    shops = ["a"] * 20 + ["b"] * 20
    path = file_of(tmp_path / "own.csv", shops, numbers, header="date;shop;sold", dates=DATES[:20] * 2)
    found = {one.name: one.rows["value"].tolist() for one in members(path, id="shop", value="sold")}
    assert found["b"] == [1000 * (1 + n) + 100 + n for n in range(20)] and found["a"][0] == 1100.5


def test_several_files_and_files_of_a_folder(tmp_path):
    (tmp_path / "both").mkdir()
    first = file_of(tmp_path / "both" / "a.csv", [f"{1 + n}.{100 + n},5" for n in range(20)])
    second = file_of(tmp_path / "both" / "b.csv", [f"{1 + n}.{100 + n}" for n in range(20)], dates=DATES[20:])
    assert "--decimal" in refused(f"{first},{second}")
    apart = {one.name: one.rows["value"].tolist() for one in members(f"{first},{second}", decimal=",")}
    together = read(tmp_path / "both")
    assert together.rows["value"].tolist() == [*apart["a"], *apart["b"]] and apart["b"][0] == 1100.0
    assert sum(note.startswith("Numbers in sold are read with a decimal comma") for note in together.notes) == 1


def test_files_of_a_folder_may_have_two_readings_together(tmp_path):
    for name, dates in (("a", DATES[:20]), ("b", DATES[20:])):
        (tmp_path / "both").mkdir(exist_ok=True)
        file_of(tmp_path / "both" / f"{name}.csv", [f"{1 + n}.{100 + n}" for n in range(20)], dates=dates)
    assert "line 2 of a.csv" in refused(tmp_path / "both")
    assert values(tmp_path / "both", decimal=",")[:2] == [1100, 2101]


@pytest.mark.parametrize("separator", ["~", ":", ";"])
def test_the_separator_that_the_first_line_says_is_taken(separator, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "\n".join([f"sep={separator}", f"n{separator}sold", *(f"{n}{separator}{n},5" for n in range(1, 30))])
    )
    assert values(path, frequency="index", value="sold") == [n + 0.5 for n in range(1, 30)]


def test_a_wide_table_between_semicolons_is_told_how_to_go_on(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("Land;2019;2020;2021\n" + "\n".join(f"{name};1.234,5;2,5;3" for name in ("DE", "FR")))
    assert "is a wide table" in refused(path)


def test_rows_that_are_a_sequence(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("n;sold\n" + "\n".join(f"{n};{n % 7},5" for n in range(1, 40)))
    assert values(path, frequency="index") == [n % 7 + 0.5 for n in range(1, 40)]


def test_a_suite_of_ones_own_sees_numbers(tmp_path):
    path = file_of(
        tmp_path / "own.csv", [f"{n},5" for n in range(40)], [f"{n},25" for n in range(40)], header="date;sold;left"
    )
    found = read(path, value="sold", suite="suite.json").table
    assert found["sold"].dtype == found["left"].dtype == np.float64 and found["left"][4] == 4.25


@pytest.mark.parametrize("title", ["Umsatz, netto", "Umsatz"])
@pytest.mark.parametrize("above", ["", "sep=;\n", "# Stand, heute\n", "Bericht, vom Mai\n\n"])
def test_the_header_may_hold_a_comma_and_lines_above_it(title, above, tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{n},5" for n in range(40)], header=f"Datum;{title}")
    path.write_text(above + path.read_text())
    assert values(path) == [n + 0.5 for n in range(40)] and read(path).value_column == title


def test_semicolons_in_a_column_between_commas_separate_nothing(tmp_path):
    path = file_of(
        tmp_path / "own.csv", [f"{n}" for n in range(40)], ["a;b"] * 40, header="date;sold;tags", separator=","
    )
    assert values(path) == list(range(40))


def test_lines_in_quotes_as_a_whole_are_told(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("\n".join(['"date;sold"', *(f'"{day};3,5"' for day in DATES)]))
    assert "in quotes as a whole" in refused(path)


def test_a_file_without_a_header_is_told(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("\n".join(f"A;{n},5" for n in range(30)))
    assert "has no header" in refused(path)


def test_a_row_of_more_fields_is_told(tmp_path):
    path = file_of(tmp_path / "own.csv", [f"{n},5" for n in range(40)])
    path.write_text(path.read_text().replace("3,5\n", "3,5;7\n", 1))
    assert "line 5 holds 3 fields, not 2" in refused(path)


# Labelled windows


def test_samples_in_long_form_are_read_so(tmp_path):
    rows = [(f"s{n}", step, "ab"[n % 2], n * 1000 + step + 0.5) for n in range(8) for step in range(5)]
    path = tmp_path / "long.csv"
    path.write_text("who;t;kind;x\n" + "\n".join(f"{a};{b};{c};{written(d, ',', '.')}" for a, b, c, d in rows))
    found = read_samples(SeriesSpec(samples=str(path), id="who", label="kind", date="t"))
    assert np.concatenate(found.windows)[:, 0].tolist() == [row[3] for row in rows]
    assert any("a decimal comma" in note for note in found.notes)


def test_samples_in_folders_are_read_as_all_files_together(tmp_path):
    """One file alone has two readings."""
    for kind, texts in (("a", ["1.234", "2.345"]), ("b", ["1.234,5", "2.345,5"])):
        (tmp_path / "all" / kind).mkdir(parents=True)
        (tmp_path / "all" / kind / "one.csv").write_text(
            "\n".join(["x;y", *(f"{text};{n}" for n, text in enumerate(texts))])
        )
    found = read_samples(SeriesSpec(samples=str(tmp_path / "all")))
    assert [window[:, 0].tolist() for window in found.windows] == [[1234, 2345], [1234.5, 2345.5]]
    (tmp_path / "all" / "b" / "one.csv").unlink()
    (tmp_path / "all" / "b" / "one.csv").write_text("x;y\n3.456;0\n4.567;1")
    with pytest.raises(InputError, match="--decimal"):
        read_samples(SeriesSpec(samples=str(tmp_path / "all")))
    asked = read_samples(SeriesSpec(samples=str(tmp_path / "all"), decimal="."))
    assert asked.windows[1][:, 0].tolist() == [3.456, 4.567]


# Shapes


@pytest.mark.parametrize(
    "text", ["1", "-1,5", "1.234.567,8", "12,34,567.5", "1 234", "1e5", ".5", ",5", "+3", "1'234.5"]
)
def test_what_is_a_number(text):
    assert is_number(text) and not has_unit(text)


@pytest.mark.parametrize(
    "text", ["", "1,", "1.2.3", "12.34,5.6", "1,23,4", "0.123.456", "a", "1 2", "1_0", "--1", "2020-01-31", "nan"]
)
def test_what_is_none(text):
    assert not is_number(text)
