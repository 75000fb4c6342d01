"""Programs with room for more windows than there are."""

import numpy as np
import pytest

from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine import rooms, training
from tasks.numerics.networks.engine.rooms import count_arguments, forward_batch, in_room, room
from tasks.numerics.networks.engine.training import TrainingData, train
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

SEEDS = (3, 8)
COUNTS = ((40, 17), (55, 20), (61, 30))
"""Training and validation windows: 61 in batches of 7 leave 5, 40 leave 5, 55 leave 6."""


def test_room_is_for_all_and_little_is_wasted():
    sizes = np.array([room(count) for count in range(1, 20_000)])
    counts = np.arange(1, 20_000)
    assert (sizes >= counts).all() and (np.diff(sizes) >= 0).all()
    assert (sizes[15:2048] < 2 * counts[15:2048]).all()
    assert (sizes[2048:] <= 1.25 * counts[2048:]).all()
    # A few programs serve every length.
    assert len(set(sizes[:2048])) == 8 and len(set(sizes[2048:])) <= 16
    assert all(size % forward_batch(size) == 0 for size in set(sizes))


@pytest.mark.parametrize(("windows", "batch", "places"), [(61, 7, 64), (64, 16, 64), (5, 5, 16), (17, 4, 32)])
def test_a_program_is_told_how_many_windows_there_are(windows, batch, places):
    told = count_arguments(windows, batch, places, 3)
    batches = [list(range(start, min(start + batch, windows))) for start in range(0, windows, batch)]
    assert told["steps"] == len(batches) and told["watched"] == 3
    np.testing.assert_array_equal(told["sizes"][: len(batches)], [len(one) for one in batches])
    assert not told["sizes"][len(batches) :].any() and not told["shares"][len(batches) :].any()
    for share, one in zip(told["shares"], batches, strict=False):
        np.testing.assert_allclose(share, [1 / len(one)] * len(one) + [0] * (batch - len(one)))


def data(windows, watched):
    random = np.random.default_rng(windows)
    inputs = random.normal(size=(windows + watched + 12, 4, 2)).astype(np.float32)
    targets = np.tanh(inputs.sum(axis=(1, 2)))[:, None].astype(np.float32)
    seen = windows + watched
    parts = inputs[:windows], targets[:windows], inputs[windows:seen], targets[windows:seen], inputs[seen:]
    return TrainingData(*parts)


def trained(counts, **settings):
    variant = Variant("cell", "relu") if settings.get("optimizer") == "adam" else STOCK
    architecture = Architecture(NetworkSpec((5, 3), dropout=settings.pop("dropout", 0.0)), variant, 2, steps=4)
    asked = TrainingSpec(**{"learning_rates": 1, "learning_rate": 0.02, "epochs": 12, "batch_size": 7} | settings)
    return train(architecture, asked, data(*counts), SEEDS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [{"optimizer": "adam"}, {"optimizer": "sgd", "patience": 3}, {"loss": "mape"}, {"dropout": 0.2}],
    ids=str,
)
def test_what_is_trained_does_not_hang_on_the_room(settings, monkeypatch):
    # Whatever stands behind the windows.
    def with_noise(array, places):
        padded = in_room(array, places)
        padded[len(array) :] = np.nan
        return padded

    monkeypatch.setattr(training, "in_room", with_noise)
    for counts in COUNTS[:2]:
        own = trained(counts, **settings)
        for wider in (2, 4):
            monkeypatch.setattr(training, "room", lambda count, wider=wider: wider * room(count))
            other = trained(counts, **settings)
            for name in ("loss", "validation_loss", "gradient_norm", "forecasts"):
                np.testing.assert_allclose(getattr(other, name), getattr(own, name), rtol=1e-3, atol=1e-5, err_msg=name)
            np.testing.assert_array_equal(other.best_epoch, own.best_epoch)
        monkeypatch.setattr(training, "room", room)


@pytest.mark.slow
def test_one_program_serves_other_lengths_and_a_series_that_grows(tmp_path):
    architecture = Architecture(NetworkSpec((3,)), STOCK, 2, steps=4)
    asked = TrainingSpec(learning_rates=1, epochs=2, batch_size=7)
    for counts in (*COUNTS, (62, 31)):
        train(architecture, asked, data(*counts), SEEDS, programs=tmp_path)
    assert len(list(tmp_path.glob("program_*.functions"))) == 1


def test_more_places_shuffle_the_windows_as_before():
    from tasks.numerics.networks.randomness import BatchOrder

    few, more = (BatchOrder([1, 2], 10, 4, places).draw(3, 3) for places in (0, 32))
    assert few.shape == (3, 3, 2, 4) and more.shape == (3, 8, 2, 4)
    np.testing.assert_array_equal(more[:, :3], few)
    assert not more[:, 3:].any()


def test_room_beyond_the_doubled_sizes_is_of_whole_forward_batches():
    assert room(rooms.DOUBLED_UP_TO + 1) % rooms.FORWARD_BATCH == 0
