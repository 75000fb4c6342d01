"""`import interlayer`: the same comparison from Python, without a server, and what it gives."""

import inspect
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import interlayer as il
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.evidence_levels import DEFAULT
from tasks.numerics.findings.best_model import best_seed
from tasks.numerics.findings.tracked_runs import account_of
from tests.served import environment_of, share_what_is_computed

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
QUICK = {"preset": "quick", "seeds": 3, "epochs": 3, "origins": 1, "test": 0.2}


@pytest.fixture(scope="module")
def compared():
    return il.compare("nile", **QUICK)


def in_a_folder(folder, code, **variables):
    """What a script prints in a folder of a user's own."""
    environment = {**environment_of(folder / "home"), "PYTHONPATH": str(PROJECT), **variables}
    share_what_is_computed(Path(environment["INTERLAYER_HOME"]))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def test_importing_it_imports_nothing_heavy(tmp_path):
    code = "import sys, interlayer; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    imported = set(in_a_folder(tmp_path, code).stdout.split())
    assert "flows" in imported
    assert not imported & {"numpy", "pandas", "pydantic", "tensorflow", "prefect", "mlflow", "great_expectations"}


def test_neither_a_server_nor_a_tracker_takes_part(tmp_path):
    code = (
        "import sys, interlayer as il; il.compare('nile', preset='quick', seeds=2, epochs=1); "
        "print(*({'prefect', 'mlflow'} & {*sys.modules}), 'done')"
    )
    done = in_a_folder(tmp_path, code)
    assert done.stdout.split() == ["done"], done.stderr
    assert not (tmp_path / "home/mlflow.db").exists()
    assert "Traceback" not in done.stderr and "cuda" not in done.stderr


def test_with_track_a_comparison_is_a_run_of_both_histories(tmp_path):
    code = (
        "import interlayer as il; found = il.compare('nile', preset='quick', seeds=2, epochs=1, track=True); "
        "print(found.run, len(found.scores))"
    )
    done = in_a_folder(tmp_path, code)
    assert done.returncode == 0, done.stderr
    run, _ = done.stdout.split()
    for store, question in (
        ("mlflow.db", f"select status from runs where run_uuid = '{run}'"),
        ("prefect/prefect.db", "select upper(state_name) || '' from flow_run"),
    ):
        with closing(sqlite3.connect(tmp_path / "home" / store)) as history:
            states = [state for (state,) in history.execute(question)]
        assert states in (["FINISHED"], ["COMPLETED"]), store


def test_an_interrupt_is_raised_within_seconds_and_the_same_process_goes_on(tmp_path):
    code = (
        "import os, signal, sys, threading, time, interlayer as il\n"
        "def interrupt():\n"
        "    while 'tasks.train' not in sys.modules: time.sleep(0.1)\n"
        "    time.sleep(5)\n"
        "    interrupt.at = time.monotonic()\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=interrupt, daemon=True).start()\n"
        "try: il.compare('nile', preset='quick', seeds=2, epochs=200000, patience=0)\n"
        "except KeyboardInterrupt: print('interrupted', time.monotonic() - interrupt.at)\n"
        "print(len(il.compare('nile', preset='quick', seeds=2, epochs=1).scores) > 0)"
    )
    done = in_a_folder(tmp_path, code)
    assert done.returncode == 0, done.stderr
    (interrupted, seconds), (went_on,) = (line.split() for line in done.stdout.splitlines())
    assert (interrupted, went_on) == ("interrupted", "True")
    assert float(seconds) < 5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_folders_of_the_same_names_beside_a_notebook_break_nothing(tmp_path):
    for name in ("tasks", "flows"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('the user\\'s own')\n")
    done = in_a_folder(tmp_path, "import interlayer; print(len(interlayer.series()))")
    assert done.stdout.split() == ["25"], done.stderr
    (tmp_path / "tasks/__init__.py").write_text("")
    done = in_a_folder(tmp_path, "import tasks, interlayer")
    assert done.stderr.splitlines()[-1].startswith("ImportError: interlayer needs its own package 'tasks', and ")
    assert "Import interlayer first, or rename yours." in done.stderr


def test_it_answers_in_words_and_shows_itself(compared):
    assert str(compared).startswith("Choose ")
    assert "Without a network:" in str(compared)
    face = compared._repr_html_()
    assert len(face.encode()) < 200_000
    assert "<script" not in face and "http" not in face and "<svg" in face
    assert "currentColor" in face and "#" not in face.partition("<style>")[2].partition("</style>")[0]
    for name in compared.result.variants:
        assert name in face


def test_frames_are_flat_with_their_ids_as_columns(compared):
    result = compared.result
    verdicts = compared.verdicts
    assert list(verdicts.columns[:6]) == ["variant", "metric", "verdict", "difference", "lower", "upper"]
    rmse = next(one for one in result.verdicts if one.metric == "rmse")
    row = verdicts.set_index(["variant", "metric"]).loc["cell-relu", "rmse"]
    assert (row["verdict"], row["lower"], row["upper"]) == (rmse.word, rmse.low, rmse.high)
    scores = compared.scores.set_index(["name", "metric"])
    own = result.scores["mae"].sel(variant="stock").to_numpy()
    assert scores.loc["stock", "mae"]["mean"] == pytest.approx(own.mean())
    assert scores.loc["stock", "mae"]["upper"] == pytest.approx(np.quantile(own, 0.95))
    assert scores.loc["mean", "mae"]["mean"] == float(result.baseline_scores["mae"].sel(baseline="mean"))
    forecasts = compared.forecasts
    assert list(forecasts.columns) == ["series", "variant", "period", "step", "actual", "mean", "lower", "upper"]
    first = forecasts[forecasts["variant"] == "cell-relu"]
    np.testing.assert_array_equal(first["actual"], result.forecasts["actual"].sel(step=1))
    made = result.forecasts["forecast"].sel(variant="cell-relu", step=1)
    np.testing.assert_allclose(first["mean"], made.mean("seed"))
    np.testing.assert_allclose(first["lower"], np.quantile(made, 0.05, axis=0))
    assert list(first["period"]) == list(result.periods(1))
    assert float(compared.dataset["rmse"].sel(variant="stock", seed=1)) == float(
        result.scores["rmse"].sel(variant="stock", seed=1)
    )


def test_figures_and_the_page(compared, tmp_path):
    assert compared.plots[0] == "verdicts/rmse"
    assert "difference to stock" in compared.plot().layout.title.text
    assert "cell-relu" in compared.plot("forecast/cell-relu").layout.title.text
    with pytest.raises(InputError, match=r"plot\('nothing'\): there is no such figure. Expected one of: verdicts/rmse"):
        compared.plot("nothing")
    page = compared.report(tmp_path / "deep/report.html")
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("transform", "layout"), [("log", "steps"), ("log_difference", "steps"), ("difference", "features")]
)
def test_the_model_takes_raw_values_and_gives_units(transform, layout):
    compared = il.compare("air_passengers", **QUICK | {"epochs": 1}, transform=transform, layout=layout, horizon=2)
    result, lookback = compared.result, compared.found.study.windows.lookback
    model = compared.best_model()
    values, before = result.series.array, lookback + (transform in ("difference", "log_difference"))
    starts = result.test_start + np.arange(result.forecasts.sizes["time"])
    rows = np.stack([values[start - before : start] for start in starts])[..., None]
    name, seed = best_seed(account_of(result))
    expected = result.forecasts["forecast"].sel(variant=name, seed=seed)
    np.testing.assert_allclose(np.asarray(model(rows.astype(np.float32))), expected, rtol=2e-4)


def test_the_model_takes_further_columns_in_their_units(tmp_path):
    dates = pd.date_range("2001-01-01", periods=120, freq="MS")
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"date": dates, "sold": 50 + 10 * random.normal(size=120).cumsum(), "price": random.random(120)}
    )
    compared = il.compare(frame, value="sold", known_future=["price"], calendar=["month"], **QUICK | {"epochs": 1})
    result = compared.result
    assert result.series.name == "sold"
    angle = 2 * np.pi * (dates.month.to_numpy() - 1) / 12
    ahead = np.column_stack([frame["price"], np.sin(angle), np.cos(angle)])
    lookback, start = compared.found.study.windows.lookback, result.test_start
    rows = np.column_stack(
        [frame["sold"].to_numpy()[start - lookback : start], ahead[start - lookback + 1 : start + 1]]
    )
    name, seed = best_seed(account_of(result))
    expected = float(result.forecasts["forecast"].sel(variant=name, seed=seed).isel(time=0, step=0))
    assert float(compared.best_model()(rows[None].astype(np.float32))[0, 0]) == pytest.approx(expected, rel=1e-4)


def test_an_autoencoders_model_gives_windows_back_in_units():
    compared = il.compare("nile", head="autoencoder", lookback=6, layers=[4, 2], **QUICK | {"epochs": 1})
    result = compared.result
    assert list(compared.forecasts.columns) == [
        "variant",
        "window",
        "step",
        "feature",
        "actual",
        "mean",
        "lower",
        "upper",
    ]
    name, seed = best_seed(account_of(result))
    scaled = result.given_back.sel(variant=name, seed=seed).isel(copy=0)
    (scaler,) = result.windows.scalers
    rows = np.stack([result.series.array[row : row + 6] for row in result.windows.first_rows])[..., None]
    made = np.asarray(compared.best_model()(rows.astype(np.float32)))
    np.testing.assert_allclose(made, scaler.undo(scaled.to_numpy()), rtol=1e-4)


def test_a_series_of_pandas_is_the_file_it_could_be(compared):
    values = compared.result.series.values
    again = il.compare(values.rename("my nile"), **QUICK)
    assert again.result.series.name == "my_nile"
    np.testing.assert_array_equal(again.result.scores["rmse"], compared.result.scores["rmse"])
    plain = il.compare(pd.Series(values.to_numpy()), **QUICK)
    assert plain.result.series.frequency == "index"
    np.testing.assert_array_equal(plain.result.scores["rmse"], compared.result.scores["rmse"])


def test_a_long_frame_is_a_panel(compared):
    values = compared.result.series.values
    parts = [
        pd.DataFrame({"date": values.index, "value": factor * values.to_numpy(), "shop": name})
        for name, factor in (("A", 1), ("B", 3))
    ]
    panel = il.compare(pd.concat(parts), id="shop", **QUICK)
    assert [one.series.name for one in panel.result.members] == ["A", "B"]
    assert set(panel.forecasts["series"]) == {"A", "B"}
    name, seed = best_seed(account_of(panel.result))
    own = panel.result.members[1]
    start, lookback = own.test_start, panel.found.study.windows.lookback
    rows = own.series.array[start - lookback : start].astype(np.float32)[None, :, None]
    expected = float(own.forecasts["forecast"].sel(variant=name, seed=seed).isel(time=0, step=0))
    assert float(panel.best_model("B")(rows)[0, 0]) == pytest.approx(expected, rel=1e-4)
    with pytest.raises(InputError, match=r"best_model\('C'\): there is no such series. Expected one of: A, B."):
        panel.best_model("C")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sedes": 3}, r"compare\(sedes=...\): there is no such setting. Did you mean 'seeds'\?"),
        ({"activations": ["rellu"]}, "'rellu' is not a Keras activation. Did you mean 'relu'"),
        ({"seeds": 0}, "--seeds 0: it should be greater than or equal to 1"),
        ({"series": "nosuch.csv"}, "'nosuch.csv' is neither a file nor a bundled series"),
        ({"series": pd.Series(dtype=float)}, "the pandas Series is empty"),
    ],
)
def test_a_mistake_is_a_value_error_that_says_how_to_mend_it(given, words):
    with pytest.raises(ValueError, match=words):
        il.compare(given.pop("series", "nile"), **given)


def test_every_setting_has_its_name_and_default_in_the_signature():
    parameters = inspect.signature(il.compare).parameters
    own = {name for group in Study.model_fields.values() for name in vars(group.default)}
    assert {*parameters} == own | {"series", "track", "preset"}
    assert parameters["seeds"].default == DEFAULT.seeds
    listed = il.settings().set_index("name")
    assert {*listed.index} == own
    assert "Training runs of every variant" in listed.loc["seeds"]["description"]


def test_the_command_line_gives_the_same_summary(tmp_path):
    environment = environment_of(tmp_path / "home")
    share_what_is_computed(tmp_path / "home")
    flags = ["--preset", "quick", "--seeds", "2", "--epochs", "2", "--output", str(tmp_path / "out")]
    command = [sys.executable, "-m", "flows.main", "compare", "nile", *flags]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    code = (
        "import json, interlayer as il; "
        "print(json.dumps(il.compare('nile', preset='quick', seeds=2, epochs=2).summary))"
    )
    other = in_a_folder(tmp_path, code, INTERLAYER_HOME=str(tmp_path / "other"))
    own = json.loads(other.stdout)
    whole = json.loads((tmp_path / "out/summary.json").read_text())
    for summary in (own, whole):
        del summary["timings"], summary["mlflow"]
        # How long training took is no more the same than the timings are.
        del summary["decision"]["further_training"]["seconds"], summary["decision"]["further_training"]["sentence"]
    assert json.dumps(own) == json.dumps(whole)


def test_settings_are_frozen_and_results_too(compared):
    with pytest.raises(AttributeError):
        compared.run = "other"
    assert replace(compared, run="x").run == "x"
    assert "PREFECT_API_URL" not in os.environ or compared.run == ""
