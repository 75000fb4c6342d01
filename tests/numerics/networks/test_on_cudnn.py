"""Which variants Keras hands to cuDNN on a GPU, by its own conditions."""

import pytest

from tasks.numerics.networks.forms import form_of
from tasks.numerics.networks.outlines import Outline
from tasks.numerics.settings import NetworkSpec


@pytest.mark.parametrize(
    ("settings", "placement", "wanted"),
    [
        ({}, "stock", True),
        ({"cell": "gru"}, "stock", True),
        ({"bidirectional": True, "dropout": 0.2, "input_dropout": 0.1}, "stock", True),
        ({"cell": "simple_rnn"}, "stock", False),
        ({"recurrent_dropout": 0.1}, "stock", False),
        ({"recurrent_dropout": 0.1, "bidirectional": True}, "stock", False),
        ({}, "between", True),
        ({}, "cell", False),
        ({}, "gate", False),
        ({}, "input", False),
        ({}, "squash", False),
    ],
)
def test_keras_runs_lstm_and_gru_with_their_own_activations_on_cudnn(settings, placement, wanted):
    assert form_of(NetworkSpec(**settings)).at(placement, "elu").on_cudnn is wanted


def test_of_what_keras_alone_can_build_nothing_is_claimed():
    assert not Outline(layers=(), lacks="a layer").on_cudnn
