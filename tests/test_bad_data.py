"""Data that can't be used: each says what was passed, what was expected and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from made_series import Row, rows, write

from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.series_settings import SeriesSpec
from tasks.validate import validate

NEEDS = RowsNeeded(lookback=5, horizon=1, validation=0.2, test=0.2)


@dataclass(frozen=True)
class Bad:
    """One broken input and what its message must say, in this order."""

    name: str
    make: Callable[[Path], Path | str]
    says: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)


def lines(change: Callable[[list[Row]], object] = lambda lines: None, **how: Any) -> Callable[[Path], Path]:
    """A regular monthly series in which `change` breaks something."""

    def make(directory: Path) -> Path:
        made = rows()
        change(made)
        return write(directory / "own.csv", made, **how)

    return make


def raw(content: str | bytes, name: str = "own.csv") -> Callable[[Path], Path]:
    """A file of exactly this content."""

    def make(directory: Path) -> Path:
        path = directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def put(row: int, column: int, text: str) -> Callable[[list[Row]], object]:
    """Writes `text` into one cell."""
    return lambda lines: lines[row].__setitem__(column, text)


def every(change: Callable[[int, Row], Row]) -> Callable[[list[Row]], object]:
    """Writes every row anew."""
    return lambda lines: lines.__setitem__(slice(None), [change(number, line) for number, line in enumerate(lines)])


def scaled(power: str) -> Callable[[list[Row]], object]:
    """Writes a power of ten to every value."""
    return every(lambda n, line: [line[0], f"{line[1]}{power}"])


def swap(lines: list[Row]) -> None:
    lines[5], lines[20] = lines[20], lines[5]


def cut(*numbers: int) -> Callable[[list[Row]], object]:
    """Takes rows out."""
    return lambda lines: [lines.pop(number) for number in sorted(numbers, reverse=True)]


def weekdays(directory: Path) -> Path:
    made = rows(60, "B", "2020-01-01")
    del made[30]
    return write(directory / "own.csv", made)


def weekdays_with_a_hole(directory: Path) -> Path:
    made = rows(60, "B", "2020-01-01")
    del made[30:33]
    return write(directory / "own.csv", made)


def days(count: int = 100, *lost: int) -> Callable[[Path], Path]:
    """Daily records without those of some days."""
    return lambda directory: write(
        directory / "own.csv",
        [line for number, line in enumerate(rows(count, "D", "2020-01-05")) if number not in lost],
    )


def suite(content: str) -> Callable[[Path], Path]:
    """A series beside a suite of this content, which runs from there."""

    def make(directory: Path) -> Path:
        (directory / "suite.json").write_text(content)
        return lines()(directory)

    return make


OWN = {"suite": "suite.json"}
WEEKS = {"frequency": "W-SAT", "aggregate": "sum"}

FILES = [
    Bad(
        "missing file",
        lambda d: d / "none.csv",
        ("none.csv' is neither a file nor a bundled series", "interlayer series"),
    ),
    Bad("nearly a name", lambda d: "sunspot", ("'sunspot'", "Did you mean 'sunspots'?")),
    Bad("nearly a name with a directory", lambda d: d / "air_pasengers.csv", ("Did you mean 'air_passengers'?",)),
    Bad(
        "directory", lambda d: d, ("is a folder without a CSV or Parquet file", "Expected a file, or a folder of files")
    ),
    Bad("empty", raw(""), ("own.csv is empty", "a header line, then one row a period")),
    Bad("blank lines", raw("\n\n  \n"), ("holds blank lines alone",)),
    Bad("header alone", raw("date,value\n"), ("holds a header (date, value) and no rows",)),
    Bad("no header", raw("2020-01-01,3\n2020-02-01,4\n"), ("has no header", "'2020-01-01,3'", "date,value")),
    Bad(
        "semicolons",
        lines(lambda made: made[9].append("7"), header="date;value", separator=";"),
        ("line 11 holds 3 fields, not 2", "texts that hold ';'"),
    ),
    Bad(
        "two readings of numbers",
        lines(every(lambda n, line: [line[0], f"{n + 1},{n + 100}"]), header="date;value", separator=";"),
        ("'1,100' (line 2) is 1100 by --decimal . and 1.100 by --decimal ,", "Pass the one that is right"),
    ),
    Bad("lines in quotes", raw('"date;value"\n"2020-01-01;3"\n'), ("in quotes as a whole", '"date;value"')),
    Bad("no decimal mark", lines(), ("--decimal ';' is no decimal mark", ". or ,"), {"decimal": ";"}),
    Bad(
        "latin-1", raw("date,värde\n2020-01-01,3\n".encode("latin-1")), ("not UTF-8", "0xe4", "line 1", "byte 6", "'ä'")
    ),
    Bad(
        "latin-1 further down", raw(b"date,value\n2020-01-01,3\n2020-02-01,4\xe9\n"), ("byte 0xe9 in line 3 (byte 36",)
    ),
    Bad("UTF-16", raw("date,value\n2020-01-01,3\n".encode("utf-16")), ("looks like UTF-16", "Save it as CSV in UTF-8")),
    Bad("spreadsheet", raw(b"PK\x03\x04something"), ("is a spreadsheet or zip archive, not CSV",)),
    Bad("no Parquet", raw("nothing", "own.parquet"), ("own.parquet is no Parquet file", ".csv")),
    Bad("row too long", lines(lambda made: made[9].append("7")), ("line 11 holds 3 fields, not 2", "date, value")),
    Bad(
        "decimal commas",
        lines(every(lambda n, line: [line[0], f"{n},5"])),
        ("more fields than the 2 columns", "decimals with a point"),
    ),
    Bad(
        "blanks between columns",
        lines(header="date value", separator=" "),
        ("blanks stand between its columns, as in '2015-01-01 0.0'", "pandas.read_csv('own.csv', sep=r'\\s+')"),
    ),
    Bad(
        "columns of one width",
        lines(
            every(lambda n, line: [f"{line[0]:>14}", f"{line[1]:>9}"]), header=f"{'day':>14}{'sold':>9}", separator=""
        ),
        ("blanks stand between its columns", "then pass commas.csv"),
    ),
    Bad(
        "blanks between more columns than are named",
        lines(every(lambda n, line: [line[0], "00:00", line[1]]), header="date value", separator=" "),
        ("blanks stand between its columns, as in '2015-01-01 00:00 0.0'", "Put commas between them"),
    ),
    Bad(
        "open quote",
        lines(put(4, 0, '"2015-05-01')),
        ("a quote that opens in line 6 is never closed. Close it, or take it out",),
    ),
    Bad("open quote below blank lines", raw('date,value\n\n2020-01-01,3\n\n2020-02-01,"4\n'), ("opens in line 5",)),
    Bad("columns of one name", raw("date,value,value\n2020-01-01,3,4\n"), ("several columns named 'value'",)),
]

COLUMNS = [
    Bad(
        "no such value",
        lines(),
        ("--value 'valeu' is no column", "Did you mean 'value'?", "date, value"),
        {"value": "valeu"},
    ),
    Bad("no such date", lines(), ("--date 'Dates' is no column", "Did you mean 'date'?"), {"date": "Dates"}),
    Bad(
        "one column for both",
        lines(),
        ("--date and --value both name column 'date'",),
        {"date": "date", "value": "date"},
    ),
    Bad(
        "two dates",
        lines(every(lambda n, line: [line[0], *line]), header="booked,arrived,value"),
        ("2 columns", "hold dates: booked, arrived", "--date booked"),
    ),
    Bad(
        "two values",
        lines(every(lambda n, line: [*line, "1"]), header="date,sold,left"),
        ("2 columns", "hold numbers: sold, left", "--value sold"),
    ),
    Bad(
        "no date",
        lines(every(lambda n, line: ["x", line[1]]), header="shop,value"),
        ("No column", "holds dates", "shop = 'x'", "--frequency index"),
    ),
    Bad(
        "no dates in the named one",
        lines(every(lambda n, line: ["x", line[1]])),
        ("holds no date", "'x'"),
        {"date": "date"},
    ),
    Bad(
        "no numbers",
        lines(every(lambda n, line: [line[0], "x", "y"]), header="date,shop,town"),
        ("is left that holds numbers", "date, shop, town", "--value"),
    ),
    Bad("coverage without =", lines(), ("--coverage 'value' is not understood", "days=7"), {"coverage": "value"}),
    Bad("coverage of none", lines(), ("--coverage 'value=0' is not understood",), {"coverage": "value=0"}),
    Bad("coverage in no column", lines(), ("'dats' is no column", "Did you mean 'date'?"), {"coverage": "dats=7"}),
    Bad("coverage of the date", lines(), ("same column as --date",), {"coverage": "date=7", "date": "date"}),
    Bad(
        "coverage is text",
        lines(every(lambda n, line: [*line, "all" if n == 3 else "7"]), header="date,value,days"),
        ("days: every value is a number", "line 5: 'all'", "--coverage"),
        {"coverage": "days=7", "value": "value"},
    ),
    Bad(
        "more than whole",
        lines(every(lambda n, line: [*line, "31" if n == 3 else "7"]), header="date,value,days"),
        ("no row covers more than 7", "line 5: '31'", "--coverage days=N"),
        {"coverage": "days=7", "value": "value"},
    ),
]

FREQUENCIES = [
    Bad("unknown frequency", lines(), ("--frequency 'fortnight' is no frequency", "W-SAT"), {"frequency": "fortnight"}),
    Bad("old alias", lines(), ("--frequency 'M'", "Did you mean MS?"), {"frequency": "M"}),
    Bad("mistyped alias", lines(), ("--frequency 'W-SUNDAY'", "Did you mean W-SUN?"), {"frequency": "W-SUNDAY"}),
    Bad("backwards", lines(), ("--frequency '-1D' does not go forward",), {"frequency": "-1D"}),
    Bad(
        "no frequency fits",
        raw("date,value\n2020-01-01,1\n2020-01-09,2\n2020-05-02,3\n"),
        ("No frequency fits", "8 days", "114 days"),
    ),
    Bad("far too fine", lines(), ("2015-01-01 to 2018-04-01", "periods of s"), {"frequency": "s"}),
    Bad(
        "coarser than the rows", lines(), ("whole period of QS", "look like MS", "--aggregate sum"), {"frequency": "QS"}
    ),
    Bad("another frequency", lines(), ("look like MS: pass --frequency MS",), {"frequency": "W-SUN"}),
    Bad("aggregate to none", lines(), ("--aggregate sum needs the --frequency",), {"aggregate": "sum"}),
    Bad("aggregate a sequence", lines(), ("'index' names none",), {"aggregate": "sum", "frequency": "index"}),
    Bad("aggregate to finer", lines(), ("never finer", "these are months"), {"aggregate": "sum", "frequency": "D"}),
    Bad("aggregate and coverage", lines(), ("exclude each other",), {**WEEKS, "coverage": "value=7"}),
    Bad(
        "drop what is not known",
        lines(),
        ("--drop-partial has nothing", "--coverage", "--aggregate"),
        {"drop_partial": True},
    ),
    Bad(
        "frequency without dates",
        raw("value\n1\n2\n3\n"),
        ("No column", "holds dates", "--frequency index"),
        {"frequency": "MS"},
    ),
]

DATES = [
    Bad(
        "unreadable date",
        lines(put(3, 0, "2015-13-45")),
        ("every date can be read", "line 5: '2015-13-45'", "YYYY-MM-DD"),
    ),
    Bad(
        "sum below the rows",
        lines(put(-1, 0, "Summe")),
        ("every date can be read", "'Summe'", "take out rows that are of no date, such as sums"),
    ),
    Bad("missing date", lines(put(3, 0, "")), ("date: nothing is missing", "line 5\n", "Give each row its date")),
    Bad(
        "double date",
        lines(put(5, 0, "2015-05-01")),
        ("each date stands once", "2015-05-01 stands in lines 6, 7", "--aggregate"),
    ),
    Bad("unordered", lines(swap), ("dates increase", "line 8 (2015-07-01) follows 2016-09-01", "Sort the rows")),
    Bad(
        "gap",
        lines(cut(5, 6)),
        ("no period of MS", "after line 6 (2015-05-01): 2015-06-01 to 2015-07-01 are missing (2 periods)"),
    ),
    Bad("missing weekday", weekdays, ("no period of B", "2020-02-12 is missing", "--frequency C")),
    Bad(
        "too many weekdays for holidays",
        weekdays_with_a_hole,
        ("no period of C", "at most two weekdays in a row"),
        {"frequency": "C"},
    ),
    Bad(
        "odd day",
        lines(put(7, 0, "2015-08-03")),
        ("line 9 (2015-08-03): not on MS, it is a Monday; 29 days to the next date", "--frequency index"),
    ),
    Bad(
        "some without a zone",
        lines(every(lambda n, line: [line[0] + "T00:00Z" * (n != 4), line[1]])),
        ("mixes dates with a time zone", "1 without one (line 6: '2015-05-01')"),
    ),
    Bad(
        "future",
        lines(every(lambda n, line: [f"{2990 + n}-01-01", line[1]])),
        ("no date is in the future", "line 2 (2990-01-01)", "and 35 more", "mistyped years"),
    ),
    Bad(
        "double order",
        raw("n,value\n1,1\n2,5\n2,3\n"),
        ("2 stands in lines 3, 4",),
        {"date": "n", "frequency": "index"},
    ),
]

VALUES = [
    Bad(
        "text in numbers",
        lines(put(3, 1, "n.a.")),
        ("every value is a number", "line 5 (2015-04-01): 'n.a.'", "decimal point"),
    ),
    Bad("slip of a comma", lines(put(3, 1, '"12,34"')), ("line 5 (2015-04-01): '12,34'", "thousands separators")),
    Bad(
        "unit",
        lines(every(lambda n, line: [line[0], f"{line[1]} %", "x"]), header="date,share,shop"),
        ("In column 'share' numbers stand beside a unit", "'0.0 %'"),
    ),
    Bad(
        "runs without values",
        lines(lambda made: [made[n].__setitem__(1, "") for n in (3, 4, 5, 7)]),
        ("4 of 40 lines fail", "line 5 (2015-04-01) to line 7 (2015-06-01): 3 in a row", "line 9 (2015-08-01)"),
    ),
    Bad("infinity", lines(put(3, 1, "-inf")), ("every value is finite", "line 5 (2015-04-01): '-inf'")),
    Bad(
        "too large",
        lines(scaled("e90")),
        ("every value is finite, -1e+70 to 1e+70", "'1.1e90'", "divide all of the column by its largest"),
    ),
    Bad(
        "too small",
        lines(scaled("e-298")),
        ("deviation is 1e-70 at least", "found 0.0", "divide all of the column by its largest"),
    ),
    Bad("constant", lines(every(lambda n, line: [line[0], "3"])), ("not constant", "every value is 3", "--value")),
    Bad("one row", raw("date,value\n2020-01-01,5\n"), ("1 different date in 1 row", "a few dozen")),
    Bad("too short", lines(cut(*range(6, 40))), ("at least 9 rows", "lookback 5", "found 6", "--lookback")),
    Bad(
        "below the bounds",
        lines(put(3, 1, "-4")),
        ("from 0 to 50", "line 5 (2015-04-01): '-4'", "--bounds"),
        {"bounds": (0.0, 50.0)},
    ),
    Bad("one bound", lines(), ("Expected two numbers",), {"bounds": (0.0,)}),
    Bad("period without records", days(100, *range(28, 35)), ("every period has records", "(0 of 7 days)"), WEEKS),
    Bad(
        "partial period in between is dropped",
        days(100, 30),
        ("2020-02-08 is missing", "leave out --drop-partial"),
        {**WEEKS, "drop_partial": True},
    ),
]

SUITES = [
    Bad("missing suite", lines(), ("--suite 'suite.json' can't be read", "suite as JSON"), OWN),
    Bad("suite is no JSON", suite("{"), ("is no JSON", "line 1 column 2"), OWN),
    Bad("JSON is no suite", suite('{"name": "x"}'), ("is JSON, but no suite",), OWN),
    Bad("suite of nothing", suite('{"expectations": []}'), ("expects nothing",), OWN),
    Bad("suite of old", suite('{"expectations": [{"expectation_type": "x"}]}'), ("names no type", "before 1.0"), OWN),
    Bad(
        "unknown expectation",
        suite('{"expectations": [{"type": "expect_column_values_to_be_uniqe", "kwargs": {"column": "value"}}]}'),
        ("does not know", "Did you mean 'expect_column_values_to_be_unique'?"),
        OWN,
    ),
    Bad(
        "wrong arguments",
        suite('{"expectations": [{"type": "expect_column_values_to_be_unique", "kwargs": {"colum": "value"}}]}'),
        ("Great Expectations refuses", "column field required"),
        OWN,
    ),
    Bad(
        "unmet suite",
        suite(
            '{"name": "mine", "expectations": [{"type": "expect_column_max_to_be_between", "kwargs": {"column": "value", "max_value": 1}}]}'
        ),
        ("mine (own) asks for max_value=1", "found 19", "Your own suite"),
        OWN,
    ),
    Bad(
        "suite on no column",
        suite(
            '{"name": "mine", "expectations": [{"type": "expect_column_values_to_be_unique", "kwargs": {"column": "price"}}]}'
        ),
        ("price", "could not be evaluated", '"price"', "does not exist"),
        OWN,
    ),
]

THREE = "date,value,price"


def priced(change: Callable[[int], str]) -> Callable[[Path], Path]:
    """A regular series beside a column of prices, `change` of the row's number."""
    return lines(every(lambda n, line: [*line, change(n)]), header=THREE)


PRICE = {"features": ("price",)}
PLAN = {"known_future": ("price",)}

COVARIATES = [
    Bad(
        "no such feature",
        priced(str),
        ("--features 'prise' is no column", "Did you mean 'price'?", "date, value, price"),
        {"features": ("prise",)},
    ),
    Bad(
        "no such plan",
        priced(str),
        ("--known-future 'Prices' is no column", "Did you mean 'price'?"),
        {"known_future": ("Prices",)},
    ),
    Bad("twice a feature", priced(str), ("Column 'price' is named twice",), {"features": ("price", "price")}),
    Bad("a feature and a plan", priced(str), ("Column 'price' is named twice", "known ahead"), {**PRICE, **PLAN}),
    Bad(
        "the values themselves",
        priced(str),
        ("'value' is named by --features or --known-future and holds the values",),
        {"value": "value", "features": ("value",)},
    ),
    Bad(
        "the dates",
        priced(str),
        ("'date' is named by --features", "holds the dates"),
        {"value": "value", "features": ("date",)},
    ),
    Bad(
        "text in a feature",
        priced(lambda n: "cheap" if n == 3 else str(n)),
        ("price: every value is a number", "1 of 40 lines fail", "line 5 (2015-04-01): 'cheap'", "decimal point"),
        PRICE,
    ),
    Bad(
        "missing plan",
        priced(lambda n: "" if n in (3, 4) else str(n)),
        ("price: nothing is missing", "line 5 (2015-04-01) to line 6 (2015-05-01): 2 in a row", "leave the column out"),
        PLAN,
    ),
    Bad(
        "endless feature",
        priced(lambda n: "inf" if n == 3 else str(n)),
        ("price: every value is finite", "line 5 (2015-04-01): 'inf'"),
        PRICE,
    ),
    Bad(
        "constant feature",
        priced(lambda n: "7"),
        ("price: the column is not constant", "every value is 7", "leave it out of --features"),
        PRICE,
    ),
    Bad(
        "text in an aggregated feature",
        lambda d: write(
            d / "own.csv",
            [[*line, "x" if n == 3 else str(n)] for n, line in enumerate(rows(100, "D", "2020-01-05"))],
            THREE,
        ),
        ("price: every value is a number", "line 5 (2020-01-08): 'x'"),
        {**WEEKS, **PRICE},
    ),
    Bad(
        "calendar without dates",
        lines(),
        ("--calendar month needs dates", "--frequency index"),
        {"calendar": ("month",), "frequency": "index"},
    ),
    Bad(
        "unknown calendar",
        lines(),
        ("--calendar 'weekdays'", "Did you mean 'weekday'?", "month, quarter"),
        {"calendar": ("weekdays",)},
    ),
    Bad(
        "constant calendar",
        lines(),
        ("--calendar day says nothing here", "40 periods of MS, 2015-01-01 to 2018-04-01", "Leave it out"),
        {"calendar": ("month", "day")},
    ),
]

SHOPS = "date,shop,sold"


def shops(change: Callable[[list[Row]], object] = lambda made: None) -> Callable[[Path], Path]:
    """Two regular series in long form, one below the other, in which `change` breaks something."""

    def make(directory: Path) -> Path:
        made = [[date, shop, value] for shop in ("north", "south") for date, value in rows()]
        change(made)
        return write(directory / "own.csv", made, SHOPS)

    return make


def other_frequency(made: list[Row]) -> None:
    made[40:] = [[date, "south", value] for date, value in rows(40, "W-SUN")]


SHOP = {"id": "shop"}

PANELS = [
    Bad("no such id", shops(), ("--id 'shops' is no column", "Did you mean 'shop'?"), {"id": "shops"}),
    Bad("id of the dates", shops(), ("--id 'date' names the column of the dates",), {"id": "date", "date": "date"}),
    Bad("id of a feature", shops(), ("'shop' is named by --features", "--id"), {**SHOP, "features": ("shop",)}),
    Bad("no id in rows", shops(put(42, 1, "")), ("--id 'shop': line 44 name no series", "in every row"), SHOP),
    Bad(
        "id that tells every row apart",
        shops(every(lambda n, line: [line[0], str(n), line[2]])),
        ("80 series apart", "at most 1 date", "names series"),
        SHOP,
    ),
    Bad("two frequencies in a file", shops(other_frequency), ("MS: north; W-SUN: south", "--aggregate"), SHOP),
    Bad("forgotten id", shops(), ("dates increase", "stands in lines"), {"value": "sold"}),
    Bad(
        "text in one series",
        shops(put(43, 2, "x")),
        ("1 of ", "south, sold: every value is a number", "line 45 (2015-04-01): 'x'"),
        SHOP,
    ),
    Bad("gap in one series", shops(cut(50)), ("south, date: no period of MS", "2015-11-01 is missing"), SHOP),
    Bad(
        "too few rows in one series",
        shops(cut(*range(46, 80))),
        ("1 of 2 series are too short: south (6 rows)", "at least 8 rows", "--drop-short"),
        SHOP,
    ),
    Bad(
        "constant series in a panel",
        shops(every(lambda n, line: line if n < 40 else [*line[:2], "3"])),
        ("south, sold: the series is not constant", "every value is 3"),
        SHOP,
    ),
    Bad(
        "two frequencies by name",
        lambda d: "air_passengers,nile,sunspots",
        ("MS: air_passengers; YS: nile, sunspots", "--aggregate"),
    ),
    Bad("one of them unknown", lambda d: "air_passengers,sunspot", ("--series 'sunspot'", "Did you mean 'sunspots'?")),
    Bad("one of them twice", lambda d: "nile,sunspots,nile", ("--series names 'nile' twice",)),
    Bad(
        "names and an id", lambda d: "nile,sunspots", ("--id shop tells the series of one file apart", "names 2"), SHOP
    ),
]

ALL = PANELS + COVARIATES + FILES + COLUMNS + FREQUENCIES + DATES + VALUES + SUITES


@pytest.mark.parametrize("bad", ALL, ids=[bad.name for bad in ALL])
def test_message(bad, tmp_path, monkeypatch):
    monkeypatch.setattr("great_expectations.data_context.EphemeralDataContext.build_data_docs", lambda context: None)
    monkeypatch.chdir(tmp_path)
    spec = SeriesSpec(series=str(bad.make(tmp_path)), **bad.settings)
    with pytest.raises(InputError) as caught:
        validate(read_members(spec), spec, NEEDS, tmp_path / "docs")
    message = str(caught.value)
    at = 0
    for part in bad.says:
        found = message.find(part, at)
        assert found >= 0, f"{part!r} is not said, or not there:\n{message}"
        at = found + len(part)


@pytest.mark.parametrize("text", ["yes", "5 %", "$5", "", "inf"])
@pytest.mark.parametrize("column", ["value", "feature"])
def test_what_can_t_be_read_is_not_called_constant_too(text, column, tmp_path, monkeypatch):
    monkeypatch.setattr("great_expectations.data_context.EphemeralDataContext.build_data_docs", lambda context: None)
    change = every(lambda n, line: [line[0], text, str(n)] if column == "value" else [*line, text])
    spec = SeriesSpec(
        series=str(lines(change, header="date,value,further")(tmp_path)),
        value="value",
        features=("further",) if column == "feature" else (),
    )
    with pytest.raises(InputError) as caught:
        validate(read_members(spec), spec, NEEDS, tmp_path / "docs")
    assert ": 1 of " in str(caught.value) and "constant" not in str(caught.value)
