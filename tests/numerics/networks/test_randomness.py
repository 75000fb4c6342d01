"""Batch orders: shuffles that belong to a seed, whoever stands beside it."""

import numpy as np

from tasks.numerics.networks.randomness import BatchOrder, generator

WINDOWS, BATCH = 10, 4


def orders(seeds, epochs=3):
    """(E, R, windows)."""
    drawn = BatchOrder(seeds, WINDOWS, BATCH).draw(epochs, epochs)
    return drawn.transpose(0, 2, 1, 3).reshape(epochs, len(seeds), -1)[:, :, :WINDOWS]


def test_every_epoch_shows_every_window_once_in_an_order_of_its_own():
    found = orders([7])
    assert (np.sort(found, axis=-1) == np.arange(WINDOWS)).all()
    assert len({tuple(epoch) for epoch in found[:, 0]}) == 3


def test_every_seed_has_an_order_of_its_own_the_same_alone_and_in_a_crowd():
    crowd = orders([7, 8, 9])
    assert len({tuple(order) for order in crowd[0]}) == 3
    for place, seed in enumerate([7, 8, 9]):
        np.testing.assert_array_equal(crowd[:, place], orders([seed])[:, 0])


def test_candidates_of_a_seed_share_its_order():
    found = orders([7, 8] * 3)
    np.testing.assert_array_equal(found, np.tile(orders([7, 8]), (1, 3, 1)))


def test_replicas_have_epochs_of_their_own():
    order = BatchOrder([7, 8, 7], WINDOWS, BATCH)
    first, later = order.draw(2, 2, [2, 1]), order.draw(2, 3, [0, 2])
    whole = BatchOrder([7, 8], WINDOWS, BATCH).draw(4, 4)
    np.testing.assert_array_equal(first, whole[:2][:, :, [0, 1]])
    np.testing.assert_array_equal(later[:2, :, 0], whole[:2, :, 0])
    np.testing.assert_array_equal(later[:2, :, 1], whole[2:, :, 0])


def test_segments_go_on_where_the_last_one_ended():
    whole, parts = BatchOrder([7], WINDOWS, BATCH).draw(3, 3), BatchOrder([7], WINDOWS, BATCH)
    first, rest = parts.draw(1, 4), parts.draw(2, 2)
    np.testing.assert_array_equal(np.concatenate([first[:1], rest]), whole)
    assert not first[1:].any()


def test_the_last_step_is_filled_up_with_window_0():
    assert not BatchOrder([7], WINDOWS, BATCH).draw(1, 1)[0, -1, 0, WINDOWS % BATCH :].any()


def test_streams_of_other_purposes_and_numbers_are_others():
    drawn = {tuple(generator(*key).integers(0, 2**60, 3)) for key in ((1, "a"), (1, "b"), (2, "a"), (1, "a", 1))}
    assert len(drawn) == 4
    assert generator(1, "a").integers(2**60) == generator(1, "a").integers(2**60)
