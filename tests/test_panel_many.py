"""Panels of many series: what is drawn, listed, tracked and fitted, and what is said of the rest."""

import os
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from tasks.numerics.findings.conclusions import cautions
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.problems.forecasting import baselines
from tasks.numerics.problems.forecasting.baselines import forecast_baselines
from tasks.numerics.problems.forecasting.drawings import lead
from tasks.numerics.problems.forecasting.evaluation import evaluate
from tasks.numerics.problems.forecasting.scores_by_series import series_rows
from tasks.numerics.problems.forecasting.shown_series import DRAWN, ROWS, drawn_series, listed_series
from tasks.numerics.problems.forecasting.worker_processes import in_processes
from tasks.numerics.problems.overview import Overview
from tasks.numerics.series.series import Series
from tasks.numerics.wording import grouped
from tasks.plot import plot
from tasks.report import render_report
from tasks.show import show
from tasks.summarize import summarize
from tests.examples import example_panel, sunspots
from tests.test_report import BACKGROUND, VALIDATION, Page

pytestmark = pytest.mark.slow

MANY = 70
PAGE = 4e6
"""Bytes."""


@pytest.fixture(scope="module")
def result():
    return evaluate(*example_panel(factors=tuple(float(2 + number) for number in range(MANY))))


def differences(result):
    """Of the leading variant, in naive errors."""
    leading = str(Overview(result).leading.drop("stock").idxmin())
    found = [
        next(one.difference for one in own.verdicts if (one.variant, one.metric) == (leading, "rmse")) / error
        for own, error in zip(result.members, result.naive_errors, strict=True)
    ]
    return np.array(found)


def test_the_best_the_median_and_the_worst_by_difference_are_drawn(result):
    overview, found = Overview(result), differences(result)
    shown = drawn_series(overview)
    assert len(shown) == DRAWN and len(set(shown)) == DRAWN
    order = np.sort(found)
    assert (
        sorted(found[list(shown[:2])]) == order[:2].tolist() and sorted(found[list(shown[-2:])]) == order[-2:].tolist()
    )
    assert all(order[MANY // 2 - 3] <= found[at] <= order[MANY // 2 + 2] for at in shown[2:4])
    assert len(listed_series(overview)) == len(series_rows(overview)) == ROWS
    assert lead(overview, "stock") == f"forecast/{shown[3] + 1}/stock"
    few = Overview(evaluate(*example_panel()))
    assert lead(few, "stock") == "forecast/1/stock"
    assert drawn_series(few) == listed_series(few) == (0, 1, 2)


def test_the_page_stays_small_and_says_where_the_others_are(result):
    figures = plot(result)
    drawn = {name for name in figures if name.startswith("series/")}
    assert drawn == {f"series/{at + 1}" for at in drawn_series(Overview(result))}
    assert len(figures["over_series/cell-relu"].layout.yaxis.ticktext) == ROWS + 1
    html = render_report(result, figures, VALIDATION, BACKGROUND)
    assert len(html) < PAGE and lead(Overview(result), "stock") in figures
    page = Page(html)
    assert sorted(page.figures) == sorted(figures)
    assert f"and {MANY - ROWS} more in summary.json" in html and f"and {MANY - DRAWN} more in summary.json" in html
    assert f"{MANY} series: times 2, " in html and "and 50 more" in html


def test_summary_and_scores_hold_every_series_and_a_tracker_charts_few(result):
    assert len(summarize(result, {}, {}, {})["series"]) == MANY
    account = account_of(result)
    assert account.datasets["series_scores"].sizes["series"] == MANY
    assert sum(str(name).endswith("/rmse") for name in account.inside) == DRAWN


def test_the_terminal_says_no_more_than_of_few(result):
    def lines(one):
        text = StringIO()
        show(one, {}, {}, Console(file=text, width=100), explain=True)
        return text.getvalue().splitlines()

    assert len(lines(result)) <= len(lines(evaluate(*example_panel()))) + 3


def test_beyond_a_hundred_series_there_is_one_comparison_over_time(monkeypatch):
    monkeypatch.setattr("tasks.numerics.problems.forecasting.panels.COMPARED", 2)
    found = evaluate(*example_panel())
    assert found.accuracy and all(one.accuracy == () for one in found.members)


def test_what_is_alike_is_said_once():
    assert grouped([("a", "stuck"), ("b", "short"), ("c", "stuck")]) == ("a, c: stuck", "b: short")
    many = grouped([(str(number), f"says {number}") for number in range(30)])
    assert len(many) == 21 and many[-1] == "And 10 more such sentences."


def panel(number, rows=40):
    values = sunspots().values
    members = [replace(sunspots(), name=f"{at}", values=values[at : at + rows]) for at in range(number)]
    return Series.panel("many", tuple(members))


def test_baselines_come_out_of_processes_as_they_do_of_this_one(monkeypatch):
    told = []
    beside = forecast_baselines(panel(9), (5,) * 9, tell=told.append)
    monkeypatch.setattr(baselines, "FEW", 99)
    assert forecast_baselines(panel(9), (5,) * 9).identical(beside)
    assert sorted(told) == list(range(1, 10))


def test_to_many_series_the_cheap_baselines_alone_are_fitted(monkeypatch):
    monkeypatch.setattr(baselines, "MOST_SERIES", {"AutoETS": 4, "AutoARIMA": 2})
    names = [forecast_baselines(panel(number), (5,) * number)["baseline"].to_numpy().tolist() for number in (2, 3, 5)]
    assert names == [
        ["last value", "mean", "AutoETS", "AutoARIMA"],
        ["last value", "mean", "AutoETS"],
        ["last value", "mean"],
    ]


def test_which_baselines_were_not_fitted_is_said(monkeypatch):
    series, rows, outcome = example_panel()
    cheap = outcome.forecasts.isel(baseline=slice(0, 3))
    monkeypatch.setattr("tasks.numerics.problems.forecasting.words.MOST_SERIES", {"AutoARIMA": 2})
    said = cautions(Overview(evaluate(series, rows, replace(outcome, forecasts=cheap))))
    assert "AutoARIMA is not among the baselines: it is fitted to each of up to 2 series, and these are 3." in said


def test_a_process_that_ends_is_an_error_and_not_a_wait():
    with pytest.raises(RuntimeError, match="a worker process ended with 3"):
        in_processes(os._exit, [(3,), (3,)], 2, lambda done: None)
