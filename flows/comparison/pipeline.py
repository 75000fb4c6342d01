"""A comparison from its settings to what was found, whoever runs its steps."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flows.comparison.given_data import validated
from flows.comparison.kept_baselines import are_damaged, baselines_once
from flows.servers.process_lock import in_turn
from flows.studies.study import Study
from flows.terminal.progress import TrainingProgress, shown_while, stage
from flows.training.runners import Runner
from flows.training.seeds import Trained, train_until_decided
from flows.training.training import import_engine_for
from tasks.evaluate import evaluate
from tasks.numerics.atlas.priors import prior_for
from tasks.numerics.findings.answer import answer
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.variants import check_reference, variants_of
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.problem import Origins
from tasks.numerics.problems.results import Result
from tasks.numerics.series.series import Series
from tasks.numerics.series.validation import Validation
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.wording import few
from tasks.window import long_enough, window

SAME_COMPARISON = (
    "Waiting for another process that makes the same comparison ({}); then this one reads what that has trained ..."
)
STARTED_BY = "INTERLAYER_STARTED_BY"
"""The variable that says who started a process, in the words that others are told who wait for it."""


@dataclass(frozen=True)
class Found:
    """What a comparison found, and what it found it with."""

    study: Study
    result: Result
    validation: Validation
    origins: Origins
    trained: Trained
    timings: dict[str, float]
    """Seconds a stage."""

    @property
    def digest(self) -> str:
        """Tells comparisons apart."""
        return self.study.digest(self.result.series.digest)


@dataclass(frozen=True)
class Data:
    """What a comparison is made on, read and validated."""

    series: Series
    validation: Validation
    timings: dict[str, float]
    """Seconds a stage."""


def find(study: Study, runner: Runner) -> Found:
    """Validates, cuts windows, trains and scores; raises InputError on what a user can mend."""
    data = read(study, runner)
    with alone(study, data.series.digest, runner):
        return found_on(data, study, runner)


def read(study: Study, runner: Runner) -> Data:
    """The data as they are now; raises InputError where they can't be used."""
    timings = dict[str, float]()
    with stage(timings, "validate"):
        series, validation = validated(study, runner.run)
        runner.tell(read_in_words(series, validation))
    return Data(series, validation, timings)


@contextmanager
def alone(study: Study, data_digest: str, runner: Runner) -> Iterator[None]:
    """While this lasts nobody else makes the same comparison on the same data, whoever started it; says for whom it waits."""
    told = set[str]()

    def wait(holder: str) -> None:
        if not told:
            runner.warn(SAME_COMPARISON.format(holder))
        told.add(holder)

    digest = study.digest(data_digest)
    with in_turn(f"comparison {digest}", os.environ.get(STARTED_BY, "from the command line"), wait):
        yield


def found_on(data: Data, study: Study, runner: Runner) -> Found:
    """Cuts windows, trains and scores; raises InputError on what a user can mend."""
    comparison, series, timings = study.comparison, data.series, dict(data.timings)
    with stage(timings, "window"):
        series = long_enough(series, study.windows)
        origins = runner.run(window, series, study.windows, study.network)
        asked, study = study, study.with_network(origins.network)
        network = study.network
        variants = variants_of(comparison.activations, comparison.placements, network)
        check_reference(comparison.reference, variants)
        series = replace(series, warnings=(*series.warnings, *origins.warnings))
        runner.tell(cut_in_words(origins, network))
    with stage(timings, "train"):
        # Before any thread is at work.
        import_engine_for(study, variants, origins.trained, comparison.looks[0])
        if are_damaged(series, origins, network):
            runner.warn("The kept scores of baselines are not as they were written, and baselines are fitted again.")
        progress = TrainingProgress(len(series.lone))
        wait = runner.begin(baselines_once, series, origins, network, partial(progress.tell, "baselines"))
        baselines = shown_while(wait, progress, f"Fitting baselines to {len(series.lone):,} series")
        trained = train_until_decided(study, variants, (series, origins), baselines, runner)
    with stage(timings, "evaluate"):
        result = runner.run(evaluate, (series, origins), network, trained.outcome, comparison, trained.look)
        if comparison.prior == "atlas" and not result.members:
            result = replace(result, prior=prior_for(network, study.windows, study.training, series.digest))
        overview = Overview.of(result)
        for sentence in (baselines_in_words(overview), *answer(overview)):
            runner.tell(sentence)
    return Found(asked, result, data.validation, origins, trained, timings)


def read_in_words(series: Series, validation: Validation) -> str:
    """Rows, expectations and what was dropped."""
    met = sum(one.success for one in validation.expectations)
    dropped = f"; dropped: {few(series.dropped)}" if series.dropped else "; nothing dropped"
    dropped += f"; left out: {few(series.left_out)}" if series.left_out else ""
    return f"Read {len(series.values)} rows of {series.name}: {met} of {len(validation.expectations)} expectations met{dropped}."


def baselines_in_words(overview: Overview[Any]) -> str:
    """What every baseline scored."""
    scores = [f"{row.name} {row.leading}" for row in overview.baselines]
    return f"Scored {len(scores)} baselines that take no network, {overview.leads.label}: {', '.join(scores)}."


def cut_in_words(origins: Origins, network: NetworkSpec) -> str:
    """How many windows there are of each part, and what masks them where they are padded."""
    split = origins.trained[0].split
    several = f", for each of {len(origins.windows)} training ends" if len(origins.windows) > 1 else ""
    if (last := origins.trained[-1].split.train) != split.train:
        several += f", of which the last has {last} to train"
    masked = (
        f" They are of several lengths: shorter ones are padded at their end, and Masking({network.mask_value:g}) was put in front of the network."
        if isinstance(network, MaskedNetwork)
        else ""
    )
    return (
        f"Cut {split.train} windows to train, {split.validation} to validate and {split.test} to test{several}.{masked}"
    )
