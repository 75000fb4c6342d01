"""Hundreds of series: what pandas finds of each is what Great Expectations finds, and few are asked of it."""

import re
from dataclasses import asdict

import pytest
from made_series import rows, write
from test_bad_data import ALL, NEEDS

import tasks.validate
from tasks.load import read_members
from tasks.numerics.errors import MOST_LINES, InputError
from tasks.numerics.series.held_checks import asked_before
from tasks.numerics.series.validation import InvalidSeriesError
from tasks.numerics.series_settings import SeriesSpec
from tasks.validate import PAGES, held_tables, validate

pytestmark = pytest.mark.slow

KINDS = [bad for bad in ALL if "suite" not in bad.settings]


@pytest.mark.parametrize("bad", KINDS, ids=[bad.name for bad in KINDS])
def test_pandas_finds_what_great_expectations_finds(bad, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        spec = SeriesSpec(series=str(bad.make(tmp_path)), **bad.settings)
        members = read_members(spec)
    except InputError:
        return
    for one in members:
        found = asked_before(one, spec, NEEDS)
        expected = tasks.validate._held(tasks.validate.context_of(tmp_path / "docs"), one, spec, NEEDS, "")
        if any("could not be evaluated" in outcome.observed for outcome in expected):
            assert found == [] or [one.success for one in found] == [one.success for one in expected]
            continue
        assert [asdict(outcome) for outcome in found] == [asdict(outcome) for outcome in expected]


def shops(number, change=lambda lines: None):
    lines = [[date, f"shop {shop}", value] for shop in range(number) for date, value in rows()]
    change(lines)
    return lines


@pytest.fixture
def asked(monkeypatch):
    """The suites that Great Expectations runs."""
    found = []

    def run(context, suite, table, made=held_tables.run_suite):
        found.append((suite.name, len(table)))
        return made(context, suite, table)

    monkeypatch.setattr(held_tables, "run_suite", run)
    return found


def held(tmp_path, lines, **settings):
    spec = SeriesSpec(series=str(write(tmp_path / "shops.csv", lines, "date,shop,sold")), id="shop", **settings)
    return validate(read_members(spec), spec, NEEDS, tmp_path / "docs")


def test_many_right_series_are_one_suite_and_one_page(tmp_path, asked):
    panel, validation = held(tmp_path, shops(PAGES + 10))
    assert asked == [("all series", PAGES + 10)]
    assert len(panel.members) == PAGES + 10 and len(list((tmp_path / "docs/validations").rglob("*.html"))) == 1
    few, expected = held(tmp_path, shops(2))
    assert len(few.members) == 2 and len(asked) == 3
    of_one = [one for one in validation.expectations if one.column.startswith("shop 1,") or one.column == "shop 1"]
    again = [one for one in expected.expectations if one.column.startswith("shop 1,") or one.column == "shop 1"]
    assert of_one == again


def test_of_many_those_that_fail_have_a_page_and_are_told(tmp_path, asked):
    def broken(lines):
        for shop in range(25):
            lines[40 * shop + 7][2] = "lots"
        lines[40 * 27 + 3][2] = ""

    with pytest.raises(InvalidSeriesError) as caught:
        held(tmp_path, shops(PAGES + 10, broken))
    assert len(caught.value.validation.failed) == 26 and len(asked) == PAGES + 1
    message = str(caught.value)
    assert "shop 0, sold: every value is a number" in message and "line 9" in message and "and 23 more" in message
    assert len(message.splitlines()) <= MOST_LINES
    (page,) = [page for page in (tmp_path / "docs/validations").rglob("*.html") if "all series" in str(page)]
    words = re.sub(r"<[^>]+>", "", page.read_text())
    assert "sold: every value is a number" in words


def test_a_suite_of_ones_own_is_asked_of_every_series(tmp_path, asked):
    suite = tmp_path / "own.json"
    suite.write_text(
        '{"name": "own", "expectations": [{"type": "expect_column_max_to_be_between", "kwargs": {"column": "sold", "max_value": 99}}]}'
    )
    held(tmp_path, shops(PAGES + 1), suite=str(suite))
    assert sum("(own)" in name for name, _ in asked) == PAGES + 1
