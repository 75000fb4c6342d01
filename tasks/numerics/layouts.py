"""Ways to lay the replicas' numbers out in memory; which one is faster depends on the size of the network.

The third, of big networks, is `units_first`; `sizes` chooses.

Axes: R replicas, T time steps, B windows of a batch, I inputs, U units, O outputs, n = R·B·U in the layout's own order.
Whatever a layer does element by element it does on flat vectors (n,): only those are compiled to vector instructions.
The gates stand on an axis of their own, in Keras' order i, f, c, o, before n.
"""

from typing import Any, Protocol

import tensorflow as tf

Tensor = Any


class Layout(Protocol):
    """Products of a layer with the weights of every replica at once."""

    def enter(self, weight: Tensor) -> Tensor:
        """A weight (R, ...) in the layout's own order."""

    def leave(self, weight: Tensor) -> Tensor:
        """A weight in the layout's own order as (R, ...)."""

    def sequence(self, windows: Tensor) -> Tensor:
        """Windows (R, B, T, I) as a layer's input."""

    def hidden_sequence(self, hidden: Tensor, replicas: int, batch: int) -> Tensor:
        """Hidden states (T, n) as the next layer's input."""

    def flat_sequence(self, sequence: Tensor, steps: int) -> Tensor:
        """What a layer's input is to the layer below: (T, n)."""

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int) -> Tensor:
        """Input times kernel plus bias (T, 4, n)."""

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        """Hidden state (n,) times recurrent kernel (4, n)."""

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        """Gradient of the gates (4, n) to that of the hidden state (n,)."""

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        """Gradients of the gates (T, 4, n) in the order of a layer's input."""

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        """Gradient of a layer's input from its `gate_rows`."""

    def kernel_gradient(self, sequence: Tensor, rows: Tensor) -> Tensor:
        """Gradient of a kernel from a layer's input and its `gate_rows`, summed over time and batch."""

    def bias_gradient(self, rows: Tensor) -> Tensor:
        """Gradient of a bias from `gate_rows`."""

    def head(self, hidden: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        """The Dense layer of one output on a hidden state (n,); one number a replica and window, as `targets`."""

    def head_back(self, error: Tensor, hidden: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Gradients of hidden state (n,), kernel and bias of the head from that of its output."""

    def by_unit(self, values: Tensor, replicas: int, batch: int) -> Tensor:
        """Flat values (n,) as (R, U, B)."""

    def targets(self, values: Tensor) -> Tensor:
        """Values (R, B) in the order of the head's output, or back: the same or transposed."""

    def over_batch(self, values: Tensor) -> Tensor:
        """Sum of the head's outputs over the batch (R,)."""

    def for_each_replica(self, values: Tensor, like: Tensor) -> Tensor:
        """Values (R,) shaped to be multiplied with the weight `like`."""

    def over_replica(self, weight: Tensor) -> Tensor:
        """Sum of a weight over everything but the replicas (R,)."""


class ReplicaFirst:
    """Batched matrix products, the replicas first: (R, rows, U). For middle-sized networks."""

    def enter(self, weight: Tensor) -> Tensor:
        return weight

    def leave(self, weight: Tensor) -> Tensor:
        return weight

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

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int) -> Tensor:
        R, rows, _ = sequence.shape
        U, B = kernel.shape[2] // 4, rows // steps
        z = tf.matmul(sequence, kernel) + bias[:, None, :]
        return tf.reshape(tf.transpose(tf.reshape(z, [R, steps, B, 4, U]), [1, 3, 0, 2, 4]), [steps, 4, R * B * U])

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        R, U, _ = kernel.shape
        z = tf.matmul(tf.reshape(hidden, [R, -1, U]), kernel)
        return tf.reshape(tf.transpose(tf.reshape(z, [R, -1, 4, U]), [2, 0, 1, 3]), [4, -1])

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        R, U, _ = kernel.shape
        rows = tf.reshape(tf.transpose(tf.reshape(gates, [4, R, -1, U]), [1, 2, 0, 3]), [R, -1, 4 * U])
        return tf.reshape(tf.matmul(rows, kernel, transpose_b=True), [-1])

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        T, _, n = gates.shape
        R, _, O = kernel.shape
        U = O // 4
        B = n // (R * U)
        return tf.reshape(tf.transpose(tf.reshape(gates, [T, 4, R, B, U]), [2, 0, 3, 1, 4]), [R, T * B, O])

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        return tf.matmul(rows, kernel, transpose_b=True)

    def kernel_gradient(self, sequence: Tensor, rows: Tensor) -> Tensor:
        return tf.matmul(sequence, rows, transpose_a=True)

    def bias_gradient(self, rows: Tensor) -> Tensor:
        return tf.reduce_sum(rows, axis=1)

    def head(self, hidden: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        R, U, _ = kernel.shape
        return tf.reduce_sum(tf.reshape(hidden, [R, -1, U]) * tf.transpose(kernel, [0, 2, 1]), axis=2) + bias

    def head_back(self, error: Tensor, hidden: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        R, U, _ = kernel.shape
        by_replica = tf.reshape(hidden, [R, -1, U])
        back = tf.reshape(error[:, :, None] * tf.transpose(kernel, [0, 2, 1]), [-1])
        return (
            back,
            tf.reduce_sum(by_replica * error[:, :, None], axis=1)[:, :, None],
            tf.reduce_sum(error, axis=1, keepdims=True),
        )

    def by_unit(self, values: Tensor, replicas: int, batch: int) -> Tensor:
        return tf.transpose(tf.reshape(values, [replicas, batch, -1]), [0, 2, 1])

    def targets(self, values: Tensor) -> Tensor:
        return values

    def over_batch(self, values: Tensor) -> Tensor:
        return tf.reduce_sum(values, axis=1)

    def for_each_replica(self, values: Tensor, like: Tensor) -> Tensor:
        return tf.reshape(values, [-1] + [1] * (len(like.shape) - 1))

    def over_replica(self, weight: Tensor) -> Tensor:
        return tf.reduce_sum(weight, axis=list(range(1, len(weight.shape))))


class ReplicaLast:
    """Products as multiply and sum over a contiguous replica axis: (U, B, R). For tiny networks."""

    def enter(self, weight: Tensor) -> Tensor:
        return tf.transpose(weight, [*range(1, len(weight.shape)), 0])

    def leave(self, weight: Tensor) -> Tensor:
        last = len(weight.shape) - 1
        return tf.transpose(weight, [last, *range(last)])

    def sequence(self, windows: Tensor) -> Tensor:
        return tf.transpose(windows, [2, 3, 1, 0])

    def hidden_sequence(self, hidden: Tensor, replicas: int, batch: int) -> Tensor:
        return tf.reshape(hidden, [hidden.shape[0], -1, batch, replicas])

    def flat_sequence(self, sequence: Tensor, steps: int) -> Tensor:
        return tf.reshape(sequence, [steps, -1])

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int) -> Tensor:
        z = tf.reduce_sum(sequence[:, :, None] * kernel[None, :, :, None], axis=1) + bias[None, :, None]
        return tf.reshape(z, [steps, 4, -1])

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        U, _, R = kernel.shape
        z = tf.reduce_sum(tf.reshape(hidden, [U, 1, -1, R]) * kernel[:, :, None], axis=0)
        return tf.reshape(z, [4, -1])

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        _, O, R = kernel.shape
        return tf.reshape(tf.reduce_sum(tf.reshape(gates, [1, O, -1, R]) * kernel[:, :, None], axis=1), [-1])

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        _, O, R = kernel.shape
        return tf.reshape(gates, [gates.shape[0], O, -1, R])

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        return tf.reduce_sum(rows[:, None] * kernel[None, :, :, None], axis=2)

    def kernel_gradient(self, sequence: Tensor, rows: Tensor) -> Tensor:
        return tf.reduce_sum(sequence[:, :, None] * rows[:, None], axis=[0, 3])

    def bias_gradient(self, rows: Tensor) -> Tensor:
        return tf.reduce_sum(rows, axis=[0, 2])

    def head(self, hidden: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        U, _, R = kernel.shape
        return tf.reduce_sum(tf.reshape(hidden, [U, -1, R]) * kernel, axis=0) + bias

    def head_back(self, error: Tensor, hidden: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        U, _, R = kernel.shape
        back = tf.reshape(error[None] * kernel, [-1])
        gradient = tf.reduce_sum(tf.reshape(hidden, [U, -1, R]) * error[None], axis=1)[:, None, :]
        return back, gradient, tf.reduce_sum(error, axis=0, keepdims=True)

    def by_unit(self, values: Tensor, replicas: int, batch: int) -> Tensor:
        return tf.transpose(tf.reshape(values, [-1, batch, replicas]), [2, 0, 1])

    def targets(self, values: Tensor) -> Tensor:
        return tf.transpose(values)

    def over_batch(self, values: Tensor) -> Tensor:
        return tf.reduce_sum(values, axis=0)

    def for_each_replica(self, values: Tensor, like: Tensor) -> Tensor:
        return values

    def over_replica(self, weight: Tensor) -> Tensor:
        return tf.reduce_sum(weight, axis=list(range(len(weight.shape) - 1)))
