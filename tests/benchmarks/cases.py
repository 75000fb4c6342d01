"""The networks that are timed, and the windows that every contender trains on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.chain.stacks import in_words
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.settings import NetworkSpec

TEST_WINDOWS = 10


@dataclass(frozen=True)
class Case:
    """A network, its windows and its training; what one contender does in one repeat."""

    name: str
    layers: tuple[int, ...]
    steps: int
    features: int
    batch: int
    windows: int
    """Training windows (N)."""
    epochs: int
    """Of the engine and of JAX."""
    fit_epochs: int
    """Of `fit`, whose time is given by the step."""
    replicas: int = 0
    """Trained in one repeat; 0: as many as one program on every core takes."""
    over_fit: float = 0.0
    """How many times as fast as `fit` the engine must be; 0: no bound."""
    over_jax: float = 0.0
    """How many times as fast as JAX the engine must be; 0: no bound."""
    dropout: float = 0.0
    """Rate of a Dropout layer after every recurrent layer."""
    dense: tuple[int, ...] = ()
    """Units of hidden Dense layers, with relu."""
    bidirectional: bool = False

    @property
    def network(self) -> NetworkSpec:
        """As the engine takes it."""
        return NetworkSpec(self.layers, dropout=self.dropout, dense=self.dense, bidirectional=self.bidirectional)

    @property
    def architecture(self) -> Architecture:
        """With `stock` in it."""
        return Architecture(self.network, STOCK, self.features, steps=self.steps)

    @property
    def has_jax(self) -> bool:
        """Whether JAX's program has such layers: it was written for a plain stack."""
        return not (self.dropout or self.dense or self.bidirectional)

    @property
    def batches(self) -> int:
        """Optimiser's steps an epoch."""
        return -(-self.windows // self.batch)

    @property
    def validation_windows(self) -> int:
        """A fifth of all but the test windows."""
        return max(1, self.windows // 4)

    @property
    def title(self) -> str:
        """What is trained, in words."""
        return f"({self.name}) {in_words(self.architecture.chain[:-1])}, T={self.steps}, batch {self.batch}"


CASES = (
    Case("a", (4,), 1, 5, 1, windows=73, epochs=500, fit_epochs=10, over_fit=4000, over_jax=1.5),
    Case("b", (16, 8), 11, 1, 16, windows=240, epochs=20, fit_epochs=15, replicas=30, over_fit=80, over_jax=1.3),
    # As many epochs as a comparison has unless told otherwise: what a training begins and ends with weighs as it does there.
    Case("c", (100, 50), 20, 1, 32, windows=320, epochs=100, fit_epochs=20, over_fit=7),
    # The most common script of those that forecast with Keras.
    Case("d", (50, 50), 60, 1, 32, windows=320, epochs=40, fit_epochs=6, over_fit=6, dropout=0.2, dense=(25,)),
    Case("e", (32,), 24, 1, 32, windows=320, epochs=40, fit_epochs=12, over_fit=15, dense=(16,), bidirectional=True),
    # Gestures from key points: the largest family of scripts that set relu in the LSTM. One number in the place of their classes.
    Case("f", (64, 128, 64), 30, 63, 32, windows=320, epochs=40, fit_epochs=3, over_fit=5, dense=(64, 32)),
)
CONSTANT = Case("growth", (16,), 11, 1, 16, windows=160, epochs=10, fit_epochs=0, replicas=30)
"""What stays when one size grows."""


def quick(case: Case) -> Case:
    """The same network with hardly any work and no bounds, to see that the benchmark itself works."""
    return replace(
        case, windows=min(case.windows, 2 * case.batch), epochs=2, fit_epochs=1, replicas=2, over_fit=0.0, over_jax=0.0
    )


def windows_and_targets(case: Case) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Windows (N, T, F) of a noisy wave and the value after each (N,): training, validation and test in this order."""
    count, length = case.windows + case.validation_windows + TEST_WINDOWS, case.steps * case.features
    random, periods = np.random.default_rng(1), np.arange(count + length)
    series = np.sin(periods / 5) + 0.3 * random.normal(size=len(periods))
    windows = np.lib.stride_tricks.sliding_window_view(series, length)[:count]
    return windows.reshape(count, case.steps, case.features).astype(np.float32), series[length:].astype(np.float32)
