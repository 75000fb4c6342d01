import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tasks.numerics.findings.answer import answer
from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.offline_pages import Background, embed
from tasks.numerics.findings.report_tables import diagnostic_rows, tuning_rows
from tasks.numerics.problems.forecasting.directions import direction_rows, direction_sentence
from tasks.numerics.problems.overview import SIGNS, Overview
from tasks.numerics.series.validation import Expectation, Validation
from tasks.numerics.statistics.influence import JUDGED
from tasks.numerics.statistics.metrics import METRICS
from tasks.plot import plot
from tasks.report import render_report, write_report
from tests.examples import VARIANTS, example_result

pytestmark = pytest.mark.slow

VALIDATION = Validation(
    "sunspots",
    "sunspots.csv",
    (
        Expectation("a", "series", "value", True, "critical", "every value is finite", "all 289 rows", (), ""),
        Expectation("b", "series", "", False, "warning", "<whole> periods", "2 are not", ("1 May", "2 May"), "Drop."),
    ),
    Path("docs/index.html"),
)
BACKGROUND = Background(
    {"windows": {"lookback": 11, "layout": "steps"}, "network": {"layers": [16, 8]}},
    {"MLflow": "sqlite:///mlflow.db, run 5f0c"},
    {"training": 12.34},
)
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Sections, tables (rows of cell texts) and everything that a browser would load."""

    def __init__(self, html):
        super().__init__()
        self.sections, self.loaded, self.figures, self.stack = [], [], [], []
        self.tables, self.scripts, self.text = {}, [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag not in VOID:
            self.stack.append((tag, found))
        self.loaded += [found[key] for key in ("src", "srcset", "poster") if key in found]
        self.loaded += [found["href"]] if tag == "link" else []
        if tag == "section":
            self.sections.append(found["id"])
        if "data-figure" in found:
            self.figures.append(found["data-figure"])
        if tag == "table":
            behind = "numbers of " if found.get("id", "").startswith("numbers-") else ""
            self.table = self.tables.setdefault((behind + self.sections[-1], len(self.tables)), [])
        if tag == "tr":
            self.table.append([])
        if tag in ("td", "th"):
            self.table[-1].append("")
        if tag == "script":
            self.scripts.append((found, ""))

    def handle_startendtag(self, tag, attributes):
        self.loaded += [value for key, value in attributes if key in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.stack, tag
        assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        if self.stack and self.stack[-1][0] == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif any(tag in ("td", "th") for tag, _ in self.stack):
            self.table[-1][-1] += data
        if self.stack and self.stack[-1][0] not in ("script", "style"):
            self.text.append(data)

    def rows(self, section):
        """Of the tables of a section, but those with the numbers behind a figure."""
        return [row for (name, _), table in self.tables.items() if name == section for row in table]


@pytest.fixture(scope="module")
def result():
    return example_result()


@pytest.fixture(scope="module")
def html(result):
    return render_report(result, plot(result), VALIDATION, BACKGROUND)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_every_section_is_there_and_every_element_closed(page):
    expected = [
        "words",
        "decision",
        "result",
        "why",
        "verdicts",
        "forecasts",
        "accuracy",
        "directions",
        "scores",
        "tuning",
    ]
    expected += ["network", "inside", "learning", "metrics", "baselines", "data", "method", "settings"]
    assert page.sections == expected
    assert page.stack == []


def test_nothing_is_loaded_from_elsewhere_and_it_is_small(html, page):
    assert page.loaded == ["data:,"]
    assert not re.search(r"@import|url\(", html[: html.index("<body>")])
    assert len(html.encode()) < 3e6


def test_the_question_and_the_answer_are_in_words(page, result):
    text = re.sub(r"\s+", " ", "".join(page.text))
    assert "Does an activation function in or between the LSTM layers help to forecast sunspots?" in text
    overview = Overview(result)
    for sentence in (*conclusions(overview), *cautions(overview), *answer(overview), result.data):
        assert sentence in text


def test_the_network_is_shown_layer_by_layer_with_its_parameters(page):
    assert page.rows("network")[1:] == [
        ["LSTM(16)", "(11, 16)", "1,152"],
        ["LSTM(8)", "(8,)", "800"],
        ["Dense(1)", "(1,)", "9"],
        ["all", "", "1,961"],
    ]


def test_the_table_is_the_overview(page, result):
    overview = Overview(result)
    rows = [[cell.replace(" *", "") for cell in row] for row in page.rows("result")[1:]]
    assert rows == [
        [row.name, row.leading, row.difference, row.verdict, *row.means, row.diverged]
        for row in (*overview.variants, *overview.baselines)
    ]


def test_every_verdict_stands_in_the_table_with_its_word_and_interval(page, result):
    found = {(verdict.variant, verdict.metric): verdict for verdict in result.verdicts}
    _, *rows = page.rows("verdicts")[: len(VARIANTS)]
    assert [row[0] for row in rows] == list(VARIANTS[1:])
    for row in rows:
        for metric, text in zip(JUDGED, row[1:-1], strict=True):
            verdict = found[row[0], metric]
            assert text.startswith(f"{SIGNS[verdict.word]} {verdict.word}")
            shown = [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]
            factor = 100 if "%" in text else 1
            expected = [factor * value for value in (verdict.difference, verdict.low, verdict.high)]
            assert shown == pytest.approx(expected, abs=0.51 if factor == 100 else 0.051)
    accuracy = page.rows("accuracy")[1:]
    assert [(row[0], row[-1]) for row in accuracy] == [
        (test.model, "yes" if test.in_set else "no") for test in result.accuracy
    ]


def test_tuning_directions_and_insides_have_their_tables(page, result):
    overview = Overview(result)
    text = re.sub(r"\s+", " ", "".join(page.text))
    found = causes(overview)
    assert found, "the example has dead layers"
    for cause in found:
        assert cause.sentence in text
    for section, rows in (
        ("tuning", tuning_rows(overview)),
        ("directions", direction_rows(overview)),
        ("inside", diagnostic_rows(overview)),
    ):
        assert [tuple(row) for row in page.rows(section)[1:]] == rows
        assert [row[0] for row in rows] == list(VARIANTS)
    assert direction_sentence(overview) in text
    tuned = dict(zip(VARIANTS, tuning_rows(overview), strict=True))
    assert (tuned["cell-relu"][1], tuned["stock"][1]) == ("0.003", "0.001")
    untuned = result.untuned_scores["rmse"].sel(variant="cell-relu")
    assert float(tuned["cell-relu"][3].split(" ")[0]) == pytest.approx(float(untuned.mean()), abs=0.051)
    inside = dict(zip(VARIANTS, diagnostic_rows(overview), strict=True))["cell-relu"]
    reach = np.quantile(result.diagnostics["cell_high"].sel(variant="cell-relu"), [0.5, 0.05, 0.95])
    assert [float(number) for number in re.findall(r"[\d.]+", inside[4])] == pytest.approx(reach, rel=0.01)
    assert inside[-2] == str(int(result.scores["constant"].sel(variant="cell-relu").sum()))
    hits = {test.variant: test for test in result.directions}["stock"]
    assert direction_rows(overview)[0][1].startswith(f"{100 * hits.share:.0f} %")


def test_without_a_grid_there_is_no_word_of_tuning(result):
    one = result.tuning.isel(candidate=[1]).assign(chosen=0 * result.tuning["chosen"])
    one.attrs["given"] = 0
    alone = replace(result, tuning=one)
    page = Page(render_report(alone, plot(alone), VALIDATION, BACKGROUND))
    assert "tuning" not in page.sections
    assert not [name for name in page.figures if name.startswith("tuning")]
    assert page.stack == []


def test_every_metric_has_its_table_of_computed_values(page, result):
    rows = page.rows("metrics")
    for at, metric in enumerate(METRICS):
        header, *table = rows[at * 8 : at * 8 + 8]
        assert [row[0] for row in table] == list(VARIANTS)
        values = result.scores[metric].sel(variant="cell-elu").to_numpy()
        shown = dict(zip(header, table[2], strict=True))
        factor = 100 if "%" in shown["mean"] else 1
        for column, value in (("mean", values.mean()), ("sd", values.std(ddof=1)), ("95 %", np.quantile(values, 0.95))):
            assert float(shown[column].removesuffix(" %")) / factor == pytest.approx(value, abs=0.051)
        assert shown["seeds"] == "30"


def test_baselines_have_every_metric_and_say_what_they_are(page, result):
    header, *rows = page.rows("baselines")
    assert header == ["baseline", "what it is", *(metric.label for metric in METRICS.values())]
    assert [row[:3] for row in rows] == [
        ["last value", "repeats the period before", "33.7"],
        ["mean", "of everything before the test part", "58.5"],
        ["AutoETS", "ETS(A,N,N)", "33.7"],
        ["AutoARIMA", "ARIMA(3,0,0)", "35.2"],
    ]
    assert float(rows[3][2]) == pytest.approx(float(result.baseline_scores["rmse"][3]), abs=0.05)


def test_validation_tells_what_failed_and_escapes_it(page, html):
    _, met, failed = page.rows("data")
    assert met == ["value: every value is finite", "yes", "stops", "all 289 rows"]
    assert failed == ["<whole> periods", "NO", "warns", "2 are not1 May2 MayDrop."]
    assert "&lt;whole&gt;" in html


def test_settings_versions_timings_and_places_are_there(page):
    rows = page.rows("settings")
    assert ["network.layers", "16, 8"] in rows
    assert ["windows.lookback", "11"] in rows
    assert ["training", "12.3"] in rows
    assert "keras" in [row[0] for row in rows]
    assert "sqlite:///mlflow.db, run 5f0c" in page.text


def test_every_figure_has_its_place_and_its_data(page, result):
    figures = plot(result)
    assert sorted(page.figures) == sorted(figures)
    assert page.figures[:2] == ["verdicts/rmse", "forecast/cell-gelu"], "seen first"
    ((_, text),) = [script for script in page.scripts if script[0].get("id") == "specs"]
    specs = json.loads(text)
    assert list(specs["figures"]) == list(figures)
    traces = specs["figures"]["series"]["data"]
    values = specs["shared"][traces[0]["y"]["shared"]]
    assert values["dtype"] == "f8"
    dates = specs["shared"][traces[0]["x"]["shared"]]
    assert dates[0].startswith("1700-01-01")
    assert len(dates) == 289


def test_arrays_that_repeat_are_written_once_and_no_text_ends_the_script():
    import plotly.graph_objects as go

    figure = go.Figure(go.Scatter(x=["a", "b"], y=[1, 2], name="</script>"))
    text = embed({"one": figure, "two": figure})
    assert "<" not in text
    specs = json.loads(text)
    assert specs["shared"][:2] == [["a", "b"], [1, 2]]
    assert len(specs["shared"]) == 3, "the style of both, once"
    assert (
        specs["figures"]["one"]["layout"]["template"] == specs["figures"]["two"]["layout"]["template"] == {"shared": 2}
    )
    assert specs["figures"]["two"]["data"][0]["name"] == "</script>"


def test_80_variants_and_names_of_any_kind():
    variants = ("stock", *(f"between-hard_sigmoid{k}" for k in range(78)), 'cell-<b>"&')
    found = example_result(variants, seeds=2)
    html = render_report(found, plot(found), VALIDATION, BACKGROUND)
    assert len(html.encode()) < 6e6
    page = Page(html)
    assert page.stack == []
    assert page.rows("result")[80][0] == 'cell-<b>"&'
    assert 'forecast/cell-<b>"&' in page.figures


def test_it_is_written_beside_then_renamed(tmp_path):
    path = tmp_path / "deep" / "report.html"
    write_report("<p>ä", path)
    assert path.read_text(encoding="utf-8") == "<p>ä"
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]
