"""What a person does in both dashboards, in Debian's Chromium: ask for a comparison, look at it, compare its seeds."""

import json
import os
import re
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError
from served import get, said_by, serving, wait_for

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
RUN_SECONDS = 240
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
CHAMPION = "river"
MARKDOWN, CELL, PICTURE, PROGRESS = (
    "[data-testid=markdown-display]",
    "td",
    'img[src^="data:image/png"]',
    "text=/^Progress: /",
)
"""What an artifact's page shows of each kind."""
SMALL = [
    *("--lookback", "3", "--layers", "3", "--epochs", "4", "--seeds", "2", "--learning-rates", "1"),
    *("--activations", "relu", "--placements", "cell", "--no-champion"),
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium here: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("dashboard") / "home"
    said_by(home, "schedule", "add", "weekly", "--cron", "0 6 * * 1", "--timezone", "UTC", "--series", "nile")
    grow(home.with_name("shop.csv"), 60)
    said_by(home, "schedule", "add", "shop", "--cron", "0 6 1 1 *", "--series", str(home.with_name("shop.csv")), *SMALL)
    with serving(home) as all_three:
        yield all_three


def grow(file, rows):
    """A user's own file of weekly values, as it stands after so many weeks."""
    weeks = (date(2024, 1, 1) + timedelta(weeks=week) for week in range(rows))
    lines = (f"{week},{100 + number * 7 % 11 + number % 4}\n" for number, week in enumerate(weeks))
    file.write_text("week,sold\n" + "".join(lines))


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, request, screenshots):
    context = browser.new_context(viewport={"width": 1400, "height": 1200})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    # Said where the test fails.
    page.on("response", lambda answer: answer.status >= 400 and print(answer.status, answer.url))
    yield page
    # As the test leaves it, whether it has passed or not.
    page.screenshot(path=screenshots / f"{re.sub(r'[^a-z0-9]+', '-', request.node.name.lower()).strip('-')}.png")
    context.close()


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory):
    """The folder of the pictures: the one that INTERLAYER_SCREENSHOTS names, else one of the test run's own."""
    folder = Path(os.environ.get("INTERLAYER_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def compared(served, browser, screenshots):
    """A run that was asked for by the form, once it is completed; its id."""
    process, prefect, _ = served
    context = browser.new_context(viewport={"width": 1400, "height": 1200})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    fill(page, process, epochs=40, champion=CHAMPION)
    page.screenshot(path=screenshots / "the-form-filled-in.png", full_page=True)
    run = submit(page)
    context.close()
    return completed(process, prefect, run)


@pytest.fixture(scope="module")
def compared_later(served, browser, compared):
    """Another comparison of the same series, a day after the first one; its run's id."""
    process, prefect, _ = served
    with closing(sqlite3.connect(process.home / "mlflow.db", timeout=60)) as store, store:
        store.execute("update runs set start_time = start_time - 86400000")
    context = browser.new_context(viewport={"width": 1400, "height": 1200})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    fill(page, process, epochs=30)
    run = submit(page)
    context.close()
    return completed(process, prefect, run)


def fill(page, process, epochs, seeds=2, champion=""):
    """Asks for the quick preset on the Nile, in few epochs."""
    page.goto(process.address("Run a comparison"))
    page.get_by_label("Series (Optional)").fill("nile")
    choose(page, "Preset", "quick")
    page.get_by_label("Epochs (Optional)", exact=True).fill(str(epochs))
    page.get_by_label("Seeds (Optional)", exact=True).fill(str(seeds))
    page.get_by_label("Champion (Optional)", exact=True).fill(champion)


def choose(page, what, name):
    """Takes one of the names in a list of the form."""
    page.get_by_role("button", name=f"Select {what}").click()
    page.get_by_role("option", name=name, exact=True).click()


def completed(process, prefect, run):
    """The id of a run, once it is completed."""
    wait_for(lambda: state_of(prefect, run) in ENDED, RUN_SECONDS)
    assert state_of(prefect, run) == "COMPLETED", (process.home / "logs" / "deployment.log").read_text()
    return run


def submit(page):
    """Presses Submit; the id of the run that the dashboard made."""
    with page.expect_response(re.compile("create_flow_run")) as made:
        page.get_by_role("button", name="Submit").click()
    assert made.value.status == 201
    return made.value.json()["id"]


def state_of(prefect, run):
    return get(f"{prefect}/api/flow_runs/{run}")["state"]["type"]


def until_shown(attempt, *wanted):
    """Does something once more where what is wanted does not come to be seen: Prefect's page asks a busy machine a few times only."""
    for attempts_left in (2, 1, 0):
        attempt()
        try:
            for one in wanted:
                one.wait_for(timeout=PATIENCE / 2)
            return
        except TimeoutError:
            if not attempts_left:
                raise


def visit(page, address, *texts):
    """Opens a page on which these texts are to stand."""
    until_shown(lambda: page.goto(address), *(page.get_by_text(text, exact=True).last for text in texts))


def open_artifact(page, prefect, run, key, shown=MARKDOWN):
    """Follows an artifact from the list of its run to its page, where what is `shown` is to stand."""

    def follow():
        # A deployment above may have the same name as one.
        visit(page, f"{prefect}/v2/runs/flow-run/{run}?tab=Artifacts", "Created", key)
        page.get_by_text(key, exact=True).last.click()
        page.locator('a[href*="/artifacts/artifact/"]').first.click()

    until_shown(follow, page.locator(shown).first)


def open_link(page, prefect, run, name):
    """Follows a link of a run's result."""
    open_artifact(page, prefect, run, "result")
    page.goto(page.get_by_test_id("markdown-display").get_by_role("link", name=name).get_attribute("href"))


def test_the_form_asks_series_horizon_preset_and_evidence_first_all_else_has_a_default(served, page):
    process, *_ = served
    page.goto(process.address("Run a comparison"))
    page.get_by_text("Output (Optional)", exact=True).first.wait_for()
    assert page.get_by_label("Series (Optional)").input_value() == SeriesSpec().series
    assert page.get_by_label("Horizon (Optional)").input_value() == str(WindowSpec().horizon)
    for what in ("Preset", "Evidence"):
        assert page.get_by_role("button", name=f"Select {what}").inner_text() == "default"
    # Once, and before all else, on the first screen.
    words = page.get_by_role("main").inner_text()
    names = (
        "Series",
        "Horizon",
        "Preset",
        "Evidence",
        "Data",
        "Windows",
        "Network",
        "Training",
        "Comparison",
        "Output",
    )
    places = [words.index(f"{name} (Optional)") for name in names]
    assert places == sorted(places)
    assert [words.count(f"\n{name} (Optional)\n") for name in names[:4]] == [1, 1, 1, 1]
    assert page.get_by_role("button", name="Select Evidence").bounding_box()["y"] < 1200
    choose(page, "Evidence", "thorough")
    assert page.get_by_role("button", name="Select Evidence").inner_text() == "thorough"


def test_the_form_shows_every_group_with_its_defaults_and_descriptions(served, page):
    process, *_ = served
    page.goto(process.address("Run a comparison"))
    page.get_by_text("Output (Optional)", exact=True).first.wait_for()
    assert page.get_by_label("Lookback (Optional)").input_value() == str(WindowSpec().lookback)
    page.get_by_text("Training runs of every variant, paired over variants by their seed.").wait_for()
    filled = {box.input_value() for box in page.locator("textarea, input").all()}
    assert {"relu", "elu", *(str(units) for units in NetworkSpec().layers)} <= filled


@pytest.mark.parametrize("which", [1, 2], ids=["prefect", "mlflow"])
def test_pages_ask_nobody_else(served, page, which):
    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        page.goto(served[which])
        address = f"http://127.0.0.1:{elsewhere.server_port}"
        script = "address => fetch(address + '/fetched', {mode: 'no-cors'}).then(() => 'answered', () => 'stopped')"
        picture = "address => new Promise(end => { const one = new Image(); one.onload = one.onerror = () => end('ended'); one.src = address + '/seen.png' })"
        assert page.evaluate(script, address) == "stopped"
        assert page.evaluate(picture, address) == "ended"
        elsewhere.shutdown()
    assert asked == []


def test_the_form_refuses_what_no_study_can_be(served, page):
    process, *_ = served
    fill(page, process, epochs=1, seeds=0)
    page.get_by_role("button", name="Submit").click()
    assert page.get_by_label("Seeds (Optional)", exact=True).evaluate("input => input.validationMessage")
    assert page.url == process.address("Run a comparison")


def test_the_run_page_shows_result_table_progress_and_links(served, compared, page):
    _, prefect, mlflow = served
    keys = ("result", "scores", "figures", "mlflow", "report", "training-progress")
    visit(page, f"{prefect}/v2/runs/flow-run/{compared}?tab=Artifacts", *keys)
    open_artifact(page, prefect, compared, "result")
    words = page.get_by_test_id("markdown-display")
    words.get_by_role("heading", name="nile").wait_for()
    # Waited for each: the page may draw itself anew at any moment.
    words.get_by_text(re.compile("^Choose (stock|cell-relu): ")).first.wait_for()
    words.get_by_text(re.compile("^Lowest mean RMSE")).wait_for()
    words.get_by_role("cell", name="cell-relu").wait_for()
    assert words.get_by_role("link", name="Run in MLflow").get_attribute("href").startswith(f"{mlflow}/#/experiments/")
    open_artifact(page, prefect, compared, "scores", CELL)
    for name in ("stock", "cell-relu", "AutoETS"):
        page.get_by_role("cell", name=name, exact=True).wait_for()
    open_artifact(page, prefect, compared, "figures", PICTURE)
    drawn = page.locator(PICTURE)
    wait_for(lambda: drawn.evaluate("image => image.naturalWidth > 900 && image.naturalHeight > 300"), 60)
    open_artifact(page, prefect, compared, "training-progress", PROGRESS)
    page.get_by_text("Progress: 100%").wait_for()


def test_the_report_opens_from_the_run_page(served, compared, page):
    _, prefect, _ = served
    open_artifact(page, prefect, compared, "report")
    page.goto(page.get_by_test_id("markdown-display").get_by_role("link").get_attribute("href"))
    page.frame_locator("iframe").get_by_role("heading", level=1, name="nile").wait_for()


def test_the_log_of_a_run_tells_what_was_read_trained_decided_and_tracked(served, compared, page):
    _, prefect, mlflow = served
    page.goto(f"{prefect}/v2/runs/flow-run/{compared}?tab=Logs")
    page.get_by_text("Tracked in MLflow").wait_for()
    log = page.get_by_role("main").inner_text()
    story = (
        r"Read 100 rows of nile: \d+ of \d+ expectations met; nothing dropped\.",
        r"Cut \d+ windows to train, \d+ to validate and \d+ to test, for each of 2 training ends\.",
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
    open_link(page, prefect, compared, "Comparison in MLflow")
    page.get_by_role("link", name="cell-relu", exact=True).wait_for()
    wait_for(lambda: listed(page)[1:] == ["stock", "cell-relu"], 60)
    assert re.fullmatch(r"nile [0-9a-f]{12}", listed(page)[0])
    for column, filled in (("rmse", 3), ("verdict.rmse", 2)):
        header = page.get_by_role("columnheader", name=column, exact=True).first
        header.wait_for()
        place, table = header.bounding_box(), page.get_by_role("grid").bounding_box()
        # Within the window, not to be scrolled to: beside the list MLflow opens a pane of its own.
        assert place["x"] + place["width"] / 2 < table["x"] + table["width"]
        kind = "tags" if column.startswith("verdict") else "metrics"
        cells = page.locator(f"[role=gridcell][col-id*='{kind}'][col-id*='`{column}`']")
        wait_for(lambda cells=cells, filled=filled: len(filled_in(cells)) == filled, 60)


def listed(page):
    """Names of the runs that MLflow lists, in their order."""
    return page.get_by_role("grid").get_by_role("link").all_inner_texts()


def filled_in(cells):
    return [cell for cell in cells.all_inner_texts() if cell.strip() not in ("", "-")]


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


def test_two_comparisons_of_different_days_stand_side_by_side(served, compared, compared_later, page):
    _, prefect, mlflow = served
    open_link(page, prefect, compared_later, "Beside the comparison before it")
    assert page.url.startswith(f"{mlflow}/#/compare-runs?")
    page.get_by_role("heading", name=re.compile("Comparing 2 Runs")).wait_for()
    words = page.locator("body").inner_text()
    for name in ("epochs", "digest", "rows", "first", "last", "rmse", "decision", "verdict.rmse"):
        assert re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", words), (name, words)
    # What differs: the epochs, and the day.
    assert re.search(r"\b30\b\s+\b40\b|\b40\b\s+\b30\b", words), words


def test_the_variants_of_one_comparison_have_an_address_of_their_own(served, compared, compared_later, page):
    _, prefect, _ = served
    for run in (compared, compared_later):
        open_link(page, prefect, run, "Variants in MLflow")
        page.get_by_role("link", name="cell-relu", exact=True).wait_for()
        wait_for(lambda: listed(page)[1:] == ["stock", "cell-relu"], 60)


def test_what_is_below_a_comparison_goes_when_it_is_deleted_in_mlflow(served, compared, compared_later, page):
    process, prefect, _ = served
    open_link(page, prefect, compared_later, "Variants in MLflow")
    page.get_by_role("link", name="cell-relu", exact=True).wait_for()
    assert shown(process, "active") == 14
    page.get_by_role("checkbox").nth(1).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    # MLflow offers to take the children, too; here it is told not to.
    page.get_by_role("button", name="Delete selected", exact=True).click()
    wait_for(lambda: (shown(process, "active"), shown(process, "deleted")) == (7, 7), 60)


def shown(process, stage):
    """Runs of the comparisons, those that are shown or those that are deleted."""
    with closing(sqlite3.connect(process.home / "mlflow.db", timeout=60)) as store:
        return store.execute(
            "select count(*) from runs join tags using (run_uuid) where tags.key = 'digest' and lifecycle_stage = ?",
            [stage],
        ).fetchone()[0]


def test_a_schedule_that_is_edited_in_the_dashboard_is_kept(served, page):
    process, prefect, _ = served
    page.goto(f"{prefect}/v2/deployments")
    page.get_by_role("link", name="weekly").first.click()
    times = page.get_by_text("At 06:00 AM, only on Monday").first
    times.locator("xpath=ancestor::*[.//button[@aria-haspopup='menu']][1]").get_by_role(
        "button", name="Open menu"
    ).click()
    page.get_by_role("menuitem", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Value", exact=True).fill("30 7 * * 2")
    dialog.get_by_role("button", name="Save").click()
    page.get_by_text("At 07:30 AM, only on Tuesday").first.wait_for()

    def kept():
        return next(one for one in json.loads((process.home / "schedules.json").read_text()) if one["name"] == "weekly")

    # A few seconds; on a busy machine a step before it may wait in vain for its whole minute.
    wait_for(lambda: kept()["cron"] == "30 7 * * 2", 150)
    schedule = kept()
    assert (schedule["timezone"], schedule["settings"]["output"]) == ("UTC", {"champion": "weekly"})
    assert schedule["settings"]["data"] == {"series": "nile"}


def test_a_schedule_of_a_growing_file_is_run_from_its_page_and_reads_the_newest_rows(served, page):
    process, prefect, _ = served
    for rows in (60, 64):
        grow(process.home.with_name("shop.csv"), rows)
        page.goto(f"{prefect}/v2/deployments")
        page.get_by_role("link", name="shop", exact=True).first.click()
        page.get_by_role("button", name="Run", exact=True).click()
        with page.expect_response(re.compile("create_flow_run")) as made:
            page.get_by_role("menuitem", name="Quick run").click()
        run = completed(process, prefect, made.value.json()["id"])
        page.goto(f"{prefect}/v2/runs/flow-run/{run}?tab=Logs")
        page.get_by_text(re.compile(f"^Read {rows} rows of shop: ")).wait_for()
    kept = json.loads((process.home / "scheduled" / "shop.json").read_text())
    assert (kept["run"], kept["how"]) == (run, "completed")


def test_a_champion_forecasts_from_its_form(served, compared, page, screenshots):
    process, prefect, mlflow = served
    run = completed(process, prefect, forecast(page, process, CHAMPION))
    open_artifact(page, prefect, run, "forecast-table", CELL)
    for name in ("1971-01-01", "80 %", "95 %"):
        page.get_by_text(name, exact=True).first.wait_for()
    open_artifact(page, prefect, run, "forecast-picture", PICTURE)
    picture = page.locator(PICTURE)
    wait_for(lambda: picture.evaluate("image => image.naturalWidth") > 300, 60)
    page.screenshot(path=screenshots / "a-forecast-as-a-picture.png")
    open_artifact(page, prefect, run, "forecast")
    words = page.get_by_test_id("markdown-display")
    assert "1971-01-01" in words.inner_text() and "version 1 of the champion" in words.inner_text()
    folder = Path(re.search(r"lie in\s+(\S+?)\.?$", words.inner_text(), re.MULTILINE)[1])
    assert {f"forecast.{kind}" for kind in ("csv", "parquet", "html", "png")} <= {
        path.name for path in folder.iterdir()
    }
    address = words.get_by_role("link", name="Run in MLflow").get_attribute("href")
    assert address.startswith(f"{mlflow}/#/experiments/")
    page.goto(address)
    page.get_by_text(re.compile(rf"^{CHAMPION} 1970-01-01")).first.wait_for()


def test_where_there_is_no_such_champion_the_run_fails_and_says_what_to_do(served, compared, page):
    process, prefect, _ = served
    run = forecast(page, process, "rivre")
    wait_for(lambda: state_of(prefect, run) in ENDED, RUN_SECONDS)
    state = get(f"{prefect}/api/flow_runs/{run}")["state"]
    assert state["type"] == "FAILED" and f"Did you mean '{CHAMPION}'?" in state["message"]
    open_artifact(page, prefect, run, "what-to-do")
    words = page.get_by_test_id("markdown-display")
    words.get_by_text("A comparison keeps one: interlayer compare FILE").wait_for()
    assert "encountered an exception" not in words.inner_text()


def forecast(page, process, name):
    """Asks for a champion's forecast; the run's id."""
    page.goto(process.address("Forecast"))
    page.get_by_label("Name", exact=True).fill(name)
    return submit(page)


def test_a_run_that_is_retried_uses_what_is_finished(served, compared, page):
    process, prefect, _ = served
    trained = {path.name for path in (process.home / "trained").iterdir()}
    page.goto(f"{prefect}/v2/runs/flow-run/{compared}")
    page.get_by_role("button", name="Open menu").first.click()
    page.get_by_role("menuitem", name="Retry").click()
    page.get_by_role("button", name="Retry").last.click()
    wait_for(lambda: get(f"{prefect}/api/flow_runs/{compared}")["run_count"] == 2, 60)
    completed(process, prefect, compared)
    page.goto(f"{prefect}/v2/runs/flow-run/{compared}?tab=Logs")
    page.get_by_text("4 of 4 blocks of seeds were trained before, and are read.").wait_for()
    assert {path.name for path in (process.home / "trained").iterdir()} == trained


def test_a_run_is_cancelled_from_the_dashboard_within_five_seconds_and_leaves_no_process(served, compared, page):
    process, prefect, _ = served
    fill(page, process, epochs=100_000)
    page.get_by_label("Patience (Optional)", exact=True).fill("0")
    run = submit(page)
    wait_for(lambda: any("train" in one for one in task_names(prefect, run)), RUN_SECONDS)
    open_artifact(page, prefect, run, "training-progress", PROGRESS)
    page.get_by_text(re.compile(r"^Progress: \d{1,2}(\.\d+)?%$")).wait_for()  # and not yet 100
    page.goto(f"{prefect}/v2/runs/flow-run/{run}")
    page.get_by_role("button", name="Open menu").first.click()
    page.get_by_role("menuitem", name="Cancel").click()
    page.get_by_role("button", name="Cancel Flow Run").click()
    wait_for(lambda: state_of(prefect, run) in ("CANCELLING", "CANCELLED"), 60)
    began = time.monotonic()
    wait_for(lambda: not [one for one in process.processes().values() if "prefect.engine" in one], 60)
    took = time.monotonic() - began
    print(f"cancelled: no process is left after {took:.1f} s")
    # The runner asks every 2 s; a machine on which much else runs takes its time.
    assert took < 5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    wait_for(lambda: state_of(prefect, run) == "CANCELLED", 60)


def task_names(prefect, run):
    """Names of the nodes on the run's page."""
    return [node["label"] for _, node in get(f"{prefect}/api/flow_runs/{run}/graph-v2")["nodes"]]
