"""Masks of dropout, keyed by a replica's seed, the step and the layer: the same for every variant, alone and in a crowd.

No state is kept: each element's bits are a hash of its place under its key, so that a step's masks can be made again by anyone.
"""

import zlib
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

Tensor = Any
GOLDEN = 0x9E3779B9
"""2^32 over the golden ratio: neighbours get keys that are far apart."""


class Training(NamedTuple):
    """What layers that are otherwise in training than afterwards must know of a step."""

    keys: Tensor
    """(R,), 32 bits of each replica at this step."""
    counts: Tensor
    """Whether each place of the batch holds a window (B,): the last batch may be filled up."""


def step_keys(seeds: Tensor, step: Tensor) -> Tensor:
    """A key of each replica (R,) at a step, one for all or of each its own (R,), from its seed (R,), 32 bits."""
    return _mixed(_mixed(tf.cast(seeds, tf.uint32)) + tf.cast(step, tf.uint32) * tf.constant(GOLDEN, tf.uint32))


def mask(keys: Tensor, name: str, shape: tuple[int, ...], rate: float) -> Tensor:
    """0 with probability `rate`, else 1 / (1 - rate), at every place of `shape`, of every replica: (R, *shape).

    `name` tells a layer's mask from all others of its network. Keys are mixed already, so that places and names need no mixing of their own.
    """
    places = np.arange(np.prod(shape), dtype=np.uint32).reshape(1, *shape) * np.uint32(GOLDEN)
    own = keys ^ tf.constant(zlib.crc32(name.encode()), tf.uint32)
    bits = _mixed(tf.constant(places) + tf.reshape(own, [-1, *[1] * len(shape)]))
    kept = bits >= tf.constant(min(round(rate * 2**32), 2**32 - 1), tf.uint32)
    return tf.where(kept, tf.constant(1 / (1 - rate), tf.float32), 0.0)


def _mixed(bits: Tensor) -> Tensor:
    """A hash of 32 bits in which each bit of the input changes each of the output with about even chances (Wellons 2018: lowbias32)."""
    shift, mixed = tf.bitwise.right_shift, tf.bitwise.bitwise_xor
    for by, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        bits = mixed(bits, shift(bits, tf.constant(by, tf.uint32))) * tf.constant(factor, tf.uint32)
    return mixed(bits, shift(bits, tf.constant(16, tf.uint32)))
