"""What the Atlas is made of: networks, variants, lengths of series, and what can be set of a collection."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

BESIDE, INSTALLED = (Path(__file__).resolve().parents[up] / "data" / "atlas" for up in (3, 2))
BUNDLED = INSTALLED if INSTALLED.is_dir() else BESIDE
"""The Atlas that comes along, where it does: in the project, or in an installed wheel."""
SIZES = (74, 126, 250)
"""Values that series are cut to, their last ones: all series of a size share their compiled programs.

Programs take some 5 s each to compile and a series' training half a second: lengths of their own would cost more than all training.
"""
TEST = 0.4
"""Share of the windows that is the test part: test periods are what is scarce."""


@dataclass(frozen=True)
class AtlasNetwork:
    """A network whose variants are compared, with its windows and training."""

    network: NetworkSpec
    windows: WindowSpec
    training: TrainingSpec
    words: str
    most_seeds: int = 1000
    everywhere: bool = False
    """Whether it is trained on every series, and not on the bundled ones alone."""

    def steps(self, size: int) -> float:
        """What a training on series of a size costs, about: steps times weights."""
        windows = 0.8 * (1 - TEST) * (size - self.windows.lookback)
        weights = sum(units * units for units in self.network.layers)
        return self.training.epochs * windows / self.training.batch_size * weights


FAIR = TrainingSpec(
    epochs=300, patience=20, learning_rate=0.03, learning_rates=3, learning_rate_factor=3.0, learning_rate_moves=0
)
"""Short series have few steps an epoch: rates such as Keras' 0.001 and a fixed number of epochs leave most networks half trained there."""
NETWORKS = {
    "default": AtlasNetwork(
        NetworkSpec(), WindowSpec(test=TEST, origins=1), FAIR, "LSTM(16) on LSTM(8), 11 lags", everywhere=True
    ),
    "small": AtlasNetwork(
        NetworkSpec(layers=(4,)),
        WindowSpec(lookback=5, layout="features", test=TEST, origins=1),
        replace(FAIR, learning_rate=0.01, batch_size=1),
        "LSTM(4), 5 lags as features",
    ),
    "stacked": AtlasNetwork(
        NetworkSpec(layers=(100, 50)),
        WindowSpec(test=TEST, origins=1),
        replace(FAIR, learning_rate=0.01, batch_size=32),
        "LSTM(100) on LSTM(50), 11 lags",
        most_seeds=4,
    ),
}
"""In the order in which they are trained: the evidence that is asked for most comes first."""
CELL = ("relu", "elu", "gelu", "silu", "leaky_relu", "selu", "softsign", "linear")
VARIANTS = (
    *(Variant("cell", name) for name in CELL),
    *(Variant("between", name) for name in ("relu", "elu", "gelu", "tanh")),
    *(Variant("gate", name) for name in ("hard_sigmoid", "tanh")),
    Variant("input", "linear"),
    *(Variant("squash", name) for name in ("linear", "relu")),
)
"""All that is compared with the plain layer."""


@dataclass(frozen=True)
class AtlasSpec:
    """What is collected."""

    series: Annotated[
        tuple[str, ...],
        Field(
            description="Files in long form (id, date, value), or folders of them, beside the bundled series; repeatable."
        ),
    ] = ()
    only: Annotated[str, Field(description="Series whose names match, with * for anything: m3_*; all where empty.")] = (
        ""
    )
    networks: Annotated[tuple[str, ...], Field(description=f"Of {', '.join(NETWORKS)}, with commas between them.")] = (
        tuple(NETWORKS)
    )
    variants: Annotated[
        tuple[str, ...],
        Field(description="Variants to be compared with stock, such as cell-relu; all of the Atlas where empty."),
    ] = ()
    seeds: Annotated[
        int, Field(ge=2, le=1000, description="Training runs of every variant and learning rate (stacked: 4 at most).")
    ] = 10
    add: Annotated[
        bool, Field(description="Keep what the table in the folder says of networks that this command does not train.")
    ] = False
    minutes: Annotated[
        float,
        Field(ge=0, allow_inf_nan=False, description="Ends after so many minutes with what there is; 0: to its end."),
    ] = 0.0


def variants_called(names: tuple[str, ...]) -> tuple[Variant, ...]:
    """The plain layer, and the variants of these names, or all; raises KeyError with a name that is none."""
    known = {one.name: one for one in VARIANTS}
    return (STOCK, *(known[name] for name in dict.fromkeys(names or known) if name != STOCK.name))


def size_of(length: int) -> int:
    """How many of its last values a series of so many is cut to; 0 where it is too short."""
    return max((size for size in SIZES if size <= length), default=0)
