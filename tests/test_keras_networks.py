"""From `--network` to a result with Keras itself: an attention network with two branches, and what becomes of it when it is asked for again."""

import contextlib
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from own_networks import ATTENTION, OWN_LAYER, written

import interlayer as il
from flows.command_line.flags import read_study
from flows.comparison.first_checks import check_study
from tasks.numerics.errors import InputError
from tasks.numerics.findings.page_sections import inside_section
from tasks.numerics.problems.overview import Overview

pytestmark = pytest.mark.slow

SETTINGS = {
    "activations": ("relu",),
    "seeds": 2,
    "epochs": 3,
    "learning_rates": 1,
    "origins": 1,
    "learning_rate": 0.01,
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return str(written(tmp_path_factory.mktemp("network"), ATTENTION))


@pytest.fixture(scope="module")
def told(file):
    """The comparison, and what it said on standard error."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        found = il.compare("nile", network=file, **SETTINGS)
    return found, said.getvalue()


@pytest.fixture(scope="module")
def compared(told):
    return told[0]


def forecasts_of(compared):
    """Of every variant and seed, in the series' own units."""
    return compared.found.trained.outcome.forecasts["forecast"].to_numpy()


def test_a_network_with_attention_and_two_branches_comes_to_a_result(compared, tmp_path):
    result = compared.result
    assert result.variants == ["stock", "yours", "cell-relu"]
    assert np.isfinite(forecasts_of(compared)).all()
    inside = result.diagnostics
    assert inside["dead_units"].sizes["layer"] == 2
    assert np.isfinite(inside["saturated_gates"]).all()
    assert (inside["gradient_norm"] > 0).all()
    page = compared.report(tmp_path / "report.html").read_text()
    assert "Inside the networks" in page and "cell-relu" in page


def test_the_recommended_network_forecasts(compared):
    model = compared.best_model()
    assert np.asarray(model(np.full((1, 4, 1), 900.0, np.float32))).shape == (1, 1)


def test_what_was_trained_is_never_trained_again(compared, file, monkeypatch):
    def asked(*arguments):
        raise AssertionError("nothing is left to train")

    monkeypatch.setattr("tasks.numerics.networks.keras_engine.processes.KerasProcesses.ask", asked)
    again = il.compare("nile", network=file, **SETTINGS)
    np.testing.assert_array_equal(forecasts_of(again), forecasts_of(compared))
    with pytest.raises(AssertionError, match="nothing is left to train"):
        il.compare("nile", network=file, **SETTINGS | {"seeds": 3})


def test_one_line_says_what_is_lacking_and_how_long_it_takes(told):
    (line,) = (one for one in told[1].splitlines() if "Keras trains this network" in one)
    assert line.startswith(
        "The fused engine does not have several branches, which meet in the layer 'multi_head_attention"
    )
    assert "ms a step by the first ones, about" in line and "times what the fused engine takes" in line


def test_between_is_left_out_unless_it_is_asked_for(file, capsys):
    study = read_study({"series": "nile", "network": file})
    assert study.comparison.placements == ("cell",)
    assert "Compared in the cell alone" in capsys.readouterr().err
    with pytest.raises(InputError, match="--placements between"):
        check_study(read_study({"series": "nile", "network": file, "placements": ("between",)}))


def test_what_can_not_be_known_of_a_network_is_left_out_and_said(compared, tmp_path):
    inside = compared.result.diagnostics
    unknown = {name: np.nan * inside[name] for name in ("dead_units", "saturated_gates", "cell_low", "cell_high")}
    blind = replace(compared.result, diagnostics=inside.assign(unknown))
    section = inside_section(Overview.of(blind))
    assert "—" in str(section) and "no LSTM, GRU or SimpleRNN of Keras" in str(section)
    assert "no LSTM, GRU or SimpleRNN of Keras" not in compared.report(tmp_path / "report.html").read_text()


def test_flags_go_before_what_a_network_was_compiled_with(tmp_path):
    compiled = (
        OWN_LAYER.replace("    return keras.Model(window,", "    model = keras.Model(window,")
        + '    model.compile("adamax", "cosine_similarity")\n    return model\n'
    )
    file = str(written(tmp_path, compiled))
    outlines = [
        json.loads(read_study({"series": "nile", "network": file, **flags}).network.network)["outline"]
        for flags in ({}, {"loss": "mae"}, {"loss": "mae", "optimizer": "sgd"})
    ]
    assert [bool(one["own_optimizer"]) for one in outlines] == [True, True, False]
    assert [bool(one["own_loss"]) for one in outlines] == [True, False, False]


def test_keras_trains_a_chain_too_where_it_is_asked_for(capsys):
    chain = {"layers": (3,), "lookback": 3, "placements": ("cell",), **SETTINGS}
    fused, judge = (il.compare("nile", engine=engine, **chain) for engine in ("auto", "keras"))
    assert "As asked for, Keras itself trains this network" in capsys.readouterr().err
    np.testing.assert_allclose(forecasts_of(judge), forecasts_of(fused), rtol=1e-4)
