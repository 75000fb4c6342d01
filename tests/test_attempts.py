"""A test, a figure or a baseline that fails costs itself alone: the page is written, and says what is not on it and why."""

import numpy as np
import pytest

import tasks.plot
from tasks.numerics.findings.conclusions import cautions
from tasks.numerics.findings.drawings import drawings_of
from tasks.numerics.problems import attempts
from tasks.numerics.problems.attempts import Attempts
from tasks.numerics.problems.forecasting import drawings, one_series
from tasks.numerics.problems.forecasting.evaluation import evaluate
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.reconstruction import baselines
from tasks.plot import plot
from tasks.report import render_report
from tasks.show import show
from tasks.summarize import summarize
from tests.example_reconstructions import example_reconstructions
from tests.examples import example_panel, example_result
from tests.test_report import BACKGROUND, VALIDATION

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def as_users_have_it(monkeypatch):
    monkeypatch.setattr(attempts, "RAISES", False)


def panel_result():
    return evaluate(*example_panel())


def broken(*arguments, **named):
    raise IndexError("arrays used as indices\nmust be of integer type")


SAID = "IndexError: arrays used as indices must be of integer type"


@pytest.mark.parametrize("made", [example_result, panel_result])
@pytest.mark.parametrize(
    ("module", "name", "said"),
    [
        (one_series, "accuracy_tests", "The comparison over time"),
        (one_series, "direction_tests", "The test of directions"),
    ],
)
def test_a_test_that_fails_costs_no_report(monkeypatch, made, module, name, said):
    monkeypatch.setattr(module, name, broken)
    result = made()
    sentence = f"{said} could not be computed: {SAID}."
    assert any(sentence in one for one in result.not_computed)
    assert any(sentence in one for one in cautions(Overview.of(result)))
    assert any(sentence in one for one in summarize(result, {}, {}, {})["not_computed"])
    assert SAID in render_report(result, plot(result), VALIDATION, BACKGROUND)
    show(result, {}, {})


@pytest.mark.parametrize("made", [example_result, panel_result])
@pytest.mark.parametrize("name", ["forecasts_of", "whole_series"])
def test_figures_that_fail_say_so_in_their_place(monkeypatch, made, name):
    monkeypatch.setattr(drawings, name, broken)
    result = made()
    figures = plot(result)
    texts = [
        one.text.replace("<br>", " ") for figure in figures.values() for one in figure.layout.annotations if one.text
    ]
    assert f"Could not be drawn: {SAID}" in texts
    page = render_report(result, figures, VALIDATION, BACKGROUND)
    assert page.count(SAID) >= 1 and "Scores over seeds" in page


def test_a_drawing_that_fails_while_it_is_drawn_says_so_in_its_place(monkeypatch):
    monkeypatch.setattr(tasks.plot, "draw_distributions", broken)
    result = example_result()
    figures = plot(result)
    assert set(figures) == set(drawings_of(Overview.of(result)))
    assert "Could not be drawn" in figures["scores/rmse"].layout.annotations[0].text
    assert not figures["learning/stock"].layout.annotations


def test_a_baseline_of_autoencoders_that_fails_costs_itself_alone(monkeypatch):
    monkeypatch.setattr(baselines, "principal_components", broken)
    result = example_reconstructions()
    assert result.not_computed == (f"PCA could not be computed: {SAID}.",)
    assert np.isnan(result.baseline_scores["rmse"].sel(baseline="PCA"))
    assert np.isfinite(result.baseline_scores["rmse"].sel(baseline="window mean"))
    assert SAID in render_report(result, plot(result), VALIDATION, BACKGROUND)
    assert summarize(result, {}, {}, {})["not_computed"]
    show(result, {}, {})


def test_in_tests_nothing_of_ours_is_hidden(monkeypatch):
    monkeypatch.setattr(attempts, "RAISES", True)
    with pytest.raises(IndexError):
        Attempts()("a test", (), broken)


def test_what_does_not_fail_is_given_through():
    attempt = Attempts()
    np.testing.assert_equal(attempt("a sum", None, np.add, 1, 2), 3)
    assert attempt.failures == []
