"""A comparison of forecasters in sentences, beside those that every problem has."""

import numpy as np

from tasks.numerics.networks.variant_words import variants_in_words
from tasks.numerics.problems.forecasting.baselines import MOST_SERIES
from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.forecasting.scores_by_series import words_of
from tasks.numerics.problems.overview import SIGNS, Overview, p_value
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.statistics.verdicts import ERROR
from tasks.numerics.wording import joined, listed

Found = Overview[ForecastResult]
TOLD = 5
"""Baselines that failed, told one by one."""


def question(result: ForecastResult, layer: str) -> str:
    """What was asked, with the recurrent layer's name in Keras."""
    return f"Does an activation function in or between the {layer} layers help to forecast {result.series.name}?"


def introduction(overview: Found, layer: str) -> str:
    """What was compared."""
    members, horizon = len(overview.members), overview.result.horizon
    return (
        f"{len(overview.leading)} variants of one network{f' for all {members} series together' if members else ''}, each trained from "
        f"{overview.seeds} random start{'s' * (overview.seeds > 1)} (seeds), forecast "
        f"{'one period ahead' if horizon == 1 else f'the next {horizon} periods at once'}. "
        f"{variants_in_words(list(overview.leading.index), layer)} All else is equal, seed by seed."
    )


def notes(overview: Found) -> tuple[str, ...]:
    """What several steps or series mean for the scores."""
    return tuple(filter(None, (windows_sentence(overview), panel_sentence(overview))))


def windows_sentence(overview: Found) -> str:
    """What the test part is made of, and what its overlap means; empty where one period is forecast."""
    result = overview.result
    if result.horizon == 1:
        return ""
    return (
        f"Each of {result.forecasts.sizes['time']} test windows forecasts {result.horizon} periods at once, and neighbours share "
        f"all but one: intervals and tests take a window as one observation and its neighbours as dependent. Scores are over "
        "all steps; directions are from the last value that was known."
    )


def panel_sentence(overview: Found) -> str:
    """What numbers over all series are; empty where there is one."""
    if not overview.members:
        return ""
    return (
        f"Scores are means over {len(overview.members)} series, all counting alike; RMSE, MAE and MFE in naive errors: multiples of "
        "what repeating the last season misses in the training part of each (mean absolute error)."
    )


def series_sentences(overview: Found) -> tuple[str, ...]:
    """How often each word was found over the series, and what their ranks say of other series; none but of a panel."""
    if overview.result.ranks is None or not overview.primary:
        return ()
    return _counted(overview), _ranked(overview, overview.result.ranks)


def _counted(overview: Found) -> str:
    found: dict[str, list[str]] = {}
    for verdict in overview.primary:
        words = words_of(overview, verdict.variant)
        said = joined([f"{word} in {words.count(word)}" for word in SIGNS if word in words])
        found.setdefault(said, []).append(verdict.variant)
    label = METRICS[overview.result.metric].label
    each = "; ".join(f"{listed(names)}: {said}" for said, names in found.items())
    return f"Series by series, on {label}, of {len(overview.members)}: {each} (Holm's adjustment is over variants, not over series)."


def _ranked(overview: Found, ranks: Ranks) -> str:
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


def cautions(overview: Found) -> tuple[str, ...]:
    """Constant forecasts, intervals that are too narrow, and baselines that failed."""
    constant = overview.summary["mean"].xs("constant", level="metric")
    found = []
    if (constant > 0).any():
        shares = ", ".join(f"{name} {share:.0%}".replace("%", " %") for name, share in constant[constant > 0].items())
        found.append(f"Seeds that forecast a constant, and so have no slope: {shares}.")
    narrow = [overview.result.too_narrow] if overview.result.too_narrow and overview.primary else []
    return (*found, *narrow, *unfitted_baselines(overview), *failed_baselines(overview))


def unfitted_baselines(overview: Found) -> list[str]:
    """Which baselines are not fitted to so many series."""
    series, there = len(overview.members), set(overview.result.baseline_scores["baseline"].to_numpy().tolist())
    return [
        f"{name} is not among the baselines: it is fitted to each of up to {most:,} series, and these are {series:,}."
        for name, most in MOST_SERIES.items()
        if series > most and name not in there
    ]


def failed_baselines(overview: Found) -> list[str]:
    """Which baselines failed, and why; of a panel on which series, of many how many they are."""
    found = [
        (str(name), one.result.series.name, note)
        for one in overview.members or (overview,)
        for name, note in one.result.forecasts["baseline_note"].to_series().items()
        if note.startswith("failed")
    ]
    told = [
        f"Baseline {name}{f' of {series}' if overview.members else ''} {note}." for name, series, note in found[:TOLD]
    ]
    more = len(found) - TOLD
    return told + (
        [f"Baselines failed {more:,} more times on these series (forecasts.nc has all notes)."] if more > 0 else []
    )
