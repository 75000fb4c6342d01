"""What to choose by default, on made-up tables in which now one and now another answer is right."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tasks.numerics.atlas.advice import COSTS, TOO_FEW, advice, cost_table, own_choice
from tasks.numerics.atlas.default_choice import default_choice
from tasks.numerics.atlas.distributions import VariantEffects


def made(effects, halves=None):
    """Variants with these effects on series, each known to a hundredth."""
    found = []
    for name, own in effects.items():
        first, second = (halves or {}).get(name, (own, own))
        rows = pd.DataFrame(
            {
                "series": [f"s{at}" for at in range(len(own))],
                "variant": name,
                "effect": own,
                "first_effect": first,
                "second_effect": second,
                "seeds_variance": 1e-4,
                "periods_variance": 1e-4,
                "interaction_variance": 0.0,
                "periods_freedom": 30.0,
                "test_windows": 40,
                "pairs": 5,
            }
        )
        found.append(VariantEffects("default", name, rows))
    return tuple(sorted(found, key=lambda one: one.plain[0]))


def spread(mean, number=40, scale=0.03, seed=0):
    """Effects with just this mean."""
    found = np.random.default_rng(seed).normal(size=number)
    return mean + scale * (found - found.mean())


def test_a_variant_that_is_better_is_advised_with_what_it_brings():
    effects = {"cell-elu": spread(-0.10, seed=1), "cell-relu": spread(0.3, seed=2), "cell-gelu": spread(-0.05, seed=3)}
    found = default_choice(made(effects))
    assert (found.choice, found.best) == ("cell-elu", "cell-elu")
    assert [one.variant for one in found.costs] == ["cell-elu", "cell-gelu", "stock", "cell-relu"]
    first, why, cost = advice(found)
    assert first == "Use cell-elu." and why.startswith("Over 40 series it makes the error (RMSE) 9.5 % smaller")
    assert cost.startswith("Always using cell-relu makes the error 35 % larger")


def test_of_two_that_are_as_good_on_average_the_one_that_hurts_on_fewer_series_is_advised():
    risky = np.where(np.arange(40) % 4, -0.3, 0.45) + spread(0.0, scale=0.01)
    found = default_choice(made({"cell-linear": risky, "cell-elu": spread(-0.10, scale=0.04, seed=1)}))
    assert (found.best, found.choice) == ("cell-linear", "cell-elu")
    assert found.of("cell-linear").shares["hurts"][0] == 0.25 and found.of("cell-elu").shares["hurts"][0] < 0.1
    clearly = default_choice(made({"cell-linear": risky - 0.3, "cell-elu": spread(-0.10, scale=0.04, seed=1)}))
    assert clearly.choice == "cell-linear"


def test_stock_is_advised_where_nothing_is_better_and_the_costliest_is_named():
    found = default_choice(
        made({"cell-elu": spread(0.001), "cell-gelu": spread(0.2, seed=2), "gate-tanh": spread(0.1)})
    )
    assert (found.choice, found.best, found.costs[0].variant) == ("stock", "stock", "stock")
    said = advice(found)
    assert said[0] == "Leave the activations as Keras has them."
    assert said[1].startswith("Over 40 series nothing else is shown") and "nearest" not in said[1]
    assert said[2].startswith("Always using cell-gelu makes the error 22 % larger")
    assert said[3] == "On average as good as Keras' own, within 2 %: cell-elu."


def test_a_gain_of_no_importance_or_by_chance_changes_nothing():
    small = default_choice(made({"cell-elu": spread(-0.01, scale=0.005)}))
    assert small.choice == "stock" and small.best == "cell-elu"
    assert "by 2 % or more; the best, cell-elu, makes it 1.0 % smaller" in advice(small)[1]
    chance = default_choice(made({"cell-elu": spread(-0.05, number=12, scale=0.3)}))
    assert chance.choice == "stock" and "the nearest, cell-elu, makes it 4.9 % smaller" in advice(chance)[1]
    assert "may be chance" in advice(chance)[1] and len(advice(chance)) == 2


def test_one_of_many_that_is_better_by_chance_is_not_advised():
    random = np.random.default_rng(3)
    effects = {f"cell-{at}": random.normal(scale=0.1, size=12) for at in range(17)}
    effects["cell-0"] = np.array([-0.11, 0.02] * 6)
    alone = default_choice(made({"cell-0": effects["cell-0"]}))
    assert alone.choice == "cell-0"
    assert default_choice(made(effects)).choice == "stock"


def test_costs_are_students_means_against_stock_and_paired_against_the_best():
    best, other = spread(-0.1, seed=1), spread(-0.1, seed=1) + spread(0.02, scale=0.001, seed=5)
    found = default_choice(made({"a": best, "b": other}))
    cost = found.of("b")
    assert cost.against_best.mean == pytest.approx(0.02)
    low, high = stats.t.interval(0.95, 39, 0.02, stats.sem(other - best))
    assert (cost.against_best.low, cost.against_best.high) == (pytest.approx(low), pytest.approx(high))
    low, high = stats.t.interval(0.95, 39, other.mean(), stats.sem(other))
    assert (cost.against_stock.low, cost.against_stock.high) == (pytest.approx(low), pytest.approx(high))
    assert found.of("stock").against_best.mean == pytest.approx(0.1) and found.of("a").against_best.mean == 0


def test_shares_have_wilsons_intervals():
    effects = np.repeat([-0.3, 0.0, 0.3], [5, 20, 15])
    found = default_choice(made({"cell-elu": effects})).of("cell-elu").shares
    for word, count in (("helps", 5), ("hurts", 15)):
        interval = stats.binomtest(count, 40).proportion_ci(method="wilson")
        assert found[word] == pytest.approx((count / 40, interval.low, interval.high))


def test_choosing_on_each_series_is_held_against_the_other_half():
    random = np.random.default_rng(0)
    noise = {name: (random.normal(size=60), random.normal(size=60)) for name in ("a", "b", "c")}
    nothing = default_choice(made({name: spread(0.0, 60) for name in noise}, noise)).each_its_own
    # On the first half the best of four is far below 0.
    assert nothing.low < 0 < nothing.high
    kinds = np.repeat([-0.2, 0.2], 30)
    known = default_choice(made({"a": kinds}, {"a": (kinds, kinds + 0.01)}))
    assert known.each_its_own.mean == pytest.approx((30 * -0.19 + 30 * 0.0) / 60)
    assert "it pays to compare on one's own series" in own_choice(known)[0]
    wrong = default_choice(made({"a": kinds}, {"a": (-kinds, kinds)}))
    assert "does harm" in own_choice(wrong)[0]


def test_few_series_say_nothing_and_series_without_an_effect_are_left_out():
    assert default_choice(made({"a": np.array([0.1, 0.2])})) is None
    assert advice(None) == (TOO_FEW,) and own_choice(None) == ()
    effects = spread(0.1)
    effects[:2] = np.inf, np.nan
    found = default_choice(made({"a": effects})).of("a")
    assert found.against_stock.number == 38 and np.isfinite(found.against_best.high)


def test_the_table_has_a_row_a_choice_and_says_which_is_advised():
    rows = cost_table(default_choice(made({"cell-elu": spread(-0.1), "cell-relu": np.full(40, 3.2) + spread(0)})))
    assert [row[0] for row in rows] == ["cell-elu (advised)", "stock", "cell-relu"]
    assert all(len(row) == len(COSTS) for row in rows) and rows[1][2] == "-" and rows[0][4] == "-"
    assert rows[2][2] == "x 25"
