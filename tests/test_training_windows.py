"""What each of several training ends is trained on, from the settings to the forecasts: all windows before it, or as many as the first."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from own_networks import ATTENTION, written

import interlayer as il
from flows.comparison.pipeline import cut_in_words
from flows.studies.given_settings import study_from
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.split import Split

pytestmark = pytest.mark.slow

SMALL = {
    "lookback": 4,
    "layers": (3,),
    "activations": ("relu",),
    "placements": ("cell",),
    "seeds": 2,
    "epochs": 3,
    "learning_rates": 1,
    "batch_size": 8,
}
THREE = {"validation": 8, "test": 12, "origins": 3}
"""Three training ends, four test windows each."""
LAST = {"validation": 8, "test": 4, "origins": 1}
"""The last of them alone: it is trained on all windows before it."""

COUNTS = {"rolling": (60, 60), "expanding": (60, 64)}


def shops(folder):
    """Two series in long form, of the same dates."""
    dates = pd.date_range("2010-01-01", periods=60, freq="MS")
    random = np.random.default_rng(3)
    tables = [
        pd.DataFrame({"date": dates, "shop": name, "sold": level + random.normal(size=60).cumsum()})
        for name, level in (("a", 50.0), ("b", 900.0))
    ]
    path = folder / "shops.csv"
    pd.concat(tables).to_csv(path, index=False)
    return {"series": str(path), "id": "shop", "value": "sold"}


def by_keras(folder):
    """A network that Keras itself has to train."""
    of_layers = ("layers", "placements")
    return {"series": "nile", "network": str(written(folder, ATTENTION)), "seeds": 1, **dict.fromkeys(of_layers)}


def last_forecasts(settings, **windows):
    """Of every variant and seed, of the last four test windows of every series."""
    given = {name: value for name, value in {**SMALL, **settings, **windows}.items() if value is not None}
    found = il.compare(given.pop("series"), **given).result
    forecasts = [one.forecasts["forecast"] for one in found.members or (found,)]
    return np.concatenate([one.transpose("variant", "seed", "time", "step")[:, :, -4:] for one in forecasts], axis=2)


@pytest.fixture(
    scope="module",
    params=[lambda folder: {"series": "nile"}, shops, by_keras],
    ids=["one series", "a panel", "a network of Keras"],
)
def ends(request, tmp_path_factory):
    """Forecasts of the same windows: of the last training end alone, and of the last of three."""
    settings = request.param(tmp_path_factory.mktemp("ends"))
    wanted = {"alone": LAST, "expanding": {**THREE, "training_window": "expanding"}}
    if request.param is not by_keras:  # windows are cut alike for both engines, and processes of Keras take long
        wanted["rolling"] = THREE
    return {name: last_forecasts(settings, **windows) for name, windows in wanted.items()}


def test_the_last_of_expanding_training_ends_is_that_of_a_comparison_that_has_it_alone(ends):
    np.testing.assert_allclose(ends["expanding"], ends["alone"], rtol=1e-5)
    assert not np.allclose(ends.get("rolling", 0.0), ends["alone"], rtol=1e-4)


def test_digests_tell_them_apart_and_rolling_is_the_default():
    digests = {
        name: study_from({**SMALL, **THREE, **given}).digest("data")
        for name, given in {
            "default": {},
            "rolling": {"training_window": "rolling"},
            "expanding": {"training_window": "expanding"},
        }.items()
    }
    assert digests["default"] == digests["rolling"] != digests["expanding"]


def test_it_is_said_how_many_windows_the_last_training_end_has():
    split = {name: [SimpleNamespace(split=Split(train, 8, 4)) for train in counts] for name, counts in COUNTS.items()}
    said = {name: cut_in_words(SimpleNamespace(windows=own, trained=own), NetworkSpec()) for name, own in split.items()}
    assert said["rolling"] == "Cut 60 windows to train, 8 to validate and 4 to test, for each of 2 training ends."
    assert said["expanding"] == said["rolling"][:-1] + ", of which the last has 64 to train."
