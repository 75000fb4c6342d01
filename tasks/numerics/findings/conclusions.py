"""What was best, by how much, and what to beware of: sentences from an overview."""

from typing import Any

import numpy as np

from tasks.numerics.findings.decision_words import decision_in_words
from tasks.numerics.findings.recommendation import overall, unbeaten
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.findings.verdict_sentences import sentences
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.overview import Overview, computed_once, p_value
from tasks.numerics.settings import ComparisonSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.verdicts import ERROR, holm
from tasks.numerics.wording import article, listed

Found = Overview[Any]
MIDDLE = 0.5
"""The quantile that is the median."""


@computed_once
def conclusions(overview: Found) -> tuple[str, ...]:
    """The decision, the overall line, the verdict on every variant, what was best, and the best baseline, a paragraph each.

    The baseline comes before all but the decision where no variant beats it beyond chance.
    """
    baseline, first = best_baseline(overview), led_by_baseline(overview)
    found = (
        " ".join(decision_in_words(overview)),
        baseline if first else "",
        overall(overview),
        *sentences(overview),
        *PROBLEMS[overview.result.head].conclusions(overview),
        Chosen(overview).changes,
        best_network(overview),
        "" if first else baseline,
    )
    return tuple(sentence for sentence in found if sentence)


def best_network(overview: Found) -> str:
    """Which variant has the best mean of the metric that leads."""
    best, label = overview.best_of(overview.leading), overview.leads.label
    if best is None:
        return f"No variant has {article(label)} {label}: every seed diverged."
    unit = f" ({overview.unit})" if overview.unit else ""
    score = f"{overview.extreme.capitalize()} mean {label}{unit}: {best} with {overview.mean_and_spread(best, overview.result.leading)}"
    reference = overview.result.comparison.reference
    known = reference in overview.leading.dropna()
    return f"{score}." if known else f"{score}; {reference} has none, its seeds diverged."


def best_baseline(overview: Found) -> str:
    """Which baseline is best, and how many variants beat it."""
    best, means, label = overview.best_baseline, overview.leading, overview.leads.label
    if best is None:
        return ""
    value = overview.baseline_leading[best]
    better = int(overview.beating(value).sum())
    beaten = {0: "no variant beats it", len(means): "every variant beats it"}.get(
        better, f"{better} of {len(means)} variants beat it"
    )
    if len(means) == 1:
        beaten = f"{means.index[0]} beats it" if better else f"{means.index[0]} does not beat it"
    chance = beyond_chance(overview) if better else ""
    shown = overview.number(overview.result.leading, value)
    return f"Best baseline: {best} with {shown}; {beaten} on mean {label}{chance}."


def beyond_chance(overview: Found) -> str:
    """Which variants' mean forecasts over seeds are more accurate than the best baseline's beyond chance, as a clause."""
    adjusted = better_over_time(overview)
    if adjusted is None:
        return ""
    clear = [name for name, p in adjusted.items() if p < ERROR]
    if not clear:
        least = p_value(min(adjusted.values(), default=1.0))
        return f", but no mean forecast over seeds does beyond chance (Diebold and Mariano, least p {least} after Holm's adjustment)"
    names = "all" if len(clear) == len(overview.leading) > 1 else listed(clear)
    return f"; mean forecasts over seeds that do beyond chance (Diebold and Mariano): {names}"


def better_over_time(overview: Found) -> dict[str, float] | None:
    """p after Holm of the variants whose mean forecast is more accurate than the best baseline's; None without tests."""
    tests = [test for test in overview.result.accuracy if test.model in overview.leading and np.isfinite(test.p)]
    adjusted = holm(np.array([test.p for test in tests]))
    return (
        {test.model: float(p) for test, p in zip(tests, adjusted, strict=True) if test.statistic < 0} if tests else None
    )


def led_by_baseline(overview: Found) -> bool:
    """Whether no variant is better than the best baseline, or none beyond chance."""
    adjusted = better_over_time(overview)
    return unbeaten(overview) or (adjusted is not None and not any(p < ERROR for p in adjusted.values()))


def added_seeds(comparison: ComparisonSpec, look: Look, seeds: int) -> list[str]:
    """That seeds were added until the verdicts were decided, and what it means for the intervals; empty where none could be."""
    if not comparison.until_decided:
        return []
    return [
        f"Seeds were added until every verdict was decided or there were {comparison.max_seeds}: there are {seeds}. "
        f"Intervals of {100 * (1 - look.interval_error):.3g} % each keep 95 % over all looks together."
    ]


def judged_unfairly(overview: Found) -> list[str]:
    """That networks are trained for another quantile than the middle, which no metric is for; empty where they are not."""
    quantile, label = overview.result.quantile, overview.result.metrics[overview.result.metric].label
    if np.isnan(quantile) or quantile == MIDDLE:
        return []
    best = {"rmse": "the mean", "rmsse": "the mean", "mae": "the median", "mase": "the median"}
    made = best.get(overview.result.metric, "the middle")
    side = "high" if quantile > MIDDLE else "low"
    return [
        f"Networks are trained for the quantile {quantile:g} (--loss quantile) and judged by {label}, which is made for forecasts of {made}: it "
        f"counts as an error that a forecast is {side} on purpose. Verdicts, odds and baselines do not say which variant forecasts that quantile "
        "best; no metric here does, and the validation losses under Learning curves do. For fair verdicts train with --loss mse, or mae "
        "beside --metric mae."
    ]


@computed_once
def cautions(overview: Found) -> tuple[str, ...]:
    """What a reader must know before believing the table, a sentence each."""
    result, diverged = overview.result, overview.result.diverged
    found = [
        *judged_unfairly(overview),
        *result.not_computed,
        *result.series.warnings,
        *added_seeds(result.comparison, result.look, overview.seeds),
    ]
    if diverged.any():
        counts = ", ".join(f"{name} {count}" for name, count in diverged[diverged > 0].items())
        found.append(f"Seeds that diverged and are in no mean: {counts} (of {overview.seeds} each).")
    edges = Chosen(overview).edges
    return (*found, *PROBLEMS[result.head].cautions(overview), *([edges] if edges else []))
