from dataclasses import replace

import numpy as np
import pytest
from examples import example_result
from mlflow.utils.validation import MAX_PARAM_VAL_LENGTH, _validate_metric_name

from tasks.numerics.findings.best_model import best_seed
from tasks.numerics.findings.tracked_names import flat, plain_name
from tasks.numerics.findings.tracked_origin import GROUP, origin_of
from tasks.numerics.findings.tracked_runs import Run, account_of, comparison_run, seed_runs, variant_run


def test_points_are_finite_and_a_history_begins_at_step_one():
    run = Run("", {}, {}, {"rmse": 2.0, "mae": np.nan}, {"loss": np.array([4.0, np.inf, 2.0])})
    assert list(run.points()) == [("rmse", 2.0, 0), ("loss", 4.0, 1), ("loss", 2.0, 3)]


def test_long_histories_are_thinned_to_64_points_with_first_and_last():
    run = Run("", {}, {}, {}, {"loss": np.arange(500.0)})
    steps = [step for _, _, step in run.points()]
    assert len(steps) <= 64
    assert (steps[0], steps[-1]) == (1, 500)


def test_means_stand_on_the_comparison_and_statistics_on_the_variant():
    result = example_result(("stock", "cell-relu"), seeds=5)
    mean, account = float(result.scores["rmse"].sel(variant="cell-relu").mean()), account_of(result)
    assert comparison_run(account, {}, "").metrics["means/rmse.cell-relu"] == pytest.approx(mean)
    assert comparison_run(account, {}, "").metrics["means/rmse.last value"] > 0
    of_variant = variant_run(account, {}, "cell-relu")
    for name in ("rmse", "decision/rmse", "statistics/rmse.mean"):
        assert of_variant.metrics[name] == pytest.approx(mean)
    assert (of_variant.tags["variant"], "variant" in of_variant.parameters) == ("cell-relu", False)


def test_the_difference_that_decides_stands_on_every_variant_but_the_reference():
    result = example_result(("stock", "cell-relu"), seeds=5)
    account = account_of(replace(result, comparison=replace(result.comparison, metric="mae")))
    verdict = next(one for one in result.verdicts if one.metric == "mae")
    run = variant_run(account, {}, "cell-relu")
    found = {name: value for name, value in run.metrics.items() if name.startswith("decision/")}
    ends = {"difference": verdict.difference, "difference_low": verdict.low, "difference_high": verdict.high}
    assert found == {"decision/mae": run.metrics["mae"], **{f"decision/mae.{end}": one for end, one in ends.items()}}
    reference = variant_run(account, {}, "stock").metrics
    assert [name for name in reference if name.startswith("decision/")] == ["decision/mae"]


def test_any_part_of_the_seeds_shows_every_variant():
    account = account_of(example_result(("stock", "cell-relu"), seeds=3))
    found = [(variant, run.parameters["seed"]) for variant, run in seed_runs(account, {"data": {"series": "sunspots"}})]
    assert found == [(variant, seed) for seed in "012" for variant in ("stock", "cell-relu")]


def test_the_best_seed_is_of_lowest_validation_loss_in_the_chosen_variant():
    result = example_result(("stock", "cell-gelu", "cell-elu"), seeds=4)
    # Of lowest mean RMSE, and of lowest validation loss, is cell-elu, which is not chosen.
    result.scores["rmse"][:] = [[3, 3, 3, 3], [2, 2, np.nan, 2], [1, 1, 1, 1]]
    losses, choices = result.tuning["validation_loss"], result.tuning["chosen"]
    losses[:] = 1.0
    losses[2, :, -1, 0] = 0.01
    for place in (0, 1):
        losses[place, int(choices[place, -1]), -1, 3] = 0.5
        losses[place, int(choices[place, -1]) - 1, -1, 1] = 0.2  # of another learning rate
    losses[1, int(choices[1, -1]), -1, 2] = 0.1  # diverged: no forecast, whatever its loss
    assert best_seed(replace(account_of(result), decision="cell-gelu")) == ("cell-gelu", 3)
    assert best_seed(replace(account_of(result), decision="stock")) == ("stock", 3)
    result.forecasts["diverged"][0] = True
    assert best_seed(replace(account_of(result), decision="stock")) is None


def test_verdicts_stand_on_the_variant_and_in_the_note_of_the_comparison():
    account = account_of(example_result())
    run = variant_run(account, {}, "cell-elu")
    assert (run.tags["verdict.rmse"], run.tags["verdict.mfe"]) == ("hurts", "undecided")
    assert not any(tag.startswith("verdict") for tag in variant_run(account, {}, "stock").tags)
    assert "cell-elu hurts: RMSE" in comparison_run(account, {}, "5f0c").tags["mlflow.note.content"]


def test_where_a_result_comes_from_and_what_it_decides_stands_on_every_level():
    account = account_of(example_result(("stock", "cell-elu"), seeds=2))
    origin = origin_of(account.series, "0123456789ab", "quick")
    assert origin == {"digest": "0123456789ab", "data_digest": "5f0c5f0c5f0c5f0c", "rows": "289", "first": "1700-01-01", "last": "1988-01-01", "preset": "quick"}  # fmt: skip
    settings = {"data": {"series": "sunspots"}, "training": {"epochs": 7}, GROUP: origin}
    levels = [
        comparison_run(account, settings, "0123456789ab"),
        variant_run(account, settings, "cell-elu"),
        next(run for name, run in seed_runs(account, settings) if name == "cell-elu"),
    ]
    for run in levels:
        assert (origin | {"series": "sunspots", "epochs": "7"}).items() <= run.parameters.items()
        assert (origin | {"series": "sunspots", "decision": account.decision}).items() <= run.tags.items()
    word = levels[1].tags["verdict.rmse"]
    assert levels[2].tags["verdict.rmse"] == word and levels[0].tags["verdict.rmse"] == f"cell-elu {word}"
    assert levels[1].tags["variant"] == levels[2].tags["variant"] == "cell-elu"


def test_a_panel_is_told_from_its_first_to_its_last_period():
    from examples import example_panel

    panel, _, _ = example_panel()
    origin = origin_of(panel, "0123456789ab", "")
    assert (origin["rows"], origin["first"], origin["last"]) == ("867", "1700-01-01", "1988-01-01")
    assert "preset" not in origin


def test_the_chosen_learning_rate_and_the_diagnostics_stand_on_every_seed():
    result = example_result(("stock", "cell-relu"), seeds=3)
    account = account_of(result)
    assert variant_run(account, {}, "cell-relu").parameters["chosen_learning_rate"] == "0.003"
    run = {(variant, run.parameters["seed"]): run for variant, run in seed_runs(account, {})}["stock", "2"]
    assert run.parameters["chosen_learning_rate"] == "0.001"
    own = result.diagnostics.sel(variant="stock", seed=2).isel(origin=0)
    assert run.metrics["inside/cell_high"] == float(own["cell_high"])
    assert run.metrics["inside/dead_units"] == float(own["dead_units"].mean())
    assert run.metrics["inside/gradient_norm.largest"] == float(own["gradient_norm"].max())


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("cell-relu", "cell-relu"),
        ("cell-leaky_relu(0.1)", "cell-leaky_relu 0.1"),
        ("dense-relu(negative_slope=0.1,max_value=6)", "dense-relu negative_slope 0.1 max_value 6"),
    ],
)
def test_names_of_metrics_have_characters_that_mlflow_takes(name, plain):
    assert plain_name(name) == plain
    _validate_metric_name(f"means/rmse.{plain_name(name)}")


def test_a_long_setting_is_cut_to_what_mlflow_takes():
    (value,) = flat({"network": {"network": "x" * 50_000}}).values()
    assert len(value) <= MAX_PARAM_VAL_LENGTH
    assert value.startswith("xxx")
