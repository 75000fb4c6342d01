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
from tasks.numerics.training_settings import TrainingSpec

FEWEST_SERIES = 20
"""Below which the Atlas says nothing of a variant."""
EVIDENCE = {"validation", "test", "origins", "training_window", "panel_split", "sample_split", "drop_short"}
"""Settings of how much is trained on and tested, which differs from series to series in the Atlas too."""
TUNED = {
    *("epochs", "patience", "batch_size", "engine", "label_smoothing", "class_weight"),
    *("learning_rate", "learning_rates", "learning_rate_factor", "learning_rate_moves"),
}
"""Settings by which every variant is brought to its best on validation loss, and those that no forecast has."""
OF = {
    "dense_activation": "dense",
    "quantile": "loss",
    "plateau_factor": "plateau_patience",
    "momentum": "optimizer",
    "nesterov": "optimizer",
}
"""Settings that say something only where another one is not as in the Atlas."""


@cache
def the_atlas() -> Atlas | None:
    """The one that comes along; None where there is none."""
    return Atlas.read(BUNDLED) if BUNDLED.is_dir() else None


def prior_for(network: NetworkSpec, windows: WindowSpec, training: TrainingSpec, own_digest: str) -> EffectPrior | None:
    """What the Atlas says of the variants of a network, without one's own series; None where it has seen nothing like it.

    It has seen forecasts of single values by LSTM layers, of one step ahead. Of its networks the one that differs in the fewest
    settings is asked.
    """
    atlas = the_atlas()
    if atlas is None or network.head != "forecast" or network.network or network.cell != "lstm" or windows.horizon > 1:
        return None
    seen = [name for name in NETWORKS if (atlas.effects["network"] == name).any()]
    if not seen:
        return None
    unlike = {name: differences_to(NETWORKS[name], network, windows, training) for name in seen}
    name = min(seen, key=lambda one: len(unlike[one]))
    known = atlas.series["series"]
    own = known[atlas.series["digest"] == own_digest]
    left_out = set[str]().union(*(near_relatives(known, str(name)) for name in own))
    rows = atlas.effects[(atlas.effects["network"] == name) & ~atlas.effects["series"].isin(left_out)]
    effects = distributions(rows)
    if unlike[name]:
        effects = {variant: widened(one) for variant, one in effects.items()}
    engine = str(atlas.about["networks"][name]["engine"])
    return EffectPrior(effects, name, unlike[name], int(rows["series"].nunique()), atlas.digest, engine)


def differences_to(
    known: AtlasNetwork, network: NetworkSpec, windows: WindowSpec, training: TrainingSpec
) -> tuple[str, ...]:
    """The flags that make a comparison unlike those of the Atlas with a network; none where it is alike."""
    pairs = ((known.network, network), (known.windows, windows), (known.training, training))
    theirs, own = ({name: value for pair in pairs for name, value in vars(pair[side]).items()} for side in (0, 1))
    return tuple(
        "--" + name.replace("_", "-")
        for name, value in own.items()
        if name not in EVIDENCE | TUNED
        and value != theirs[name]
        and (name not in OF or own[OF[name]] != theirs[OF[name]])
    )


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
