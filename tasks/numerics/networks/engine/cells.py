"""One time step of a recurrent cell and its derivatives, in Keras' terms: LSTM, GRU (`reset_after`) and SimpleRNN.

Axes as in `layouts`: n = every unit of every window of every replica, flat. Inputs of the gates stand apart as projected
(input times kernel, plus bias) and recurred (hidden state times recurrent kernel, plus the GRU's recurrent bias).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

from tasks.numerics.networks.engine.activations import ValueAndSlope
from tasks.numerics.settings import CellName

Tensor = Any
# ruff: noqa: D102 - documented once, in the protocol that every cell keeps to.
State = tuple[Tensor, ...]
"""Hidden state (n,), and the LSTM's cell state (n,) after it."""


@dataclass(frozen=True)
class Activations:
    """The activations of one layer, as functions that give their slope, too."""

    candidate: ValueAndSlope
    """Of an LSTM's and a GRU's candidate, and of a SimpleRNN's only input."""
    gate: ValueAndSlope
    squash: ValueAndSlope
    """Of an LSTM's cell state on its way out."""


class Step(NamedTuple):
    """What one time step gives."""

    state: State
    kept: tuple[Tensor, ...]
    """Derivatives (n,) that `Cell.back` needs."""


class Cell(Protocol):
    """A kind of cell: its gates stand in Keras' order."""

    gates: ClassVar[int]
    """How many blocks of U columns the kernels have (G)."""
    states: ClassVar[int]
    """Of a state (n,) each."""
    kept: ClassVar[int]
    """Derivatives that a step keeps (K)."""
    projected_rows: ClassVar[tuple[int, ...]]
    """Which rows of `back` are gradients of the projected inputs."""
    recurred_rows: ClassVar[tuple[int, ...]]
    """Which rows of `back` are gradients of the recurred inputs."""
    recurrent_bias: ClassVar[bool]
    """Whether there is a bias beside the recurrent kernel."""

    def step(
        self, projected: Sequence[Tensor], recurred: Sequence[Tensor] | None, state: State, activations: Activations
    ) -> Step:
        """The next state from projected and recurred inputs (n,) of each gate; nothing recurs where there was no step."""

    def back(self, kept: Tensor, gradients: State) -> tuple[list[Tensor], tuple[Tensor | None, ...]]:
        """Rows (n,) of the inputs' gradients, and what of the state's gradient passes by the inputs, from (K, n) and (n,)."""


class Lstm(Cell):
    """Gates i, f, c, o (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

    gates, states, kept, recurrent_bias = 4, 2, 6, False
    projected_rows = recurred_rows = (0, 1, 2, 3)

    def step(
        self, projected: Sequence[Tensor], recurred: Sequence[Tensor] | None, state: State, activations: Activations
    ) -> Step:
        z = added(projected, recurred)
        (i, di), (f, df), (o, do) = (activations.gate(z[gate]) for gate in (0, 1, 3))
        g, dg = activations.candidate(z[2])
        before = state[1]
        cell = f * before + i * g
        a, da = activations.squash(cell)
        # dc/dz of i, f and c; dh/dz of o; dc/dc of the step before; dh/dc.
        kept = (g * di, before * df, i * dg, a * do, f, o * da)
        return Step((o * a, cell), kept)

    def back(self, kept: Tensor, gradients: State) -> tuple[list[Tensor], tuple[Tensor | None, ...]]:
        hidden, cell = gradients
        cell = cell + hidden * kept[5]
        return [*(cell * kept[gate] for gate in range(3)), hidden * kept[3]], (None, cell * kept[4])


class Gru(Cell):
    """Gates z, r, h, the reset gate after the product (Cho et al. 2014; Keras' `reset_after=True`)."""

    gates, states, kept, recurrent_bias = 3, 1, 5, True
    projected_rows, recurred_rows = (0, 1, 2), (0, 1, 3)

    def step(
        self, projected: Sequence[Tensor], recurred: Sequence[Tensor] | None, state: State, activations: Activations
    ) -> Step:
        assert recurred is not None, "a GRU's recurrent bias recurs from the first step on"
        (z, dz), (r, dr) = (activations.gate(projected[gate] + recurred[gate]) for gate in (0, 1))
        g, dg = activations.candidate(projected[2] + r * recurred[2])
        before = state[0]
        # dh/dz of z; of r; of the candidate, projected and recurred; dh/dh of the step before.
        candidate = (1 - z) * dg
        kept = ((before - g) * dz, candidate * recurred[2] * dr, candidate, candidate * r, z)
        return Step((z * before + (1 - z) * g,), kept)

    def back(self, kept: Tensor, gradients: State) -> tuple[list[Tensor], tuple[Tensor | None, ...]]:
        (hidden,) = gradients
        return [hidden * kept[row] for row in range(4)], (hidden * kept[4],)


class SimpleRnn(Cell):
    """No gates: the activation of the inputs is the hidden state (Elman 1990)."""

    gates, states, kept, recurrent_bias = 1, 1, 1, False
    projected_rows = recurred_rows = (0,)

    def step(
        self, projected: Sequence[Tensor], recurred: Sequence[Tensor] | None, state: State, activations: Activations
    ) -> Step:
        (z,) = added(projected, recurred)
        hidden, slope = activations.candidate(z)
        return Step((hidden,), (slope,))

    def back(self, kept: Tensor, gradients: State) -> tuple[list[Tensor], tuple[Tensor | None, ...]]:
        return [gradients[0] * kept[0]], (None,)


def added(projected: Sequence[Tensor], recurred: Sequence[Tensor] | None) -> Sequence[Tensor]:
    """Inputs (n,) of each gate."""
    return projected if recurred is None else [one + other for one, other in zip(projected, recurred, strict=True)]


CELLS: dict[CellName, Cell] = {"lstm": Lstm(), "gru": Gru(), "simple_rnn": SimpleRnn()}
