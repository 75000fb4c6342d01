from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.evidence import Evidence
from tasks.numerics.problems.overview import Overview
from tests.examples import example_result

pytestmark = pytest.mark.slow

PAIR = ("stock", "cell-relu")


@pytest.fixture(scope="module")
def result():
    return example_result()


def plain(**changes):
    """Stock and cell-relu alike inside and in their scores, but for diagnostics (variant, origin, seed, ...) given."""
    found = example_result(("stock", "cell-elu")).diagnostics.isel(variant=[0, 0])
    result = example_result(PAIR)
    forecasts, scores = (one.isel(variant=[0, 0]) for one in (result.forecasts, result.scores))
    named = [one.assign_coords(variant=list(PAIR)) for one in (found, forecasts, scores)]
    diagnostics = named[0].copy(deep=True)
    for name, value in changes.items():
        diagnostics[name].loc[{"variant": "cell-relu"}] = diagnostics[name].sel(variant="cell-relu") + value
    return replace(result, diagnostics=diagnostics, forecasts=named[1], scores=named[2])


def sentences(result):
    return [cause.sentence for cause in causes(Overview(result))]


def test_alike_inside_means_no_cause():
    assert sentences(plain()) == []


def test_dead_layers_and_constant_forecasts_are_the_flattening(result):
    (said,) = [one for one in sentences(result) if one.startswith("cell-relu: in 6 of 30 seeds every unit")]
    rmse = result.scores["rmse"].sel(variant="cell-relu").to_numpy()
    constant = result.scores["constant"].sel(variant="cell-relu").to_numpy() == 1
    assert constant.sum() == 6
    assert f"and RMSE {rmse[~constant].mean():.1f}, not {rmse.mean():.1f} (stock 16.1)" in said
    assert ". This is part of the flattening: without these seeds alpha is 0.64, not 0.51 (stock 0.90)" in said
    scores = result.scores.copy(deep=True)
    alpha = scores["alpha"].sel(variant="cell-relu")
    scores["alpha"].loc[{"variant": "cell-relu"}] = np.where(constant, 0, 0.89 + 0 * alpha)
    (said,) = [one for one in sentences(replace(result, scores=scores)) if one.startswith("cell-relu: in 6")]
    assert ". This is the flattening: " in said
    little = scores["alpha"].sel(variant="stock").mean().item() * 0.92
    scores["alpha"].loc[{"variant": "cell-relu"}] = np.where(constant, 0, little / 0.8 + 0 * alpha)
    (said,) = [one for one in sentences(replace(result, scores=scores)) if one.startswith("cell-relu: in 6")]
    assert "flattening" not in said
    scores["alpha"].loc[{"variant": "cell-relu"}] = np.where(constant, 0, 2 + 0 * alpha)
    (said,) = [one for one in sentences(replace(result, scores=scores)) if one.startswith("cell-relu: in 6")]
    assert "flattening" not in said


def test_a_single_dead_seed_is_spoken_of_as_one():
    result = plain()
    result.diagnostics["dead_units"][1, 0, 4] = 1.0
    result.forecasts["forecast"][1, 4] = 50.0
    (cause,) = causes(Overview(result))
    assert cause.sentence.startswith("cell-relu: in 1 of 30 seeds every unit of a layer is dead and the forecast is a")
    assert ": without this seed alpha is 0." in cause.sentence
    assert cause.short == "dead and constant in 1 of 30 seeds"


def test_constants_without_dead_layers_and_dead_layers_without_constants_are_told_apart(result):
    alive = result.diagnostics.copy(deep=True)
    alive["dead_units"][:] = 0.0
    found = sentences(replace(result, diagnostics=alive))
    assert "cell-relu: in 6 of 30 seeds the forecast is a constant though no layer is dead." in found
    assert not any("every unit of a layer" in one for one in found)
    moving = plain()
    moving.diagnostics["dead_units"][1, 0, :3] = 1.0
    (said,) = sentences(moving)
    assert said == ("cell-relu: in 3 of 30 seeds a layer is dead in training and the forecast moves on the test part.")


def test_with_several_origins_networks_are_counted(result):
    origin = np.repeat([0, 1], 28)
    two = replace(
        result,
        diagnostics=result.diagnostics.isel(origin=[0, 0]),
        forecasts=result.forecasts.assign(origin=("time", origin)),
    )
    (said,) = [one for one in sentences(two) if one.startswith("cell-relu: in 12")]
    assert said.startswith("cell-relu: in 12 of 60 networks (a seed at one of 2 origins) every unit")


def test_a_spread_is_told_where_its_interval_excludes_1_and_it_is_much():
    result = plain()
    rmse = result.scores["rmse"].sel(variant="stock").to_numpy()
    random = np.random.default_rng(0).permutation(rmse)

    def widened(factor):
        scores = result.scores.copy(deep=True)
        scores["rmse"].loc[{"variant": "cell-relu"}] = 20 + factor * (random - random.mean())
        return sentences(replace(result, scores=scores))

    assert widened(1.2) == []
    random[0] += 20  # one seed alone makes it wide: the interval holds 1
    assert widened(1) == []
    random[0] -= 20
    (said,) = widened(3)
    assert said.startswith("cell-relu: RMSE spreads 3.0 times as wide over seeds as stock's (95 % interval ")
    assert said.endswith("): one run says little of it.")
    (said,) = widened(0.2)
    assert "spreads 0.2 times as wide" in said
    assert said.endswith("a single run is more reliable.")


def test_a_spread_is_put_down_to_dead_seeds_where_it_is_gone_without_them(result):
    (said,) = [one for one in sentences(result) if one.startswith("cell-relu: RMSE spreads")]
    assert "without seeds that are dead or constant 1.3 times" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dead_units": 0.3}, "in the layer with most, 30 % (stock 0 %) of the units are dead"),
        ({"saturated_cells": 0.2}, "28 % (stock 8 %) of its cell activations are saturated"),
        ({"saturated_gates": 0.2}, "30 % (stock 10 %) of its gate activations are saturated"),
        ({"cell_high": 9.0}, "cell states reach 10.3 (stock 1.29)"),
    ],
)
def test_what_is_clearly_more_than_in_the_reference_is_told_and_little_more_is_not(change, words):
    (said,) = sentences(plain(**change))
    assert said.startswith(f"cell-relu: {words}")
    assert sentences(plain(**{name: value / 10 for name, value in change.items()})) == []
    assert sentences(plain(**{name: -value for name, value in change.items() if name != "cell_high"})) == []


def test_what_goes_with_the_score_over_seeds_is_said_with_its_correlation():
    result = plain(dead_units=0.3)
    rank = stats.rankdata(result.scores["rmse"].sel(variant="cell-relu"))
    changed = result.diagnostics.copy(deep=True)
    changed["dead_units"][1] = (0.3 + 0.3 * rank / 30)[None, :, None]
    (said,) = sentences(replace(result, diagnostics=changed))
    assert "; seeds with more of it have the worse RMSE (rank correlation 1.00, p " in said
    changed["dead_units"][1] = (0.6 - 0.3 * rank / 30)[None, :, None]
    (said,) = sentences(replace(result, diagnostics=changed))
    assert "; seeds with more of it have the better RMSE (rank correlation -1.00, p " in said
    changed["dead_units"][1] = np.random.default_rng(1).permutation(0.6 - 0.3 * rank / 30)[None, :, None]
    (said,) = sentences(replace(result, diagnostics=changed))
    assert "; over seeds no link with RMSE is seen (rank correlation " in said


def test_divergence_names_gradients_only_where_those_of_the_others_jump(result):
    (said,) = [one for one in sentences(result) if one.startswith("cell-gelu")]
    assert said == "cell-gelu: 1 of 30 seeds diverged; gradients and cell states of the others don't tell why."
    changed = result.diagnostics.copy(deep=True)
    changed["gradient_norm"].loc[{"variant": "cell-gelu", "quantile": 1.0}] *= 1.5
    assert said in sentences(replace(result, diagnostics=changed))
    changed = result.diagnostics.copy(deep=True)
    changed["gradient_norm"].loc[{"variant": "cell-gelu", "quantile": 1.0}] *= 4
    (said,) = [one for one in sentences(replace(result, diagnostics=changed)) if one.startswith("cell-gelu")]
    assert said == (
        "cell-gelu: 1 of 30 seeds diverged: in the median of the others the largest gradient norm is 36 times the "
        "median one (stock 9); clipped gradients (--clip-norms) may hold them."
    )


def histories(result, curve, best):
    """The result with a validation loss (E,) for all, and its best epoch."""
    loss = xr.zeros_like(result.histories["validation_loss"]) + curve
    tuning, diagnostics = result.tuning.copy(deep=True), result.diagnostics.copy(deep=True)
    tuning["validation_loss"][:] = curve[-1]
    diagnostics["best_epoch"][:] = best
    return replace(
        result, histories=result.histories.assign(validation_loss=loss), tuning=tuning, diagnostics=diagnostics
    )


def test_too_many_and_too_few_epochs_are_told_once_for_all_variants():
    result = plain()
    falling = histories(result, np.linspace(2, 1, 100), 100)
    assert sentences(falling) == [
        "Not trained to the end: every variant; in most seeds the validation loss was still falling at epoch 100. "
        "More epochs could change the verdict."
    ]
    level = histories(result, np.append(np.linspace(2, 1, 50), np.linspace(1, 0.9999, 50)), 100)
    assert sentences(level) == []
    up = np.append(np.linspace(2, 1, 30), np.linspace(1, 1.5, 70))
    (said,) = sentences(histories(result, up, 30))
    assert "stock (best epoch 30, 50 % worse), cell-relu (best epoch 30, 50 % worse)" in said
    kept = histories(result, up, 30)
    kept.tuning["validation_loss"][:] = 1.0
    assert sentences(kept) == []


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_say_little_and_nothing_fails(seeds):
    for cause in causes(Overview(example_result(seeds=seeds))):
        assert "spreads" not in cause.sentence
        assert "correlation" not in cause.sentence


def test_all_diverged():
    result = example_result(PAIR)
    result.forecasts["forecast"][:] = np.nan
    result.forecasts["diverged"][:] = True
    for name in result.scores:
        result.scores[name][:] = np.nan
    assert [one.partition(":")[0] for one in sentences(result)][:2] == ["stock", "cell-relu"]


def test_clearly_more_is_one_sided_and_takes_more_than_a_few_seeds():
    evidence = Evidence(Overview(plain(saturated_gates=0.1, saturated_cells=-0.01)))
    assert evidence.clearly_more("cell-relu", "saturated_gates")
    assert not evidence.clearly_more("cell-relu", "saturated_cells")
    assert not evidence.clearly_more("cell-relu", "cell_reach")
    few = Evidence(Overview(example_result(PAIR, seeds=5)))
    assert not few.clearly_more("cell-relu", "cell_reach")


def test_counts_and_medians_in_words(result):
    evidence = Evidence(Overview(result))
    assert evidence.count(evidence.of("cell-relu", "dead_layer")) == "6 of 30 seeds"
    assert evidence.beside("cell-relu", "saturated_gates") == "10 % (stock 10 %)"
    assert evidence.shown("cell_reach", np.nan) == "—"
