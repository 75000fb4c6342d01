"""Ways to lay the replicas' numbers out in memory; which one is faster depends on the size of the network.

The third, of big networks, is `units_first`; `sizes` chooses.

Axes: R replicas, T time steps, B windows of a batch, I inputs, U units, G gates, O outputs, n = R·B·U in the layout's own
order. Whatever a layer does element by element it does on flat vectors (n,): only those are compiled to vector instructions.
The gates stand on an axis of their own, in Keras' order, before n.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import tensorflow as tf
from tensorflow.compiler.tf2xla.python import xla

Tensor = Any


class Layout(Protocol):
    """Products of a layer with the weights of every replica at once."""

    inputs_axis: ClassVar[int]
    """Where a kernel's inputs stand in the layout's own order; its outputs stand behind them."""

    units_axis: ClassVar[int]
    """Where a layer's input has its units."""

    def by_gate(self, kernel: Tensor, gates: int) -> list[Tensor]:
        """A kernel's columns, in so many equal parts."""
        return [kernel] if gates == 1 else tf.split(kernel, gates, axis=self.inputs_axis + 1)

    def zero_bias(self, kernel: Tensor) -> Tensor:
        """The bias of a layer that has none."""
        return tf.zeros([size for axis, size in enumerate(kernel.shape) if axis != self.inputs_axis])

    def enter(self, weight: Tensor) -> Tensor:
        """A weight (R, ...) in the layout's own order."""

    def leave(self, weight: Tensor) -> Tensor:
        """A weight in the layout's own order as (R, ...)."""

    def ready(self, kernel: Tensor, batch: int) -> tuple[Tensor, Tensor]:
        """A recurrent kernel as `recur` and as `recur_back` multiply with it at so many windows, made once for all time steps."""

    def sequence(self, windows: Tensor) -> Tensor:
        """Windows (R, B, T, I) as a layer's input."""

    def hidden_sequence(self, hidden: Tensor, replicas: int, batch: int) -> Tensor:
        """Hidden states (T, n) as the next layer's input."""

    def flat_sequence(self, sequence: Tensor, steps: int) -> Tensor:
        """What a layer's input is to the layer below: (T, n)."""

    def dense(self, sequence: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        """A layer's input times a kernel (R, I, O) plus bias, in the order of a layer's input: O in the place of I."""

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int, gates: int) -> Tensor:
        """`dense`, as the gates' inputs (T, G, n)."""

    def across(self, bias: Tensor, gates: int, batch: int) -> Tensor:
        """A bias as the gates' inputs (G, n), the same for every window."""

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        """Hidden state (n,) times recurrent kernel (G, n); the kernel is the first that is `ready`."""

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        """Gradient of the gates (G, n) to that of the hidden state (n,); the kernel is the second that is `ready`."""

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        """Gradients of the gates (T, G, n) in the order of a layer's input."""

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        """Gradient of a layer's input from its `gate_rows`."""

    def gradients(self, inputs: Sequence[Tensor], rows: Tensor) -> tuple[list[Tensor], Tensor]:
        """Gradient of a kernel for each of the layer's inputs, and of the bias, from `gate_rows`: summed over time and batch."""

    def outputs(self, rows: Tensor, steps: int, batch: int) -> Tensor:
        """What `dense` gives, as (R, B, S, O)."""

    def for_each_replica(self, values: Tensor, like: Tensor) -> Tensor:
        """Values (R,) shaped to be multiplied with the weight `like`."""

    def over_replica(self, weight: Tensor) -> Tensor:
        """Sum of a weight over everything but the replicas (R,)."""


class ReplicaFirst(Layout):
    """Batched matrix products, the replicas first: (R, rows, U). For middle-sized networks."""

    inputs_axis, units_axis = 1, 2

    def enter(self, weight: Tensor) -> Tensor:
        return weight

    def leave(self, weight: Tensor) -> Tensor:
        return weight

    def ready(self, kernel: Tensor, batch: int) -> tuple[Tensor, Tensor]:
        # With one window the product is one of a vector, which reads the kernel as it is faster.
        return kernel, kernel if batch == 1 else transposed(kernel)

    def sequence(self, windows: Tensor) -> Tensor:
        R, B, T, I = windows.shape
        return tf.reshape(tf.transpose(windows, [0, 2, 1, 3]), [R, T * B, I])

    def hidden_sequence(self, hidden: Tensor, replicas: int, batch: int) -> Tensor:
        T, n = hidden.shape
        by_time = tf.reshape(hidden, [T, replicas, batch, n // (replicas * batch)])
        return tf.reshape(tf.transpose(by_time, [1, 0, 2, 3]), [replicas, T * batch, by_time.shape[3]])

    def flat_sequence(self, sequence: Tensor, steps: int) -> Tensor:
        R, rows, U = sequence.shape
        by_replica = tf.reshape(sequence, [R, steps, rows // steps, U])
        return tf.reshape(tf.transpose(by_replica, [1, 0, 2, 3]), [steps, R * (rows // steps) * U])

    def dense(self, sequence: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        return tf.matmul(sequence, kernel) + bias[:, None, :]

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int, gates: int) -> Tensor:
        z = self.dense(sequence, kernel, bias)
        R, rows, O = z.shape
        by_gate = tf.reshape(z, [R, steps, rows // steps, gates, O // gates])
        return tf.reshape(tf.transpose(by_gate, [1, 3, 0, 2, 4]), [steps, gates, -1])

    def across(self, bias: Tensor, gates: int, batch: int) -> Tensor:
        R, O = bias.shape
        by_gate = tf.transpose(tf.reshape(bias, [R, gates, O // gates]), [1, 0, 2])
        return tf.reshape(tf.repeat(by_gate[:, :, None], batch, axis=2), [gates, -1])

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        R, U, O = kernel.shape
        z = tf.matmul(tf.reshape(hidden, [R, -1, U]), kernel)
        return tf.reshape(tf.transpose(tf.reshape(z, [R, -1, O // U, U]), [2, 0, 1, 3]), [O // U, -1])

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        # Whichever way round `ready` left the kernel, its shorter axis is the units'.
        G, R, U = gates.shape[0], kernel.shape[0], min(kernel.shape[1:])
        rows = tf.reshape(tf.transpose(tf.reshape(gates, [G, R, -1, U]), [1, 2, 0, 3]), [R, -1, G * U])
        return tf.reshape(tf.matmul(rows, kernel, transpose_b=rows.shape[1] == 1), [-1])

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        T, G, _ = gates.shape
        R, _, O = kernel.shape
        by_gate = tf.reshape(gates, [T, G, R, -1, O // G])
        return tf.reshape(tf.transpose(by_gate, [2, 0, 3, 1, 4]), [R, -1, O])

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        return tf.matmul(rows, kernel, transpose_b=True)

    def gradients(self, inputs: Sequence[Tensor], rows: Tensor) -> tuple[list[Tensor], Tensor]:
        return [tf.matmul(one, rows, transpose_a=True) for one in inputs], tf.reduce_sum(rows, axis=1)

    def outputs(self, rows: Tensor, steps: int, batch: int) -> Tensor:
        R, _, O = rows.shape
        return tf.transpose(tf.reshape(rows, [R, steps, batch, O]), [0, 2, 1, 3])

    def for_each_replica(self, values: Tensor, like: Tensor) -> Tensor:
        return tf.reshape(values, [-1] + [1] * (len(like.shape) - 1))

    def over_replica(self, weight: Tensor) -> Tensor:
        return tf.reduce_sum(weight, axis=list(range(1, len(weight.shape))))


class ReplicaLast(Layout):
    """Products as multiply and sum over a contiguous replica axis: (U, B, R). For tiny networks."""

    inputs_axis, units_axis = 0, 1

    def enter(self, weight: Tensor) -> Tensor:
        return tf.transpose(weight, [*range(1, len(weight.shape)), 0])

    def leave(self, weight: Tensor) -> Tensor:
        last = len(weight.shape) - 1
        return tf.transpose(weight, [last, *range(last)])

    def ready(self, kernel: Tensor, batch: int) -> tuple[Tensor, Tensor]:
        return kernel, kernel

    def sequence(self, windows: Tensor) -> Tensor:
        return tf.transpose(windows, [2, 3, 1, 0])

    def hidden_sequence(self, hidden: Tensor, replicas: int, batch: int) -> Tensor:
        return tf.reshape(hidden, [hidden.shape[0], -1, batch, replicas])

    def flat_sequence(self, sequence: Tensor, steps: int) -> Tensor:
        return tf.reshape(sequence, [steps, -1])

    def dense(self, sequence: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        return tf.reduce_sum(sequence[:, :, None] * kernel[None, :, :, None], axis=1) + bias[None, :, None]

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int, gates: int) -> Tensor:
        return tf.reshape(self.dense(sequence, kernel, bias), [steps, gates, -1])

    def across(self, bias: Tensor, gates: int, batch: int) -> Tensor:
        return tf.reshape(tf.repeat(bias[:, None], batch, axis=1), [gates, -1])

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        U, O, R = kernel.shape
        z = tf.reduce_sum(tf.reshape(hidden, [U, 1, -1, R]) * kernel[:, :, None], axis=0)
        return tf.reshape(z, [O // U, -1])

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        _, O, R = kernel.shape
        return tf.reshape(tf.reduce_sum(tf.reshape(gates, [1, O, -1, R]) * kernel[:, :, None], axis=1), [-1])

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        _, O, R = kernel.shape
        return tf.reshape(gates, [gates.shape[0], O, -1, R])

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        return tf.reduce_sum(rows[:, None] * kernel[None, :, :, None], axis=2)

    def gradients(self, inputs: Sequence[Tensor], rows: Tensor) -> tuple[list[Tensor], Tensor]:
        kernels = [tf.reduce_sum(one[:, :, None] * rows[:, None], axis=[0, 3]) for one in inputs]
        return kernels, tf.reduce_sum(rows, axis=[0, 2])

    def outputs(self, rows: Tensor, steps: int, batch: int) -> Tensor:
        return tf.transpose(rows, [3, 2, 0, 1])

    def for_each_replica(self, values: Tensor, like: Tensor) -> Tensor:
        return values

    def over_replica(self, weight: Tensor) -> Tensor:
        return tf.reduce_sum(weight, axis=list(range(len(weight.shape) - 1)))


def transposed(kernel: Tensor) -> Tensor:
    """A kernel (R, I, O) as (R, O, I) in memory: the compiler would else transpose it in every product that reads it."""
    return xla.optimization_barrier(tf.transpose(kernel, [0, 2, 1]))[0]
