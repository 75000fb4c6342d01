"""What is said and written of variants whose differences say nothing: seeds that diverged, numbers beyond double precision."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.decision import decision, odds_in
from tasks.numerics.findings.decision_section import decision_section
from tasks.numerics.findings.decision_tables import (
    decision_summary,
    odds_cell,
    odds_rows,
    option_rows,
    tracked_odds,
)
from tasks.numerics.findings.decision_words import decision_in_words
from tasks.numerics.problems.overview import Overview
from tasks.numerics.strict_json import without_infinity
from tests.examples import example_result


@pytest.fixture(scope="module")
def result():
    return example_result(("stock", "cell-relu", "between-elu"), seeds=4)


def with_pairs(result, pairs, diverged=(), variants=("cell-relu", "between-elu")):
    """An overview in which so many pairs of seeds are left of some variants, all of whose seeds are among the diverged ones or none."""
    forecasts = result.forecasts.copy(deep=True)
    for name in diverged:
        forecasts["diverged"].loc[{"variant": name}] = True
    verdicts = []
    for one in result.verdicts:
        if one.variant in variants:
            kept = np.arange(4) < pairs
            parts = replace(one.found.components, seeds=np.asarray(np.nan), periods=np.asarray(np.nan))
            own = {"pairs": pairs, "kept": kept, "by_seed": one.found.by_seed[:pairs], "components": parts}
            gone = {"difference": np.nan} if pairs == 0 else {}
            one = replace(one, word="undecided", found=replace(one.found, **own, **gone), **gone)
        verdicts.append(one)
    return Overview(replace(result, forecasts=forecasts, verdicts=tuple(verdicts)))


@pytest.mark.parametrize(
    ("pairs", "diverged", "said"),
    [
        (0, ("cell-relu", "between-elu"), "all 4 seeds of cell-relu and between-elu diverged"),
        (
            0,
            ("cell-relu",),
            "all 4 seeds of cell-relu diverged and of between-elu and stock no seed has a finite RMSE on both sides",
        ),
        (1, (), "of cell-relu and between-elu one pair of seeds is left, which says nothing of others"),
        (4, (), "differences of cell-relu and between-elu are beyond what can be reckoned with"),
    ],
    ids=["all diverged", "one diverged, one not computable", "one pair left", "variances are no numbers"],
)
def test_why_nothing_is_known_is_said_truly(result, pairs, diverged, said):
    overview = with_pairs(result, pairs, diverged)
    first, *rest = decision_in_words(overview)
    assert first == f"Choose stock: {said}."
    assert not any("Two seeds or more" in one for one in rest)
    assert (option_rows(overview), odds_rows(overview), odds_cell(overview, "cell-relu")) == ([], [], "")


@pytest.mark.parametrize("pairs", [0, 1, 4])
def test_a_variant_of_which_nothing_is_known_leaves_the_others_their_odds(result, pairs):
    overview = with_pairs(result, pairs, ("cell-relu",) if pairs == 0 else (), variants=("cell-relu",))
    found = decision(overview)
    assert [one.name for one in found.options] == ["stock", "cell-relu", "between-elu"]
    assert found.rival.name == "between-elu" and found.options[1].odds is None
    assert {*odds_in(overview, "rmse")} == {"between-elu"}
    alone = decision(Overview(replace(result, verdicts=tuple(v for v in result.verdicts if v.variant != "cell-relu"))))
    assert found.rival.odds == alone.rival.odds
    stock, relu, elu = option_rows(overview)
    assert set(relu[1:]) == {"—"} and "—" not in elu and "nan" not in " ".join((*stock, *relu, *elu))
    assert odds_cell(overview, "cell-relu") == "" and odds_cell(overview, "between-elu")
    assert {*tracked_odds(overview)} == {"stock", "between-elu"}
    kept = without_infinity(decision_summary(overview))
    assert json.dumps(kept, allow_nan=False) and kept["options"][1]["best"] is None
    assert decision_section(overview)


def test_an_infinite_variance_gives_words_and_no_number(result):
    verdicts = tuple(
        replace(one, found=replace(one.found, components=replace(one.found.components, periods=np.asarray(np.inf))))
        for one in result.verdicts
    )
    overview = Overview(replace(result, verdicts=verdicts))
    assert decision_in_words(overview)[0].endswith("are beyond what can be reckoned with.")
    assert (option_rows(overview), odds_cell(overview, "between-elu")) == ([], "")
