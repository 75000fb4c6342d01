"""Blocks that know where each of their numbers belongs, collected in any order."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import Candidate, candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.problems.forecasting.outcomes import Grid, collect
from tasks.numerics.series.panel_windows import cut_windows
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

VALUES = np.random.default_rng(0).normal(size=60).cumsum()
TRAINING = TrainingSpec(epochs=4, learning_rate=0.001, learning_rates=3, patience=0)
RELU = Variant("cell", "relu")
LOSS = {STOCK: (3.0, 1.0, 2.0), RELU: (2.0, 3.0, 1.0)}
"""Validation loss of a variant at each learning rate, at the first origin; at the second the other way round."""


def number(variant, candidate, origin, seed):
    """A forecast that says whose it is."""
    rate = candidates(TRAINING).index(candidate)
    return 1000.0 * (variant == RELU) + 100 * rate + 10 * origin + seed


def block(variant, origin, tried, seeds):
    places = [(one, seed) for one in tried for seed in seeds]
    names = [number(variant, one, origin, seed) for one, seed in places]
    losses = [LOSS[variant][:: 1 if origin == 0 else -1][candidates(TRAINING).index(one)] for one, _ in places]
    course = np.array([[9.0, loss / 10, 8.0, loss] for loss in losses])
    return TrainedBlock(
        variant=variant.name,
        seeds=seeds,
        candidates=tried,
        forecasts=(np.array(names)[:, None] + np.array([0.0, 0.25, 0.5]))[..., None],
        loss=course + 1,
        validation_loss=course,
        gradient_norm=course * 2,
        best_epoch=np.full(len(places), 4),
        diagnostics={"dead_units": np.array(names)[:, None] * [1.0, 2.0], "cell_low": np.array(names)},
        weights=[],
        seconds=0.0,
        compile_seconds=0.0,
        origin=origin,
    )


def collected(change=lambda blocks: blocks):
    origins = make_windows(VALUES, WindowSpec(lookback=4, test=5, validation=6, origins=2))
    rates = candidates(TRAINING)
    blocks = {
        variant: [
            block(variant, origin, tried, seeds)
            for origin in (1, 0)
            for tried in ((rates[2],), rates[:2])
            for seeds in ((7, 8), (5, 6))
        ]
        for variant in (STOCK, RELU)
    }
    series = Series("made", pd.Series(VALUES), "index", 1, "", "", "", "", (), ())
    grid = Grid(change(blocks), TRAINING, origins, range(6, 9))
    return collect(series, grid, NetworkSpec(), xr.Dataset())


def test_every_number_stands_at_its_variant_candidate_origin_and_seed():
    found = collected()
    forecasts = found.forecasts
    assert forecasts["origin"].values.tolist() == [0, 0, 1, 1, 1]
    assert forecasts["seed"].values.tolist() == [6, 7, 8]
    np.testing.assert_array_equal(forecasts["actual"], VALUES[-5:, None])
    np.testing.assert_array_equal(forecasts["previous"], VALUES[-6:-1])
    for variant in (STOCK, RELU):
        for place, candidate in enumerate(candidates(TRAINING)):
            table = found.tuning["forecast"].sel(variant=variant.name, seed=8, step=1).isel(candidate=place)
            start = [number(variant, candidate, origin, 8) for origin in (0, 1)]
            expected = [start[0], start[0] + 0.25, start[1], start[1] + 0.25, start[1] + 0.5]
            assert table.values.tolist() == expected


def test_the_candidate_of_lowest_validation_loss_is_taken_for_each_variant_and_origin():
    found = collected()
    assert found.tuning["chosen"].values.tolist() == [[1, 1], [2, 0]]
    assert found.tuning["learning_rate"].values.tolist() == pytest.approx([0.001 / 3, 0.001, 0.003], rel=1e-5)
    assert found.tuning.attrs["given"] == 1
    relu = found.forecasts["forecast"].sel(variant="cell-relu", seed=6, step=1).values.tolist()
    assert relu == [1206.0, 1206.25, 1016.0, 1016.25, 1016.5]
    dead = found.diagnostics["dead_units"].sel(variant="cell-relu", seed=6).values.tolist()
    assert dead == [[1206, 2412], [1016, 2032]]
    # Losses of the chosen candidates, 1 at both origins; the weights kept are the last, not those of the second epoch.
    assert found.histories["validation_loss"].sel(variant="cell-relu", seed=6).values.tolist() == pytest.approx(
        [9, 0.1, 8, 1]
    )
    assert found.diagnostics["best_epoch"].values.ravel().tolist() == [2] * 12
    norms = found.diagnostics["gradient_norm"].sel(variant="stock", seed=6).isel(origin=0)
    assert norms.sel(quantile=1.0) == 18
    assert norms.sel(quantile=0.5) == pytest.approx(np.median([18, 0.2, 16, 2]))


def test_a_diverged_replica_is_counted_and_not_chosen_and_has_no_diagnostics():
    def diverge(blocks):
        for one in blocks[STOCK]:
            rate = candidates(TRAINING)[1]
            if one.origin == 0 and rate in one.candidates and 6 in one.seeds:
                one.forecasts[one.replica(rate, 6)] = np.inf
            if one.origin == 1 and 8 in one.seeds:
                for candidate in one.candidates:
                    one.forecasts[one.replica(candidate, 8)] = np.nan
        return blocks

    found = collected(diverge)
    assert found.tuning["chosen"].sel(variant="stock").values.tolist() == [2, 1]
    assert found.forecasts["diverged"].values.tolist() == [[False, False, True], [False] * 3]
    assert np.isnan(found.diagnostics["cell_low"].sel(variant="stock", seed=8).values).tolist() == [False, True]
    assert isinstance(candidates(TRAINING)[0], Candidate)


def test_windows_of_a_panel_stand_by_series_and_time_whatever_origin_forecasts_them():
    members = tuple(
        Series(name, pd.Series(VALUES[:rows] * factor), "index", 1, "", "", "", name, (), ())
        for name, rows, factor in (("a", 60, 1.0), ("b", 50, 10.0))
    )
    panel = Series.panel("two", members)
    origins = cut_windows(panel, WindowSpec(lookback=4, test=5, validation=6, origins=2))
    blocks = [
        replace(
            block(STOCK, origin, candidates(TRAINING), (6,)),
            forecasts=np.tile(100.0 * origin + np.arange(float(one.split.test)), (3, 1))[..., None],
        )
        for origin, one in enumerate(origins)
    ]
    found = collect(panel, Grid({STOCK: blocks}, TRAINING, origins, range(6, 7)), NetworkSpec(), xr.Dataset()).forecasts
    assert found["member"].to_numpy().tolist() == [0] * 5 + [1] * 5
    assert found["time"].to_numpy().tolist() == [*range(55, 60), *range(45, 50)]
    assert found["moment"].to_numpy().tolist() == [*range(55, 60)] * 2
    assert found["origin"].to_numpy().tolist() == [0, 0, 1, 1, 1] * 2
    # The first origin has two windows of each series to forecast, the second three.
    shown = found["forecast"].sel(variant="stock", seed=6, step=1).to_numpy().tolist()
    assert shown == [0, 1, 100, 101, 102, 2, 3, 103, 104, 105]
    np.testing.assert_array_equal(found["actual"][:, 0], [*VALUES[55:60], *(10 * VALUES[45:50])])
