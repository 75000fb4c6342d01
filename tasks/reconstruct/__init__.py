"""Reconstruct: what trained autoencoders and their baselines make of windows that they never saw, scored and judged."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas, at
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import candidates, chosen, given
from tasks.numerics.networks.variants import Variant
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult, stacked
from tasks.numerics.problems.reconstruction.scores import (
    OF_FEATURES,
    OF_KINDS,
    RECONSTRUCTION_METRICS,
    by_feature,
    by_kind,
    scored_reconstructions,
)
from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, TrainingSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.influence import Scored
from tasks.numerics.statistics.intervals import difference
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import Verdict, judge_all, mean_of_finite
from tasks.reconstruct.baselines import baseline_reconstructions

PLACE = ("copy", "window", "step", "feature")


def evaluate_reconstructions(
    data: tuple[Series, ReconstructionWindows],
    network: NetworkSpec,
    training: TrainingSpec,
    comparison: ComparisonSpec,
    blocks: Mapping[Variant, list[TrainedBlock]],
    seeds: range,
    look: Look,
) -> ReconstructionResult:
    """Everything found on a series and its windows, each variant at the candidate of lowest mean validation loss."""
    (series, windows), tried = data, candidates(training)
    replicas = Replicas(blocks, training, (windows,), seeds)
    forecasts, watched = (
        replicas.table(value) for value in (lambda block: block.forecasts, lambda block: block.validation_loss)
    )
    diverged = ~np.isfinite(forecasts).all(axis=(-3, -2, -1))
    kept = replicas.kept_loss(watched, diverged)
    choice = chosen(kept.transpose(0, 2, 1, 3))
    names = [variant.name for variant in blocks]
    made = dict(zip(names, forecasts.reshape(len(names), len(tried), len(seeds), *windows.tested.shape), strict=True))
    best = {name: made[name][own] for name, own in zip(names, choice[:, 0], strict=True)}
    scored = {name: scored_reconstructions(one, windows.tested) for name, one in best.items()}
    untuned = {name: scored_reconstructions(one[given(training)], windows.tested) for name, one in made.items()}
    baselines = {name: one[None] for name, one in baseline_reconstructions(windows, network.layers[-1]).items()}
    without = {name: scored_reconstructions(one, windows.tested) for name, one in baselines.items()}
    labels = {"seed": list(seeds)}
    return ReconstructionResult(
        series,
        windows,
        network,
        comparison,
        look,
        given_back=stacked(best, "variant", "seed", *PLACE).assign_coords(labels),
        baseline_given_back=stacked(baselines, "baseline", "seed", *PLACE).isel(seed=0),
        histories=replicas.histories(choice, watched),
        diagnostics=replicas.diagnostics(choice, at(choice, diverged), at(choice, watched)),
        validation_loss=xr.DataArray(kept[:, :, 0], dims=("variant", "candidate", "seed"), coords=replicas.labels),
        chosen=dict(zip(names, map(int, choice[:, 0]), strict=True)),
        candidates=tried,
        scores=score_table(scored, "variant").assign_coords(labels),
        untuned_scores=score_table(untuned, "variant").assign_coords(labels),
        baseline_scores=score_table(without, "baseline").isel(seed=0),
        features=feature_table(best, windows).assign_coords(labels),
        kinds=kind_table(best, windows, "variant").assign_coords(labels),
        baseline_kinds=kind_table(baselines, windows, "baseline").isel(seed=0),
        verdicts=verdicts_on(scored, comparison, look, windows.steps),
        untuned_verdicts=verdicts_on(untuned, comparison, look, windows.steps),
    )


def score_table(scored: Mapping[str, Mapping[str, Scored]], dimension: str) -> xr.Dataset:
    """Every metric (`dimension`, seed)."""
    return xr.Dataset(
        {
            metric: stacked({name: one[metric].value for name, one in scored.items()}, dimension, "seed")
            for metric in RECONSTRUCTION_METRICS
        }
    )


def feature_table(made: Mapping[str, Array], windows: ReconstructionWindows) -> xr.Dataset:
    """`OF_FEATURES` (variant, seed, feature) of the clean windows."""
    found = {name: by_feature(one[:, 0], windows.tested[0], windows.scales) for name, one in made.items()}
    return xr.Dataset(
        {
            key: stacked({name: one[key] for name, one in found.items()}, "variant", "seed", "feature")
            for key in OF_FEATURES
        }
    ).assign_coords(feature=list(windows.names))


def kind_table(made: Mapping[str, Array], windows: ReconstructionWindows, dimension: str) -> xr.Dataset:
    """`OF_KINDS` (`dimension`, seed, kind)."""
    found = {name: by_kind(one, windows.tested) for name, one in made.items()}
    return xr.Dataset(
        {key: stacked({name: one[key] for name, one in found.items()}, dimension, "seed", "kind") for key in OF_KINDS}
    ).assign_coords(kind=list(KINDS))


def verdicts_on(
    scored: Mapping[str, Mapping[str, Scored]], comparison: ComparisonSpec, look: Look, steps: int
) -> tuple[Verdict, ...]:
    """A verdict on every variant but the reference in every metric, by the same rule as for forecasts, at a look.

    Neighbouring windows share all but one of their `steps` periods, as forecasts of so long a horizon do.
    """
    reference = scored[comparison.reference]
    level = 1 - look.interval_error
    region = {metric: region_of(metric, own, comparison.rope) for metric, own in reference.items()}
    others = {name: one for name, one in scored.items() if name != comparison.reference}
    found = [
        difference((name, metric), one[metric], reference[metric], level, (1, steps))
        for metric in RECONSTRUCTION_METRICS
        for name, one in others.items()
    ]
    return judge_all(found, region, look.error, level)


def region_of(metric: str, reference: Scored, equivalent: float) -> float:
    """Half the width of the region of practical equivalence: a share of the reference's mean error, of a metric up to 1 the share."""
    if metric in ("rmse", "mae"):
        return equivalent * mean_of_finite(reference.value)
    return float(np.log1p(equivalent)) if metric == "alpha" else equivalent
