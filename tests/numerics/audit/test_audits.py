"""What an audit computes, against brute force, and MDA as pandas computes it."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.audit.aligned_directions import aligned_mda, published_mda
from tasks.numerics.audit.audits import Audit, Replay, pairs, percentile_of, standing
from tasks.numerics.audit.baselines import baseline_forecasts
from tasks.numerics.audit.claims import BEST_KNOWN_ANSWER as ANSWER
from tasks.numerics.audit.recipes import PROPERLY
from tasks.numerics.audit.sentences import (
    artefact_sentence,
    cautions,
    conclusions,
    number,
    percent,
    share,
    spread_sentences,
)

RANDOM = np.random.default_rng(11)
VALUES = RANDOM.uniform(20, 700, 115)


def made(seeds=20, claim=ANSWER):
    """An audit of made-up forecasts."""
    actual = VALUES[-10:]
    replays = [
        Replay(name, {one: actual + RANDOM.normal(20, 60, (seeds, 10)) for one in claim.names})
        for name in (*(one.name for one in claim.recipes), PROPERLY)
    ]
    return Audit(claim, "made", VALUES, tuple(replays))


@pytest.mark.parametrize("kind", ["random", "perfect", "constant", "reversed"])
def test_mda_is_eight_tenths_whatever_is_forecast(kind):
    actual = VALUES[-10:]
    forecast = {
        "random": RANDOM.normal(0, 1e6, (50, 10)),
        "perfect": actual[None],
        "constant": np.full((1, 10), 3.0),
        "reversed": -actual[None],
    }[kind]
    assert set(aligned_mda(actual, forecast)) == {0.8}


@pytest.mark.parametrize("count", [3, 7, 15])
def test_mda_as_pandas_computes_it_depends_on_the_count_alone(count):
    found = aligned_mda(RANDOM.normal(size=count), RANDOM.normal(size=(20, count)))
    assert set(found) == {(count - 2) / count}


def test_the_same_function_measures_something_with_arrays():
    actual = np.array([1.0, 2, 3, 2])
    assert published_mda(actual, np.array([1.0, 2, 1, 0])) == pytest.approx(2 / 3)
    assert published_mda(actual, actual) == 1
    assert published_mda(pd.Series(actual), pd.Series(-actual)) == 0.5


@pytest.mark.parametrize("published", [-5.0, 3.0, 4.0, 4.5, 99.0])
def test_percentiles_are_counted(published):
    values = np.array([1.0, 3, 3, 4, 7, 8, 8, 9])
    below = sum(1 for one in values if one < published) + sum(0.5 for one in values if one == published)
    assert percentile_of(values, published) == pytest.approx(100 * below / len(values))


def test_a_number_that_no_seed_reaches_is_said_to_be_outside():
    values = np.array([4.0, 5, 6, np.nan])
    inside, low, high = (standing("r", "stock", "rmse", one, values) for one in (5.0, 3.9, 6.1))
    assert [one.outside for one in (inside, low, high)] == [False, True, True]
    assert [percent(one) for one in (inside, low, high)] == ["50", "below all", "above all"]
    assert inside.seeds == 3
    assert (inside.least, inside.median, inside.greatest) == (4, 5, 6)
    none = standing("r", "stock", "rmse", None, values)
    assert not none.outside
    assert math.isnan(none.percentile)


def slow_pairs(reference, other, published):
    """All pairs one by one: better, worse, sign as published, at least as large."""
    counts, number_of_pairs = [0, 0, 0, 0], 0
    for a in range(len(reference[0])):
        for b in range(len(other[0])):
            if any(math.isnan(one[a]) for one in reference) or any(math.isnan(two[b]) for two in other):
                continue
            number_of_pairs += 1
            differences = [two[b] - one[a] for one, two in zip(reference, other, strict=True)]
            counts[0] += all(one < 0 for one in differences)
            counts[1] += all(one > 0 for one in differences)
            same = [one * wanted > 0 for one, wanted in zip(differences, published, strict=True)]
            counts[2] += all(same)
            counts[3] += all(same) and all(
                abs(one) >= abs(wanted) for one, wanted in zip(differences, published, strict=True)
            )
    return [one / number_of_pairs for one in counts]


@pytest.mark.parametrize("published", [[4.78], [-2.0], [1.0, -3.0]])
def test_pairs_are_those_of_brute_force(published):
    metrics = len(published)
    reference, other = RANDOM.normal(0, 5, (metrics, 23)), RANDOM.normal(1, 8, (metrics, 31))
    reference[0, 3] = np.nan
    found = pairs("r", "m", list(reference), list(other), published)
    expected = slow_pairs(reference, other, published)
    assert [found.better, found.worse, found.as_claimed, found.as_large] == pytest.approx(expected)
    assert 0 < found.as_large < found.as_claimed < 1


def test_pairs_of_nothing_are_no_number():
    found = pairs("r", "m", [np.full(3, np.nan)], [np.ones(3)], [1.0])
    assert math.isnan(found.better)
    assert math.isnan(found.as_large)


def test_baselines_are_those_of_the_slow_way():
    found = baseline_forecasts(VALUES, ANSWER)
    assert found["last value"].tolist() == VALUES[104:114].tolist()
    assert set(found["mean of the first 100 rows"]) == {VALUES[:100].mean()}
    rows = np.array([[1, *VALUES[k : k + 5]] for k in range(75)])
    fitted = np.linalg.solve(rows.T @ rows, rows.T @ VALUES[5:80])
    slow = [fitted[0] + VALUES[row - 5 : row] @ fitted[1:] for row in range(105, 115)]
    np.testing.assert_allclose(found["AR(5) by least squares"], slow, rtol=1e-8)


def test_scores_have_the_published_sign_of_bias():
    audit = made()
    for replay in audit.replays:
        error = replay.forecasts["stock"] - VALUES[-10:]
        np.testing.assert_allclose(audit.scores[replay.recipe, "stock"]["mfe"], error.mean(axis=1))
        np.testing.assert_allclose(audit.scores[replay.recipe, "stock"]["rmse"], np.sqrt((error**2).mean(axis=1)))


def test_directions_are_counted_from_the_actual_row_before():
    audit = made(3)
    for name in audit.claim.names:
        forecasts = audit.replays[0].forecasts[name]
        slow = [
            sum((one[k] > VALUES[104 + k]) == (VALUES[105 + k] > VALUES[104 + k]) for k in range(10)) / 10
            for one in forecasts
        ]
        assert audit.scores[audit.replays[0].recipe, name]["mda"].tolist() == slow


def test_a_wider_spread_over_seeds_is_told_and_chance_is_not():
    audit = made(200)
    assert spread_sentences(audit) == []
    wide = {
        name: VALUES[-10:] + (k + 1) * (values - VALUES[-10:]) for k, (name, values) in enumerate(forecasts_of(audit))
    }
    (said,) = spread_sentences(replace(audit, replays=(*audit.replays[:-1], Replay(PROPERLY, wide))))
    assert said.startswith("Which run one happens to have matters more for cell-relu")


def forecasts_of(audit):
    """Names and forecasts of the proper replay."""
    return audit.replays[-1].forecasts.items()


def test_bias_is_compared_by_its_size():
    audit = made()
    found = next(one for one in audit.pairs if one.metric == "mfe")
    assert found.claimed == pytest.approx(9.4 - 29)
    one, two = (np.abs(audit.scores[found.recipe, name]["mfe"]) for name in audit.claim.names)
    assert found.better == pytest.approx(np.mean(two[None] < one[:, None]))


def test_the_artefact_is_told_only_where_the_claim_has_it():
    audit = made()
    assert "80 % for every one of 120 networks" in artefact_sentence(audit)
    assert audit.metrics == ("rmse", "mfe")
    right = made(claim=replace(ANSWER, directions="actual_before"))
    assert right.metrics == ("rmse", "mfe", "mda")
    assert not any("pandas" in sentence for sentence in conclusions(right))
    assert any("pandas" in sentence for sentence in conclusions(audit))


def test_another_series_than_the_claims_is_warned_of():
    audit = made()
    assert not any("published on" in one for one in cautions(audit))
    other = replace(audit, values=np.append(VALUES[:1], VALUES))
    assert any("published on 115 rows, and this series has 116" in one for one in cautions(other))


def test_diverged_seeds_are_counted_and_in_no_share():
    audit = made()
    forecasts = {name: values.copy() for name, values in audit.replays[0].forecasts.items()}
    forecasts["stock"][4] = np.nan
    broken = replace(audit, replays=(replace(audit.replays[0], forecasts=forecasts), *audit.replays[1:]))
    assert broken.diverged == 1
    assert next(one for one in broken.standings if one.variant == "stock").seeds == 19
    assert any("1 of 120 networks diverged" in one for one in cautions(broken))


def test_numbers_are_short_and_what_occurs_is_not_called_nothing():
    assert [number(one) for one in (96.783, 9.4, 0.0, 0.1234, float("nan"))] == ["96.8", "9.40", "0.00", "0.12", "-"]
    assert number(-3.2, sign=True) == "-3.20"
    assert [share(one) for one in (0.0, 0.0004, 0.0062, 0.5, 1.0)] == ["0 %", "under 0.1 %", "0.6 %", "50 %", "100 %"]
