"""What is chosen, with which odds, and how it is said."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.answer import answer, essential, lines_of
from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.decision import decision, odds_in, scale_of
from tasks.numerics.findings.decision_tables import (
    certain_rows,
    decision_summary,
    odds_cell,
    odds_rows,
    option_columns,
    option_rows,
)
from tasks.numerics.findings.decision_words import decision_in_words
from tasks.numerics.findings.odds_words import in_hundreds, percent, to_one, whole_hundred
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.effect_distribution import EffectPrior, fitted
from tests.example_reconstructions import example_reconstructions
from tests.examples import example_result


@pytest.fixture(scope="module")
def result():
    return example_result(("stock", "cell-relu", "between-elu"))


def moved(result, words="undecided", noise=0.02, **shares):
    """An overview in which each variant's RMSE is so much of the reference's worse, in all pairs nearly alike: `cell_relu=-0.05`."""
    found = []
    for one in result.verdicts:
        share = shares.get(one.variant.replace("-", "_"))
        if share is not None and one.metric == "rmse":
            level = one.region / 0.02
            parts = replace(
                one.found.components,
                seeds=np.asarray((noise * level) ** 2 / 2),
                periods=np.asarray((noise * level) ** 2 / 2),
                interaction=np.asarray(0.0),
            )
            by_seed = one.found.by_seed - one.found.by_seed.mean() + share * level
            own = replace(one.found, difference=share * level, by_seed=by_seed, components=parts)
            one = replace(one, difference=share * level, found=own, word=words)
        found.append(one)
    return Overview(replace(result, verdicts=tuple(found)))


def test_the_variant_that_is_expected_to_be_best_is_chosen_with_what_it_gains(result):
    overview = moved(result, cell_relu=0.3, between_elu=-0.05)
    found = decision(overview)
    assert (found.choice, found.proven, found.assumed) == ("between-elu", False, False)
    assert found.chosen.difference == pytest.approx(-0.05)
    first, *rest = decision_in_words(overview)
    assert first.startswith("Choose between-elu: 5.0 % better RMSE expected than stock, ")
    assert first.endswith(" to 1 that it is better at all; not proven.")
    assert any(one.startswith("Risk: ") for one in rest)
    helped = moved(result, "helps", cell_relu=0.3, between_elu=-0.05)
    assert decision(helped).proven and decision_in_words(helped)[0].endswith("; proven.")


def test_what_counts_as_equal_is_not_worth_a_change_and_the_cheaper_is_named(result):
    overview = moved(result, "same", cell_relu=-0.01, between_elu=0.01)
    assert decision(overview).choice == "stock"
    assert decision_in_words(overview)[0] == (
        "Choose stock: the best of the others, cell-relu, is expected to be 1.0 % better in RMSE: within the ±2.0 % that count as "
        "equal, and Keras runs stock cells faster on a GPU (cuDNN); proven."
    )
    between = moved(result, "same", cell_relu=0.01, between_elu=-0.01)
    assert "cuDNN" not in decision_in_words(between)[0]


def test_where_all_are_worse_the_odds_are_of_the_nearest(result):
    overview = moved(result, "hurts", cell_relu=0.66, between_elu=0.74, noise=0.05)
    first = decision_in_words(overview)[0]
    assert first == (
        "Choose stock: the best of the others, cell-relu, is expected to be 66 % worse in RMSE, more than 99 to 1 that it is worse; "
        "proven."
    )
    assert "Risk: less than 1 % that another choice is better by more than 2.0 %." in decision_in_words(overview)
    assert "More evidence of this kind would hardly change the choice." in decision_in_words(overview)


def test_a_variant_whose_seeds_diverge_is_not_chosen(result):
    lost = result.forecasts.copy(deep=True)
    lost["diverged"].loc[{"variant": "cell-relu", "seed": [0, 1, 2]}] = True
    overview = moved(replace(result, forecasts=lost), cell_relu=-0.3, between_elu=0.1)
    assert decision(overview).choice == "stock"
    assert "but too many of its seeds diverge" in decision_in_words(overview)[0]


def test_what_speaks_against_the_choice_is_said(result):
    baselines = result.baseline_scores.copy(deep=True)
    baselines["rmse"].loc[{"baseline": "AutoARIMA"}] = 5.0
    overview = moved(replace(result, baseline_scores=baselines), between_elu=-0.05)
    assert any(
        one.startswith("Against it: ") and one.endswith("AutoARIMA is better still and needs no network.")
        for one in decision_in_words(overview)
    )
    hurts = [
        replace(one, word="hurts") if (one.variant, one.metric) == ("between-elu", "mda") else one
        for one in moved(result, between_elu=-0.05).result.verdicts
    ]
    said = " ".join(decision_in_words(Overview(replace(result, verdicts=tuple(hurts)))))
    assert "Against it: " in said and "worse MDA" in said


def test_with_one_seed_nothing_is_said_of_others():
    alone = Overview(example_result(("stock", "cell-relu"), seeds=1))
    assert decision_in_words(alone) == (
        "Choose stock: one pair of seeds says nothing of others.",
        "Two seeds or more are needed to say how sure this is.",
    )
    assert (option_rows(alone), odds_rows(alone), odds_cell(alone, "cell-relu")) == ([], [], "")


def test_where_the_reference_has_no_score_the_best_other_one_is_chosen():
    result = example_result(("stock", "cell-relu"), seeds=3)
    scores = result.scores.copy(deep=True)
    for metric in scores:
        scores[metric].loc[{"variant": "stock"}] = np.nan
    verdicts = tuple(
        replace(
            one,
            region=float("nan"),
            difference=float("nan"),
            found=replace(one.found, pairs=0, difference=float("nan")),
        )
        for one in result.verdicts
    )
    lost = Overview(replace(result, scores=scores, verdicts=verdicts))
    assert decision(lost).choice == "cell-relu"
    assert decision_in_words(lost)[0] == "Choose cell-relu: stock has no RMSE, as its seeds diverged."


def test_without_a_region_any_difference_is_a_mistake(result):
    found = moved(result, between_elu=-0.05)
    verdicts = tuple(replace(one, region=0.0) for one in found.result.verdicts)
    strict = Overview(replace(result, verdicts=verdicts, comparison=replace(result.comparison, rope=0.0)))
    (risk,) = [one for one in decision_in_words(strict) if one.startswith("Risk")]
    assert "that another choice is better, by " in risk and "more than 0" not in risk
    assert decision(strict).chosen.difference == pytest.approx(-0.05)


def test_alone_there_is_nothing_to_choose():
    alone = Overview(example_result(("stock",)))
    assert decision_in_words(alone) == ()
    assert option_rows(alone) == []
    assert decision_summary(alone)["choice"] == "stock"


def test_the_decision_comes_first_everywhere(result):
    overview = moved(result, between_elu=-0.05)
    assert essential(overview) == tuple(
        one for one in answer(overview) if one.startswith(("Choose", "Risk", "Nothing is proven", "Proven"))
    )
    # On a narrow terminal too, where lines are few.
    assert any(
        line.startswith("Risk: ") for line in lines_of(moved(result, cell_relu=0.3, between_elu=-0.05, noise=0.05), 80)
    )
    for first in (answer(overview)[0], conclusions(overview)[0], lines_of(overview, 110)[0]):
        assert first.startswith("Choose between-elu: ")


def test_rows_cells_and_summary_say_the_same(result):
    overview = moved(result, cell_relu=0.3, between_elu=-0.05)
    stock, relu, elu = option_rows(overview)
    assert stock[:5] == ("stock", "—", "—", "—", "—")
    assert (relu[:2], elu[:2]) == (("cell-relu", "30 % worse"), ("between-elu", "5.0 % better"))
    kept = decision_summary(overview)
    assert [one["name"] for one in kept["options"]] == ["stock", "cell-relu", "between-elu"]
    assert sum(one["best"] for one in kept["options"]) == pytest.approx(1)
    own = kept["options"][2]
    assert own["better"] + own["same"] + own["worse"] == pytest.approx(1)
    assert odds_cell(overview, "between-elu").split("/")[0] == f"{100 * own['better']:.0f}"
    assert odds_cell(overview, "stock") == ""
    rows = {(row["variant"], row["metric"]): row for row in odds_rows(overview)}
    assert {metric for _, metric in rows} == {*result.judged}
    assert rows["between-elu", "rmse"]["better"] == own["better"] == odds_in(overview, "rmse")["between-elu"].better


def test_what_is_beyond_doubt_on_this_test_part_is_said_with_its_interval(result):
    overview = moved(result, cell_relu=0.66, between_elu=0.0)
    assert any(
        one.startswith("Certain on this very test part: between-elu is ")
        for one in decision_in_words(moved(result, between_elu=-0.5))
    )
    (row,) = [one for one in certain_rows(overview) if one.startswith("cell-relu")]
    assert row.startswith("cell-relu: worse in ") and "pairs of seeds, by 66 % [" in row


def test_what_is_certain_is_told_of_every_variant_before_any_caution(result):
    overview = moved(result, cell_relu=0.66, between_elu=0.31)
    (said,) = [one for one in answer(overview) if one.startswith("Certain on this very test part: ")]
    row, other = certain_rows(overview)
    assert said == f"Certain on this very test part: {row.replace(':', ' is')}; worse too: between-elu by 31 %."
    assert other.startswith("between-elu: worse in ")
    assert said in " ".join(decision_in_words(overview))
    for width in (72, 80, 110):
        lines = lines_of(overview, width)
        assert said in " ".join(lines) and len(lines) <= 6
    proven = moved(result, "hurts", cell_relu=0.66, between_elu=0.31)
    assert not any("Certain" in one for one in answer(proven)), "what is proven was said"


@pytest.mark.parametrize("width", [40, 60, 72, 80, 110])
def test_where_a_caution_has_no_room_it_is_told_that_there_are_some(result, width):
    lines = lines_of(moved(result, cell_relu=0.66, between_elu=0.31), width)
    caution = [line for line in lines if line.startswith("! ")]
    assert lines[-1].endswith("--explain)") and (width < 72 or "Risk: " in " ".join(lines))
    assert bool(caution) != (" cautions: --explain)" in " ".join(lines))


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.5, "even odds"),
        (0.54, "even odds"),
        (0.6, "3 to 2"),
        (0.4, "2 to 3"),
        (0.8, "4 to 1"),
        (0.2, "1 to 4"),
        (0.995, "more than 99 to 1"),
        (0.001, "less than 1 to 99"),
        (0.0, "less than 1 to 99"),
    ],
)
def test_a_probability_as_odds(probability, words):
    assert to_one(probability) == words


def test_shares_are_rounded_so_that_they_sum_to_a_hundred():
    assert whole_hundred((1 / 3, 1 / 3, 1 / 3)) == ["34", "33", "33"]
    assert whole_hundred((0.996, 0.002, 0.002)) == ["100", "0", "0"]
    assert [percent(share) for share in (0.0, 0.009, 0.26, 0.995)] == [
        "less than 1 %",
        "less than 1 %",
        "26 %",
        "more than 99 %",
    ]


def test_other_series_are_asked_where_they_are_there_and_both_odds_are_shown(result):
    random = np.random.default_rng(0)
    harm = fitted(random.normal(0.1, 0.03, 60), np.full(60, 0.02), np.full(60, 30.0))
    prior = EffectPrior({"between-elu": harm}, "default", unlike=(), series=60, digest="1a2b", engine="5f0c")
    alone = moved(result, cell_relu=0.3, between_elu=-0.03, noise=0.05)
    unknown = replace(alone.result, comparison=replace(result.comparison, prior="atlas"))
    assert "The Atlas has seen nothing like this" in " ".join(decision_in_words(Overview(unknown)))
    asked = Overview(replace(alone.result, prior=prior))
    assert decision(alone).choice == "between-elu" and decision(asked).choice == "stock"
    (own,) = [one for one in decision(asked).options if one.name == "between-elu"]
    assert own.alone == odds_in(alone, "rmse")["between-elu"]
    assert own.odds.worse > own.alone.worse + 0.2
    said = " ".join(decision_in_words(asked))
    assert (
        "Better, as good and worse in % by the Atlas (60 series with its network default) and this series, and by this series alone: "
        f"between-elu {in_hundreds(own.odds)}, alone {in_hundreds(own.alone)} (weighing {percent(own.weight)})." in said
    )
    assert 0.05 < own.weight < 0.95
    assert option_rows(asked)[2][5:7] == (in_hundreds(own.alone), percent(own.weight))
    assert option_columns(asked)[5:7] == ("this series alone", "its weight") and len(option_rows(asked)[1]) == len(
        option_columns(asked)
    )
    assert len(option_rows(alone)[1]) == len(option_columns(alone))
    kept = decision_summary(asked)
    assert (
        kept["prior"] == "60 series with its network default"
        and kept["options"][2]["alone"]["better"] == own.alone.better
    )
    assert (kept["options"][0]["weight"], kept["options"][2]["weight"]) == (None, own.weight)
    assert kept["atlas"] == {"digest": "1a2b", "engine": "5f0c", "network": "default", "series": 60, "unlike": ()}
    assert decision_summary(alone)["atlas"] is None


@pytest.mark.parametrize("example", [example_result, example_reconstructions])
def test_differences_are_shares_of_what_the_regions_are_shares_of(example):
    overview = Overview.of(example())
    for one in overview.result.verdicts:
        if one.metric != "alpha":  # its region is a logarithm
            assert scale_of(overview, one.metric) == pytest.approx(one.region / overview.result.comparison.rope), (
                one.metric
            )


@pytest.mark.parametrize(
    ("fast", "shares", "said"),
    [
        ((), {"cell_relu": -0.01, "between_elu": 0.01}, None),
        (("stock",), {"cell_relu": -0.01, "between_elu": 0.01}, "and Keras runs stock cells faster on a GPU (cuDNN)"),
        (
            ("stock", "between-elu"),
            {"cell_relu": -0.08, "between_elu": -0.07},
            "; cheaper and as good (within ±2.0 %): between-elu, which Keras runs faster on a GPU (cuDNN)",
        ),
        (("stock", "between-elu"), {"cell_relu": -0.08, "between_elu": -0.03}, None),
        (("stock", "between-elu"), {"cell_relu": -0.03, "between_elu": -0.08}, None),
    ],
    ids=["nothing runs there", "stock does", "another one is as good", "none is as good", "the choice does"],
)
def test_the_cheaper_of_what_is_as_good_is_named_where_keras_runs_it_on_cudnn(result, fast, shares, said):
    tuning = result.tuning.assign(on_cudnn=("variant", [name in fast for name in result.variants]))
    first = decision_in_words(moved(replace(result, tuning=tuning), **shares))[0]
    assert said in first if said else "cuDNN" not in first
