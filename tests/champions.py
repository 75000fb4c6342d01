"""Small champions for tests: series that are made, compared by small networks, and settled without servers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from flows.comparison.pipeline import Found, find
from flows.operation.promotion import Promotion, champion_before, settle
from flows.studies.given_settings import study_from
from flows.training.runners import Alone
from tasks.track.places import Place, connect, experiment_id

SMALL = {
    "lookback": 3,
    "layers": (3,),
    "seeds": 2,
    "epochs": 40,
    "learning_rate": 0.02,
    "learning_rates": 1,
    "activations": ("relu",),
    "placements": ("cell",),
    "test": 0.4,
}
"""A comparison that takes a second or two."""


def waves(
    rows: int, start: str = "2020-01-05", level: float = 50.0, seed: int = 0, frequency: str = "W-SUN"
) -> pd.DataFrame:
    """Weekly values that swing with noise on them: a network does better than the last value."""
    random = np.random.default_rng(seed)
    at = np.arange(rows)
    values = level + 10 * np.sin(2 * np.pi * at / 6) + random.normal(0, 1, rows)
    return pd.DataFrame({"date": pd.date_range(start, periods=rows, freq=frequency), "sold": values.round(3)})


def study_of(file: Path, **settings):
    """A small comparison that keeps a champion."""
    return study_from({**SMALL, "series": str(file), "value": "sold", "champion": "sales", **settings})


def compared(file: Path, **settings) -> Found:
    """What it finds, tracked nowhere."""
    return find(study_of(file, **settings), Alone())


def settled(found: Found, where: Place, before: object = "as it is") -> Promotion:
    """A comparison's choice registered and, where it may, made the champion; `before`, which one was it as the comparison began."""
    if before == "as it is":
        before = champion_before(found.study, where)
    client = connect(where)
    run = client.create_run(experiment_id(client, where)).info.run_id
    return settle(found, run, where, before)


def with_settings(found: Found, **output) -> Found:
    """The same with other settings of its output."""
    study = found.study
    return replace(found, study=study.model_copy(update={"output": replace(study.output, **output)}))
