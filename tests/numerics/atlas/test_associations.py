"""What goes with the effect of a variant, on made-up tables in which it is known."""

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.atlas.associations import associations, relatives, standardised
from tasks.numerics.atlas.distributions import variant_effects
from tasks.numerics.atlas.tables import Atlas

VARIANTS = ("cell-relu", "cell-elu", "between-relu")


def made(slope, number=130, seed=0, scale=0.1):
    """An Atlas in which RMSE with cell-relu grows by `slope` with a standard deviation of trend, and nothing else goes with anything."""
    random = np.random.default_rng(seed)
    trend = random.uniform(0, 1, number)
    series = [
        {
            "series": f"m3_{at:03d}",
            "source": "m3_monthly",
            "frequency": ("MS", "W", "h")[at % 3],
            "digest": str(at),
            "length": 300,
            "used": (126, 250)[at % 2],
            "trend_strength": trend[at],
            "season_strength": random.uniform(),
            "spectral_entropy": random.uniform(),
            "autocorrelation": random.uniform(),
            "autocorrelation_of_changes": random.normal(),
            "autocorrelation_at_season": random.uniform() if at % 3 else np.nan,
            "zeros": 0.5 * (at < 5),
            "unit_root_p": random.uniform(),
            "stationary_p": random.uniform(),
        }
        for at in range(number)
    ]
    standard = (trend - trend.mean()) / trend.std(ddof=1)
    effects = []
    for at in range(number):
        for variant in VARIANTS:
            variance = scale**2 * random.uniform(0.05, 0.5)
            effect = 0.2 + (slope * standard[at] if variant == "cell-relu" else 0.0) + scale * random.standard_t(6)
            effects.append(
                {
                    "series": f"m3_{at:03d}",
                    "network": "default",
                    "variant": variant,
                    "seeds": 5,
                    "diverged": 0,
                    "dead_units": 0.0,
                    "effect": effect + np.sqrt(variance) * random.standard_normal(),
                    "seeds_variance": variance / 2,
                    "periods_variance": variance / 2,
                }
            )
    return Atlas.of(effects, series, {"networks": {"default": {"learning_rates": [0.01]}}})


def found_in(atlas):
    return associations(atlas, variant_effects(atlas, "default"))


def test_what_goes_with_harm_is_found_with_its_size_and_nothing_else_is():
    found = found_in(made(0.15))
    (one,) = found.shown
    assert (one.variant, one.characteristic, one.number) == ("cell-relu", "trend_strength", 130)
    assert one.low < 0.15 < one.high and one.together_low < 0.15 < one.together_high
    assert one.alike == pytest.approx(one.slope, abs=0.02)
    assert [each.variant for each in found.predictions if each.better] == ["cell-relu"]
    # 0.15^2 of 0.15^2 + 0.1^2 * (6 / 4 + 0.275) is what trend tells of the variance.
    (told,) = (each for each in found.predictions if each.better)
    assert told.low < 0.56 < told.high


def test_nothing_is_found_where_there_is_nothing():
    wrong = [len(found_in(made(0.0, seed=seed)).shown) > 0 for seed in range(12)]
    assert sum(wrong) <= 2  # of 12 at 5 %: more in 2 of 100
    found = found_in(made(0.0))
    assert not [each for each in found.predictions if each.better]
    assert all(each.saved < 0.02 for each in found.predictions)


def test_all_pairs_count_in_holms_adjustment():
    found = found_in(made(0.15))
    assert len(found.rows) == 10 * 3
    assert found.shown[0].p_adjusted == pytest.approx(min(1, 30 * found.shown[0].p))


def test_what_hardly_varies_or_is_not_known_is_left_out_and_named():
    found = found_in(made(0.1))
    assert found.left_out == ("zeros",)  # five series differ
    assert "autocorrelation_at_season" in found.characteristics and found.together == 9
    alone = [one for one in found.rows if one.characteristic == "autocorrelation_at_season"]
    assert all(one.number == 86 and np.isnan(one.together) for one in alone)


def test_few_series_say_nothing_and_some_say_nothing_together():
    few = found_in(made(0.2, number=19))
    assert few.rows == () and few.predictions == () and few.characteristics == ()
    some = found_in(made(0.2, number=60))
    assert some.rows and some.predictions == () and np.isnan(some.rows[0].together) and some.together == 0


def test_effects_without_a_variance_count_for_nothing():
    atlas = made(0.15)
    effects = atlas.effects.copy()
    effects.loc[effects.index[:6], "effect"] = np.inf
    effects.loc[effects.index[6:9], "periods_variance"] = np.nan
    found = found_in(Atlas(effects, atlas.series, atlas.about))
    assert {one.number for one in found.rows if one.characteristic == "trend_strength"} == {127}
    assert np.isfinite([one.slope for one in found.rows]).all()


def test_near_relatives_share_a_number_and_slopes_are_of_one_standard_deviation():
    numbers = relatives(["m3_1", "sunspots", "m3_2", "sunspots_monthly"])
    assert numbers["sunspots"] == numbers["sunspots_monthly"]
    assert len(set(numbers.values())) == 3
    atlas = made(0.1)
    table = standardised(atlas, list(atlas.series["series"]))
    np.testing.assert_allclose(table.mean(), 0, atol=1e-6)
    np.testing.assert_allclose(table.std(), 1, rtol=1e-6)
    often = pd.Series(table["periods_a_year"].to_numpy(), atlas.series["frequency"].to_numpy())
    assert often["h"].iloc[0] > often["W"].iloc[0] > often["MS"].iloc[0]
