"""What a person does in both dashboards, in Debian's Chromium: ask for a comparison, look at it, compare its seeds."""

import re
import shutil

import pytest
from served import get, serving, wait_for

from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import NetworkSpec, WindowSpec

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds that an element may take to appear on a busy machine."""
RUN_SECONDS = 150

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dashboard") / "home") as all_three:
        yield all_three


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 1200})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def compared(served, browser):
    """A run that was asked for by the form, once it is completed; its id."""
    process, prefect, _ = served
    context = browser.new_context(viewport={"width": 1400, "height": 1200})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(process.address("Run a comparison"))
    fill(page, series="lake_huron", epochs=2, seeds=2)
    keep_only_relu_in_the_cell(page)
    run = submit(page)
    wait_for(lambda: state_of(prefect, run) in ("COMPLETED", "FAILED", "CRASHED"), RUN_SECONDS)
    context.close()
    assert state_of(prefect, run) == "COMPLETED", (process.home / "logs" / "deployment.log").read_text()
    return run


def fill(page, series, epochs, seeds):
    page.get_by_label("Series (Optional)").fill(series)
    page.get_by_label("Epochs (Optional)").fill(str(epochs))
    page.get_by_label("Learning Rate Moves (Optional)").fill("0")
    page.get_by_label("Seeds (Optional)", exact=True).fill(str(seeds))


def keep_only_relu_in_the_cell(page):
    for name in ("elu",):
        box = next(box for box in page.locator("textarea").all() if box.input_value() == name)
        box.locator("xpath=ancestor::*[.//button][1]").get_by_role("button").last.click()
        page.get_by_role("menuitem", name="Delete").click()
    page.get_by_label("Remove between tag").click()


def submit(page):
    """Presses Submit, again where the server is too busy just then; the id of the run that the dashboard made."""
    for _ in range(5):
        with page.expect_response(re.compile("create_flow_run")) as made:
            page.get_by_role("button", name="Submit").click()
        if made.value.status != 503:
            break
        page.wait_for_timeout(2000)
    assert made.value.status == 201
    return made.value.json()["id"]


def state_of(prefect, run):
    return get(f"{prefect}/api/flow_runs/{run}")["state"]["type"]


def open_artifact(page, prefect, run, key):
    page.goto(f"{prefect}/v2/runs/flow-run/{run}?tab=Artifacts")
    page.get_by_text(key, exact=True).click()
    page.locator('a[href*="/artifacts/artifact/"]').first.click()


def test_the_form_shows_every_group_with_its_defaults_and_descriptions(served, page):
    process, *_ = served
    page.goto(process.address("Run a comparison"))
    for group in ("data", "windows", "network", "training", "comparison", "output"):
        page.get_by_text(f"{group} (Optional)", exact=True).wait_for()
    assert page.get_by_label("Series (Optional)").input_value() == SeriesSpec().series
    assert page.get_by_label("Lookback (Optional)").input_value() == str(WindowSpec().lookback)
    assert page.get_by_text("Training runs of every variant, paired over variants by their seed.").is_visible()
    filled = {box.input_value() for box in page.locator("textarea, input").all()}
    assert {"relu", "elu", *(str(units) for units in NetworkSpec().layers)} <= filled


def test_the_form_refuses_what_no_study_can_be(served, page):
    process, *_ = served
    page.goto(process.address("Run a comparison"))
    fill(page, series="nile", epochs=1, seeds=0)
    page.get_by_role("button", name="Submit").click()
    assert page.get_by_label("Seeds (Optional)", exact=True).evaluate("input => input.validationMessage")
    assert page.url == process.address("Run a comparison")


def test_the_run_page_shows_result_table_progress_and_links(served, compared, page):
    _, prefect, mlflow = served
    page.goto(f"{prefect}/v2/runs/flow-run/{compared}?tab=Artifacts")
    for key in ("result", "scores", "mlflow", "report", "training-progress"):
        page.get_by_text(key, exact=True).wait_for()
    open_artifact(page, prefect, compared, "result")
    words = page.get_by_test_id("markdown-display")
    words.get_by_role("heading", name="lake_huron").wait_for()
    assert words.get_by_text(re.compile("^Lowest mean RMSE")).is_visible()
    assert words.get_by_role("cell", name="cell-relu").is_visible()
    assert words.get_by_role("link", name="Run in MLflow").get_attribute("href").startswith(f"{mlflow}/#/experiments/")
    open_artifact(page, prefect, compared, "scores")
    for name in ("stock", "cell-relu", "AutoETS"):
        page.get_by_role("cell", name=name, exact=True).wait_for()
    open_artifact(page, prefect, compared, "training-progress")
    page.get_by_text("Progress: 100%").wait_for()


def test_the_report_opens_from_the_run_page(served, compared, page):
    _, prefect, _ = served
    open_artifact(page, prefect, compared, "report")
    page.goto(page.get_by_test_id("markdown-display").get_by_role("link").get_attribute("href"))
    page.frame_locator("iframe").get_by_role("heading", level=1, name="lake_huron").wait_for()


def test_the_log_of_a_run_tells_what_was_read_trained_decided_and_tracked(served, compared, page):
    _, prefect, mlflow = served
    page.goto(f"{prefect}/v2/runs/flow-run/{compared}?tab=Logs")
    page.get_by_text("Tracked in MLflow").wait_for()
    log = page.get_by_role("main").inner_text()
    story = (
        r"Read 98 rows of lake_huron: \d+ of \d+ expectations met; nothing dropped\.",
        r"Cut \d+ windows to train, \d+ to validate and \d+ to test, for each of 4 training ends\.",
        r"Trained (stock|cell-relu) seeds 0 to 1, .*: \d+ networks in [\d.]+ s after [\d.]+ s of compiling; validation loss [\d.]+",
        r"Scored 4 baselines that take no network, RMSE: last value [\d.]+, .*AutoETS",
        r"Choose (stock|cell-relu): ",
        rf"Tracked in MLflow: {mlflow}/#/experiments/\d+/runs\?viewStateShareKey=comparison",
    )
    places = [re.search(sentence, log) for sentence in story]
    assert all(places), log
    assert [place.start() for place in places] == sorted(place.start() for place in places)
    # Of the run itself alone, of no task.
    assert log.count("Finished in state Completed()") == 1


def test_mlflow_lists_the_comparison_first_its_variants_below_it_with_score_and_verdict(served, compared, page):
    _, prefect, _ = served
    open_artifact(page, prefect, compared, "result")
    link = page.get_by_test_id("markdown-display").get_by_role("link", name="Comparison in MLflow")
    page.goto(link.get_attribute("href"))
    page.get_by_role("link", name="cell-relu", exact=True).wait_for()
    runs = page.get_by_role("grid").get_by_role("link").all_inner_texts()
    assert re.fullmatch(r"lake_huron [0-9a-f]{12}", runs[0])
    assert runs[1:] == ["stock", "cell-relu"]
    for column, filled in (("rmse", 3), ("verdict.rmse", 1)):
        header = page.get_by_role("columnheader", name=column, exact=True).first
        header.wait_for()
        place, table = header.bounding_box(), page.get_by_role("grid").bounding_box()
        # Within the window, not to be scrolled to: beside the list MLflow opens a pane of its own.
        assert place["x"] + place["width"] / 2 < table["x"] + table["width"]
        kind = "tags" if column.startswith("verdict") else "metrics"
        cells = page.locator(f"[role=gridcell][col-id*='{kind}'][col-id*='`{column}`']").all_inner_texts()
        assert len([cell for cell in cells if cell.strip() not in ("", "-")]) == filled, cells


@pytest.mark.parametrize(
    ("view", "section", "first"),
    [("&viewStateShareKey=comparison", "Judged", "rmse"), ("", "decision", "decision/rmse")],
)
def test_mlflows_charts_begin_with_rmse(served, compared, page, view, section, first):
    _, _, mlflow = served
    page.goto(f"{mlflow}/#/experiments/1/runs?compareRunsMode=CHART{view}")
    charts = page.get_by_test_id("experiment-view-compare-runs-chart-area")
    charts.get_by_text(section).first.wait_for()
    # A bar for the comparison and for each of its variants.
    wait_for(lambda: charts.locator(".barlayer").first.locator(".point").count() == 3, 60)
    sections = charts.get_by_test_id("experiment-view-compare-runs-section-header").all_inner_texts()
    assert sections[0].startswith(section), sections
    assert re.match(rf"{section}\s+\(\d+\)\s+Add chart\s+{first}\n", charts.inner_text()), charts.inner_text()


def test_mlflow_groups_seeds_by_variant_and_draws_a_box_plot(served, compared, page):
    _, _, mlflow = served
    page.goto(mlflow)
    page.goto(f"{mlflow}/#/experiments/1/runs")
    page.get_by_role("button", name="Group by").click()
    page.get_by_text("variant", exact=True).first.click()
    page.keyboard.press("Escape")
    page.get_by_text("cell-relu seed 1", exact=True).wait_for()
    page.get_by_role("checkbox").first.click()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("tab", name="Box Plot").click()
    for name in ("variant", "rmse"):
        page.get_by_text("Select parameter or metric").first.click()
        page.get_by_role("option", name=name, exact=True).click()
    plot = page.locator(".boxlayer .trace.boxes")
    wait_for(lambda: plot.count() == 2, 60)
    names = page.locator(".legendtext")
    assert sorted(names.all_text_contents()) == ["cell-relu", "stock"]
    # Seeds alone, two a variant.
    assert [boxes.locator("path.point").count() for boxes in plot.all()] == [2, 2]


def test_a_run_is_cancelled_from_the_dashboard_and_leaves_no_process(served, compared, page):
    process, prefect, _ = served
    page.goto(process.address("Run a comparison"))
    fill(page, series="nile", epochs=100_000, seeds=2)
    keep_only_relu_in_the_cell(page)
    run = submit(page)
    wait_for(lambda: any("train" in one for one in task_names(prefect, run)), 120)
    page.goto(f"{prefect}/v2/runs/flow-run/{run}")
    page.get_by_role("button", name="Open menu").first.click()
    page.get_by_role("menuitem", name="Cancel").click()
    page.get_by_role("button", name="Cancel Flow Run").click()
    wait_for(lambda: not [one for one in process.processes().values() if "prefect.engine" in one], 20)
    wait_for(lambda: state_of(prefect, run) == "CANCELLED", 20)


def task_names(prefect, run):
    """Names of the nodes on the run's page."""
    return [node["label"] for _, node in get(f"{prefect}/api/flow_runs/{run}/graph-v2")["nodes"]]
