"""What the Atlas says of one's own network, and when it says nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.atlas import priors
from tasks.numerics.atlas.priors import near_relatives, prior_for
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

SERIES = [*(f"m3_{number}" for number in range(28)), "sunspots", "sunspots_monthly"]


@pytest.fixture(autouse=True)
def atlas(monkeypatch):
    """Thirty series on which cell-relu does harm, and few on which gate-tanh was tried."""
    random = np.random.default_rng(0)
    about = {"networks": {name: {"engine": "5f0c"} for name in ("default", "small")}}
    rows = [
        {
            "series": name,
            "network": network,
            "variant": variant,
            "effect": (1.0 if name.startswith("sunspots") else 0.1) + random.normal(0, 0.01),
            "seeds_variance": 1e-4,
            "periods_variance": 1e-4,
            "interaction_variance": 0.0,
            "periods_freedom": 20.0,
            "pairs": 10,
            "test_windows": 40,
        }
        for network, variant, names in (
            ("default", "cell-relu", SERIES),
            ("default", "gate-tanh", SERIES[:10]),
            ("small", "cell-relu", SERIES[:24]),
        )
        for name in names
    ]
    known = pd.DataFrame({"series": SERIES, "digest": [f"digest of {name}" for name in SERIES]})
    monkeypatch.setattr(priors, "the_atlas", lambda: Atlas(pd.DataFrame(rows), known, about, "1a2b"))


def test_the_same_network_is_asked_and_variants_of_few_series_are_left_out():
    found = prior_for(NetworkSpec(), WindowSpec(), TrainingSpec(), "another digest")
    assert (found.network, found.unlike, found.series) == ("default", (), 30)
    assert {*found.effects} == {"cell-relu"}
    assert found.effects["cell-relu"].below(0.05) < 0.1
    assert found.words == "30 series with its network default"
    assert (found.digest, found.engine) == ("1a2b", "5f0c")


def test_another_network_is_told_less():
    same, other = (
        prior_for(network, WindowSpec(), TrainingSpec(), "") for network in (NetworkSpec(), NetworkSpec(layers=(24,)))
    )
    assert "held wider as --layers is another there" in other.words
    assert other.effects["cell-relu"].below(-0.1) > same.effects["cell-relu"].below(-0.1) + 0.1


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        (WindowSpec(transform="difference"), "held wider as --transform is another there"),
        (WindowSpec(scaling="none"), "held wider as --scaling is another there"),
    ],
)
def test_what_leaves_the_range_in_another_way_is_told_less(windows, words):
    same, other = (prior_for(NetworkSpec(), one, TrainingSpec(), "") for one in (WindowSpec(), windows))
    assert words in other.words and words not in same.words
    assert other.effects["cell-relu"].below(-0.1) > same.effects["cell-relu"].below(-0.1) + 0.1


@pytest.mark.parametrize(
    ("network", "windows", "training", "asked", "unlike"),
    [
        ({"layers": (4,)}, {"lookback": 5, "layout": "features"}, {}, "small", ()),
        ({"layers": (4,)}, {"lookback": 24}, {}, "default", ("--layers", "--lookback")),
        (
            {"layers": (4,), "bidirectional": True},
            {"lookback": 5, "layout": "features"},
            {},
            "small",
            ("--bidirectional",),
        ),
        ({"dropout": 0.2, "l2": 0.1}, {}, {}, "default", ("--dropout", "--l2")),
        ({"dense": (8,), "dense_activation": "elu"}, {}, {}, "default", ("--dense", "--dense-activation")),
        ({"dense_activation": "elu"}, {}, {"quantile": 0.9}, "default", ()),
        ({}, {}, {"loss": "quantile", "quantile": 0.9}, "default", ("--loss", "--quantile")),
        ({}, {}, {"optimizer": "sgd", "momentum": 0.9}, "default", ("--optimizer", "--momentum")),
        ({}, {"test": 0.2, "origins": 4}, {"epochs": 50, "learning_rate": 0.1}, "default", ()),
    ],
)
def test_all_that_makes_a_network_another_one_is_told_by_its_flags(network, windows, training, asked, unlike):
    found = prior_for(NetworkSpec(**network), WindowSpec(**windows), TrainingSpec(**training), "")
    assert (found.network, found.unlike) == (asked, unlike)
    same = prior_for(NetworkSpec(), WindowSpec(), TrainingSpec(), "")
    wider = found.effects["cell-relu"].below(-0.1) > same.effects["cell-relu"].below(-0.1) + 0.1
    assert wider == bool(unlike)
    assert all(flag in found.words for flag in unlike)


def test_every_setting_of_a_network_counts_or_is_said_not_to():
    names = {name for spec in (NetworkSpec, WindowSpec, TrainingSpec) for name in spec.__dataclass_fields__}
    assert priors.EVIDENCE | priors.TUNED | {*priors.OF, *priors.OF.values()} <= names


def test_ones_own_series_and_its_near_relatives_say_nothing_of_themselves():
    found = prior_for(NetworkSpec(), WindowSpec(), TrainingSpec(), "digest of sunspots")
    assert found.series == 28
    assert 1 - found.effects["cell-relu"].below(0.6) < 0.05
    everything = prior_for(NetworkSpec(), WindowSpec(), TrainingSpec(), "")
    assert 1 - everything.effects["cell-relu"].below(0.6) > 0.04
    assert near_relatives(SERIES, "sunspots") == {"sunspots", "sunspots_monthly"}
    assert near_relatives(SERIES, "m3_1") == {"m3_1"}


@pytest.mark.parametrize(
    ("network", "windows"),
    [
        (NetworkSpec(head="autoencoder"), WindowSpec()),
        (NetworkSpec(cell="gru"), WindowSpec()),
        (NetworkSpec(), WindowSpec(horizon=3)),
        (replace(NetworkSpec(), network="my_model.py"), WindowSpec()),
    ],
)
def test_of_what_it_has_not_seen_it_says_nothing(network, windows):
    assert prior_for(network, windows, TrainingSpec(), "") is None


def test_without_an_atlas_there_is_no_prior(monkeypatch):
    monkeypatch.setattr(priors, "the_atlas", lambda: None)
    assert prior_for(NetworkSpec(), WindowSpec(), TrainingSpec(), "") is None
