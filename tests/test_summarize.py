import json

import numpy as np
import pytest

from tasks.numerics.problems.summary_parts import VERDICT
from tasks.numerics.statistics.metrics import METRICS
from tasks.summarize import summarize, write_summary
from tests.examples import SUMMARY_KEYS, VARIANTS, example_result

STUDY = {"data": {"series": "sunspots"}, "comparison": {"seeds": 30}}


@pytest.fixture(scope="module")
def result():
    return example_result()


@pytest.fixture(scope="module")
def summary(result):
    return summarize(result, STUDY, {"training": 12.5}, {"run": "5f0c"})


def refuse(constant):
    raise ValueError(constant)


def test_keys_are_the_documented_ones(summary, result):
    assert list(summary) == SUMMARY_KEYS
    assert SUMMARY_KEYS.index("decision") == 2, "what was found comes first, after what was asked and of what"
    assert list(summary["verdicts"][0]) == list(VERDICT)
    assert [one["word"] for one in summary["verdicts"]] == [verdict.word for verdict in result.verdicts]
    assert summary["accuracy"][0]["model"] == result.accuracy[0].model
    assert list(summary["data"]) == ["name", "digest", "rows", "dropped", "left_out"]
    assert list(summary["variants"][0]) == ["name", "placement", "activation", "diverged", "scores"]
    assert list(summary["variants"][0]["scores"]) == list(summary["baselines"][0]["scores"]) == list(METRICS)
    assert list(summary["baselines"][0]) == ["name", "scores"]
    assert list(summary["differences"][0]) == ["variant", "metric", "difference", "low", "high"]
    assert summary["study"] == STUDY
    assert (summary["timings"], summary["mlflow"]) == ({"training": 12.5}, {"run": "5f0c"})


def test_values_are_those_of_the_result(summary, result):
    assert [one["name"] for one in summary["variants"]] == list(VARIANTS)
    assert [(one["placement"], one["activation"]) for one in summary["variants"]][:2] == [
        ("stock", ""),
        ("cell", "relu"),
    ]
    assert [one["diverged"] for one in summary["variants"]] == [0, 0, 0, 1, 0, 0, 0]
    np.testing.assert_array_equal(
        summary["variants"][1]["scores"]["mfe"], result.scores["mfe"].sel(variant="cell-relu").to_numpy()
    )
    arima = result.baseline_scores.sel(baseline="AutoARIMA")
    assert summary["baselines"][3] == {
        "name": "AutoARIMA",
        "scores": {key: pytest.approx(float(arima[key])) for key in METRICS},
    }
    assert len(summary["differences"]) == 6 * 12
    assert summary["differences"][0]["difference"] == result.differences["difference"].iloc[0]
    assert summary["data"]["rows"] == 289


def test_values_that_are_not_finite_are_null_one_value_a_seed(summary):
    rmse = summary["variants"][3]["scores"]["rmse"]
    assert len(rmse) == 30
    assert [at for at, value in enumerate(rmse) if value is None] == [2]


def test_the_file_is_strict_json_and_reads_back(tmp_path, summary):
    path = tmp_path / "deep" / "summary.json"
    write_summary(summary, path)
    assert json.loads(path.read_text(), parse_constant=refuse) == summary
    assert [one.name for one in path.parent.iterdir()] == ["summary.json"]


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "summary.json"
    write_summary({"a": 1}, path)
    with pytest.raises(ValueError, match="JSON"):
        write_summary({"a": float("nan")}, path)
    assert json.loads(path.read_text()) == {"a": 1}
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_summary({"a": 1}, tmp_path / "taken")
    assert {one.name for one in tmp_path.iterdir()} == {"summary.json", "taken"}


def test_settings_and_timings_may_hold_foreign_numbers(result):
    found = summarize(result, {"rate": np.float32(0.5), "layers": (np.int64(16), 8)}, {"a": float("inf")}, {})
    assert json.dumps([found["study"], found["timings"]], allow_nan=False) == (
        '[{"rate": 0.5, "layers": [16, 8]}, {"a": null}]'
    )


def test_tuning_and_diagnostics_are_those_of_the_result(result):
    found = summarize(result, {}, {}, {})
    tuning = found["tuning"]
    assert [one["learning_rate"] for one in tuning["candidates"]] == [0.0003, 0.001, 0.003]
    relu = {one["name"]: one for one in tuning["variants"]}["cell-relu"]
    assert (relu["chosen"], tuning["given"]) == ([2], 1)
    losses = result.tuning["validation_loss"].sel(variant="cell-relu").isel(origin=0)
    assert [row[0] for row in relu["validation_loss"]] == pytest.approx(losses.mean("seed").values.tolist())
    assert relu["untuned"]["rmse"] == pytest.approx(
        float(result.untuned_scores["rmse"].sel(variant="cell-relu").mean())
    )
    inside = {one["name"]: one for one in found["diagnostics"]}["cell-relu"]
    wanted = result.diagnostics.sel(variant="cell-relu").isel(origin=0)
    assert inside["cell_high"][0] == wanted["cell_high"].values.tolist()
    assert inside["dead_units"][0] == wanted["dead_units"].transpose("seed", "layer").values.tolist()
    assert [one["variant"] for one in found["directions"]] == list(result.forecasts["variant"].values)
    assert any("flattening" in one["sentence"] for one in found["causes"])
