"""What the Atlas knows of a variant's effect before one's own series is seen."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from tasks.numerics.atlas.distributions import components_of
from tasks.numerics.atlas.settings import BUNDLED, NETWORKS, AtlasNetwork
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.statistics.effect_distribution import EffectDistribution, EffectPrior, fitted, widened

FEWEST_SERIES = 20
"""Below which the Atlas says nothing of a variant."""


@cache
def the_atlas() -> Atlas | None:
    """The one that comes along; None where there is none."""
    return Atlas.read(BUNDLED) if BUNDLED.is_dir() else None


def prior_for(network: NetworkSpec, windows: WindowSpec, own_digest: str) -> EffectPrior | None:
    """What the Atlas says of the variants of a network, without one's own series; None where it has seen nothing like it.

    It has seen forecasts of single values by LSTM layers, of one step ahead.
    """
    atlas = the_atlas()
    if atlas is None or network.head != "forecast" or network.network or network.cell != "lstm" or windows.horizon > 1:
        return None
    name = next((name for name, one in NETWORKS.items() if one.network.layers == network.layers), "default")
    known = atlas.series["series"]
    own = known[atlas.series["digest"] == own_digest]
    left_out = set[str]().union(*(near_relatives(known, str(name)) for name in own))
    rows = atlas.effects[(atlas.effects["network"] == name) & ~atlas.effects["series"].isin(left_out)]
    if rows.empty:
        return None
    unlike = difference_to(NETWORKS[name], network, windows)
    effects = distributions(rows)
    if unlike:
        effects = {variant: widened(one) for variant, one in effects.items()}
    return EffectPrior(effects, name, unlike, int(rows["series"].nunique()))


def difference_to(known: AtlasNetwork, network: NetworkSpec, windows: WindowSpec) -> str:
    """In what a comparison is unlike those of the Atlas with a network, in words; empty where it is alike."""
    if known.network.layers != network.layers:
        return "this network is another one"
    if windows.transform != known.windows.transform:
        return "this series is transformed"
    return "it is scaled otherwise" if windows.scaling != known.windows.scaling else ""


def distributions(rows: pd.DataFrame, part: str = "") -> dict[str, EffectDistribution]:
    """Of every variant with enough series among rows of the Atlas, by its effects on the whole test part or one of its halves."""
    found = {}
    for variant, own in rows.groupby("variant"):
        means, spreads, freedoms = estimates(own, part)
        if len(means) >= FEWEST_SERIES:
            found[str(variant)] = fitted(means, spreads, freedoms)
    return found


def estimates(rows: pd.DataFrame, part: str = "") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects (I,), their standard deviations and degrees of freedom, of rows in which all are known."""
    effects = rows[f"{part}effect"].to_numpy(np.float64)
    parts = [components_of(row, part) for row in rows.to_dict("records")]
    variances, freedoms = (np.array([float(getattr(one, name)) for one in parts]) for name in ("total", "freedom"))
    known = np.isfinite(effects) & np.isfinite(freedoms) & (variances > 0)
    return effects[known], np.sqrt(variances[known]), freedoms[known]


def near_relatives(names: Iterable[str], own: str) -> set[str]:
    """Series that are the same one in another form: whose names begin alike up to their last part, such as sunspots and sunspots_monthly."""
    start = own.split("_")[0]
    return {
        name for name in names if name == own or (not name.startswith(("m3_", "m4_")) and name.split("_")[0] == start)
    }
