"""Compared autoencoders: every number at its place, verdicts by the rule, page, terminal and summary."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from tasks.numerics.anomalies import KINDS
from tasks.numerics.blocks import TrainedBlock
from tasks.numerics.reconstruction_windows import make_reconstruction_windows
from tasks.numerics.reconstruction_words import cautions, conclusions
from tasks.numerics.reconstructions import RECONSTRUCTION_METRICS, scored_reconstructions
from tasks.numerics.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, TrainingSpec, WindowSpec
from tasks.numerics.tuning import candidates
from tasks.numerics.validation import Expectation, Validation
from tasks.numerics.variants import STOCK, Variant
from tasks.plot.reconstructions import plot_reconstructions
from tasks.reconstruct import evaluate_reconstructions
from tasks.reconstruct.page import render_reconstructions
from tasks.reconstruct.show import show_reconstructions
from tasks.reconstruct.summary import summarize_reconstructions

RELU = Variant("cell", "relu")
VALUES = np.sin(np.arange(200) / 3) + np.random.default_rng(0).normal(scale=0.1, size=200)
SERIES = Series("pump", pd.Series(VALUES), "index", 1, "bar", "", "", "digest", (), ())
WINDOWS = make_reconstruction_windows(SERIES, WindowSpec(lookback=6, test=40, validation=20))
TRAINING = TrainingSpec(epochs=3, learning_rates=3)
NOISE = {STOCK: 0.05, RELU: 0.2}
BEST = {STOCK: 0, RELU: 2}


def given_back(variant, seed, away):
    """The clean windows, whatever was planted, with noise that grows with the distance from the variant's best candidate."""
    noise = np.random.default_rng([seed, away]).normal(size=WINDOWS.tested.shape)
    return WINDOWS.tested[:1] + (NOISE[variant] + 0.1 * away) * noise


def block(variant, tried, seeds):
    places = [(abs(candidates(TRAINING).index(one) - BEST[variant]), seed) for one in tried for seed in seeds]
    losses = np.array([[9.0, 5.0, 1.0 + away] for away, _ in places])
    made = np.stack([given_back(variant, seed, away).reshape(-1, 6, 1) for away, seed in places])
    kept = np.full(len(places), 3)
    return TrainedBlock(variant.name, seeds, tried, made, losses, losses, losses, kept, {}, [], 0.0, 0.0)


@pytest.fixture(scope="module")
def result():
    tried = candidates(TRAINING)
    blocks = {
        variant: [block(variant, part, seeds) for part in (tried[:2], tried[2:]) for seeds in ((3, 4, 5), (6, 7))]
        for variant in (STOCK, RELU)
    }
    comparison = ComparisonSpec(("relu",), ("cell",), seeds=5)
    network = NetworkSpec((4, 2), head="autoencoder")
    return evaluate_reconstructions((SERIES, WINDOWS), network, TRAINING, comparison, blocks, range(3, 8))


def test_each_variant_is_scored_at_its_own_best_candidate(result):
    assert result.chosen == {"stock": 0, "cell-relu": 2}
    for variant in (STOCK, RELU):
        for seed in (3, 7):
            expected = scored_reconstructions(given_back(variant, seed, 0)[None], WINDOWS.tested)
            for metric in RECONSTRUCTION_METRICS:
                found = float(result.scores[metric].sel(variant=variant.name, seed=seed))
                assert found == pytest.approx(expected[metric].value[0])
    assert (result.untuned_scores["rmse"] > result.scores["rmse"]).all()


def test_verdicts_say_what_was_made_so(result):
    words = {one.metric: one.word for one in result.verdicts}
    assert words["rmse"] == words["mae"] == words["explained_variance"] == "hurts"
    assert words["auroc"] == "hurts", "noise hides anomalies"
    turned = evaluate_reconstructions(
        (SERIES, WINDOWS),
        result.network,
        TRAINING,
        replace(result.comparison, reference="cell-relu"),
        {one: [block(one, candidates(TRAINING), (3, 4, 5, 6, 7))] for one in (STOCK, RELU)},
        range(3, 8),
    )
    assert {one.metric: one.word for one in turned.verdicts}["rmse"] == "helps"


def test_principal_components_of_the_code_size_stand_beside_them(result):
    training = WINDOWS.inputs[: WINDOWS.split.train, :, 0].astype(float)
    centre = training.mean(axis=0)
    axes = np.linalg.svd(training - centre, full_matrices=False)[2][:2]
    clean = WINDOWS.tested[0, :, :, 0]
    expected = np.sqrt(np.mean(((clean - centre) @ axes.T @ axes + centre - clean) ** 2))
    assert float(result.baseline_scores["rmse"].sel(baseline="PCA")) == pytest.approx(expected, rel=1e-5)
    flat = np.sqrt(np.mean((clean - clean.mean(axis=1, keepdims=True)) ** 2))
    assert float(result.baseline_scores["rmse"].sel(baseline="window mean")) == pytest.approx(flat)


def test_page_terminal_and_summary_say_the_same(result):
    said = conclusions(result)
    assert said[0].startswith("cell-relu hurts in RMSE: RMSE 0.148 worse")
    figures = plot_reconstructions(result)
    assert set(figures) == {"scores/rmse", "scores/explained_variance", "scores/auroc", "windows/clean"} | {
        f"windows/{kind}" for kind in KINDS
    }
    expectation = Expectation("exists", "series", "value", True, "critical", "there", "found", (), "")
    settings = {"network": {"cell": "lstm", "layers": [4, 2]}}
    page = render_reconstructions(
        result, figures, Validation("pump", "", (expectation,), Path("docs")), settings, {"train": 1.0}
    )
    terminal = io.StringIO()
    show_reconstructions(result, {"Report": "there"}, {"train": 1.0}, Console(file=terminal, width=110))
    summary = json.loads(json.dumps(summarize_reconstructions(result, settings, {}, {}), allow_nan=False))
    assert tuple(summary["conclusions"]) == said
    shown = " ".join(terminal.getvalue().split())
    for sentence in said:
        assert sentence.replace("'", "&#39;") in page
        assert sentence in shown
    assert "5 seeds are few" in shown
    assert np.array(summary["variants"][1]["scores"]["auroc"]).shape == (5,)
    assert np.array(summary["variants"][1]["anomalies"]["auroc"]).shape == (5, len(KINDS))


def test_a_code_as_large_as_the_window_is_warned_of(result):
    assert not any("not smaller than a window" in one for one in cautions(result))
    wide = replace(result, network=NetworkSpec((8,), head="autoencoder"))
    assert any("code of 8 is not smaller than a window of 6" in one for one in cautions(wide))
