"""The tables of an audit, as rows of words."""

import numpy as np

from tasks.numerics.audit.aligned_directions import aligned_mda
from tasks.numerics.audit.audits import Audit
from tasks.numerics.audit.sentences import NOTHING, as_published, label, percent, share, shown
from tasks.numerics.statistics.metrics import METRICS


def standing_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Recipe, variant, metric, published, percentile, mean ± sd, 5 to 95 %, least to greatest."""
    return [
        (
            one.recipe,
            one.variant,
            METRICS[one.metric].label,
            as_published(one.metric, one.published),
            percent(one),
            f"{shown(one.metric, one.mean)} ± {shown(one.metric, one.spread)}",
            f"{shown(one.metric, one.low)} to {shown(one.metric, one.high)}",
            f"{shown(one.metric, one.least)} to {shown(one.metric, one.greatest)}",
        )
        for one in audit.standings
    ]


def pair_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Recipe, metric, better, worse, published difference, its sign, at least as large."""
    return [
        (
            one.recipe,
            label(one),
            share(one.better),
            share(one.worse),
            shown(one.metric, one.claimed, sign=True) if one.metric != "all" else NOTHING,
            share(one.as_claimed),
            share(one.as_large),
        )
        for one in audit.pairs
    ]


def direction_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Recipe, variant, MDA as pandas computes it (least to greatest), MDA computed right (mean, 5 to 95 %)."""
    rows: list[tuple[str, ...]] = []
    for replay in audit.replays:
        for name, forecasts in replay.forecasts.items():
            aligned, real = aligned_mda(audit.actual, forecasts), audit.scores[replay.recipe, name]["mda"]
            low, high = np.nanquantile(real, [0.05, 0.95]) if np.isfinite(real).any() else (np.nan, np.nan)
            rows.append(
                (
                    replay.recipe,
                    name,
                    f"{share(float(aligned.min()))} to {share(float(aligned.max()))}",
                    share(float(np.nanmean(real))) if np.isfinite(real).any() else NOTHING,
                    f"{share(float(low))} to {share(float(high))}",
                )
            )
    return rows
