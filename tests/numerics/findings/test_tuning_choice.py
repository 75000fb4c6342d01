from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems.overview import Overview
from tests.examples import example_result


@pytest.fixture(scope="module")
def result():
    return example_result()


def of(result, **changes):
    return Chosen(Overview(replace(result, **changes)))


def test_what_was_chosen_stands_beside_what_was_given(result):
    found = {row.variant: row for row in of(result).rows}
    assert found["cell-relu"].chosen == "0.003"
    assert found["stock"].chosen == of(result).given.name == "0.001"
    tuned, untuned = (one["rmse"].sel(variant="cell-relu").to_numpy() for one in (result.scores, result.untuned_scores))
    assert found["cell-relu"].tuned == f"{tuned.mean():.1f} ± {tuned.std(ddof=1):.1f}"
    assert found["cell-relu"].untuned == f"{untuned.mean():.1f} ± {untuned.std(ddof=1):.1f}"
    assert found["cell-relu"].tuned != found["cell-relu"].untuned
    assert (found["stock"].verdict, found["cell-elu"].verdict) == ("", "▼ hurts")


def test_verdicts_that_tuning_changed_are_told(result):
    assert of(result).changes == ""
    changed = tuple(
        replace(one, word="helps") if (one.variant, one.metric) == ("cell-elu", "rmse") else one
        for one in result.untuned_verdicts
    )
    assert of(result, untuned_verdicts=changed).changes == (
        "Without tuning (0.001 for all) the verdict would be: cell-elu helps, not hurts."
    )
    (row,) = [row for row in of(result, untuned_verdicts=changed).rows if row.changed]
    assert row.variant == "cell-elu"


def best_at(tuning, place):
    """The same grid, in which one candidate is best for every variant."""
    worse = xr.DataArray(np.where(np.arange(tuning.sizes["candidate"]) == place, 1.0, 2.0), dims="candidate")
    return tuning.assign(
        chosen=xr.full_like(tuning["chosen"], place),
        validation_loss=xr.ones_like(tuning["validation_loss"]) * worse,
    )


def test_in_short_and_at_the_edge(result):
    assert of(result).in_short == (
        "Tuned on validation loss: learning rate 0.003 for cell-relu and between-relu and 0.001 for the others."
    )
    assert of(result).edges == (
        "The best learning rate is at the edge of the grid, the highest for cell-relu and between-relu: a better one "
        "may lie beyond (--learning-rate-moves)."
    )
    middle = best_at(result.tuning, 1)
    assert of(result, tuning=middle).edges == ""
    assert of(result, tuning=middle).in_short == "Tuned on validation loss: learning rate 0.001 for every variant."
    lowest = best_at(result.tuning, 0)
    assert "the lowest for 7 variants" in of(result, tuning=lowest).edges


def test_the_edge_is_that_of_each_origins_own_grid(result):
    further = result.tuning.isel(candidate=[0, 1, 2, 2]).assign_coords(
        learning_rate=("candidate", [0.0003, 0.001, 0.003, 0.009])
    )
    further = best_at(further, 2)
    assert of(result, tuning=further).edges == ""
    untried = xr.DataArray([True, True, True, False], dims="candidate")
    not_there = further.assign(
        tried=further["tried"] & untried, validation_loss=further["validation_loss"].where(untried)
    )
    assert "the highest for 7 variants" in of(result, tuning=not_there).edges


def test_nothing_was_tuned_with_one_candidate(result):
    one = result.tuning.isel(candidate=[1]).assign(chosen=xr.zeros_like(result.tuning["chosen"]))
    one.attrs["given"] = 0
    assert (of(result, tuning=one).in_short, of(result, tuning=one).changes, of(result, tuning=one).edges) == ("",) * 3


def test_origins_may_choose_differently_and_clip_norms_are_named(result):
    table = result.tuning.isel(origin=[0, 0, 0]).copy(deep=True)
    table["chosen"][0] = [1, 2, 1]
    table = table.assign_coords(clip_norm=("candidate", [0.0, 1.0, 1.0]))
    found = of(result, tuning=table)
    assert found.choices["stock"] == "0.001, clip norm 1 x 2, 0.003, clip norm 1 x 1"
    assert found.choices["cell-relu"] == "0.003, clip norm 1"
    assert "learning rate and clip norm" in found.in_short


def test_losses_are_quartiles_over_the_seeds_and_origins_with_a_value(result):
    table = result.tuning.isel(origin=[0, 0]).copy(deep=True)
    table["validation_loss"][0, 0, :, 3] = np.nan
    table["validation_loss"][1, 2] = np.inf
    found = of(result, tuning=table).losses
    values = table["validation_loss"][0, 0].to_numpy().ravel()
    np.testing.assert_allclose(found[0, :, 0], np.nanquantile(values, [0.25, 0.5, 0.75]))
    assert np.isnan(found[1, :, 2]).all()
    assert found.sizes["candidate"] == 3
