"""What the recurrent cells of any Keras model do on its training windows, wherever they stand: seen by calling it once, eagerly.

Axes: B windows at once, U units.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.engine.activations import value_and_slope
from tasks.numerics.networks.engine.diagnostics import DEAD, FLAT, greatest_slope
from tasks.numerics.networks.keras_engine.own_models import walked
from tasks.numerics.networks.keras_engine.trainees import Trainee
from tasks.numerics.networks.outlines import RECURRENT

Tensor = Any


class Watched:
    """An activation that notes where it was flat, and is otherwise what it was."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        """A function of one tensor."""
        self.function, self.flat, self.all = function, 0, 0
        self.greatest = greatest_slope(function)

    def __call__(self, points: Tensor) -> Tensor:
        """Its value."""
        _, slopes = value_and_slope(self.function, points)
        self.flat += int(np.count_nonzero(np.abs(slopes) < FLAT * self.greatest))
        self.all += int(np.prod(points.shape))
        return self.function(points)


class WatchedCell:
    """A recurrent cell that notes its outputs and states while it is called."""

    def __init__(self, cell: Any) -> None:
        """From here on it notes, until `restore`."""
        self.cell, self._call = cell, cell.call
        self.own = {name: getattr(cell, name) for name in ("activation", "recurrent_activation") if hasattr(cell, name)}
        self.activations = {name: Watched(function) for name, function in self.own.items()}
        self.peak: NDArray[np.float32] = np.zeros(cell.units, np.float32)
        self.low, self.high, self.called = np.inf, -np.inf, False
        for name, watched in self.activations.items():
            setattr(cell, name, watched)
        cell.call = self._seen

    def _seen(self, *arguments: Any, **named: Any) -> Any:
        output, states = self._call(*arguments, **named)
        state = np.asarray(tf.nest.flatten(states)[-1])
        self.peak = np.maximum(self.peak, np.abs(np.asarray(output)).max(axis=0))
        self.low, self.high, self.called = min(self.low, state.min()), max(self.high, state.max()), True
        return output, states

    def restore(self) -> None:
        """The cell as it was."""
        self.cell.call = self._call
        for name, function in self.own.items():
            setattr(self.cell, name, function)


def observed(trainee: Trainee) -> dict[str, NDArray[np.float32]]:
    """Diagnostics of one replica by the names of `diagnostics.diagnose`, without the axis R; NaN of what no cell tells.

    `dead_units` (layers) is of the cells' own outputs.
    """
    cells = [layer for outlined, layer in walked(trainee.model) if outlined.kind in RECURRENT]
    try:
        watched = [WatchedCell(cell) for cell in cells]
        try:
            trainee.reset()
            for _, chunk in trainee.chunks(trainee.data.windows):
                trainee.model(chunk, training=False)
        finally:
            for one in watched:
                one.restore()
        seen = [one for one in watched if one.called]
    except Exception:  # a model that is not to be called eagerly, or whose cells are used in ways of its own
        seen = []
    flat = {
        name: [
            sum(getattr(one.activations[name], what) for one in seen if name in one.activations)
            for what in ("flat", "all")
        ]
        for name in ("activation", "recurrent_activation")
    }
    shares = {name: flat / of_all if of_all else np.nan for name, (flat, of_all) in flat.items()}
    found = {
        "dead_units": [float(np.mean(one.peak <= DEAD)) if one.called else np.nan for one in seen] or [np.nan],
        "saturated_gates": shares["recurrent_activation"],
        "saturated_cells": shares["activation"],
        "cell_low": min((one.low for one in seen), default=np.nan),
        "cell_high": max((one.high for one in seen), default=np.nan),
    }
    return {name: np.array(value, np.float32) for name, value in found.items()}
