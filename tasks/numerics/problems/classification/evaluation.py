"""What trained classifiers and their baselines say of samples that they never saw, scored and judged."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas, tuning_table
from tasks.numerics.problems.classification.results import ClassOutcome, ClassResult
from tasks.numerics.problems.classification.scores import CLASS_METRICS, scored_classes
from tasks.numerics.problems.classification.votes import mcnemar
from tasks.numerics.problems.classification.windows import ClassWindows
from tasks.numerics.problems.results import arrays
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.influence import Scored
from tasks.numerics.statistics.intervals import difference
from tasks.numerics.statistics.scored_points import Array, Draws
from tasks.numerics.statistics.seed_statistics import differences
from tasks.numerics.statistics.verdicts import Verdict, judge_all, mean_of_finite

RELATIVE = ("log_loss", "brier")
"""Metrics whose region of practical equivalence is a share of the reference's mean; of the others it is the share itself."""


def collect_classes(
    windows: ClassWindows, replicas: Replicas, network: NetworkSpec, baselines: xr.DataArray
) -> ClassOutcome:
    """What training gave of the wanted seeds, each variant at the candidate of lowest mean validation loss."""
    forecasts, choice = replicas.table(lambda block: block.forecasts), replicas.choice
    made = as_probabilities(forecasts[:, :, 0])
    place = ("variant", "seed", "sample", "class")
    return ClassOutcome(
        windows=windows,
        network=network,
        probabilities=xr.DataArray(made[np.arange(len(made)), choice[:, 0]], dims=place, coords=replicas.labels),
        untuned_probabilities=xr.DataArray(made[:, replicas.given], dims=place, coords=replicas.labels),
        baseline_probabilities=baselines,
        histories=replicas.histories(),
        tuning=tuning_table(replicas, network),
        diagnostics=replicas.diagnostics(),
    )


def as_probabilities(outputs: Array) -> Array:
    """What heads give (..., O) as a probability a class (..., K): of a single output those of no and yes, of several sigmoids their shares."""
    if outputs.shape[-1] == 1:
        return np.concatenate([1 - outputs, outputs], axis=-1)
    total = outputs.sum(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        shares: Array = np.where(total > 0, outputs / total, 1 / outputs.shape[-1])
    return np.where(np.isfinite(total), shares, np.nan)


def evaluate_classes(series: Series, outcome: ClassOutcome, comparison: ComparisonSpec, look: Look) -> ClassResult:
    """Everything found on samples."""
    windows, seeds = outcome.windows, {"seed": outcome.probabilities["seed"]}
    best, untuned = (arrays(one, "variant") for one in (outcome.probabilities, outcome.untuned_probabilities))
    baselines = {name: one[None] for name, one in arrays(outcome.baseline_probabilities, "baseline").items()}
    scored, unscored, without = (scored_all(made, windows) for made in (best, untuned, baselines))
    scores = score_table(scored, "variant").assign_coords(seeds)
    return ClassResult(
        **vars(outcome),
        series=series,
        comparison=comparison,
        look=look,
        scores=scores,
        untuned_scores=score_table(unscored, "variant").assign_coords(seeds),
        baseline_scores=score_table(without, "baseline").isel(seed=0),
        differences=differences(scores, comparison.reference),
        votes=mcnemar(best, windows.labels[windows.tested], comparison.reference),
        not_computed=tuple(filter(None, outcome.baseline_probabilities["note"].to_numpy().tolist())),
        verdicts=verdicts_on(scored, windows, comparison, look),
        untuned_verdicts=verdicts_on(unscored, windows, comparison, look),
    )


def judge_classes(outcome: ClassOutcome, comparison: ComparisonSpec, look: Look) -> tuple[Verdict, ...]:
    """The verdicts alone."""
    scored = scored_all(arrays(outcome.probabilities, "variant"), outcome.windows)
    return verdicts_on(scored, outcome.windows, comparison, look)


def scored_all(made: Mapping[str, Array], windows: ClassWindows) -> dict[str, dict[str, Scored]]:
    """Every metric of probabilities (S, N, K) by name, its influence by group where there are any."""
    labels = windows.labels[windows.tested]
    groups = windows.groups[windows.tested] if windows.grouped else np.arange(len(labels))
    return {name: scored_classes(one, labels, groups) for name, one in made.items()}


def score_table(scored: Mapping[str, Mapping[str, Scored]], dimension: str) -> xr.Dataset:
    """Every metric (`dimension`, seed)."""
    coordinates = {dimension: list(scored)}
    return xr.Dataset(
        {
            metric: ((dimension, "seed"), np.stack([one[metric].value for one in scored.values()]))
            for metric in CLASS_METRICS
        },
        coords=coordinates,
    )


def draws_of(windows: ClassWindows) -> Draws:
    """How test samples, or their groups, count and hang together: those of a split in time may follow from one another."""
    if not windows.grouped:
        return Draws(independent=not windows.in_time, called="test samples")
    counts = np.unique(windows.groups[windows.tested], return_counts=True)[1]
    # Kish (1965): groups that count alike and say as much.
    evenness = float(counts.sum() ** 2 / (len(counts) * (counts**2).sum()))
    return Draws(evenness=evenness, independent=True, called="test groups")


def verdicts_on(
    scored: Mapping[str, Mapping[str, Scored]], windows: ClassWindows, comparison: ComparisonSpec, look: Look
) -> tuple[Verdict, ...]:
    """A verdict on every variant but the reference in every metric, at a look."""
    reference, level, draws = scored[comparison.reference], 1 - look.interval_error, draws_of(windows)
    region = {metric: region_of(metric, own, comparison.rope) for metric, own in reference.items()}
    found = [
        difference((name, metric), one[metric], reference[metric], level, (1, 1), draws)
        for metric in CLASS_METRICS
        for name, one in scored.items()
        if name != comparison.reference
    ]
    return judge_all(found, region, look.error, level)


def region_of(metric: str, reference: Scored, equivalent: float) -> float:
    """Half the width of the region of practical equivalence: of shares so many hundredths, of losses a share of the reference's mean."""
    return equivalent * mean_of_finite(reference.value) if metric in RELATIVE else equivalent
