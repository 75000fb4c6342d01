from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.symptoms import SYMPTOMS, median, symptoms
from tests.examples import example_result


@pytest.fixture(scope="module")
def result():
    return example_result(("stock", "cell-relu", "cell-gelu"))


def test_every_symptom_is_of_a_variant_at_an_origin_and_of_a_seed(result):
    found = symptoms(result)
    assert {*found} == {*SYMPTOMS, "dead_layer", "constant", "diverged"}
    for values in found.values():
        assert values.dims == ("variant", "origin", "seed")
        assert values.shape == (3, 1, 30)


def test_values_are_those_of_the_diagnostics(result):
    seen = result.diagnostics.sel(variant="cell-relu").isel(origin=0, seed=1)
    found = symptoms(result).sel(variant="cell-relu").isel(origin=0, seed=1)
    assert float(found["dead_units"]) == float(seen["dead_units"].max())
    assert float(found["cell_reach"]) == float(seen["cell_high"])
    low = result.diagnostics.sel(variant="stock").isel(origin=0, seed=1)["cell_low"] * 10
    changed = result.diagnostics.copy(deep=True)
    changed["cell_low"][0, 0, 1] = low
    assert float(symptoms(replace(result, diagnostics=changed))["cell_reach"][0, 0, 1]) == pytest.approx(-float(low))
    assert float(found["gradient_typical"]) == float(seen["gradient_norm"].sel(quantile=0.5))
    assert float(found["gradient_jump"]) == pytest.approx(9)


def test_a_diverged_seed_has_no_symptom_and_is_neither_dead_nor_constant(result):
    found = symptoms(result).sel(variant="cell-gelu").isel(seed=2, origin=0)
    assert bool(found["diverged"])
    assert all(np.isnan(found[name]) for name in SYMPTOMS)
    assert not found["dead_layer"]
    assert not found["constant"]


def test_dead_layers_are_where_no_unit_is_left(result):
    changed = result.diagnostics.copy(deep=True)
    changed["dead_units"][:] = 0.99
    changed["dead_units"][1, 0, 3, 0] = 1.0
    found = symptoms(replace(result, diagnostics=changed))["dead_layer"]
    assert [*np.argwhere(found.to_numpy())[0]] == [1, 0, 3]
    assert int(found.sum()) == 1


def test_constants_are_found_origin_by_origin(result):
    origins = np.repeat([0, 1], 28)
    forecasts = result.forecasts.copy(deep=True).assign(origin=("time", origins))
    forecasts["forecast"][0, 5, 28:] = 3.0
    two = replace(
        result,
        forecasts=forecasts,
        diagnostics=result.diagnostics.isel(origin=[0, 0]),
    )
    found = two.constant_outputs.sel(variant="stock")
    assert found.shape == (2, 30)
    assert [tuple(one) for one in np.argwhere(found.to_numpy())] == [(1, 5)]
    alone = replace(two, forecasts=forecasts.assign(origin=("time", np.append(np.zeros(55, int), 1))))
    assert not alone.constant_outputs.isel(origin=1).any()


def test_the_median_is_over_seeds_and_origins_with_a_value(result):
    table = symptoms(result)["cell_reach"].sel(variant="cell-gelu")
    values = table.to_numpy().ravel()
    assert median(table) == pytest.approx(np.median(values[np.isfinite(values)]))
    assert np.isnan(median(table * np.nan))
