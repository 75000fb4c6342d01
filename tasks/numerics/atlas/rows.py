"""The rows of the Atlas' tables: an effect a series, network and variant, and what is known of every series."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tasks.numerics.atlas.measured import Measured, windows_of
from tasks.numerics.atlas.order import Visit, Visited
from tasks.numerics.atlas.settings import NETWORKS
from tasks.numerics.networks.seed_blocks import engine_version
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.series.characteristics import characteristics
from tasks.numerics.statistics.intervals import Difference
from tasks.numerics.statistics.log_ratios import log_ratio
from tasks.numerics.statistics.metrics import naive_scale

PARTS = ("", "first_", "second_")
"""The whole test part, and its halves: what is stated from the first can be held against the second."""
Row = dict[str, Any]


def effect_rows(visit: Visit, found: Mapping[str, Measured]) -> list[Row]:
    """A row a variant that was trained on a series, the reference's first; `found` holds the reference."""
    windows, series = windows_of(visit), visit.visited.series
    cut = series.array[-visit.visited.size :]
    actual = cut[windows.first_rows]
    naive = np.sqrt(naive_scale(cut[: windows.rows_before_validation], series.season_length).squared)
    rows = []
    for name, own in found.items():
        rmse = np.sqrt(((own.tuned - actual) ** 2).mean(axis=1))
        finite = np.isfinite(rmse)
        rows.append(
            {
                "series": series.name,
                "network": visit.network,
                "variant": name,
                "seeds": len(rmse),
                "diverged": int((~finite).sum()),
                "rate": candidates(NETWORKS[visit.network].training)[own.choice].learning_rate,
                "dead_units": float(own.dead_units[own.choice][finite].mean()) if finite.any() else np.nan,
                "rmsse": float(rmse[finite].mean() / naive) if finite.any() else np.nan,
                "training_windows": windows.split.train,
                "validation_windows": windows.split.validation,
                "test_windows": windows.split.test,
                **effects_on_halves(own, found[STOCK.name], actual, series.season_length),
                "engine": engine_version(),
            }
        )
    return rows


def effects_on_halves(own: Measured, reference: Measured, actual: np.ndarray, season: int) -> Row:
    """The effect and its variances on the whole test part and on its halves, from the seeds that both have."""
    middle, seeds = len(actual) // 2, min(own.tuned.shape[0], reference.tuned.shape[0])
    row: Row = {}
    for name, part in zip(PARTS, (slice(None), slice(middle), slice(middle, None)), strict=True):
        ours, theirs = own.tuned[:seeds, part], reference.tuned[:seeds, part]
        found = log_ratio(own.variant, ours, theirs, actual[part], season)
        row |= {f"{name}{key}": value for key, value in _parts(found).items()}
    return row


def _parts(found: Difference) -> Row:
    parts = found.components
    return {
        "effect": found.difference,
        "pairs": found.pairs,
        "seeds_variance": float(parts.seeds),
        "periods_variance": float(parts.periods),
        "interaction_variance": float(parts.interaction),
        "periods_freedom": float(parts.period_freedom),
    }


def series_row(visited: Visited, training_values: int) -> Row:
    """What is known of a series, its characteristics from the first `training_values` of those that were used."""
    series = visited.series
    used = series.array[-visited.size :]
    return {
        "series": series.name,
        "source": visited.source,
        "frequency": series.frequency,
        "season": series.season_length,
        "length": len(series.values),
        "used": visited.size,
        "digest": series.digest,
        **characteristics(used[:training_values], series.season_length),
    }
