"""Masks of dropout: fair, of their own key alone, and as a plain loop over Python's integers makes them."""

import zlib

import numpy as np
import pytest
import tensorflow as tf

from tasks.numerics.networks.engine.masks import mask, step_keys


def drawn(seeds, step, name, shape, rate):
    return mask(step_keys(tf.constant(seeds, tf.uint32), tf.constant(step)), name, shape, rate).numpy()


def hashed(bits):
    """The hash by the book, on integers without an end."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        bits = ((bits ^ (bits >> shift)) * factor) % 2**32
    return bits ^ (bits >> 16)


def by_the_book(seed, step, name, places, rate):
    key = hashed((hashed(seed) + step * 0x9E3779B9) % 2**32)
    own = key ^ zlib.crc32(name.encode())
    bits = [hashed((place * 0x9E3779B9 + own) % 2**32) for place in range(places)]
    return [1 / (1 - rate) if one >= round(rate * 2**32) else 0.0 for one in bits]


@pytest.mark.parametrize(
    ("seed", "step", "name"), [(0, 0, "Dropout 1"), (7, 12, "recurrent 2 input 0"), (2**31 + 5, 3, "x")]
)
def test_a_mask_is_the_hash_of_its_places_under_its_key(seed, step, name):
    found = drawn([1, seed], step, name, (4, 3, 5), 0.3)[1]
    np.testing.assert_allclose(found.ravel(), by_the_book(seed, step, name, 60, 0.3), rtol=1e-6)


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5, 0.9])
def test_as_many_are_dropped_as_the_rate_says_and_the_mean_stays(rate):
    kept = drawn(range(50), 3, "Dropout 1", (32, 60, 5), rate)
    assert kept.shape == (50, 32, 60, 5)
    assert {round(float(one), 4) for one in np.unique(kept)} == {0.0, round(1 / (1 - rate), 4)}
    bound = 5 * np.sqrt(rate * (1 - rate) / kept.size)
    assert np.mean(kept == 0) == pytest.approx(rate, abs=bound)
    assert kept.mean() == pytest.approx(1, abs=bound / (1 - rate))
    # And so at every place alone, over seeds and windows.
    by_place = np.mean(kept == 0, axis=(0, 1))
    assert np.abs(by_place - rate).max() < 5 * np.sqrt(rate * (1 - rate) / 1600)


def test_masks_of_other_seeds_steps_and_layers_have_nothing_in_common():
    one = drawn([4], 10, "Dropout 1", (64, 20, 4), 0.5)[0].ravel() > 0
    others = [
        drawn([5], 10, "Dropout 1", (64, 20, 4), 0.5),
        drawn([4], 11, "Dropout 1", (64, 20, 4), 0.5),
        drawn([4], 10, "Dropout 2", (64, 20, 4), 0.5),
    ]
    for other in others:
        assert np.mean(one == (other[0].ravel() > 0)) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(one.size))
    # Nor have neighbours, in any direction.
    square = one.reshape(64, 20, 4)
    for axis in range(3):
        same = square == np.roll(square, 1, axis)
        assert same.mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(one.size))


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_over_seeds_and_steps_places_of_any_layers_are_dropped_independently(rate):
    names = ("Dropout 1", "Dropout 2", "recurrent 1 input 0", "recurrent 1 recurrent 0")
    by_step = [
        np.concatenate([drawn(range(4000), step, name, (1, 1, 4), rate) for name in names], -1) for step in range(5)
    ]
    dropped = np.concatenate(by_step)[:, 0, 0] == 0
    together = dropped.T.astype(float) @ dropped / len(dropped)
    expected = np.where(np.eye(together.shape[0]), rate, rate**2)
    assert np.abs(together - expected).max() < 5 * np.sqrt(rate * (1 - rate) / len(dropped))


def test_a_seed_has_the_same_masks_alone_and_in_a_crowd():
    crowd = drawn([3, 4, 5], 2, "Dropout 1", (4, 6, 3), 0.4)
    np.testing.assert_array_equal(crowd[1], drawn([4], 2, "Dropout 1", (4, 6, 3), 0.4)[0])
