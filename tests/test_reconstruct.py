"""Compared autoencoders: every number at its place, verdicts by the rule, page, terminal and summary."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from example_reconstructions import (
    LOOK,
    RELU,
    SEEDS,
    SERIES,
    TRAINING,
    WINDOWS,
    block,
    evaluated,
    example_reconstructions,
    given_back,
)
from rich.console import Console

from flows.training.seeds import looks_at
from tasks.numerics.findings import conclusions as words
from tasks.numerics.findings.best_model import best_seed
from tasks.numerics.findings.offline_pages import Background
from tasks.numerics.findings.tracked_runs import account_of, comparison_run, seed_runs, variant_run
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.evaluation import verdicts_on
from tasks.numerics.problems.reconstruction.scores import RECONSTRUCTION_METRICS, by_kind, scored_reconstructions
from tasks.numerics.series.validation import Expectation, Validation
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.split import Split
from tasks.plot import plot
from tasks.report import render_report
from tasks.show import show
from tasks.summarize import summarize


def conclusions(result):
    return words.conclusions(Overview(result))


def cautions(result):
    return words.cautions(Overview(result))


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def result():
    return example_reconstructions()


def test_each_variant_is_scored_at_its_own_best_candidate(result):
    assert result.tuning["chosen"].sel(origin=0).to_series().to_dict() == {"stock": 0, "cell-relu": 2}
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
    blocks = {one: [block(one, candidates(TRAINING), (3, 4, 5, 6, 7))] for one in (STOCK, RELU)}
    turned = evaluated(blocks, replace(result.comparison, reference="cell-relu"))
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
    assert said[0].startswith("Choose stock: cell-relu is expected to be 300 % worse in RMSE, ")
    assert said[1] == "Best baseline: PCA with 0.0356; no variant beats it on mean RMSE."
    assert said[3].startswith("cell-relu hurts: RMSE 0.1479 (300.0 %) worse")
    assert "AUROC" in said[4], "anomalies are told of too"
    figures = plot(result)
    assert set(figures) == {
        "verdicts/rmse",
        "tuning/0/1",
        "scores/rmse",
        "scores/explained_variance",
        "scores/auroc",
    } | {
        "windows/clean",
        *(f"windows/{kind}" for kind in KINDS),
        *("learning/stock", "learning/cell-relu"),
    }
    expectation = Expectation("exists", "series", "value", True, "critical", "there", "found", (), "")
    settings = {"network": {"cell": "lstm", "layers": [4, 2]}}
    page = render_report(
        result, figures, Validation("pump", "", (expectation,), Path("docs")), Background(settings, {}, {"train": 1.0})
    )
    terminal = io.StringIO()
    show(result, {"Report": "there"}, {"train": 1.0}, Console(file=terminal, width=110), explain=True)
    summary = json.loads(json.dumps(summarize(result, settings, {}, {}), allow_nan=False))
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


def test_runs_say_every_score_by_kind_and_by_feature(result):
    account, settings = account_of(result), {"network": {"cell": "lstm", "head": "autoencoder"}}
    runs = {(run.parameters["seed"], name): run for name, run in seed_runs(account, settings)}
    assert len(runs) == 10
    own = runs["6", "cell-relu"]
    made = given_back(RELU, 6, 0)[None]
    expected = by_kind(made, WINDOWS.tested)["auroc"][0]
    for kind, auroc in zip(KINDS, expected, strict=True):
        assert own.metrics[f"auroc.{kind}"] == pytest.approx(auroc)
    assert own.metrics["rmse.feature.pump"] == pytest.approx(own.metrics["rmse"] * WINDOWS.scales[0])
    assert (own.metrics["inside/dead_units"], own.metrics["inside/cell_high"]) == (pytest.approx(0.3), 2.5)
    assert own.histories["training/validation_loss"].tolist() == [9.0, 5.0, pytest.approx(0.94)]
    assert own.parameters["chosen_learning_rate"] == "0.03"
    assert (own.tags["head"], own.tags["series"]) == ("autoencoder", "pump")
    of_variant = variant_run(account, settings, "cell-relu")
    for score in ("rmse", "auroc.spike"):
        mean = pytest.approx(np.mean([runs[str(seed), "cell-relu"].metrics[score] for seed in SEEDS]))
        assert of_variant.metrics[score] == of_variant.metrics[f"statistics/{score}.mean"] == mean
    assert of_variant.tags["verdict.rmse"] == "hurts"
    whole = comparison_run(account, settings, "5f0c")
    assert whole.metrics["means/rmse.PCA"] == pytest.approx(float(result.baseline_scores["rmse"].sel(baseline="PCA")))
    assert (whole.tags["decision"], whole.tags["mlflow.note.content"]) == ("stock", "\n\n".join(conclusions(result)))


def test_names_that_no_tracker_takes_are_mended(result):
    windows = replace(WINDOWS, names=("temp (°C) = 1/2",))
    named = replace(result, windows=windows, features=result.features.assign_coords(feature=list(windows.names)))
    names = [name for name in account_of(named).scores if str(name).startswith("rmse.")]
    assert names == ["rmse.feature.temp __C_ _ 1_2"]


def turned_round(verdict):
    """A verdict on a variant that is as much better as it was worse."""
    found = replace(verdict.found, difference=-abs(verdict.difference), by_seed=-np.abs(verdict.found.by_seed))
    return replace(verdict, difference=found.difference, found=found)


def test_the_best_seed_is_the_chosen_variants_whatever_the_others_losses(result):
    # At the chosen candidates losses fall with the seed; those of both variants are alike.
    assert best_seed(account_of(result)) == ("stock", 7)
    turned = replace(result, verdicts=tuple(turned_round(one) for one in result.verdicts))
    assert best_seed(account_of(turned)) == ("cell-relu", 7)
    assert conclusions(turned)[0].startswith("Choose cell-relu: ")


def test_a_look_widens_intervals_and_seeds_are_added_until_all_is_decided(result):
    blocks = {one: [block(one, candidates(TRAINING), tuple(SEEDS))] for one in (STOCK, RELU)}
    comparison = replace(result.comparison, until_decided=True, max_seeds=20)
    (first, look), *_ = looks_at(comparison, [STOCK, RELU])
    assert len(first) == 5
    early = evaluated(blocks, comparison, look)
    for wide, narrow in zip(early.verdicts, result.verdicts, strict=True):
        assert wide.high - wide.low > narrow.high - narrow.low
    assert (early.decided, result.decided) == (True, True)
    undecided = tuple(replace(one, word="undecided" if one.metric == "rmse" else "same") for one in result.verdicts)
    assert not replace(result, verdicts=undecided).decided
    confidence = f"{100 * (1 - look.interval_error):.3g} % each"
    assert any("there are 5" in one and confidence in one for one in cautions(early))
    assert not any("Seeds were added" in one for one in cautions(result))


@pytest.mark.parametrize("width", [60, 72, 80, 110])
def test_the_terminal_shows_as_many_metrics_as_it_has_room_for_and_cuts_none_off(result, width):
    text = io.StringIO()
    show(result, {}, {}, Console(file=text, width=width))
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= width and "…" not in text.getvalue()
    (header,) = [line for line in lines if line.lstrip().startswith("RMSE  ")]
    assert ("MAE" in header, "difference" in header, "AUROC" in header) == (False, width > 72, width > 80)
    assert "as good/" in header
    assert f"{result.scores['rmse'].sel(variant='stock').mean():.4f}" in text.getvalue()


def test_neighbouring_windows_count_as_the_overlapping_ones_that_they_are(result):
    for verdict in (*result.verdicts, *result.untuned_verdicts):
        assert verdict.found.components.horizon == 6 and verdict.found.enough
    alone = verdicts_on(scores_of(result), result.comparison, LOOK, 1)
    apart = verdicts_on(scores_of(result), result.comparison, LOOK, 14)
    assert all(one.found.enough for one in alone) and not any(one.found.enough for one in apart)
    few = replace(result, verdicts=apart)
    assert "an interval takes two seeds and 18 test windows or more" in conclusions(few)[3]
    assert {one.word for one in apart} == {"undecided"}


def scores_of(result):
    """Every metric and its influence again, from what the variants gave back."""
    return {
        str(name): scored_reconstructions(
            result.given_back.sel(variant=name).transpose("seed", "copy", ...).to_numpy(), WINDOWS.tested
        )
        for name in result.given_back["variant"].to_numpy()
    }


def test_few_windows_side_by_side_are_warned_of(result):
    assert result.windows_apart == (40 + 5) // 6
    assert any(
        "40 test windows overlap: their stretch of the series holds 7 of 6 time steps" in one
        for one in cautions(result)
    )
    tested = replace(
        WINDOWS, first_rows=np.arange(43), inputs=np.zeros((43 * 5, 6, 1), np.float32), split=Split(0, 0, 215)
    )
    assert not any("overlap" in one for one in cautions(replace(result, windows=tested)))


def test_windows_are_kept_with_the_way_back_to_their_units(result):
    kept = account_of(result).datasets["reconstructions"]
    place = {"copy": "clean", "window": 7, "feature": "pump"}
    own = kept.sel(copy="clean").isel(window=7).sel(feature="pump")
    begins = int(own["begins"])
    back = own["window"] * own["scale"] + own["shift"]
    assert back.to_numpy() == pytest.approx(SERIES.array[begins : begins + 6], abs=1e-6), place
    assert kept["reconstruction"].dims == ("variant", "seed", "copy", "window", "step", "feature")
    assert kept["baseline_reconstruction"].sel(baseline="window mean", copy="clean").isel(
        window=7
    ).to_numpy() == pytest.approx(np.full((6, 1), float(own["window"].mean())), abs=1e-6)


def test_the_flow_tracks_autoencoders_as_it_does_forecasters(prefect_server, tmp_path):
    import mlflow
    from logged_models import load_logged_model
    from mlflow import MlflowClient

    from flows.compare import compare_activations
    from flows.environment import MLRUNS
    from flows.servers.processes import store_address
    from flows.studies.study import Study
    from tasks.numerics.problems.reconstruction.windows import make_reconstruction_windows
    from tasks.numerics.series_settings import SeriesSpec
    from tasks.numerics.settings import ComparisonSpec, OutputSpec, WindowSpec
    from tasks.numerics.training_settings import TrainingSpec
    from tasks.track.places import Place, asked_by_default

    study = Study(
        data=SeriesSpec(series="nile"),
        windows=WindowSpec(lookback=5, test=0.2, origins=1),
        network=NetworkSpec(layers=(3,), head="autoencoder"),
        training=TrainingSpec(epochs=2, learning_rates=1),
        comparison=ComparisonSpec(activations=("relu",), placements=("cell",), seeds=2),
        output=OutputSpec(output=str(tmp_path)),
    )
    groups = {name: getattr(study, name) for name in Study.model_fields}
    first = compare_activations(**groups)
    ids = json.loads((tmp_path / "summary.json").read_text())["mlflow"]
    assert set(ids) == {"experiment", "run", "model"}
    again = compare_activations(**groups)
    assert (first.tracked.new, again.tracked.new) == (True, False)
    assert json.loads((tmp_path / "summary.json").read_text())["mlflow"] == again.tracked.ids == ids
    client = MlflowClient(store_address())
    found = client.search_runs([ids["experiment"]], max_results=1000)
    assert sorted(run.data.tags["level"] for run in found) == ["comparison", *["seed"] * 4, *["variant"] * 2]
    assert {run.info.status for run in found} == {"FINISHED"}
    assert {run.data.tags["head"] for run in found} == {"autoencoder"}
    path = client.download_artifacts(ids["run"], "reconstructions.nc", str(tmp_path))
    with xr.open_dataset(path, engine="h5netcdf") as kept:
        assert np.array_equal(kept["reconstruction"], first.result.given_back.astype(np.float32))
    logged = client.get_logged_model(ids["model"])
    with asked_by_default(Place(store_address(), MLRUNS, "")):
        signature = mlflow.models.get_model_info(logged.model_uri).signature
    assert [tensor.shape for tensor in (*signature.inputs, *signature.outputs)] == [(-1, 5, 1), (-1, 5, 1)]
    name, seed = best_seed(account_of(first.result))
    assert client.get_run(logged.source_run_id).info.run_name == name == "stock"
    windows = make_reconstruction_windows(first.result.series, study.windows)
    made = np.asarray(load_logged_model(logged.model_uri)(windows.tested[0].astype(np.float32)))
    expected = first.result.given_back.sel(variant=name, seed=seed).isel(copy=0)
    assert made == pytest.approx(expected.to_numpy(), abs=1e-5)
    looks = replace(study.comparison, until_decided=True, max_seeds=4, rope=0.0)
    more = compare_activations(**groups | {"comparison": looks})
    assert more.result.scores.sizes["seed"] == 4
    assert more.result.look.interval_error < 0.05
    assert np.array_equal(more.result.given_back[:, :2], first.result.given_back)
