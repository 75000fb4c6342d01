"""The parts of a comparison's windows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Split:
    """How many windows train, are watched and are scored, in the order of time."""

    train: int
    validation: int
    test: int
