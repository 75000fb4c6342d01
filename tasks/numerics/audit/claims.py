"""A published claim that one activation beats another: what was trained, how, and which numbers were found."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from tasks.numerics.errors import InputError
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import Layout

FittedOn = Literal["training_part", "training_rows", "whole_series"]
TestScaling = Literal["as_training", "test_windows"]
Inversion = Literal["as_training", "whole_series"]
Directions = Literal["pandas_aligned", "actual_before"]
ClaimedMetric = Literal["rmse", "mfe", "mda"]


@dataclass(frozen=True)
class Recipe:
    """How a claim's data were prepared: every choice that changes its numbers, by name."""

    name: str
    rows: int
    """The first rows of the series, that training is made from."""
    part: float
    """Share of these rows, oldest first, that are windowed for training; the rest is never trained on."""
    scaling: FittedOn
    """Rows whose least and greatest value become 0 and 1 in training."""
    test_scaling: TestScaling
    """as_training, or test_windows: every lag by its own least and greatest value over the windows of the test part."""
    inversion: Inversion
    """as_training, or whole_series: forecasts are spread from the least to the greatest value of all rows."""
    drops_last_window: bool
    """Whether `range(len(rows) - lookback - 1)` lost the last window."""


@dataclass(frozen=True)
class ClaimedVariant:
    """A variant and the numbers that were published for it, from a single run; None where there is none."""

    variant: Variant
    rmse: float | None = None
    """In the series' unit."""
    mfe: float | None = None
    """Mean of forecast minus actual, in the series' unit."""
    mda: float | None = None
    """A share, 0 to 1."""

    def published(self, metric: ClaimedMetric) -> float | None:
        """The published number."""
        value: float | None = getattr(self, metric)
        return value


@dataclass(frozen=True)
class Claim:
    """Two variants of one network, how they were trained and tested, and what was published; the first is the reference."""

    name: str
    layers: tuple[int, ...]
    lookback: int
    layout: Layout
    epochs: int
    batch_size: int
    learning_rate: float
    """Adam's."""
    validation: float
    """Share of the training windows that is held out, the last ones."""
    test: int
    """The last rows of the series, that are forecast one period ahead."""
    directions: Directions
    """pandas_aligned: MDA as it comes out of pandas Series, whose subtraction aligns on the index; actual_before: computed right."""
    variants: tuple[ClaimedVariant, ClaimedVariant]
    recipes: tuple[Recipe, ...]
    """Readings of how it was done; more than one where text and code of a source disagree."""
    source: str = ""
    unit: str = ""
    series_rows: int = 0
    """Rows of the series that it was published on; 0 where that is not said."""

    @property
    def names(self) -> tuple[str, str]:
        """The reference's name and the other's."""
        reference, other = self.variants
        return reference.variant.name, other.variant.name

    @property
    def metrics(self) -> tuple[ClaimedMetric, ...]:
        """Metrics that are claimed for both variants."""
        known: tuple[ClaimedMetric, ...] = ("rmse", "mfe", "mda")
        return tuple(metric for metric in known if all(one.published(metric) is not None for one in self.variants))

    def check_length(self, rows: int) -> None:
        """Raises InputError where a series of so many rows is too short for one of the recipes."""
        for recipe in self.recipes:
            needed = recipe.rows + self.test
            if rows < needed:
                raise InputError(
                    f"The series has {rows} rows, and recipe {recipe.name!r} of the claim trains on the first {recipe.rows} "
                    f"and tests on the last {self.test}: expected at least {needed} rows. Pass the series that the claim is "
                    "about, or a --claim with fewer rows."
                )

    def digest(self, data: str) -> str:
        """Twelve hex digits that tell claims on data of this digest apart."""
        return hashlib.sha256(json.dumps([asdict(self), data], sort_keys=True).encode()).hexdigest()[:12]


_ANSWER = {"rows": 100, "part": 0.8, "scaling": "training_rows", "inversion": "whole_series", "drops_last_window": True}

BEST_KNOWN_ANSWER = Claim(
    name="An LSTM on weekly hotel cancellations, without and with ReLU",
    source=(
        "stats.stackexchange.com/questions/444923; the article behind it: "
        "michael-grogan.com/hotel-modelling/articles/lstm_weeklycancellations"
    ),
    unit="cancellations",
    series_rows=115,
    layers=(4,),
    lookback=5,
    layout="features",
    epochs=500,
    batch_size=1,
    learning_rate=0.001,
    validation=0.2,
    test=10,
    directions="pandas_aligned",
    variants=(
        ClaimedVariant(STOCK, rmse=92.0, mfe=29.0, mda=0.8),
        ClaimedVariant(Variant("cell", "relu"), rmse=96.78, mfe=9.40, mda=0.8),
    ),
    # The article's text scales the test windows by `scaler.transform`, its notebooks by `scaler.fit_transform`; both invert by
    # the range of all weeks. The answer does not say which of the two gave its numbers.
    recipes=(
        Recipe(name="as published (text)", test_scaling="as_training", **_ANSWER),  # type: ignore[arg-type]
        Recipe(name="as published (notebook)", test_scaling="test_windows", **_ANSWER),  # type: ignore[arg-type]
    ),
)
"""The best-known answer to whether ReLU belongs on an LSTM layer."""
