from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.recommendation import overall, recommended, unbeaten
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


def test_variants_are_weighed_and_the_one_that_helps_most_is_recommended(result):
    overview = worded(result, cell_elu=("helps", -1.0), cell_gelu=("helps", -2.0), cell_relu=("hurts", 3.0))
    assert recommended(overview) == "cell-gelu"
    assert overall(overview) == (
        "On RMSE, against stock: cell-elu and cell-gelu help, cell-relu hurts and between-relu, between-elu and "
        "between-gelu do the same; recommended: cell-gelu, but 1 of 30 seeds diverged."
    )


def test_the_reference_is_recommended_where_nothing_helps(result):
    assert recommended(worded(result)) == "stock"
    assert overall(worded(result)) == (
        "On RMSE, against stock: all 6 variants do the same; recommended: stock, as nothing is shown to be better."
    )
    undecided = worded(result, **{name.replace("-", "_"): "undecided" for name in VARIANTS[1:5]})
    assert overall(undecided).startswith(
        "On RMSE, against stock: between-elu and between-gelu do the same and 4 variants are undecided; "
    )
    pair = Overview(example_result(("stock", "cell-relu"), seeds=2))
    assert overall(worded(pair.result, cell_relu="undecided")).startswith(
        "On RMSE, against stock: cell-relu is undecided; recommended: stock"
    )


def test_what_speaks_against_the_recommended_and_for_the_others_is_named(result):
    against = worded(result, cell_elu=("helps", -1.0), cell_elu__alpha="hurts", cell_elu__mda="hurts")
    assert "; recommended: cell-elu, but flattened and worse MDA." in overall(against)
    others = worded(
        result, cell_relu__mfe="helps", cell_relu__alpha="hurts", between_relu__mfe="helps", between_relu__slope="hurts"
    )
    assert overall(others).endswith(
        "; recommended: stock, as nothing is shown to be better; cell-relu and between-relu: better MFE, but flattened."
    )
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
    assert f"recommended: cell-elu, but {words}." in overall(found)


def test_a_better_baseline_is_said_there_too(result):
    assert not unbeaten(Overview(result))
    baselines = result.baseline_scores.copy(deep=True)
    baselines["rmse"].loc[{"baseline": "AutoARIMA"}] = 5.0
    overview = worded(replace(result, baseline_scores=baselines), cell_elu=("helps", -1.0))
    assert unbeaten(overview)
    assert "recommended: cell-elu; yet AutoARIMA is better still and needs no network." in overall(overview)
    baselines["rmse"][:] = np.nan
    assert not unbeaten(Overview(replace(result, baseline_scores=baselines)))


def test_alone_there_is_nothing_to_weigh():
    assert overall(Overview(example_result(("stock",)))) == ""


def test_lists_of_names():
    assert [joined(list("abc"[:n])) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert listed(list("abcd")) == "4 variants"
