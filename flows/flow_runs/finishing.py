"""A comparison to its end: found, reported, tracked, summed up. Neither Prefect nor MLflow can sink it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.comparison.pipeline import Found, alone, found_on, read
from flows.comparison.places import results_folder
from flows.comparison.tracking import addresses_of, in_words, place, readable_artifacts, track_if_it_can_be
from flows.flow_runs.run_page import artifacts_of, figures_of, page_of
from flows.operation.promotion import Promotion, champion_before, settle_if_asked, summary_of
from flows.private_files import usual_files
from flows.studies.run_form import preset_of
from flows.studies.study import Study
from flows.terminal.progress import stage
from flows.training.runners import Runner
from tasks.numerics.findings.offline_pages import Background
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.results import Result
from tasks.plot import plot
from tasks.report import render_report, write_report
from tasks.summarize import summarize, write_summary
from tasks.track import Comparison, track
from tasks.track.artifacts import Page
from tasks.track.places import Tracked


@dataclass(frozen=True)
class Finished:
    """A comparison and where it is to be seen."""

    result: Result
    folder: Path
    tracked: Tracked | None
    """None where MLflow could not be reached."""
    seen: dict[str, str]
    """Where MLflow shows it; empty where it does not."""
    artifacts: list[dict[str, str]]
    """What Prefect shows on the run's page."""
    timings: dict[str, float]
    digest: str
    """Tells comparisons apart."""
    unrecorded: tuple[str, ...] = ()
    """What the history lacks, and how it gets it, a sentence each."""
    champion: Promotion | None = None
    """What became of the choice; None where no champion was asked for, or MLflow could not be reached."""
    is_settled: bool = True
    """Whether the same comparison, made again, would have nothing to do."""


def finish(study: Study, runner: Runner, check: Callable[[str], None] = lambda digest: None) -> Finished:
    """From a series to a result with its report and its runs; raises InputError on what a user can mend.

    `check` is called with the comparison's digest when the data are known and nothing is trained: what it raises ends it.
    """
    before = champion_before(study, place(study.output, ""))
    data = read(study, runner)
    with alone(study, data.series.digest, runner):
        check(study.digest(data.series.digest))
        return finished(found_on(data, study, runner), before, runner)


def finished(found: Found, champion_then: int | None, runner: Runner) -> Finished:
    """What was found, reported, tracked and summed up; the champion moves where it is still the version that it was when the comparison began."""
    study = found.study
    result, timings, settings = found.result, found.timings, study.settings()
    folder = results_folder(study, result.series.name, result.series.digest)
    where = place(study.output, f"{result.series.name} {PROBLEMS[study.network.head].experiment}".strip())
    with usual_files(folder):
        with stage(timings, "report"):
            background = Background(settings, in_words(where), dict(timings))
            figures = runner.run(plot, result)
            page = render_report(result, figures, found.validation, background)
            runner.run(write_report, page, folder / "report.html")
        # Before anything is tracked: that may take long, or be ended.
        runner.run(write_summary, summarize(result, settings, timings, {}), folder / "summary.json")
    with stage(timings, "track"), readable_artifacts(where):
        shown = Page(folder / "report.html", figures)
        known = Comparison(found.digest, settings, found.trained.blocks, shown, preset_of(study))
        tracked, lost = track_if_it_can_be(lambda: runner.run(track, account_of(result), known, where), where)
        champion = settle_if_asked(found, tracked, where, champion_then, runner)
    seen = addresses_of(tracked, found.digest, where, study.output.tracking) if tracked else {}
    if tracked:
        with usual_files(folder):
            summary = summarize(result, settings, timings, tracked.ids, summary_of(champion))
            write_summary(summary, folder / "summary.json")
        runner.tell(f"{'Tracked' if tracked.new else 'Was tracked before'} in MLflow: {seen['comparison']}")
    else:
        runner.tell(lost)
    artifacts = artifacts_of(page_of(result, champion.sentence if champion else ""), seen) + figures_of(result)
    runner.show(artifacts)
    unrecorded = (lost,) if lost else ()
    settled = bool(tracked) and (champion.is_final if champion else not study.output.champion)
    return Finished(result, folder, tracked, seen, artifacts, timings, found.digest, unrecorded, champion, settled)
