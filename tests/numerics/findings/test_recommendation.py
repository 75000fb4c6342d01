from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.recommendation import losses, overall, unbeaten
from tasks.numerics.problems.overview import Overview
from tasks.numerics.wording import joined, listed
from tests.examples import VARIANTS, example_result


@pytest.fixture(scope="module")
def result():
    return example_result()


def worded(result, **words):
    """An overview in which all is `same` but the words given: `cell_relu=("helps", -1)`, `cell_relu__mfe="helps"`."""
    found = {}
    for name, given in words.items():
        variant, _, metric = name.replace("_", "-").partition("--")
        found[variant, metric or "rmse"] = given if isinstance(given, tuple) else (given, 0.0)
    changed = []
    for one in result.verdicts:
        word, difference = found.get((one.variant, one.metric), ("same", 0.0))
        changed.append(replace(one, word=word, difference=difference))
    return Overview(replace(result, verdicts=tuple(changed)))


def test_what_is_proven_of_every_variant_is_said_in_a_sentence(result):
    overview = worded(result, cell_elu=("helps", -1.0), cell_gelu=("helps", -2.0), cell_relu=("hurts", 3.0))
    assert overall(overview) == (
        "Proven on RMSE, against stock: cell-elu and cell-gelu help, cell-relu hurts and between-relu, between-elu and "
        "between-gelu do the same."
    )
    assert overall(worded(result)) == "Proven on RMSE, against stock: all 6 variants do the same."
    undecided = worded(result, **{name.replace("-", "_"): "undecided" for name in VARIANTS[1:5]})
    assert overall(undecided) == (
        "Proven on RMSE, against stock: between-elu and between-gelu do the same; undecided: 4 variants."
    )
    one = worded(result, cell_elu=("helps", -1.0), cell_relu=("hurts", 1.0), between_relu="undecided")
    assert overall(one) == (
        "Proven on RMSE, against stock: cell-elu helps, cell-relu hurts and cell-gelu, between-elu and between-gelu do the "
        "same; undecided: between-relu."
    )
    pair = Overview(example_result(("stock", "cell-relu"), seeds=2))
    assert overall(worded(pair.result, cell_relu="undecided")) == (
        "Nothing is proven on RMSE, against stock: cell-relu is undecided."
    )


def test_what_speaks_for_variants_that_are_not_chosen_is_named(result):
    others = worded(
        result, cell_relu__mfe="helps", cell_relu__alpha="hurts", between_relu__mfe="helps", between_relu__slope="hurts"
    )
    assert overall(others).endswith("; cell-relu and between-relu: better MFE, but flattened.")
    assert "MASE" not in overall(worded(result, cell_relu__rmsse="helps", cell_relu__mase="helps"))


@pytest.mark.parametrize(
    ("alpha", "slope", "constant", "words"),
    [
        (0.5, 1.4, 0.0, "flattened"),
        (0.5, 0.8, 0.3, "flattened"),
        (0.5, 0.8, 0.0, "too volatile"),
        (1.5, 0.6, 0.0, "too volatile"),
        (1.2, 1.1, 0.0, "worse alpha and worse slope b"),
    ],
)
def test_flattened_is_more_than_a_small_alpha(result, alpha, slope, constant, words):
    scores = result.scores.copy(deep=True)
    for name, value in (("alpha", alpha), ("slope", slope), ("constant", constant)):
        scores[name].loc[{"variant": "cell-elu"}] = value
    found = worded(
        replace(result, scores=scores), cell_elu=("helps", -1.0), cell_elu__alpha="hurts", cell_elu__slope="hurts"
    )
    assert joined(losses(found, "cell-elu")) == words


def test_no_variant_may_beat_the_best_baseline(result):
    assert not unbeaten(Overview(result))
    baselines = result.baseline_scores.copy(deep=True)
    baselines["rmse"].loc[{"baseline": "AutoARIMA"}] = 5.0
    assert unbeaten(Overview(replace(result, baseline_scores=baselines)))
    baselines["rmse"][:] = np.nan
    assert not unbeaten(Overview(replace(result, baseline_scores=baselines)))


def test_alone_there_is_nothing_to_weigh():
    assert overall(Overview(example_result(("stock",)))) == ""


def test_lists_of_names():
    assert [joined(list("abc"[:n])) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert listed(list("abcd")) == "4 variants"
