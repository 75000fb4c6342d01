"""One recurrent layer of every replica, forward and backward, whatever its cell.

Axes as in `layouts`: T time steps, G gates, n = every unit of every window of every replica, flat.
The backward pass is written out: the loops over time hold one product each, and the weights' gradients are one
product over all time steps afterwards. The activations' derivatives are kept from the forward pass.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf
from tensorflow.compiler.tf2xla.python import xla

from tasks.numerics.networks.engine.cells import Activations, Cell, Step
from tasks.numerics.networks.engine.values import Place

Tensor = Any


class LayerWeights(NamedTuple):
    """Keras' weights of a layer, as laid out: kernel (R, I, G·U), recurrent kernel (R, U, G·U), bias (R, G·U).

    The GRU's bias stands in two: Keras' first row as the bias, its second as the recurrent bias (R, G·U).
    """

    kernel: Tensor
    recurrent_kernel: Tensor
    bias: Tensor
    recurrent_bias: Tensor | None = None


class Trace(NamedTuple):
    """What the backward pass needs of the forward pass."""

    hidden: Tensor
    """(T, n)."""
    kept: Tensor
    """(T, K, n), `Step.kept`: one array, as the loop over time would copy each array of zeros that it starts from."""


class Layer:
    """A cell with the weights of one layer, in one layout, for so many windows of each replica."""

    def __init__(
        self,
        cell: Cell,
        place: Place,
        weights: LayerWeights,
        masks: Sequence[Tensor] = (),
        there: Tensor | None = None,
    ) -> None:
        """Makes ready what every time step multiplies with, and spreads the recurrent bias, where there is one, over windows.

        `masks` (n,) are what each gate's hidden state is multiplied with, where there is recurrent dropout; `there` (T, n) says which
        time steps are seen, where some are masked: at the others the state stays.
        """
        self.cell, self.weights, self._masks, self._place, self._there = cell, weights, masks, place, there
        self.layout, batch = place.layout, place.batch
        layout, bias = self.layout, weights.recurrent_bias
        self._recurrent_bias = None if bias is None else layout.across(bias, cell.gates, batch)
        kernels = layout.by_gate(weights.recurrent_kernel, len(masks) or 1)
        self._forth, self._back = zip(*(layout.ready(kernel, batch) for kernel in kernels), strict=True)

    def project(self, sequence: Tensor, steps: int, again: int) -> Tensor:
        """Projected inputs (T, G, n) of a layer's input: of each step, or of the only one at all T = `again` steps."""
        projected = self.layout.project(sequence, self.weights.kernel, self.weights.bias, steps, self.cell.gates)
        return projected if steps == again else tf.broadcast_to(projected, [again, *projected.shape[1:]])

    def steps(
        self,
        projected: Tensor,
        activations: Activations,
        see: Callable[[Tensor, Step, Any], Any],
        seen: Any,
    ) -> Any:
        """What `see(t, step, seen)` makes of all time steps, one after the other, beginning with `seen`."""
        T, _, n = projected.shape

        def body(t: Tensor, state: Any, seen: Any) -> tuple[Any, ...]:
            inputs = [projected[t, gate] for gate in range(self.cell.gates)]
            step = self._seen(t, self.cell.step(inputs, self._recur(state[0]), state, activations), state)
            return t + 1, step.state, see(t, step, seen)

        return loop(T, body, [0, self._nothing(n), seen])[2]

    def only_step(self, projected: Tensor, activations: Activations) -> Step:
        """The step of windows of one time step, projected (1, G, n): nothing is recurrent."""
        recurred = None if self._recurrent_bias is None else tf.unstack(self._recurrent_bias)
        nothing = self._nothing(projected.shape[2])
        return self._seen(0, self.cell.step(tf.unstack(projected[0]), recurred, nothing, activations), nothing)

    def _seen(self, t: Tensor | int, step: Step, before: tuple[Tensor, ...]) -> Step:
        """A step, or the state before it where it is masked."""
        if self._there is None:
            return step
        pairs = zip(step.state, before, strict=True)
        return step._replace(state=tuple(tf.where(self._there[t], new, old) for new, old in pairs))

    def _nothing(self, n: int) -> tuple[Tensor, ...]:
        return tuple(tf.zeros([n]) for _ in range(self.cell.states))

    def _recur(self, hidden: Tensor) -> list[Tensor]:
        if self._masks:
            each = zip(self._masks, self._forth, strict=True)
            recurred = tf.concat([self.layout.recur(hidden * mask, kernel) for mask, kernel in each], axis=0)
        else:
            recurred = self.layout.recur(hidden, self._forth[0])
        if self._recurrent_bias is not None:
            recurred = recurred + self._recurrent_bias
        return [recurred[gate] for gate in range(self.cell.gates)]

    def forward(self, projected: Tensor, activations: Activations) -> Tensor:
        """Hidden states (T, n) from the projected inputs (T, G, n)."""
        T, _, n = projected.shape
        if T == 1:
            return self.only_step(projected, activations).state[0][None]
        return self.steps(projected, activations, lambda t, step, kept: write(kept, step.state[0], t), tf.zeros([T, n]))

    def traced_forward(self, projected: Tensor, activations: Activations) -> Trace:
        """`forward`, with all that the backward pass needs."""
        T, _, n = projected.shape
        if T == 1:
            only = self.only_step(projected, activations)
            return Trace(only.state[0][None], tf.stack(only.kept)[None])

        def see(t: Tensor, step: Step, trace: Trace) -> Trace:
            return Trace(write(trace.hidden, step.state[0], t), write_each(trace.kept, step.kept, t))

        return Trace(
            *self.steps(projected, activations, see, Trace(tf.zeros([T, n]), tf.zeros([T, self.cell.kept, n])))
        )

    def backward(self, trace: Trace, gradient: Tensor, last_step_only: bool) -> Tensor:
        """Rows of `Cell.back` at each step (T, rows, n) from the hidden states' gradient: (T, n), or (n,) of the last alone."""
        cell, (T, n) = self.cell, trace.hidden.shape
        others = tuple(tf.zeros([n]) for _ in range(cell.states - 1))
        if T == 1:
            hidden = gradient if last_step_only else gradient[0]
            return tf.stack(self._seen_rows(0, cell.back(trace.kept[0], (hidden, *others))[0]))[None]
        count = len({*cell.projected_rows, *cell.recurred_rows})

        def body(k: Tensor, gradients: Any, rows: Tensor) -> tuple[Any, ...]:
            t = T - 1 - k
            if not last_step_only:
                gradients = (gradients[0] + gradient[t], *gradients[1:])
            kept = [trace.kept[t, number] for number in range(cell.kept)]
            found, passed = cell.back(kept, gradients)
            rows = write_each(rows, self._seen_rows(t, found), t)
            recurred = rows[t] if cell.recurred_rows == cell.projected_rows else self._recurred(rows[t], axis=0)
            hidden = self._recur_back(recurred)
            below = (hidden if passed[0] is None else hidden + passed[0], *passed[1:])
            return k + 1, self._seen_gradients(t, below, gradients), rows

        start = gradient if last_step_only else tf.zeros([n])
        return loop(T, body, [0, (start, *others), tf.zeros([T, count, n])])[2]

    def _seen_rows(self, t: Tensor | int, rows: list[Tensor]) -> list[Tensor]:
        """Rows of `Cell.back`, 0 where the step is masked."""
        return rows if self._there is None else [tf.where(self._there[t], row, 0.0) for row in rows]

    def _seen_gradients(self, t: Tensor, below: tuple[Tensor, ...], above: Any) -> tuple[Tensor, ...]:
        """The state's gradients before a step, or after it where it is masked."""
        if self._there is None:
            return below
        return tuple(tf.where(self._there[t], new, old) for new, old in zip(below, above, strict=True))

    def _recur_back(self, recurred: Tensor) -> Tensor:
        if not self._masks:
            return self.layout.recur_back(recurred, self._back[0])
        each = zip(self._masks, tf.split(recurred, len(self._masks)), self._back, strict=True)
        return tf.add_n([mask * self.layout.recur_back(gate, kernel) for mask, gate, kernel in each])

    def weight_gradients(
        self, sequence: Tensor, hidden: Tensor, rows: Tensor, once: bool
    ) -> tuple[LayerWeights, Tensor]:
        """Gradients of the weights, and rows of the gates' gradients for `Layout.project_back`.

        From the layer's input, its hidden states (T, n) and `backward`'s rows (T, rows, n); `once` where the input is the same
        at all steps and stands there once.
        """
        layout, weights, cell = self.layout, self.weights, self.cell
        own, before = rows[:, : cell.gates], self._before(hidden)
        own = layout.gate_rows(tf.reduce_sum(own, axis=0, keepdims=True) if once else own, weights.kernel)
        if once or self._masks or cell.recurred_rows != cell.projected_rows:
            (kernel,), bias = layout.gradients([sequence], own)
            recurred = layout.gate_rows(self._recurred(rows, axis=1), weights.recurrent_kernel)
            recurrents, recurrent_bias = layout.gradients([] if self._masks else before, recurred)
            recurrents = self._masked_gradients(hidden, rows) if self._masks and before else recurrents
        else:
            (kernel, *recurrents), bias = layout.gradients([sequence, *before], own)
            recurrent_bias = None
        recurrent = recurrents[0] if before else tf.zeros_like(weights.recurrent_kernel)
        return LayerWeights(kernel, recurrent, bias, recurrent_bias if cell.recurrent_bias else None), own

    def _before(self, hidden: Tensor, mask: Tensor | float = 1.0) -> list[Tensor]:
        """Hidden states before each time step, as a layer's input; none where there is one step."""
        if hidden.shape[0] == 1:
            return []
        before = tf.pad(hidden[:-1], [[1, 0], [0, 0]])
        before = before if isinstance(mask, float) else before * mask
        return [self.layout.hidden_sequence(before, self._place.replicas, self._place.batch)]

    def _masked_gradients(self, hidden: Tensor, rows: Tensor) -> list[Tensor]:
        """The recurrent kernel's gradient, each gate's from the hidden states (T, n) as its mask let them through."""
        layout, recurred = self.layout, self._recurred(rows, axis=1)
        parts = len(self._masks)
        kernels, gates = layout.by_gate(self.weights.recurrent_kernel, parts), tf.split(recurred, parts, axis=1)
        found = [
            layout.gradients(self._before(hidden, mask), layout.gate_rows(gate, kernel))[0][0]
            for mask, kernel, gate in zip(self._masks, kernels, gates, strict=True)
        ]
        return [tf.concat(found, axis=layout.inputs_axis + 1)]

    def _recurred(self, rows: Tensor, axis: int) -> Tensor:
        if self.cell.recurred_rows == self.cell.projected_rows:
            return rows
        return tf.gather(rows, self.cell.recurred_rows, axis=axis)


def loop(count: Any, body: Callable[..., Any], start: list[Any]) -> Any:
    """`tf.while_loop` over 0 ... count-1, the counter first in `start`; the count is a number or a tensor."""
    most = count if isinstance(count, int) else None
    return tf.while_loop(lambda k, *_: k < count, body, start, maximum_iterations=most)


def write(buffer: Tensor, value: Tensor, *place: Any) -> Tensor:
    """`buffer` (..., n) with the row `value` (n,) at `place`, in place inside a compiled program."""
    row = tf.reshape(value, [1] * len(place) + [-1])
    return xla.dynamic_update_slice(buffer, row, tf.stack([*place, 0]))


def write_each(buffer: Tensor, values: Sequence[Tensor], t: Tensor) -> Tensor:
    """`buffer` (T, K, n) with the K rows `values` at time t."""
    for number, value in enumerate(values):
        buffer = write(buffer, value, t, number)
    return buffer
