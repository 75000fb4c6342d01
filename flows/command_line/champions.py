"""`interlayer forecast` and `interlayer history`: what a champion says of the next periods, and how it did."""

from flows.command_line.shown_results import open_in_browser
from flows.environment import MLRUNS
from flows.terminal.progress import on_terminal, show_progress
from flows.terminal.quiet_libraries import libraries_kept_quiet
from tasks.numerics.safe_names import safe_name


def run_forecast(name: str, series: str, output: str, tracking: str) -> None:
    """Forecasts and shows what comes next."""
    with libraries_kept_quiet(), on_terminal(), show_progress("forecast"):
        from flows.operation.forecasting import forecast

        made = forecast(name, series, output, tracking)
    from tasks.champion.show import show
    from tasks.numerics.champions.pages import Table, forecast_rows
    from tasks.numerics.champions.words import coverage_in_words, scores_in_words

    kept = made.kept
    unit = f", in {kept.unit}" if kept.unit else ""
    title = f"{name}: version {made.version}, {kept.decision}, {len(kept.seeds)} seeds{unit}"
    said = (coverage_in_words(kept), f"On the test part of its comparison: {scores_in_words(kept)}.")
    files = {"Page": "html", "Table": "csv", "Parquet": "parquet", "Picture": "png"}
    places = {word: str(made.folder / f"forecast.{ending}") for word, ending in files.items()}
    show(said, [Table("forecast", title, *forecast_rows(kept, made.table))], made.warnings, places)


def run_history(name: str, series: str, tracking: str, open_page: bool) -> None:
    """Shows how a champion did, and leaves a page of it."""
    with libraries_kept_quiet(), on_terminal(), show_progress("history"):
        from flows.operation.ages import old_in_words
        from flows.operation.history import history_of
        from tasks.champion.page import render_page
        from tasks.numerics.champions.history_page import history_page
        from tasks.numerics.whole_files import write_whole
        from tasks.plot import draw_or_say

        found, said, now = history_of(name, series, tracking)
        old = old_in_words(name, now, int(now.tags.get("days", "36500"))) if now else ""
        page = history_page(found, tuple(filter(None, (old, *said))))
        path = MLRUNS / "forecasts" / safe_name(name) / "history.html"
        figures = {title: draw_or_say(drawing) for title, drawing in page.drawings.items()}
        write_whole(path, render_page(page, figures))
    from tasks.champion.show import show

    show(page.answer, page.tables, page.cautions, {"Page": str(path)})
    if open_page:
        open_in_browser(path)
