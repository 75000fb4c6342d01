"""What an audit found, in plain sentences, and its numbers in words."""

import math

import numpy as np

from tasks.numerics.audit.aligned_directions import aligned_mda
from tasks.numerics.audit.audits import Audit, Pairs, Standing
from tasks.numerics.audit.recipes import PROPERLY
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.wording import joined

NOTHING = "-"
FEW = 200
"""Fewer seeds tell a percentile or a share only roughly."""
SPREAD_ERROR = 0.01
NAMED = 10
"""Rows that a caution names."""
WORDS = {
    "helps": "{other} is better",
    "hurts": "{other} is worse",
    "same": "the two are the same for all practical purposes",
    "undecided": "the difference is undecided",
}


def conclusions(audit: Audit) -> tuple[str, ...]:
    """The audit in a few sentences, the weightiest first."""
    found = [verdict_sentence(audit), *spread_sentences(audit), *standing_sentences(audit), *pair_sentences(audit)]
    if audit.claim.directions == "pandas_aligned":
        found.append(artefact_sentence(audit))
    return (*found, baseline_sentence(audit))


def cautions(audit: Audit) -> tuple[str, ...]:
    """How its file was read, and what limits the audit itself."""
    found, rows = [*audit.notes], audit.claim.series_rows
    if rows and rows != len(audit.values):
        found.append(
            f"The claim was published on {rows} rows, and this series has {len(audit.values)}: if it is another series, the "
            "published numbers mean nothing for it."
        )
    if audit.partial:
        shown, more = audit.partial[:NAMED], len(audit.partial) - NAMED
        also = f"; and {more} more" if more > 0 else ""
        found.append(
            f"{len(audit.partial)} of {len(audit.values)} rows are no whole periods, and are taken as they stand: {'; '.join(shown)}{also}. "
            "What looks like a collapse there is a short period."
        )
    if audit.seeds < FEW:
        found.append(f"Only {audit.seeds} seeds each: percentiles and shares are rough. Pass --seeds {FEW} or more.")
    if audit.diverged:
        found.append(
            f"{audit.diverged} of {sum(map(len, all_forecasts(audit))):,} networks diverged: they are in no percentile or share."
        )
    if audit.claim.layout == "features":
        found.append(
            f"One time step of {audit.claim.lookback} features: nothing in this LSTM is recurrent, and the recurrent kernel "
            "and the forget gate never get a gradient."
        )
    found.append(
        f"{audit.claim.test} test rows are few: what holds on them need not hold on the next ones; the verdict counts that in."
    )
    return tuple(found)


def verdict_sentence(audit: Audit) -> str:
    """What many seeds say on the proper replay, RMSE first."""
    (reference, other), rmse = audit.claim.names, audit.verdicts["rmse"]
    words = WORDS[rmse.word].format(other=other)
    means = " and ".join(
        f"{number(float(np.nanmean(audit.scores[PROPERLY, name]['rmse'])))} ({name})" for name in (reference, other)
    )
    return (
        f"Done properly, over {audit.seeds} seeds each: {words} in RMSE, on average {means}; difference "
        f"{number(rmse.difference, sign=True)} [95 %: {number(rmse.low, sign=True)}, {number(rmse.high, sign=True)}]."
    )


def spread_sentences(audit: Audit) -> list[str]:
    """Whether one variant's RMSE spreads further over seeds than the other's, beyond chance (Brown and Forsythe 1974)."""
    from scipy import stats  # type: ignore[import-untyped]

    found = [audit.scores[PROPERLY, name]["rmse"] for name in audit.claim.names]
    found = [one[np.isfinite(one)] for one in found]
    if min(map(len, found)) < 3 or not any(np.ptp(one) for one in found):
        return []
    if stats.levene(*found, center="median").pvalue >= SPREAD_ERROR:
        return []
    (low, small), (high, large) = sorted(
        ((float(one.std(ddof=1)), name) for one, name in zip(found, audit.claim.names, strict=True))
    )
    return [
        f"Which run one happens to have matters more for {large}: its RMSE has a standard deviation of {number(high)} over "
        f"seeds, that of {small} {number(low)}."
    ]


def standing_sentences(audit: Audit) -> list[str]:
    """A sentence a published recipe: where its numbers lie."""
    sentences = []
    for recipe in audit.claim.recipes:
        mine = [one for one in audit.standings if one.recipe == recipe.name and one.published is not None]
        outside = [one for one in mine if one.outside]
        tails = [one for one in mine if not one.outside and not one.low <= one.published <= one.high]  # type: ignore[operator]
        if outside:
            said = f"no seed reaches {joined([named(one) for one in outside])}"
        elif tails:
            said = (
                f"every published number occurs among the seeds, {joined([named(one) for one in tails])} only in a tail"
            )
        else:
            said = "every published number is an ordinary one: between the 5 % lowest and the 5 % highest seeds"
        sentences.append(f"{capital(recipe.name)}: {said}.")
    return sentences


def named(one: Standing) -> str:
    """Such as `MFE 9.4 of cell-relu (percentile 5)`."""
    return f"{METRICS[one.metric].label} {as_published(one.metric, one.published)} of {one.variant} (percentile {percent(one)})"


def pair_sentences(audit: Audit) -> list[str]:
    """A sentence a published recipe: what one run of each would have said."""
    other, sentences = audit.claim.names[1], []
    for recipe in audit.claim.recipes:
        mine = [one for one in audit.pairs if one.recipe == recipe.name]
        single = [one for one in mine if one.metric != "all"]
        if not single:
            continue
        parts = [
            f"better in {label(one)} in {share(one.better)} of all pairs, worse in {share(one.worse)}" for one in single
        ]
        what = "All published signs at once" if len(single) > 1 else "The published sign"
        sentences.append(
            f"One run of each, {recipe.name}: {other} is {'; '.join(parts)}. {what}: in "
            f"{share(mine[-1].as_claimed)}, and differences at least as large as published in {share(mine[-1].as_large)}."
        )
    return sentences


def artefact_sentence(audit: Audit) -> str:
    """What pandas makes of MDA, beside the real one."""
    test = audit.claim.test
    values = np.unique(np.concatenate([aligned_mda(audit.actual, one) for one in all_forecasts(audit)]))
    real = joined(
        [
            f"{share(float(np.nanmean(audit.scores[audit.claim.recipes[0].name, name]['mda'])))} ({name})"
            for name in audit.claim.names
        ]
    )
    return (
        f"The published MDA is no measurement: with pandas Series the function gives (n - 2) / n = {share((test - 2) / test)} "
        f"whatever is forecast, here {joined([share(float(one)) for one in values])} for every one of "
        f"{sum(map(len, all_forecasts(audit))):,} networks. Computed right it is {real} on average."
    )


def all_forecasts(audit: Audit) -> list[np.ndarray]:
    """Forecasts (S, N) of every recipe and variant."""
    return [values for replay in audit.replays for values in replay.forecasts.values()]


def baseline_sentence(audit: Audit) -> str:
    """What takes no network, and how many networks beat it."""
    made = joined([f"{name} {number(value)}" for name, value in audit.baselines.items()])
    best = min(audit.baselines, key=lambda name: audit.baselines[name])
    rmse = np.concatenate([audit.scores[PROPERLY, name]["rmse"] for name in audit.claim.names])
    beaten = float(np.mean(rmse < audit.baselines[best]))
    return (
        f"Without any network, RMSE is: {made}. {share(beaten)} of the networks, done properly, are below "
        f"{number(audit.baselines[best])} ({best})."
    )


def label(one: Pairs) -> str:
    """RMSE, |MFE| or MDA; `all of these`."""
    return {"mfe": "|MFE|", "all": "all of these"}.get(one.metric, one.metric.upper())


def percent(one: Standing) -> str:
    """A percentile in words, honest where no seed lies that far out."""
    if one.published is None or math.isnan(one.percentile):
        return NOTHING
    if one.outside:
        return "below all" if one.published < one.least else "above all"
    return f"{one.percentile:.3g}"


def shown(metric: str, value: float | None, sign: bool = False) -> str:
    """A metric's value, MDA in per cent."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return share(value) if metric == "mda" else number(value, sign)


def number(value: float, sign: bool = False) -> str:
    """Three digits or four."""
    if not math.isfinite(value):
        return NOTHING
    digits = 1 if abs(value) >= 10 else 2
    return (
        f"{value:{'+' if sign else ''}.{digits}f}"
        if abs(value) >= 1 or not value
        else f"{value:{'+' if sign else ''}.2g}"
    )


def as_published(metric: str, value: float | None) -> str:
    """A published value with the digits that it was published with."""
    return NOTHING if value is None else share(value) if metric == "mda" else f"{value:g}"


def share(value: float) -> str:
    """In per cent; small ones to a digit more, so that what occurs is not called 0 %."""
    if not math.isfinite(value):
        return NOTHING
    hundred = 100 * value
    if 0 < hundred < 0.1:
        return "under 0.1 %"
    return f"{hundred:.1f} %" if 0 < hundred < 10 and round(hundred, 1) != round(hundred) else f"{hundred:.0f} %"


def capital(text: str) -> str:
    """With a capital letter at its begin."""
    return text[:1].upper() + text[1:]
