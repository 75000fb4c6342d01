"""What trained autoencoders and their baselines make of windows that they never saw, scored and judged."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from tasks.numerics.networks.replica_tables import Replicas, tuning_table
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionOutcome, ReconstructionResult, stacked
from tasks.numerics.problems.reconstruction.scores import (
    OF_FEATURES,
    OF_KINDS,
    RECONSTRUCTION_METRICS,
    by_feature,
    by_kind,
    scored_reconstructions,
)
from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows
from tasks.numerics.problems.results import arrays
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.influence import Scored
from tasks.numerics.statistics.intervals import difference
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.seed_statistics import differences
from tasks.numerics.statistics.verdicts import Verdict, judge_all, mean_of_finite

PLACE = ("copy", "window", "step", "feature")


def collect_reconstructions(
    windows: ReconstructionWindows, replicas: Replicas, network: NetworkSpec, baselines: xr.DataArray
) -> ReconstructionOutcome:
    """What training gave of the wanted seeds, each variant at the candidate of lowest mean validation loss."""
    forecasts, choice = replicas.table(lambda block: block.forecasts), replicas.choice
    made = forecasts.reshape(*forecasts.shape[:2], len(replicas.seeds), *windows.tested.shape)
    place = ("variant", "seed", *PLACE)
    return ReconstructionOutcome(
        windows=windows,
        network=network,
        given_back=xr.DataArray(made[np.arange(len(made)), choice[:, 0]], dims=place, coords=replicas.labels),
        untuned_given_back=xr.DataArray(made[:, replicas.given], dims=place, coords=replicas.labels),
        baseline_given_back=baselines,
        histories=replicas.histories(),
        tuning=tuning_table(replicas, network),
        diagnostics=replicas.diagnostics(),
    )


def evaluate_reconstructions(
    series: Series, outcome: ReconstructionOutcome, comparison: ComparisonSpec, look: Look
) -> ReconstructionResult:
    """Everything found on a series and its windows."""
    windows, seeds = outcome.windows, {"seed": outcome.given_back["seed"]}
    best, untuned = arrays(outcome.given_back, "variant"), arrays(outcome.untuned_given_back, "variant")
    baselines = {name: one[None] for name, one in arrays(outcome.baseline_given_back, "baseline").items()}
    scored, unscored, without = (
        {name: scored_reconstructions(one, windows.tested) for name, one in made.items()}
        for made in (best, untuned, baselines)
    )
    scores = score_table(scored, "variant").assign_coords(seeds)
    return ReconstructionResult(
        **vars(outcome),
        series=series,
        comparison=comparison,
        look=look,
        scores=scores,
        untuned_scores=score_table(unscored, "variant").assign_coords(seeds),
        baseline_scores=score_table(without, "baseline").isel(seed=0),
        differences=differences(scores, comparison.reference),
        features=feature_table(best, windows).assign_coords(seeds),
        kinds=kind_table(best, windows, "variant").assign_coords(seeds),
        baseline_kinds=kind_table(baselines, windows, "baseline").isel(seed=0),
        not_computed=tuple(filter(None, outcome.baseline_given_back["note"].to_numpy().tolist())),
        verdicts=verdicts_on(scored, comparison, look, windows.steps),
        untuned_verdicts=verdicts_on(unscored, comparison, look, windows.steps),
    )


def judge_reconstructions(
    outcome: ReconstructionOutcome, comparison: ComparisonSpec, look: Look
) -> tuple[Verdict, ...]:
    """The verdicts alone."""
    tested = outcome.windows.tested
    scored = {name: scored_reconstructions(one, tested) for name, one in arrays(outcome.given_back, "variant").items()}
    return verdicts_on(scored, comparison, look, outcome.windows.steps)


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
