"""Prefect as the one who runs the steps of a comparison: each is a task, and the run's log tells what was found."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from prefect import Task, get_run_logger, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectConcurrentFuture

from flows.blocks.trained_blocks import read_blocks
from flows.comparison.kept_baselines import baselines_once
from flows.flow_runs.prefect_tasks import step
from flows.operation.promotion import settle
from flows.servers.run_history import SERVER_GONE, create_artifacts, server_is_gone
from flows.sources.bringing import fetch_source, query_source
from flows.terminal.interrupts import exit_after
from flows.terminal.progress import TrainingProgress, say, update_terminal
from flows.training.runners import LOOK_SECONDS
from tasks.evaluate import evaluate
from tasks.load import read_members
from tasks.load_samples import read_samples
from tasks.plot import plot
from tasks.report import write_report
from tasks.summarize import write_summary
from tasks.track import track
from tasks.track.atlas import track_atlas
from tasks.validate import validate
from tasks.validate.samples import validate_samples
from tasks.window import window

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")
ARTIFACT_SECONDS = 2.0
CANCEL_SECONDS = 3.0
# That a task is "Finished in state Completed()" tells nobody anything: what it found is told by the run itself.
logging.getLogger("prefect.task_runs").setLevel(logging.WARNING)


class AsTasks:
    """Every verb as a task of the flow that runs."""

    def run(self, verb: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Its result."""
        return cast(R, TASKS[verb](*arguments, **named))

    def begin(self, verb: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> Callable[[], R]:
        """Submits it."""
        return cast(Callable[[], R], TASKS[verb].submit(*arguments, **named).result)

    def train(
        self, jobs: Mapping[K, Callable[[], R]], names: Mapping[K, str], progress: TrainingProgress, words: str
    ) -> dict[K, R]:
        """A task a job, with progress as an artifact."""
        futures: dict[K, PrefectConcurrentFuture[R]] = {}
        for key, job in jobs.items():
            # The flow's tasks run in threads.
            futures[key] = cast(PrefectConcurrentFuture[R], train.submit(names[key], job))
        watch(list(futures.values()), progress, words)
        return {key: future.result() for key, future in futures.items()}

    def tell(self, sentence: str) -> None:
        """A line of the run's log."""
        get_run_logger().info(sentence)

    def warn(self, sentence: str) -> None:
        """A line of the run's log, and of the terminal."""
        get_run_logger().warning(sentence)
        say(sentence)

    def show(self, artifacts: list[dict[str, str]]) -> None:
        """Artifacts of the run; where the server is gone, they are recorded when a command next begins."""
        with suppress(*SERVER_GONE):
            if not server_is_gone():
                create_artifacts(artifacts)


TASKS: dict[Callable[..., Any], Task[..., Any]] = {
    # A source may be away for a moment.
    fetch_source: step(fetch_source, "fetch", "fetch {address:.80}", retries=1),
    query_source: step(query_source, "query", "query {address:.80}", retries=1),
    read_members: step(read_members, "load", "load {spec.series:.80}"),
    read_samples: step(read_samples, "load", "load {spec.samples:.80}"),
    validate_samples: step(validate_samples, "validate", "validate {read.name}"),
    validate: step(validate, "validate", "validate {spec.series:.80}"),
    window: step(window, "window", "window lookback {spec.lookback}"),
    baselines_once: step(baselines_once, "baselines", "baselines of {series.name}"),
    read_blocks: step(read_blocks, "read", "read what was trained before"),
    evaluate: step(evaluate, "evaluate", "evaluate {data[0].name}"),
    plot: step(plot, "plot", "figures of {result.series.name}"),
    write_report: step(write_report, "report", "report.html"),
    # The store may be busy or away for a moment: tracking again does no harm.
    track: step(track, "track", "track in MLflow", retries=1),
    settle: step(settle, "promote", "champion {found.study.output.champion}"),
    track_atlas: step(track_atlas, "track", "track the Atlas in MLflow", retries=1),
    write_summary: step(write_summary, "summarize", "summary.json"),
}
"""Every verb's task."""


@task(name="train", task_run_name="train {name}", cache_policy=NO_CACHE, persist_result=False)
def train(name: str, job: Callable[[], R]) -> R:
    """A block of seeds."""
    return job()


def watch(futures: list[PrefectConcurrentFuture[Any]], progress: TrainingProgress, words: str) -> None:
    """Shows progress until all is trained; an interrupt ends every block at its next segment."""
    artifact = ProgressArtifact(words)
    told = time.monotonic()
    try:
        # A future's own state would be asked of the server, each time.
        while not all(future.wrapped_future.done() for future in futures):
            update_terminal(progress.share, words)
            if time.monotonic() - told > ARTIFACT_SECONDS:
                artifact.update(round(100 * progress.share, 1))
                told = time.monotonic()
            time.sleep(LOOK_SECONDS)
    except BaseException as error:
        progress.cancelled.set()
        if not isinstance(error, Exception):
            end_soon()
        raise
    artifact.update(100.0)


class ProgressArtifact:
    """How far training is, on the run's page; once the server is gone, nothing is told it any more."""

    def __init__(self, words: str) -> None:
        """At nothing."""
        self._artifact: UUID | None = None
        with suppress(*SERVER_GONE):
            self._artifact = cast(
                UUID, create_progress_artifact(progress=0.0, key="training-progress", description=words)
            )

    def update(self, share: float) -> None:
        """To so many percent."""
        if self._artifact is None or server_is_gone():
            self._artifact = None
            return
        try:
            update_progress_artifact(artifact_id=self._artifact, progress=share)
        except SERVER_GONE:
            self._artifact = None


def end_soon() -> None:
    """Ends a deployed run that was cancelled, though it is compiling: nothing else can interrupt that."""
    if "PREFECT__FLOW_RUN_ID" in os.environ:
        # Its runner records the end; from the command line there is more to be done than to end.
        exit_after(CANCEL_SECONDS, 1)
