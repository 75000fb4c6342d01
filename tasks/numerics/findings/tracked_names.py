"""Names and settings as trackers take them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tasks.numerics.wording import cut

Settings = Mapping[str, Mapping[str, Any]]

TRACKING: Final = "MLFLOW_TRACKING_URI"
"""The variable that says where MLflow keeps runs; MLflow writes into it what it was told to use."""
LONGEST = 5000
"""Characters of a setting that trackers take."""
OWN = {"stock": "tanh, sigmoid", "yours": "as handed over"}
"""Activations of variants that are named after none."""


def identity(variant: str) -> dict[str, str]:
    """What tells a variant from the others; it stands on its seeds too, so that they can be grouped and filtered by it."""
    placement, _, activation = variant.partition("-")
    return {"variant": variant, "placement": placement, "activation": activation or OWN.get(variant, "")}


def plain_name(name: str) -> str:
    """A name in characters that trackers take in names of metrics: `cell-leaky_relu 0.1` for `cell-leaky_relu(0.1)`."""
    return re.sub(r"[^\w\-. /:]+", " ", name).strip()


def flat(settings: Settings) -> dict[str, str]:
    """Settings by their own names, long ones cut; every name stands once over all groups."""
    return {
        name: cut(",".join(map(str, value)) if isinstance(value, list | tuple) else str(value), LONGEST)
        for group in settings.values()
        for name, value in group.items()
    }
