import keras
import numpy as np
import pytest

from tasks.numerics.networks.activation_names import ELEMENTWISE
from tasks.numerics.networks.architectures import Architecture, initial_weights, to_keras
from tasks.numerics.networks.initialisation import family, initialisation_words
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec

UNITS = (40, 30)


def weights_of_seed(network, variant, features, seed):
    """Weights of one replica, without the axis of replicas."""
    return [weight[0] for weight in initial_weights(Architecture(network, variant, features), [seed])]


def drawn(variant, initialisation="matched", seed=3, features=5):
    return weights_of_seed(NetworkSpec(UNITS, initialisation), variant, features, seed)


def limits(weight):
    """Largest absolute weight of each gate: of a uniform draw of this many, next to its limit."""
    return np.abs(weight.reshape(len(weight), 4, -1)).max(axis=(0, 2))


def test_rectifiers_are_he_and_selu_is_lecun_and_the_rest_is_keras_own():
    found = {name: family(name) for name in ELEMENTWISE}
    assert {found[name] for name in ("relu", "elu", "gelu", "silu", "leaky_relu", "relu6", "mish")} == {"he"}
    assert found["selu"] == "lecun"
    assert {found[name] for name in ("tanh", "sigmoid", "linear", "softsign", "hard_tanh", "exponential")} == {""}


def test_stock_and_bounded_activations_are_as_keras_draws_them():
    for variant in (STOCK, Variant("cell", "softsign"), Variant("between", "sigmoid")):
        for matched, plain in zip(drawn(variant), drawn(STOCK, "keras"), strict=True):
            assert np.array_equal(matched, plain)


def test_he_in_the_cell_scales_the_candidate_and_its_recurrent_kernel_is_the_identity():
    matched, plain = drawn(Variant("cell", "relu")), drawn(STOCK)
    glorot, he = np.sqrt(6 / (5 + 160)), np.sqrt(6 / 5)
    np.testing.assert_allclose(limits(matched[0]), [glorot, glorot, he, glorot], rtol=0.05)
    np.testing.assert_allclose(matched[0], plain[0] * np.repeat([1, 1, he / glorot, 1], 40), rtol=1e-5)
    recurrent = matched[1].reshape(40, 4, 40)
    assert np.array_equal(recurrent[:, 2], np.eye(40, dtype=np.float32))
    assert np.array_equal(recurrent[:, [0, 1, 3]], plain[1].reshape(40, 4, 40)[:, [0, 1, 3]])
    assert np.array_equal(drawn(Variant("cell", "elu"))[1], plain[1]), "the identity is for relu alone"


def test_in_the_gates_the_gates_are_scaled_and_between_what_reads_the_activation():
    plain = drawn(STOCK)
    gate = drawn(Variant("gate", "selu"))
    lecun = np.sqrt(3 / 5) / np.sqrt(6 / (5 + 160))
    np.testing.assert_allclose(gate[0], plain[0] * np.repeat([lecun, lecun, 1, lecun], 40), rtol=1e-5)
    between = drawn(Variant("between", "relu"))
    assert np.array_equal(between[0], plain[0]), "the first layer reads the series"
    np.testing.assert_allclose(between[3], plain[3] * np.sqrt((40 + 120) / 40), rtol=1e-5)
    np.testing.assert_allclose(between[6], plain[6] * np.sqrt(31 / 30), rtol=1e-5)
    assert all(np.array_equal(between[k], plain[k]) for k in (1, 2, 4, 5, 7))


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant("cell", "relu"), "He uniform for the candidate's kernel, identity for its recurrent kernel"),
        (Variant("gate", "selu"), "LeCun uniform for the gates' kernels"),
        (Variant("between", "elu"), "He uniform for the kernels that read the activation"),
        (STOCK, "Keras' default: Glorot"),
        (Variant("cell", "sigmoid"), "Keras' default: Glorot"),
    ],
)
def test_what_is_drawn_is_said(variant, words):
    assert words in initialisation_words(NetworkSpec(UNITS, "matched"), variant)
    assert "Keras' default: Glorot" in initialisation_words(NetworkSpec(UNITS), variant)


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3), ("simple_rnn", 1)])
def test_every_cell_begins_as_keras_begins_it(cell, gates):
    """Scales and shapes of Keras' own layers; the numbers are drawn by other generators."""
    architecture = Architecture(NetworkSpec(UNITS, cell=cell), STOCK, 5, 20, 4)
    model = to_keras(architecture, initial_weights(architecture, [3]), 0)
    keras.utils.set_random_seed(1)
    ours, theirs = model.get_weights(), keras.Sequential.from_config(model.get_config()).get_weights()
    for mine, own in zip(ours, theirs, strict=True):
        assert mine.shape == own.shape
        if mine.ndim == 1 or len(mine) == 2:
            np.testing.assert_array_equal(mine, own, "a bias")
        else:
            assert not np.array_equal(mine, own)
            assert mine.std() == pytest.approx(own.std(), rel=0.15)
    recurrent = ours[1]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(40), atol=1e-5)
    assert ours[0].shape == (5, gates * 40)


def test_the_candidate_of_every_cell_is_matched():
    gru, plain = (
        weights_of_seed(NetworkSpec(UNITS, how, cell="gru"), Variant("cell", "relu"), 5, 3)
        for how in ("matched", "keras")
    )
    he = np.sqrt(6 / 5) / np.sqrt(6 / (5 + 120))
    np.testing.assert_allclose(gru[0], plain[0] * np.repeat([1, 1, he], 40), rtol=1e-5)
    assert np.array_equal(gru[1].reshape(40, 3, 40)[:, 2], np.eye(40, dtype=np.float32))
    gate, stock = (
        weights_of_seed(NetworkSpec(UNITS, "matched", cell="gru"), one, 5, 3)
        for one in (Variant("gate", "selu"), STOCK)
    )
    lecun = np.sqrt(3 / 5) / np.sqrt(6 / (5 + 120))
    np.testing.assert_allclose(gate[0], stock[0] * np.repeat([lecun, lecun, 1], 40), rtol=1e-5)
    rnn = weights_of_seed(NetworkSpec(UNITS, "matched", cell="simple_rnn"), Variant("cell", "relu"), 5, 3)
    assert np.array_equal(rnn[1], np.eye(40, dtype=np.float32)), "the network of Le, Jaitly and Hinton"
    words = initialisation_words(NetworkSpec(UNITS, "matched", cell="simple_rnn"), Variant("cell", "relu"))
    assert words.startswith("He uniform for the kernel, identity for the recurrent kernel")
