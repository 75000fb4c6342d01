"""Which line is the header: whatever stands above it, and where it holds years itself."""

import pytest
from made_series import rows

from tasks.load import read_series
from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import SeriesSpec


def read(path, **settings):
    return read_series(SeriesSpec(series=str(path), **settings))


def below(path, head: str, further: str = ""):
    """A file of dates and values below some lines; `further`, what stands in each row behind them."""
    path.write_text("\n".join([*head.splitlines(), *(",".join(row) + further for row in rows())]))
    return path


ABOVE = {
    "numbers": ("Station:,10382\nLat:,52.5\nDATE,TEMP", "", "DATE", "TEMP"),
    "numbers above unknown names": ("Station:,10382\nLat:,52.5\nTag,Wert", "", "Tag", "Wert"),
    "a date": ("Report 2024,,\nGenerated,2024-05-01,\n,,\nMonth,Sales,Note", ",x", "Month", "Sales"),
    "words beside words": ('Station,Berlin\nUnit,mm\nNote,"a, b"\n\ndate,v', "", "date", "v"),
    "words about dates": ("Date range:,all\nStation,Berlin\nWeek,v", "", "Week", "v"),
}


@pytest.mark.parametrize("kind", ABOVE)
def test_lines_above_the_header_are_left_out(kind, tmp_path):
    head, further, date, value = ABOVE[kind]
    found = read(below(tmp_path / "own.csv", head, further))
    assert (found.date_column, found.value_column, len(found.rows)) == (date, value, 40)
    at, above = head.splitlines().index(head.splitlines()[-1]) + 1, len([one for one in head.splitlines() if one]) - 1
    assert found.notes == (f"The header was found in line {at}; {above} line{'s' * (above > 1)} above it left out.",)


UNITS = {
    "a line of units": ("date,v\n[day],[mm]", "date", "v"),
    "a line of dashes": ("date,v\n-,mm", "date", "v"),
    "the names of the index": ("Price,Close\nTicker,AAPL\nmonth,", "month", "Close"),
}


@pytest.mark.parametrize("kind", UNITS)
def test_lines_that_go_on_with_the_header_are_no_titles(kind, tmp_path):
    head, date, value = UNITS[kind]
    found = read(below(tmp_path / "own.csv", head))
    assert (found.date_column, found.value_column, len(found.rows)) == (date, value, 40)


def test_columns_under_one_word_are_told_apart_by_the_next_line(tmp_path):
    head = ",sales,sales\n,north,south\nmonth,,"
    assert read(below(tmp_path / "own.csv", head, ",3.5"), value="sales north").date_column == "month"


@pytest.mark.parametrize("above", ["World data\n\n", '"Data Source","World Bank",\n\n"Updated","2024-01-01",\n\n'])
@pytest.mark.parametrize(
    "names",
    [[str(year) for year in range(1960, 2020)], [f"{year}-01" for year in range(1960, 2020)]],
    ids=["years", "months"],
)
def test_a_header_of_dates_below_titles_is_that_of_a_wide_table(names, above, tmp_path):
    lines = [",".join(f'"{cell}"' for cell in (f"C{n}", *map(str, range(n, n + len(names))))) for n in range(9)]
    path = tmp_path / "own.csv"
    path.write_text(above + "\n".join([",".join(["Country", *names]), *lines]))
    with pytest.raises(InputError, match=rf"60 of its 61 columns are named by dates, {names[0]} to {names[-1]}"):
        read(path)


def test_a_header_that_lacks_a_name_is_no_title(tmp_path):
    with pytest.raises(InputError, match="more fields than the 2 columns"):
        read(below(tmp_path / "own.csv", "date,value", ",3"))


def test_a_first_row_with_a_slip_is_no_header(tmp_path):
    path = below(tmp_path / "own.csv", "date,value")
    path.write_text(path.read_text().replace("2015-01-01,0.0", "2015-13-45,n.a."))
    assert len(read(path, frequency="MS").rows) == 40
