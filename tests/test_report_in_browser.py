"""The report as a person sees it: in a window, on a phone, in the dark, on paper, and without seeing it at all."""

from pathlib import Path

import pytest
from test_classify import SETTINGS, trends

import interlayer as il
from tasks.plot import plot
from tasks.report import render_report, write_report
from tests.example_reconstructions import example_reconstructions
from tests.examples import example_panel, example_result
from tests.test_report import BACKGROUND, VALIDATION

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SIZES = {"window": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, "--disable-component-update"])
        yield opened
        opened.close()


def written(result, folder):
    path = folder / "report.html"
    write_report(render_report(result, plot(result), VALIDATION, BACKGROUND), path)
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return written(example_result(), tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def of_classifiers(tmp_path_factory):
    """The report of a comparison that was really made."""
    folder = tmp_path_factory.mktemp("classifiers")
    compared = il.compare(samples=trends(folder / "trends.npz"), **SETTINGS)
    return compared.report(folder / "report.html")


@pytest.fixture
def opened(browser, report):
    """A function that opens the report, or another page, in a window of a size."""
    pages = []

    def open_page(size="window", path=report, **options):
        width, height = SIZES[size]
        page = browser.new_page(viewport={"width": width, "height": height}, **options)
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()


# A row of numbers behind a figure that is marked up as four others above it, whatever its text, tells axe nothing more:
# it looks for the colours around every cell, which takes half a minute.
HIDE_ROWS_LIKE_OTHERS = """() => {
    for (const table of document.querySelectorAll("table[id^='numbers-']")) {
        const seen = {};
        for (const row of table.rows) {
            const kind = row.outerHTML.replace(/>[^<]*/g, ">");
            seen[kind] = (seen[kind] || 0) + 1;
            row.hidden = seen[kind] > 4;
        }
    }
}"""


def draw_all(page):
    page.evaluate("Promise.all([...figures].map(draw))")


@pytest.mark.parametrize("size", SIZES)
def test_every_figure_is_drawn_and_nothing_is_loaded(opened, report, size):
    page = opened(size)
    draw_all(page)
    page.wait_for_function("document.querySelectorAll('[data-figure] .plot-container').length === 23")
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]
    assert (page.asked, page.said) == ([report.as_uri()], [])


@pytest.mark.parametrize("longer", [False, True], ids=["as-it-is", "three-lines-longer"])
@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_is_the_answer_its_intervals_and_forecast_against_actual(
    opened, report, tmp_path, size, longer
):
    if longer:  # fonts of other machines, more variants
        (tmp_path / "report.html").write_text(
            report.read_text("utf-8").replace('<div class="answer">', f'<div class="answer"><p>{"A word. " * 14}</p>'),
            "utf-8",
        )
    page = opened(size, tmp_path / "report.html" if longer else report)
    page.wait_for_selector("[data-figure='forecast/cell-gelu'] .plot-container")
    for what in (".answer", "[data-figure='verdicts/rmse']", "[data-figure='forecast/cell-gelu']"):
        box = page.locator(what).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= SIZES[size][1], what
        assert box["height"] > 90, what
    region = page.locator("[data-figure='verdicts/rmse'] .shapelayer path").first
    assert region.bounding_box()["width"] > 0, "the region of equivalence"


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_of_a_comparison_that_was_really_made_is_its_answer_and_the_file_is_small(
    opened, tmp_path, size
):
    path = il.compare("nile", preset="quick", seeds=3, epochs=3).report(tmp_path / "report.html")
    assert path.stat().st_size <= 3_000_000
    page = opened(size, path)
    page.wait_for_selector("[data-figure^='forecast/'] .plot-container")
    for what in (".answer", "[data-figure='verdicts/rmse']", "[data-figure^='forecast/']"):
        box = page.locator(what).first.bounding_box()
        assert box["y"] >= 0 and box["height"] > 90 and box["y"] + box["height"] <= SIZES[size][1], what
    assert page.locator(".answer").inner_text().startswith("Choose ")
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]


def test_in_the_dark_paper_is_dark_and_lines_are_light(opened):
    page = opened(color_scheme="dark")
    draw_all(page)
    for what, wanted in (("body", "rgb(20, 22, 26)"), ("[data-figure='verdicts/rmse'] .main-svg", "rgb(20, 22, 26)")):
        style = "(element) => getComputedStyle(element).background"
        assert wanted in page.locator(what).first.evaluate(style)
    colour = page.locator("[data-figure='forecast/stock'] .scatterlayer .js-line").last.evaluate(
        "(line) => getComputedStyle(line).stroke"
    )
    assert colour == "rgb(233, 233, 233)"
    page.emulate_media(color_scheme="light")
    page.wait_for_function("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'")
    page.wait_for_function(
        "getComputedStyle([...document.querySelectorAll(\"[data-figure='forecast/stock'] .scatterlayer .js-line\")].at(-1)).stroke"
        " === 'rgb(17, 17, 17)'"
    )


def test_a_print_holds_every_figure(opened, tmp_path):
    page = opened(color_scheme="dark")
    page.wait_for_function("document.querySelectorAll('[data-figure] .plot-container').length === 23", timeout=60_000)
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").stat().st_size > 50_000
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_behind_every_figure_stands_a_table(opened):
    page = opened()
    behind = page.evaluate(
        "[...document.querySelectorAll('table')].map((one) => one.id).filter((id) => id.startsWith('numbers-'))"
    )
    figures = page.evaluate("[...figures].map((one) => one.dataset.figure)")
    assert sorted(name.removeprefix("numbers-") for name in behind) == sorted(figures)


@pytest.mark.parametrize(
    ("which", "scheme"),
    [
        *(("forecasters", "light"), ("forecasters", "dark"), ("panel", "light"), ("autoencoders", "dark")),
        ("classifiers", "light"),
    ],
)
def test_nobody_is_kept_from_reading_it(opened, tmp_path, report, of_classifiers, which, scheme):
    from axe_playwright_python.sync_playwright import Axe

    from tasks.numerics.problems.forecasting.evaluation import evaluate

    results = {"panel": lambda: evaluate(*example_panel()), "autoencoders": example_reconstructions}
    there = {"forecasters": report, "classifiers": of_classifiers}
    path = there[which] if which in there else written(results[which](), tmp_path)
    page = opened(path=path, color_scheme=scheme)
    page.wait_for_selector("[data-figure] .plot-container")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(HIDE_ROWS_LIKE_OTHERS)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = {
        one["id"]: [node["html"][:120] for node in one["nodes"][:3]]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert serious == {}
