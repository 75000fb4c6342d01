"""What the commands do, once heavy packages may be imported."""

import io
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, cast

from flows.command_line.shown_results import keep_shown
from flows.private_files import usual_files
from flows.servers.addresses import mlflow_address
from flows.servers.shared_prefect import PrefectOfCommand, minutes, prefect_for_one_command
from flows.sources.bringing import bring_anew
from flows.studies.study import Study
from flows.terminal.interrupts import end_within_seconds
from flows.terminal.lines import write_line
from flows.terminal.progress import end_terminal, on_terminal, show_progress
from flows.terminal.quiet_libraries import libraries_kept_quiet
from tasks.numerics.networks.variants import variants_of
from tasks.numerics.wording import cut

if TYPE_CHECKING:
    from rich.console import Console

    from flows.flow_runs.finishing import Finished
    from flows.operation.promotion import Promotion
    from tasks.numerics.audit.claims import Claim
    from tasks.numerics.problems.problem import Origins
    from tasks.numerics.series_settings import SeriesSpec

RECORDED_LATER = (
    "Prefect's server could not be told the end of the run ({}). Result, report and summary are whole; the run's end is written into its "
    "history when a command next begins."
)
NOT_RECORDED = (
    "Prefect's server did not answer ({}): this run has no place in its history. Result, report and summary are whole."
)


def run_compare(study: Study, explain: bool = False) -> None:
    """Checks the data, runs the flow and shows the result."""
    begun = perf_counter()
    bring_anew()
    with libraries_kept_quiet(), on_terminal():
        end_within_seconds(end_terminal)
        with show_progress("check"):
            from flows.comparison.data_checks import check_data

            origins = check_data(study)
        for warning in origins.warnings:
            write_line(f"! {cut(warning, 300)}")
        server = prefect_for_one_command()
        end_within_seconds(end_by_force)
        finished, waited = compare_with_prefect(study, origins, server, begun)
    if finished is None:
        print("Another process has made this comparison meanwhile: 'interlayer show' shows it.")
        return
    show_finished(finished, waited, perf_counter() - begun, explain)
    for sentence in finished.unrecorded:
        write_line(f"interlayer: {sentence}")
    if server.started and not server.is_gone:
        write_line(f"Prefect's server stays {minutes()} for the next command; 'interlayer server stop' ends it now.")


def compare_with_prefect(
    study: Study, origins: "Origins", server: PrefectOfCommand, begun: float
) -> "tuple[Finished | None, float]":
    """The flow's result, and after how many seconds the flow began; without a history where Prefect's server is gone.

    None where a schedule's run found nothing new.
    """
    with show_progress("start"):
        # Imported while the server starts.
        from flows.compare import compare_activations
        from flows.servers.run_history import begin_work, end_work, is_history, mark_cancelled, send_the_rest
        from flows.training.training import import_engine_for

        comparison = study.comparison
        variants = variants_of(comparison.activations, comparison.placements, study.network)
        import_engine_for(study, variants, origins.trained, comparison.looks[0])
    waited = 0.0
    try:
        with show_progress("start"):
            server.wait()
        begin_work(server.own)
        waited = perf_counter() - begun
        groups = {name: getattr(study, name) for name in Study.model_fields}
        finished = cast("Finished | None", compare_activations(**groups))
        end_work()
    except KeyboardInterrupt:
        mark_cancelled()
        send_the_rest()
        raise
    except Exception as error:
        if not (is_history(error) or server.is_gone):
            send_the_rest()
            raise
        waited = waited or perf_counter() - begun
        os.write(2, traceback.format_exc().encode())  # to the libraries' log
        finished = without_history(study, type(error).__name__)
    return finished, waited


def without_history(study: Study, reason: str) -> "Finished":
    """The result though Prefect's server is gone: what was trained is kept, what was found is not looked for again."""
    from flows.compare import finished_before
    from flows.flow_runs.finishing import finish
    from flows.servers.run_history import keep_for_later
    from flows.training.runners import Alone

    finished = finished_before() or finish(study, Alone())
    recorded = keep_for_later(finished.artifacts)
    return replace(
        finished, unrecorded=(*finished.unrecorded, (RECORDED_LATER if recorded else NOT_RECORDED).format(reason))
    )


def end_by_force() -> None:
    """What must not stay when the process ends at once: the bar on the terminal, a run that runs."""
    end_terminal()
    if "flows.servers.run_history" in sys.modules:
        from flows.servers.run_history import mark_cancelled

        mark_cancelled()


def show_finished(finished: "Finished", start: float, total: float, explain: bool = False) -> None:
    """The table, where everything is, and where the time went; all of it is kept beside the report."""
    from rich.console import Console

    from tasks.show import show

    seen = finished.seen.get("comparison", "not logged: see below")
    places = {
        "Report": str(finished.folder / "report.html"),
        "Summary": str(finished.folder / "summary.json"),
        "MLflow": f"{seen} while interlayer ui runs" if seen.startswith(mlflow_address()) else seen,
        "Prefect": "look at the run's history with: interlayer serve",
    }
    timings = {"start": start, **finished.timings}
    timings["stop"] = max(0.0, total - sum(timings.values()))
    console = Console()
    kept = {explained: Console(record=True, file=io.StringIO(), width=console.width) for explained in (False, True)}
    for explained, recording in kept.items():
        show(finished.result, places, timings, recording, explained)
    show(finished.result, places, timings, console, explain)
    if finished.champion:
        for shown in (console, *kept.values()):
            tell_promotion(finished.champion, shown)
    with usual_files(finished.folder):
        keep_shown(finished.folder, *kept.values())


def tell_promotion(promotion: "Promotion", console: "Console") -> None:
    """What became of the comparison's choice, below its result."""
    from rich.text import Text

    width = min(110, console.width)
    console.print(Text(f"Champion {promotion.sentence}", "bold"), width=width)
    if promotion.champion:
        console.print(Text(f"Forecast with it: interlayer forecast {promotion.name}", "dim"), width=width)


def run_audit(series: "SeriesSpec", seeds: int, claim: "Claim", output: str) -> None:
    """Audits a claim and shows what was found."""
    from flows.audit import audit_claim

    with libraries_kept_quiet(), on_terminal():
        end_within_seconds(end_terminal)
        audit, places = audit_claim(series, seeds, claim, output)
    from rich.console import Console

    from tasks.audit.show import show

    console = Console(record=True)
    show(audit, places, console)
    keep_shown(Path(places["Page"]).parent, console)


def show_series() -> None:
    """The bundled series as a table, and the labelled windows as another."""
    from rich.console import Console

    from tasks.numerics.findings.terminal_tables import plain_table
    from tasks.numerics.series.bundled import catalogue, samples_catalogue

    table = plain_table()
    for title, side in (("name", "left"), ("every", "left"), ("season", "right"), ("rows", "right")):
        table.add_column(title, justify="right" if side == "right" else "left", no_wrap=True)
    table.add_column("what it is, and its unit")
    for entry in catalogue().values():
        season = str(entry.season_length) if entry.season_length > 1 else "none"
        described = f"{entry.description}; {entry.unit}" if entry.unit else entry.description
        table.add_row(entry.name, entry.frequency, season, str(entry.length), described)
    samples = plain_table()
    for title, side in (("--samples", "left"), ("windows", "right"), ("shape", "left"), ("classes", "right")):
        samples.add_column(title, justify="right" if side == "right" else "left", no_wrap=True)
    samples.add_column("what they are")
    for one in samples_catalogue().values():
        shape = f"({one.steps}, {one.features})"
        samples.add_row(one.name, str(one.samples), shape, str(one.classes), one.description)
    Console().print(table, "", samples)
