"""The layout of big networks: one product a step whose result is already what the vector instructions want.

Axes as in `layouts`; the weights' axes are swapped, (R, 4U, I), and every state has its windows last, (R, U, B).
With one replica a program, as big networks have, nothing is transposed inside the loops over time.
"""

from typing import Any

import tensorflow as tf

from tasks.numerics.layouts import ReplicaFirst

Tensor = Any
# ruff: noqa: D102 - documented once, in the protocol that every layout keeps to.


class UnitsFirst(ReplicaFirst):
    """Matrix products from the left, weight times state: (R, U, rows). For big networks."""

    def enter(self, weight: Tensor) -> Tensor:
        return tf.transpose(weight, [0, 2, 1]) if len(weight.shape) == 3 else weight

    def leave(self, weight: Tensor) -> Tensor:
        return self.enter(weight)

    def sequence(self, windows: Tensor) -> Tensor:
        R, B, T, I = windows.shape
        return tf.reshape(tf.transpose(windows, [0, 3, 2, 1]), [R, I, T * B])

    def hidden_sequence(self, hidden: Tensor, replicas: int, batch: int) -> Tensor:
        T, _ = hidden.shape
        by_time = tf.transpose(tf.reshape(hidden, [T, replicas, -1, batch]), [1, 2, 0, 3])
        return tf.reshape(by_time, [replicas, -1, T * batch])

    def flat_sequence(self, sequence: Tensor, steps: int) -> Tensor:
        R, U, rows = sequence.shape
        by_unit = tf.reshape(sequence, [R, U, steps, rows // steps])
        return tf.reshape(tf.transpose(by_unit, [2, 0, 1, 3]), [steps, -1])

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int) -> Tensor:
        R, O, _ = kernel.shape
        z = tf.reshape(tf.matmul(kernel, sequence) + bias[:, :, None], [R, 4, O // 4, steps, -1])
        return tf.reshape(tf.transpose(z, [3, 1, 0, 2, 4]), [steps, 4, -1])

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        R, _, U = kernel.shape
        z = tf.reshape(tf.matmul(kernel, tf.reshape(hidden, [R, U, -1])), [R, 4, -1])
        return tf.reshape(tf.transpose(z, [1, 0, 2]), [4, -1])

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        R, O, _ = kernel.shape
        rows = tf.reshape(tf.transpose(tf.reshape(gates, [4, R, -1]), [1, 0, 2]), [R, O, -1])
        return tf.reshape(tf.matmul(kernel, rows, transpose_a=True), [-1])

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        R, O, _ = kernel.shape
        by_gate = tf.reshape(gates, [gates.shape[0], 4, R, O // 4, -1])
        return tf.reshape(tf.transpose(by_gate, [2, 1, 3, 0, 4]), [R, O, -1])

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        return tf.matmul(kernel, rows, transpose_a=True)

    def kernel_gradient(self, sequence: Tensor, rows: Tensor) -> Tensor:
        return tf.matmul(rows, sequence, transpose_b=True)

    def bias_gradient(self, rows: Tensor) -> Tensor:
        return tf.reduce_sum(rows, axis=2)

    def head(self, hidden: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        R, _, U = kernel.shape
        return tf.reduce_sum(tf.reshape(hidden, [R, U, -1]) * tf.reshape(kernel, [R, U, 1]), axis=1) + bias

    def head_back(self, error: Tensor, hidden: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        R, _, U = kernel.shape
        back = tf.reshape(error[:, None, :] * tf.reshape(kernel, [R, U, 1]), [-1])
        gradient = tf.reduce_sum(tf.reshape(hidden, [R, U, -1]) * error[:, None, :], axis=2)[:, None, :]
        return back, gradient, tf.reduce_sum(error, axis=1, keepdims=True)

    def by_unit(self, values: Tensor, replicas: int, batch: int) -> Tensor:
        return tf.reshape(values, [replicas, -1, batch])
