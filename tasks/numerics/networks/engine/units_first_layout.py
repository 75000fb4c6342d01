"""The layout of big networks: one product a step whose result is already what the vector instructions want.

Axes as in `layouts`; every state has its windows last, (R, U, B). With one replica a program, as big networks have, nothing is
transposed inside the loops over time: the recurrent kernel is before them.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.engine.layouts import ReplicaFirst, transposed

Tensor = Any
# ruff: noqa: D102 - documented once, in the protocol that every layout keeps to.
FEW_INPUTS = 8
"""Inputs up to which each time step is projected by a product of its own: in one of all, writing the result anew takes longest."""


class UnitsFirst(ReplicaFirst):
    """Matrix products from the left, weight times state: (R, U, rows). For big networks."""

    units_axis = 1

    def ready(self, kernel: Tensor, batch: int) -> tuple[Tensor, Tensor]:
        return transposed(kernel), kernel

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

    def dense(self, sequence: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        return tf.matmul(kernel, sequence, transpose_a=True) + bias[:, :, None]

    def project(self, sequence: Tensor, kernel: Tensor, bias: Tensor, steps: int, gates: int) -> Tensor:
        R, I, O = kernel.shape
        if I <= FEW_INPUTS:
            by_step = tf.transpose(tf.reshape(sequence, [R, I, steps, -1]), [2, 0, 1, 3])
            inputs = tf.concat([by_step, tf.ones([steps, R, 1, by_step.shape[3]])], axis=2)
            weights = tf.transpose(tf.concat([kernel, bias[:, None]], axis=1), [0, 2, 1])
            z = tf.matmul(tf.broadcast_to(weights, [steps, *weights.shape]), inputs)
            by_gate = tf.transpose(tf.reshape(z, [steps, R, gates, -1]), [0, 2, 1, 3])
        else:
            z = tf.reshape(self.dense(sequence, kernel, bias), [R, gates, O // gates, steps, -1])
            by_gate = tf.transpose(z, [3, 1, 0, 2, 4])
        return tf.reshape(by_gate, [steps, gates, -1])

    def across(self, bias: Tensor, gates: int, batch: int) -> Tensor:
        by_gate = tf.transpose(tf.reshape(bias, [bias.shape[0], gates, -1]), [1, 0, 2])
        return tf.reshape(tf.repeat(by_gate[:, :, :, None], batch, axis=3), [gates, -1])

    def recur(self, hidden: Tensor, kernel: Tensor) -> Tensor:
        R, O, U = kernel.shape
        z = tf.reshape(tf.matmul(kernel, tf.reshape(hidden, [R, U, -1])), [R, O // U, -1])
        return tf.reshape(tf.transpose(z, [1, 0, 2]), [O // U, -1])

    def recur_back(self, gates: Tensor, kernel: Tensor) -> Tensor:
        R, U, O = kernel.shape
        rows = tf.reshape(tf.transpose(tf.reshape(gates, [O // U, R, -1]), [1, 0, 2]), [R, O, -1])
        return tf.reshape(tf.matmul(kernel, rows), [-1])

    def gate_rows(self, gates: Tensor, kernel: Tensor) -> Tensor:
        T, G, _ = gates.shape
        R, _, O = kernel.shape
        by_gate = tf.reshape(gates, [T, G, R, O // G, -1])
        return tf.reshape(tf.transpose(by_gate, [2, 1, 3, 0, 4]), [R, O, -1])

    def project_back(self, rows: Tensor, kernel: Tensor) -> Tensor:
        return tf.matmul(kernel, rows)

    def gradients(self, inputs: Sequence[Tensor], rows: Tensor) -> tuple[list[Tensor], Tensor]:
        ones = tf.ones([rows.shape[0], 1, rows.shape[2]])
        together = tf.matmul(tf.concat([*inputs, ones], axis=1), rows, transpose_b=True)
        *kernels, bias = tf.split(together, [*(one.shape[1] for one in inputs), 1], axis=1)
        return kernels, bias[:, 0]

    def outputs(self, rows: Tensor, steps: int, batch: int) -> Tensor:
        R, O, _ = rows.shape
        return tf.transpose(tf.reshape(rows, [R, O, steps, batch]), [0, 3, 2, 1])
