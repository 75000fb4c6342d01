"""Samples in their parts, scaled by the training part alone, with the targets that the head is held against."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import as_json
from tasks.numerics.networks.chain.layers import Dense, Masking
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.chain.recurrent import Recurrent
from tasks.numerics.networks.forms import form_of
from tasks.numerics.problems.classification.baselines import baseline_probabilities, notes_of
from tasks.numerics.problems.classification.padding import MASK, free_value, padded
from tasks.numerics.problems.classification.splits import parts_of_samples
from tasks.numerics.problems.classification.windows import make_class_windows
from tasks.numerics.series.samples import ReadSamples, samples_of
from tasks.numerics.settings import NetworkSpec, WindowSpec

NETWORK = NetworkSpec((4,), head="classification", output_activation="softmax")
COUNTS = {"a": 60, "b": 30, "c": 10}


def read(counts=COUNTS, **changed):
    """Samples of three classes, of three time steps and two features, in an order that says nothing."""
    random = np.random.default_rng(4)
    labels = random.permutation([name for name, count in counts.items() for _ in range(count)])
    windows = tuple(random.normal(loc=5, scale=3, size=(3, 2)) for _ in labels)
    ids = tuple(map(str, range(len(labels))))
    return replace(ReadSamples("made", "made.npz", windows, tuple(map(str, labels)), ("x", "y"), ids), **changed)


def parts(samples, **settings):
    order, split = parts_of_samples(samples, WindowSpec(**{"test": 0.2} | settings))
    return np.split(order, [split.train, split.train + split.validation])


def test_each_part_has_its_share_of_every_class():
    samples = samples_of(read())
    found = parts(samples)
    assert [len(part) for part in found] == [64, 16, 20]
    assert sorted(np.concatenate(found)) == list(range(100))
    for part, share in zip(found, (0.64, 0.16, 0.2), strict=True):
        counts = np.bincount(samples.labels[part], minlength=3)
        np.testing.assert_allclose(counts, share * np.array([60, 30, 10]), atol=1)


def test_the_same_file_is_always_split_in_the_same_way():
    for one, other in zip(parts(samples_of(read())), parts(samples_of(read())), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_group_stands_in_one_part_alone():
    people = tuple(f"person {number % 13}" for number in range(100))
    samples = samples_of(read(groups=people))
    found = parts(samples)
    groups = [set(samples.groups[part]) for part in found]
    assert len(set.union(*groups)) == sum(map(len, groups)) == 13
    assert len(found[2]) == pytest.approx(20, abs=5)


def test_in_time_the_last_samples_are_tested():
    found = parts(samples_of(read()), sample_split="time", test=10, validation=20)
    np.testing.assert_array_equal(np.concatenate(found), np.arange(100))
    assert [len(part) for part in found] == [70, 20, 10]


def test_given_parts_are_kept_and_a_missing_validation_part_is_drawn_from_training():
    said = tuple("test" if number % 4 == 0 else "train" for number in range(100))
    train, validation, test = parts(samples_of(read(parts=said)))
    np.testing.assert_array_equal(test, np.arange(0, 100, 4))
    assert len(validation) == 15 and not set(test) & {*train, *validation}


@pytest.mark.parametrize(
    ("changed", "settings", "said"),
    [
        ({}, {"sample_split": "given"}, "does not say which samples are tested"),
        ({"groups": ("one",) * 50 + ("other",) * 50}, {}, "in 2 groups"),
        ({}, {"sample_split": "time", "test": 97, "validation": 1}, "No training sample is of"),
    ],
)
def test_parts_that_there_can_not_be_are_told(changed, settings, said):
    with pytest.raises(InputError, match=said):
        parts(samples_of(read(**changed)), **settings)


def test_scaling_knows_the_training_part_alone():
    found = make_class_windows(samples_of(read()), WindowSpec(test=0.2, scaling="standard"), NETWORK)
    training = found.inputs[: found.split.train].reshape(-1, 2)
    np.testing.assert_allclose(training.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(training.std(axis=0), 1, atol=1e-6)
    assert abs(found.inputs.reshape(-1, 2).mean(axis=0)).max() > 1e-4


def test_targets_are_one_hot_in_the_order_of_the_samples():
    samples = samples_of(read())
    found = make_class_windows(samples, WindowSpec(test=0.2), NETWORK)
    assert found.classes == ("a", "b", "c") and found.outputs == 3
    np.testing.assert_array_equal(found.targets.argmax(axis=1), samples.labels[found.samples])
    np.testing.assert_array_equal(found.targets.sum(axis=1), 1)
    back = found.inputs * [one.scale for one in found.scalers] + [one.shift for one in found.scalers]
    np.testing.assert_allclose(back, np.stack(samples.windows)[found.samples], rtol=1e-4, atol=1e-5)


def test_two_classes_behind_a_sigmoid_have_a_single_output():
    samples = samples_of(read({"no": 30, "yes": 20}))
    network = replace(NETWORK, output_activation="sigmoid")
    found = make_class_windows(samples, WindowSpec(test=0.2), network)
    assert found.outputs == 1
    np.testing.assert_array_equal(found.targets[:, 0], samples.labels[found.samples])
    np.testing.assert_array_equal(found.labels, samples.labels[found.samples])
    assert make_class_windows(samples, WindowSpec(test=0.2), NETWORK).outputs == 2


def test_windows_are_padded_at_the_end_with_what_no_scaled_value_is():
    found = padded((np.ones((1, 2)), np.zeros((3, 2))), 3, MASK)
    assert found.shape == (2, 3, 2) and (found[0, 1:] == MASK).all() and (found[0, 0] == 1).all()
    assert (found[1] == 0).all()


def shortened(read, lengths):
    """The same samples, the first ones cut."""
    cut = tuple(window[:length] for window, length in zip(read.windows, lengths, strict=False))
    return replace(read, windows=(*cut, *read.windows[len(cut) :]))


def test_windows_of_different_lengths_stand_behind_a_masking_layer():
    short = samples_of(shortened(read(), [2, 1]))
    found = make_class_windows(short, WindowSpec(test=0.2, scaling="standard"), NETWORK)
    assert found.network == MaskedNetwork.of(NETWORK, MASK) and found.network.bare == NETWORK and found.is_padded
    assert form_of(found.network, 3, 3).chain[0] == Masking(MASK)
    np.testing.assert_array_equal(found.lengths, [len(short.windows[number]) for number in found.samples])
    for window, length in zip(found.inputs, found.lengths, strict=True):
        assert (window[length:] == MASK).all() and (window[:length] != MASK).all()
    whole = make_class_windows(samples_of(read()), WindowSpec(test=0.2), NETWORK)
    assert whole.network == NETWORK and not whole.is_padded


def test_scaling_knows_true_time_steps_alone():
    short = samples_of(shortened(read(), [1] * 60))
    found = make_class_windows(short, WindowSpec(test=0.2, scaling="standard"), NETWORK)
    train = slice(found.split.train)
    true = np.concatenate([w[:n] for w, n in zip(found.inputs[train], found.lengths[train], strict=True)])
    np.testing.assert_allclose(true.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(true.std(axis=0), 1, atol=1e-5)


def test_what_pads_is_no_true_time_step():
    assert free_value((np.full((2, 2), MASK),)) == 2 * MASK
    assert free_value((np.array([[MASK, 0.0]]),)) == MASK, "one feature alone is no time step"
    assert free_value((np.full((1, 2), MASK), np.full((1, 2), 2 * MASK))) == 4 * MASK


def test_a_masking_layer_of_its_own_is_honoured_and_what_it_hides_is_said():
    own = replace(NETWORK, network=as_json((Masking(0.0), Recurrent("lstm", 4), Dense(3, "softmax"))))
    whole = shortened(read(), [2])
    found = make_class_windows(samples_of(whole), WindowSpec(test=0.2, scaling="none"), own)
    assert found.network == own and found.mask_value == 0 and found.warnings == ()
    zero = replace(whole, windows=(*whole.windows[:-1], np.zeros((3, 2))))
    found = make_class_windows(samples_of(zero), WindowSpec(test=0.2, scaling="none"), own)
    (said,) = found.warnings
    assert "takes 3 true time steps for padding" in said


def test_baselines_see_means_in_the_place_of_padding():
    short = samples_of(shortened(read(), [1] * 80))
    found = make_class_windows(short, WindowSpec(test=0.2, scaling="none"), NETWORK)
    made = baseline_probabilities(found)
    # Whatever stands in the padding.
    other = replace(found, inputs=np.where(found.inputs == MASK, np.float32(5 * MASK), found.inputs))
    np.testing.assert_array_equal(made, baseline_probabilities(other))
    assert "padded at their end" in notes_of(found)["1-NN"] and "padded" not in notes_of(found)["most frequent"]
    whole = make_class_windows(samples_of(read()), WindowSpec(test=0.2), NETWORK)
    assert "padded" not in "".join(notes_of(whole).values())


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"units": 5, "activation": "softmax"}, "gives 5 numbers, and there are 3 classes"),
        ({"units": 3, "activation": "linear"}, "expected probabilities of the classes"),
    ],
)
def test_a_network_that_gives_no_probabilities_of_the_classes_is_refused(last, said):
    network = replace(NETWORK, network=as_json((Recurrent("lstm", 4), Dense(**last))))
    with pytest.raises(InputError, match=said):
        make_class_windows(samples_of(read()), WindowSpec(test=0.2), network)


@pytest.mark.parametrize(
    ("counts", "said"),
    [({"a": 50}, "all 50 samples are of the class 'a'"), ({"a": 50, "b": 2}, "too few samples of 'b' .2.")],
)
def test_too_few_classes_or_samples_of_one_are_told(counts, said):
    with pytest.raises(InputError, match=said):
        samples_of(read(counts))
