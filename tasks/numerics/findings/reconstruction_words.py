"""A comparison of autoencoders in sentences and table cells: the same on the terminal and on the page."""

import numpy as np

from tasks.numerics.findings.conclusions import added_seeds
from tasks.numerics.findings.overview import SIGNS
from tasks.numerics.networks.layer_stacks import in_words
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.scores import OF_FEATURES, RECONSTRUCTION_METRICS
from tasks.numerics.statistics.overlapping_forecasts import FEWEST_HORIZONS, fewest_windows
from tasks.numerics.statistics.verdicts import Verdict
from tasks.numerics.wording import NOTHING, joined

Rows = list[tuple[str, ...]]
FEWEST_SEEDS = 30
FEWEST_APART = 8
"""Fewer test windows that do not overlap say little of other times."""
WITH_SPREAD = ("rmse", "auroc")
"""Metrics that have their spread on a narrow terminal too."""


def number(value: float, digits: int = 3) -> str:
    """A scaled error or a share, in so many digits after the point."""
    return f"{value:z.{digits}f}" if np.isfinite(value) else NOTHING


def mean_and_spread(mean: float, spread: float, digits: int = 3) -> str:
    """Mean ± standard deviation over seeds."""
    return f"{number(mean, digits)} ± {number(spread, digits)}" if np.isfinite(mean) else NOTHING


def conclusions(result: ReconstructionResult) -> tuple[str, ...]:
    """The verdict on every variant in the primary metric and in AUROC, and what the baselines make, a sentence each."""
    found = [sentence(result, one) for one in result.verdicts if one.metric == result.primary]
    if result.primary != "auroc":
        found += [sentence(result, one) for one in result.verdicts if one.metric == "auroc"]
    return (*found, recommendation(result), baseline_sentence(result))


def recommendation(result: ReconstructionResult) -> str:
    """The variant to take, by the metric that comes first."""
    label, best = RECONSTRUCTION_METRICS[result.primary].label, result.recommended
    why = "as nothing is shown to be better" if best == result.comparison.reference else "which helps most"
    return f"Recommended on {label}: {best}, {why}."


def sentence(result: ReconstructionResult, verdict: Verdict) -> str:
    """Word, size, interval and what would decide it."""
    label, reference = RECONSTRUCTION_METRICS[verdict.metric].label, result.comparison.reference
    if not verdict.found.pairs:
        return f"{verdict.variant}: undecided in {label}, no seed has it here and in {reference}."
    side = "better" if verdict.difference < 0 else "worse"
    if not verdict.found.enough:
        enough = (
            f"two seeds and {fewest_windows(result.windows.steps)} test windows, that is {FEWEST_HORIZONS} side by side"
        )
        return (
            f"{verdict.variant}: undecided in {label}, {number(abs(verdict.difference))} {side} than {reference}'s; an interval "
            f"takes {enough}, or more."
        )
    ends = f"{number(verdict.low)} to {number(verdict.high)} (below 0 is better)"
    said = f"{label} {number(abs(verdict.difference))} {side} than {reference}'s, 95 % interval {ends}"
    match verdict.word:
        case "same":
            return f"{verdict.variant} does the same in {label}: {said}, within the ±{number(verdict.region)} that count as equal."
        case "undecided":
            needed = f"; to decide it takes {verdict.needed}" if verdict.needed else ""
            return f"{verdict.variant} is undecided in {label}: {said}{needed}."
        case _:
            return f"{verdict.variant} {verdict.word} in {label}: {said}."


def baseline_sentence(result: ReconstructionResult) -> str:
    """What takes no network, and which variants are better on average."""
    rmse = {
        str(name): float(result.baseline_scores["rmse"].sel(baseline=name))
        for name in result.baseline_scores["baseline"].to_numpy()
    }
    best = min(rmse, key=lambda name: rmse[name])
    means = {name: mean for name, (mean, _) in result.mean_and_spread(result.scores["rmse"]).items()}
    better = [name for name, mean in means.items() if mean < rmse[best]]
    made = joined([f"{name} {number(value)}" for name, value in rmse.items()])
    beaten = f"lower on average: {joined(better)}" if better else f"no variant's mean is below {best}"
    return f"Without a network the RMSE is {made}; {beaten}."


def cautions(result: ReconstructionResult) -> tuple[str, ...]:
    """What a reader must know before believing the table, a sentence each."""
    found, seeds = [*result.series.warnings], result.scores.sizes["seed"]
    found += added_seeds(result.comparison, result.look, seeds)
    tested, steps = result.windows.tested.shape[1:3]
    if result.windows_apart < FEWEST_APART:
        found.append(
            f"The {tested} test windows overlap: their stretch of the series holds {result.windows_apart} of {steps} time steps side by "
            "side, so intervals know little of other times. A longer series, or a larger --test, tells more."
        )
    if result.code >= result.window_size:
        found.append(
            f"The code of {result.code} is not smaller than a window of {result.window_size} numbers: nothing need be compressed, "
            "and PCA gives every window back exactly. A longer --lookback or a smaller last layer makes it a test."
        )
    if seeds < FEWEST_SEEDS:
        found.append(f"{seeds} seeds are few: a verdict takes {FEWEST_SEEDS} or more.")
    if counts := [f"{name} {count}" for name, count in result.diverged.items() if count]:
        found.append(f"Seeds that diverged and are in no mean: {', '.join(counts)} (of {seeds} each).")
    return tuple(found)


def title(result: ReconstructionResult) -> str:
    """What was compared, in a line."""
    T, F = result.windows.inputs.shape[1:]
    return (
        f"{result.series.name}: {in_words(result.network)}, windows of {T} time steps and {F} feature{'s' * (F > 1)}, "
        f"{len(result.windows.first_rows)} unseen ones tested, {result.scores.sizes['seed']} seeds"
    )


def score_rows(result: ReconstructionResult, narrow: bool = False) -> Rows:
    """Name, word of the primary verdict, and every metric, of variants and then baselines; narrow: most without spread."""
    cells = {key: result.mean_and_spread(result.scores[key]) for key in RECONSTRUCTION_METRICS}
    words = {one.variant: f"{SIGNS[one.word]} {one.word}" for one in result.verdicts if one.metric == result.primary}
    rows: Rows = [
        (
            name,
            words.get(name, ""),
            *(
                number(cells[key][name][0], 2)
                if narrow and key not in WITH_SPREAD
                else mean_and_spread(*cells[key][name])
                for key in RECONSTRUCTION_METRICS
            ),
        )
        for name in map(str, result.scores["variant"].to_numpy())
    ]
    for name in result.baseline_scores["baseline"].to_numpy():
        own = result.baseline_scores.sel(baseline=name)
        rows.append(
            (
                str(name),
                "",
                *(
                    number(float(own[key]), 2 if narrow and key not in WITH_SPREAD else 3)
                    for key in RECONSTRUCTION_METRICS
                ),
            )
        )
    return rows


def score_cells(result: ReconstructionResult) -> list[dict[str, str]]:
    """The rows of `score_rows` by the names of their columns."""
    names = ("network", "verdict", *(metric.label for metric in RECONSTRUCTION_METRICS.values()))
    return [dict(zip(names, row, strict=True)) for row in score_rows(result)]


def verdict_rows(result: ReconstructionResult) -> Rows:
    """Variant, metric, word, difference with its interval, p, share of better seeds, what would decide it."""
    return [
        (
            one.variant,
            RECONSTRUCTION_METRICS[one.metric].label,
            f"{SIGNS[one.word]} {one.word}",
            f"{number(one.difference)} [{number(one.low)}, {number(one.high)}]",
            NOTHING if not np.isfinite(one.p_adjusted) else f"{one.p_adjusted:.2g}",
            f"{100 * one.improvement:.0f} %" if np.isfinite(one.improvement) else NOTHING,
            one.needed or NOTHING,
        )
        for one in result.verdicts
    ]


def kind_rows(result: ReconstructionResult, metric: str) -> Rows:
    """Name and the metric of each kind of anomaly, of variants and then baselines."""
    tables = [result.mean_and_spread(result.kinds[metric].sel(kind=kind)) for kind in KINDS]
    rows: Rows = [(name, *(mean_and_spread(*table[name], 2) for table in tables)) for name in tables[0]]
    for name in result.baseline_kinds["baseline"].to_numpy():
        own = result.baseline_kinds[metric].sel(baseline=name)
        rows.append((str(name), *(number(float(own.sel(kind=kind)), 2) for kind in KINDS)))
    return rows


def feature_rows(result: ReconstructionResult) -> Rows:
    """Feature, variant, RMSE and MAE in the feature's own unit, explained variance and alpha."""
    return [
        (
            feature,
            name,
            *(
                mean_and_spread(*result.mean_and_spread(result.features[key].sel(feature=feature))[name])
                for key in OF_FEATURES
            ),
        )
        for feature in result.windows.names
        for name in map(str, result.features["variant"].to_numpy())
    ]


def tuning_rows(result: ReconstructionResult) -> Rows:
    """Variant, mean validation loss of each candidate, the chosen one, and what the primary verdict is without tuning."""
    losses = result.validation_loss.mean("seed", skipna=True)
    words = {one.variant: one.word for one in result.untuned_verdicts if one.metric == result.primary}
    untuned = result.mean_and_spread(result.untuned_scores["rmse"])
    return [
        (
            name,
            *(f"{float(value):.4g}" for value in losses.sel(variant=name)),
            result.candidates[result.chosen[name]].name,
            mean_and_spread(*untuned[name]),
            words.get(name, NOTHING),
        )
        for name in map(str, losses["variant"].to_numpy())
    ]
