"""Reconstruct: what trained autoencoders and their baselines make of windows that they never saw, scored and judged."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.anomalies import KINDS
from tasks.numerics.blocks import TrainedBlock
from tasks.numerics.influence import Scored
from tasks.numerics.intervals import difference
from tasks.numerics.points import Array
from tasks.numerics.reconstruction_results import ReconstructionResult, stacked
from tasks.numerics.reconstruction_windows import ReconstructionWindows
from tasks.numerics.reconstructions import (
    OF_FEATURES,
    OF_KINDS,
    RECONSTRUCTION_METRICS,
    by_feature,
    by_kind,
    scored_reconstructions,
)
from tasks.numerics.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, TrainingSpec
from tasks.numerics.tuning import Candidate, candidates, chosen, given
from tasks.numerics.variants import Variant
from tasks.numerics.verdicts import Verdict, holm, judged, mean_of_finite
from tasks.reconstruct.baselines import baseline_reconstructions

PLACE = ("copy", "window", "step", "feature")


def evaluate_reconstructions(
    data: tuple[Series, ReconstructionWindows],
    network: NetworkSpec,
    training: TrainingSpec,
    comparison: ComparisonSpec,
    blocks: Mapping[Variant, list[TrainedBlock]],
    seeds: range,
) -> ReconstructionResult:
    """Everything found on a series and its windows, each variant at the candidate of lowest mean validation loss."""
    (series, windows), tried = data, candidates(training)
    made = {
        variant.name: of_replicas(trained, tried, seeds, attrgetter("forecasts")).reshape(
            len(tried), len(seeds), *windows.tested.shape
        )
        for variant, trained in blocks.items()
    }
    kept = np.stack([of_replicas(trained, tried, seeds, kept_loss(training)) for trained in blocks.values()])
    sane = np.stack([np.isfinite(one).reshape(*one.shape[:2], -1).all(axis=-1) for one in made.values()])
    kept = np.where(sane, kept, np.nan)
    choice = dict(zip(made, map(int, chosen(kept)), strict=True))
    best = {name: one[choice[name]] for name, one in made.items()}
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
        stacked(best, "variant", "seed", *PLACE).assign_coords(labels),
        stacked(baselines, "baseline", "seed", *PLACE).isel(seed=0),
        histories_of(blocks, choice, tried, seeds),
        stacked(dict(zip(made, kept, strict=True)), "variant", "candidate", "seed").assign_coords(labels),
        choice,
        tried,
        score_table(scored, "variant").assign_coords(labels),
        score_table(untuned, "variant").assign_coords(labels),
        score_table(without, "baseline").isel(seed=0),
        feature_table(best, windows).assign_coords(labels),
        kind_table(best, windows, "variant").assign_coords(labels),
        kind_table(baselines, windows, "baseline").isel(seed=0),
        verdicts_on(scored, comparison),
        verdicts_on(untuned, comparison),
    )


def kept_loss(training: TrainingSpec) -> Callable[[TrainedBlock], Any]:
    """The validation loss (R,) of the weights that a block kept: the lowest where seeds may stop early, else the last."""
    if training.patience:
        return lambda block: np.fmin.reduce(block.validation_loss, axis=-1)
    return lambda block: block.validation_loss[:, -1]


def of_replicas(
    trained: list[TrainedBlock], tried: tuple[Candidate, ...], seeds: range, value: Callable[[TrainedBlock], Array]
) -> Array:
    """A value of every replica of a variant (C, S, ...), NaN after the end of what early stopping made shorter."""
    found = {
        (candidate, seed): value(block)[block.replica(candidate, seed)]
        for block in trained
        for candidate in block.candidates
        for seed in block.seeds
    }
    rows = [found[candidate, seed] for candidate in tried for seed in seeds]
    if rows[0].ndim == 1:
        longest = max(len(row) for row in rows)
        rows = [np.pad(row, (0, longest - len(row)), constant_values=np.nan) for row in rows]
    table = np.stack(rows)
    return table.reshape(len(tried), len(seeds), *table.shape[1:])


def histories_of(
    blocks: Mapping[Variant, list[TrainedBlock]], choice: Mapping[str, int], tried: tuple[Candidate, ...], seeds: range
) -> xr.Dataset:
    """Losses (variant, seed, epoch) at the chosen candidates."""
    found = {}
    for loss in ("loss", "validation_loss"):
        tables = {
            variant.name: of_replicas(trained, tried, seeds, attrgetter(loss))[choice[variant.name]]
            for variant, trained in blocks.items()
        }
        longest = max(table.shape[1] for table in tables.values())
        tables = {
            name: np.pad(table, ((0, 0), (0, longest - table.shape[1])), constant_values=np.nan)
            for name, table in tables.items()
        }
        found[loss] = stacked(tables, "variant", "seed", "epoch")
    return xr.Dataset(found).assign_coords(seed=list(seeds))


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


def verdicts_on(scored: Mapping[str, Mapping[str, Scored]], comparison: ComparisonSpec) -> tuple[Verdict, ...]:
    """A verdict on every variant but the reference in every metric, by the same rule as for forecasts."""
    reference, found = scored[comparison.reference], []
    for metric in RECONSTRUCTION_METRICS:
        rows = [
            difference((name, metric), one[metric], reference[metric])
            for name, one in scored.items()
            if name != comparison.reference
        ]
        region = region_of(metric, reference[metric], comparison.rope)
        adjusted = holm(np.array([row.p for row in rows]))
        found += [judged(row, float(p), region) for row, p in zip(rows, adjusted, strict=True)]
    return tuple(found)


def region_of(metric: str, reference: Scored, equivalent: float) -> float:
    """Half the width of the region of practical equivalence: a share of the reference's mean error, of a metric up to 1 the share."""
    if metric in ("rmse", "mae"):
        return equivalent * mean_of_finite(reference.value)
    return float(np.log1p(equivalent)) if metric == "alpha" else equivalent
