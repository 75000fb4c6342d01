"""A panel series by series: what each says of the variants, and what they say together of other series, in words and cells."""

import numpy as np

from tasks.numerics.findings.overview import SIGNS, Overview, p_value
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.statistics.verdicts import ERROR, Word
from tasks.numerics.wording import NOTHING, joined, listed

Rows = list[tuple[str, ...]]


def words_of(overview: Overview, variant: str) -> list[Word]:
    """The verdict on a variant in the metric that comes first, of every series."""
    metric = overview.result.comparison.metric
    return [one.verdicts[variant, metric].word for one in overview.members]


def variant_rows(overview: Overview) -> Rows:
    """Name, mean rank, series in which its score is best, and in how many it helps, hurts, does the same, is undecided."""
    ranks, reference = overview.result.ranks, overview.result.comparison.reference
    if ranks is None:
        return []
    rows = []
    for at, name in enumerate(ranks.variants):
        first = int((ranks.by_series[:, at] == ranks.by_series.min(axis=1)).sum())
        words = [] if name == reference else words_of(overview, name)
        counts = [str(words.count(word)) if words else "" for word in SIGNS]
        rows.append((name, f"{ranks.mean[at]:.2f}", str(first), *counts))
    return rows


def rank_rows(overview: Overview) -> Rows:
    """The rows of `variant_rows`, with the exact p of the rank against the reference's, before and after Holm's adjustment."""
    ranks = overview.result.ranks
    tests = {test.variant: (p_value(test.p), p_value(test.p_adjusted)) for test in ranks.tests} if ranks else {}
    return [(*row, *tests.get(row[0], ("", ""))) for row in variant_rows(overview)]


def panel_sentence(overview: Overview) -> str:
    """What numbers over all series are; empty where there is one."""
    if not overview.members:
        return ""
    return (
        f"Scores are means over {len(overview.members)} series, all counting alike; RMSE, MAE and MFE in naive errors: multiples of "
        "what repeating the last season misses in the training part of each (mean absolute error)."
    )


def series_rows(overview: Overview) -> Rows:
    """Name and unit, test windows, RMSE of the reference, of the best variant and of the best baseline, every verdict."""
    reference, metric = overview.result.comparison.reference, overview.result.comparison.metric
    rows = []
    for one in overview.members:
        means = one.rmse.dropna()
        best, baseline = (None if means.empty else str(means.idxmin())), one.best_baseline
        rows.append(
            (
                one.result.series.name,
                one.unit,
                str(one.result.forecasts.sizes["time"]),
                one.number("rmse", one.means[reference, "rmse"]),
                f"{best} {one.number('rmse', means[best])}" if best else NOTHING,
                f"{baseline} {one.number('rmse', one.baseline_rmse[baseline])}" if baseline else NOTHING,
                *(one.cell(verdict.variant, metric)[0] for verdict in one.primary),
            )
        )
    return rows


def series_sentences(overview: Overview) -> tuple[str, ...]:
    """How often each word was found over the series, and what their ranks say of other series; none but of a panel."""
    if overview.result.ranks is None or not overview.primary:
        return ()
    return _counted(overview), _ranked(overview, overview.result.ranks)


def _counted(overview: Overview) -> str:
    found: dict[str, list[str]] = {}
    for verdict in overview.primary:
        words = words_of(overview, verdict.variant)
        said = joined([f"{word} in {words.count(word)}" for word in SIGNS if word in words])
        found.setdefault(said, []).append(verdict.variant)
    label = METRICS[overview.result.comparison.metric].label
    each = "; ".join(f"{listed(names)}: {said}" for said, names in found.items())
    return f"Series by series, on {label}, of {len(overview.members)}: {each} (Holm's adjustment is over variants, not over series)."


def _ranked(overview: Overview, ranks: Ranks) -> str:
    reference, series = overview.result.comparison.reference, len(overview.members)
    label = METRICS[ranks.metric].label
    own = ranks.mean[ranks.variants.index(reference)]
    said = f"Ranked within each series by {label}, {reference} has the mean rank {own:.2f} of {len(ranks.variants)}"
    clear = [test for test in ranks.tests if test.p_adjusted < ERROR]
    if clear:
        sides = {
            word: [test.variant for test in clear if (test.difference < 0) == (word == "better")]
            for word in ("better", "worse")
        }
        parts = [f"{listed(names)} {word}" for word, names in sides.items() if names]
        return f"{said}; on other series like these, beyond chance: {joined(parts)} (exact p after Holm's adjustment; between any of them Friedman p {p_value(ranks.p)})."
    least = min(ranks.tests, key=lambda test: test.p_adjusted)
    shown = f"least p {p_value(least.p_adjusted)} after Holm's adjustment, {least.variant}; between any of them Friedman p {p_value(ranks.p)}"
    few = (
        ""
        if np.isfinite(ranks.critical)
        else f"; {series} series are too few to tell any of {len(ranks.tests)} variants apart"
    )
    return f"{said}; on other series like these no variant is told from {reference} beyond chance ({shown}){few}."
