"""What MLflow's registry calls champions."""

from typing import Final

PREFIX: Final = "interlayer-"


def model_name(name: str) -> str:
    """The registered model of a champion."""
    return f"{PREFIX}{name}"
