"""An Atlas in MLflow: one run that grows with it, and is left alone where nothing is new."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from served import environment_of, share_what_is_computed

from tasks.numerics.atlas.network_findings import findings_of
from tasks.numerics.atlas.tables import Atlas
from tasks.track.atlas import AtlasFiles, track_atlas
from tasks.track.places import Place

pytestmark = pytest.mark.slow

ABOUT = {
    "networks": {
        "default": {
            "learning_rates": [0.01, 0.03],
            "seeds": 4,
            "words": "LSTM(16) on LSTM(8)",
            "variants": ["stock", "cell-relu"],
            "engine": "abc",
            "versions": {"keras": "3.15"},
        }
    }
}


def made(number):
    """An Atlas of so many series."""
    random = np.random.default_rng(0)
    effects = [
        {"series": f"s{at}", "network": "default", "variant": variant, "seeds": 4, "pairs": 4, "diverged": 0}
        | {
            "dead_units": 0.25,
            "effect": 0.3 * (variant != "stock") + 0.05 * random.normal(),
            "interaction_variance": 0.0,
        }
        | {"seeds_variance": 1e-3, "periods_variance": 1e-3, "periods_freedom": 20.0, "test_windows": 30}
        for at in range(number)
        for variant in ("stock", "cell-relu")
    ]
    series = [
        {"series": f"s{at}", "source": "tiny", "frequency": "MS", "digest": str(at), "length": 80, "used": 74}
        for at in range(number)
    ]
    return Atlas.of(effects, series, ABOUT)


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path, "atlas")


def tracked(atlas, place, digest="0123456789ab", left=0):
    folder = place.store / f"out{len(atlas.series)}"
    atlas.write(folder)
    (folder / "atlas.html").write_text(f"<p>{len(atlas.series)} series</p>")
    tables = [folder / "effects.parquet", folder / "series.parquet"]
    return track_atlas(atlas, findings_of(atlas), AtlasFiles(digest, left, tables, folder / "atlas.html"), place)


def test_a_run_says_how_it_was_made_what_was_found_and_has_table_and_page(place):
    found = tracked(made(6), place, left=2)
    run = MlflowClient(place.address).get_run(found.ids["run"])
    assert found.new and run.info.status == "FINISHED"
    told = run.data.params
    assert (told["default.engine"], told["networks"], told["default.seeds"]) == ("abc", "default", "4")
    assert told["default.learning_rates"] == "0.01,0.03"
    assert (told["default.variants"], told["default.version.keras"]) == ("stock,cell-relu", "3.15")
    effects = [
        effect
        for effect, name in zip(made(6).effects["effect"], made(6).effects["variant"], strict=True)
        if name != "stock"
    ]
    metrics = run.data.metrics
    assert metrics["mean/default.cell-relu"] == pytest.approx(np.mean(effects), rel=1e-5)
    assert (
        metrics["mean_low/default.cell-relu"]
        < metrics["mean/default.cell-relu"]
        < metrics["mean_high/default.cell-relu"]
    )
    assert metrics["next_low/default.cell-relu"] < metrics["next_high/default.cell-relu"]
    assert sum(
        metrics[f"{word}/default.cell-relu"] for word in ("helps", "same", "hurts", "undecided")
    ) == pytest.approx(1)
    assert (metrics["dead_units/default.cell-relu"], metrics["left"], metrics["series/default"]) == (0.25, 2, 6)
    tags = run.data.tags
    assert (tags["level"], tags["sources"], tags["decision.default"]) == ("atlas", "tiny", "stock")
    assert "Leave the activations as Keras has them" in tags["mlflow.note.content"]
    files = {file.path for file in MlflowClient(place.address).list_artifacts(run.info.run_id)}
    assert files == {"effects.parquet", "series.parquet", "atlas.html"}


def test_the_same_table_again_logs_nothing_and_a_larger_one_updates_its_run(place, tmp_path):
    client = MlflowClient(place.address)
    first, again = tracked(made(6), place), tracked(made(6), place)
    assert first.ids == again.ids and not again.new
    history = client.get_metric_history(first.ids["run"], "mean/default.cell-relu")
    assert [point.step for point in history] == [6 * 2 * 4 * 2]
    larger = tracked(made(9), place)
    assert larger.ids == first.ids and larger.new
    history = client.get_metric_history(first.ids["run"], "mean/default.cell-relu")
    assert [point.step for point in history] == [96, 144]
    page = client.download_artifacts(first.ids["run"], "atlas.html", str(tmp_path))
    assert "9 series" in Path(page).read_text()
    assert len(client.search_runs([first.ids["experiment"]])) == 1


def test_what_is_gone_of_its_files_is_logged_again_and_other_settings_have_a_run_of_their_own(place):
    client = MlflowClient(place.address)
    first = tracked(made(6), place)
    (gone,) = place.store.glob(f"artifacts/atlas/{first.ids['run']}/artifacts/atlas.html")
    gone.unlink()
    assert tracked(made(6), place).ids == first.ids and gone.exists()
    other = tracked(
        replace(made(6), about={"networks": {"default": ABOUT["networks"]["default"] | {"engine": "def"}}}),
        place,
        digest="ba9876543210",
    )
    assert other.ids["run"] != first.ids["run"]
    assert len(client.search_runs([first.ids["experiment"]])) == 2


def test_the_command_leaves_a_run_in_its_home_and_the_same_command_no_second_one(tmp_path):
    share_what_is_computed(tmp_path / "home")
    dates = pd.date_range("2010-01-01", periods=80, freq="MS").strftime("%Y-%m-%d")
    values = np.cumsum(np.random.default_rng(0).normal(size=80))
    lines = [f"tiny_a,{date},{value:.3f}" for date, value in zip(dates, values, strict=True)]
    (tmp_path / "tiny.csv").write_text("\n".join(["id,date,value", *lines]) + "\n")
    flags = f"--series {tmp_path}/tiny.csv --only tiny* --networks default --variants cell-relu --seeds 2 --output {tmp_path}/out"
    said = [
        subprocess.run(
            [sys.executable, "-m", "flows.main", "atlas", *flags.split()],
            env=environment_of(tmp_path / "home"),
            capture_output=True,
            text=True,
            timeout=600,
        )
        for _ in range(2)
    ]
    assert [one.returncode for one in said] == [0, 0], said
    client = MlflowClient(f"sqlite:///{tmp_path}/home/mlflow.db")
    experiment = client.get_experiment_by_name("atlas")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.metrics["trainings"] == 12 and run.data.params["networks"] == "default"
    assert len(client.get_metric_history(run.info.run_id, "trainings")) == 1
    assert f"runs/{run.info.run_id}" in said[0].stdout.replace("\n", "")
