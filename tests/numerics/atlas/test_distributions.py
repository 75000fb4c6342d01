"""What the table says, against the verdicts of a comparison and against counting by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.atlas.distributions import (
    REGION,
    by_column,
    components_of,
    ranks,
    variant_effects,
    words_of,
)
from tasks.numerics.atlas.measured import Measured
from tasks.numerics.atlas.report_tables import rank_sentence
from tasks.numerics.atlas.rows import effects_on_halves
from tasks.numerics.atlas.sentences import cautions, sentences
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.atlas.words import change, percent
from tasks.numerics.statistics.log_ratios import log_ratio
from tasks.numerics.statistics.ranks import tested_ranks as held_against
from tasks.numerics.statistics.verdicts import judged

RANDOM = np.random.default_rng(4)
SCALES = {"stock": 1.0, "cell-relu": 1.6, "cell-elu": 1.0, "between-relu": 0.7}
LOSSES = np.array([[2.0] * 5, [1.0] * 5])
"""The second learning rate is the better one."""
SERIES = [f"s{k}" for k in range(9)]
FREQUENCIES = ["MS"] * 4 + ["h"] * 3 + ["YS"] * 2


def measured(variant, actual):
    """Errors of every seed that are those of all, larger or smaller, and a little of its own."""
    errors = np.random.default_rng(len(actual)).normal(size=len(actual))
    forecasts = actual + SCALES[variant] * errors + 0.02 * RANDOM.normal(size=(5, len(actual)))
    return Measured(variant, np.stack([forecasts + 9, forecasts]), LOSSES, np.zeros((2, 5, 2)), 1.0)


def made():
    """Rows of nine series, and what they were made from."""
    rows, sources = [], {}
    for number, series in enumerate(SERIES):
        actual = RANDOM.normal(size=60 + number)
        found = {variant: measured(variant, actual) for variant in SCALES}
        for variant, own in found.items():
            sources[series, variant] = (own.forecasts[1], found["stock"].forecasts[1], actual)
            rows.append(
                {
                    "series": series,
                    "network": "default",
                    "variant": variant,
                    "seeds": 5,
                    "diverged": 0,
                    "dead_units": 0.0,
                }
                | {"test_windows": len(actual)}
                | effects_on_halves(own, found["stock"], actual, 1)
            )
    return rows, sources


ROWS, SOURCES = made()
ATLAS = Atlas.of(
    ROWS,
    [
        {"series": name, "source": "bundled", "frequency": frequency, "digest": name, "length": 100, "used": 74}
        for name, frequency in zip(SERIES, FREQUENCIES, strict=True)
    ],
    {"networks": {"default": {"learning_rates": [0.01, 0.03, 0.1]}}},
)


@pytest.mark.parametrize("part", ["", "first_", "second_"])
def test_words_are_those_of_a_comparison_with_that_variant_alone(part):
    words = words_of(pd.DataFrame(ROWS), part)
    assert {*words} >= {"helps", "hurts", "same"}
    for row, word in zip(ROWS, words, strict=True):
        own, reference, actual = SOURCES[row["series"], row["variant"]]
        middle = len(actual) // 2
        chosen = {"": slice(None), "first_": slice(middle), "second_": slice(middle, None)}[part]
        found = log_ratio(row["variant"], own[:, chosen], reference[:, chosen], actual[chosen], 1)
        assert word == judged(found, found.p, REGION).word
        assert float(components_of(row, part).total) == pytest.approx(float(found.components.total))
        assert components_of(row, part).number_of_periods == found.components.number_of_periods
        assert float(components_of(row, part).freedom) == pytest.approx(float(found.components.freedom))


def test_parts_are_joined_by_seeds_and_tuned_together():
    first = Measured("stock", np.zeros((2, 3, 4)), np.array([[1.0] * 3, [2.0] * 3]), np.zeros((2, 3, 1)), 1.0)
    second = Measured("stock", np.ones((2, 2, 4)), np.array([[9.0] * 2, [2.0] * 2]), np.zeros((2, 2, 1)), 2.0)
    joined = Measured.joined([first, second])
    assert (first.choice, second.choice, joined.choice, joined.seconds) == (0, 1, 1, 3.0)
    np.testing.assert_array_equal(joined.tuned[:, 0], [0, 0, 0, 1, 1])


def test_variants_stand_best_first_with_their_shares():
    found = variant_effects(ATLAS, "default")
    assert [one.variant for one in found] == ["between-relu", "cell-elu", "cell-relu"]
    for one in found:
        assert sum(one.shares.values()) == pytest.approx(1)
        assert one.pooled.mean == pytest.approx(np.log(SCALES[one.variant]), abs=0.02)
    assert [max(one.shares, key=one.shares.get) for one in found] == ["helps", "same", "hurts"]


def test_frequencies_of_few_series_stand_together_and_last():
    parts = by_column(ATLAS, variant_effects(ATLAS, "default")[0], "frequency")
    assert {name: one.number for name, one in parts.items()} == {"MS": 4, "h": 3, "other": 2}


def test_ranks_are_those_of_the_effects_and_one_without_ranks_last():
    effects = ATLAS.effects.copy()
    effects.loc[(effects["series"] == "s0") & (effects["variant"] == "between-relu"), "effect"] = np.nan
    found = ranks(Atlas(effects, ATLAS.series, ATLAS.about), "default")
    at = {name: place for place, name in enumerate(found.variants)}
    assert found.by_series[0, at["between-relu"]] == 4
    assert (found.by_series[1:, at["between-relu"]] == 1).all() and (found.by_series[:, at["cell-relu"]] >= 3).all()
    assert found.mean[at["cell-relu"]] > found.mean[at["stock"]]


def test_every_variant_is_spoken_of():
    said = " ".join(sentences(variant_effects(ATLAS, "default")))
    assert all(name in said for name in SCALES)


def test_that_none_diverged_is_said_and_else_how_many_did():
    assert "None diverged of the 135 networks of these variants." in cautions(ATLAS, variant_effects(ATLAS, "default"))
    first = (ATLAS.effects["variant"] == "cell-relu").idxmax()
    diverged = np.where(ATLAS.effects.index == first, 2, 0)
    atlas = Atlas(ATLAS.effects.assign(diverged=diverged), ATLAS.series, ATLAS.about)
    said = " ".join(cautions(atlas, variant_effects(atlas, "default")))
    assert "Seeds that diverged: cell-relu 4 %; effects are of the others." in said and "None diverged" not in said


def test_the_critical_difference_is_told_with_what_is_beyond_it():
    found = ranks(ATLAS, "default")
    assert rank_sentence(found) == (
        f"Critical difference: mean ranks that are {found.critical:.2f} or more from stock's {found.mean[found.variants.index('stock')]:.2f} differ beyond "
        f"chance (0.05, Bonferroni over all variants; of 3 variants, Friedman's p of no difference between any of them {found.p:.2g}). "
        "None does."
    )
    many = held_against("rmse", ("stock", "cell-relu", "cell-elu"), np.tile([2.0, 3.0, 1.0], (60, 1)), "stock")
    assert rank_sentence(many).endswith(" cell-elu ranks better and cell-relu ranks worse.")
    assert rank_sentence(replace(found, critical=np.nan)).startswith("9 series are too few for any difference")


def test_cautions_count_the_series_of_a_network_alone():
    few = ATLAS.effects[ATLAS.effects["series"].isin(["s0", "s8"])].assign(network="small")
    series = ATLAS.series.assign(length=100, used=74, source=["own"] * 8 + ["theirs"])
    atlas = Atlas(pd.concat([ATLAS.effects, few]), series, ATLAS.about)
    said = " ".join(cautions(atlas, variant_effects(atlas, "small")))
    assert "2 of 2 series are longer" in said and "own (1), theirs (1)" in said
    assert "9 of 9 series are longer" in " ".join(cautions(atlas, variant_effects(atlas, "default")))


def test_changes_and_shares_are_short():
    ratios = (1.004, 1.34, 0.5, 20, 0.9004, 0.9006)
    assert [change(np.log(ratio)) for ratio in ratios] == ["+0.4 %", "+34 %", "-50 %", "x 20", "-10 %", "-9.9 %"]
    assert change(float("nan")) == "-" and [percent(one) for one in (0, 0.004, 0.5)] == ["0 %", "< 1 %", "50 %"]
