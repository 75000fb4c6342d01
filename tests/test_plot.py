from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.plot import plot
from tests.examples import VARIANTS, example_result, sunspots


@pytest.fixture(scope="module")
def result():
    return example_result()


@pytest.fixture(scope="module")
def figures(result):
    return plot(result)


def trace(figure, name):
    (found,) = [one for one in figure.data if one.name == name]
    return found


def test_every_variant_and_metric_has_its_figure(figures):
    assert list(figures) == [
        "verdicts/rmse",
        *(f"forecast/{name}" for name in VARIANTS),
        "series",
        *(f"scores/{metric}" for metric in ForecastResult.drawn),
        "tuning/0/1",
        *(f"learning/{name}" for name in VARIANTS),
    ]


def test_intervals_stand_beside_the_region_that_counts_as_equal(figures, result):
    found = [verdict for verdict in result.verdicts if verdict.metric == "rmse"]
    (points,) = figures["verdicts/rmse"].data
    np.testing.assert_allclose(points.x, [verdict.difference for verdict in found], rtol=1e-4)
    np.testing.assert_allclose(points.x + points.error_x.array, [verdict.high for verdict in found], rtol=1e-3)
    region, zero = figures["verdicts/rmse"].layout.shapes
    assert (region.x0, region.x1) == (-found[0].region, found[0].region)
    assert zero.x0 == zero.x1 == 0
    assert list(figures["verdicts/rmse"].layout.yaxis.ticktext)[1].startswith("cell-elu  ▼ hurts")


def test_the_series_is_whole_and_its_parts_are_marked(figures, result):
    figure = figures["series"]
    np.testing.assert_array_equal(figure.data[0].y, result.series.array)
    assert [shape.label.text.replace("<br>", "") for shape in figure.layout.shapes] == [
        "training",
        "validation",
        "test",
    ]
    index = result.series.values.index
    assert [shape.x0 for shape in figure.layout.shapes] == [index[0], index[186], index[233]]
    assert figure.layout.yaxis.title.text == "relative number"


def test_forecasts_are_the_mean_and_band_over_seeds(figures, result):
    forecast = result.forecasts["forecast"].sel(variant="cell-elu", step=1).to_numpy()
    figure = figures["forecast/cell-elu"]
    np.testing.assert_allclose(trace(figure, "mean").y, forecast.mean(0), rtol=1e-5)
    np.testing.assert_allclose(trace(figure, "seeds, 5 %").y, np.quantile(forecast, 0.05, axis=0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(trace(figure, "seeds, 95 %").y, np.quantile(forecast, 0.95, axis=0), rtol=1e-5)
    np.testing.assert_allclose(trace(figure, "actual").y, result.forecasts["actual"].sel(step=1), rtol=1e-6)
    stock = result.forecasts["forecast"].sel(variant="stock", step=1).mean("seed")
    np.testing.assert_allclose(trace(figure, "stock, mean").y, stock, rtol=1e-5)
    assert "stock, mean" not in [one.name for one in figures["forecast/stock"].data]
    assert len({tuple(figures[f"forecast/{name}"].layout.yaxis.range) for name in VARIANTS}) == 1


def test_scores_show_every_seed_and_baseline(figures, result):
    figure = figures["scores/rmse"]
    np.testing.assert_array_equal(trace(figure, "seed").x, result.scores["rmse"].to_numpy().ravel())
    np.testing.assert_array_equal(np.round(trace(figure, "seed").y), np.repeat(np.arange(7), 30))
    np.testing.assert_array_equal(trace(figure, "baselines").x, result.baseline_scores["rmse"])
    np.testing.assert_array_equal(trace(figure, "baselines").y, [6.75, 7.25, 7.75, 8.25])
    assert list(figure.layout.yaxis.ticktext) == [*VARIANTS, "last value", "mean", "AutoETS", "AutoARIMA"]
    box = trace(figure, "seeds")
    values = result.scores["rmse"].sel(variant="cell-elu").to_numpy()
    assert box.median[2] == pytest.approx(np.median(values))
    assert (box.lowerfence[2], box.q1[2], box.q3[2], box.upperfence[2]) == pytest.approx(
        tuple(np.quantile(values, [0.05, 0.25, 0.75, 0.95]))
    )
    assert figure.layout.xaxis.title.text == "relative number; lower is better"


def test_clouds_are_the_densities_of_the_seeds_above_their_row(figures, result):
    cloud = trace(figures["scores/rmse"], "density")
    ends = np.flatnonzero(np.isnan(cloud.x))
    assert len(ends) == 7
    for row, (start, end) in enumerate(zip([0, *(ends[:-1] + 1)], ends, strict=True)):
        height = row - 0.06 - cloud.y[start:end]
        assert height[0] == pytest.approx(0, abs=1e-5) == height[-1]
        assert height.max() == pytest.approx(0.4, abs=1e-5)
    values = result.scores["rmse"].sel(variant="cell-elu").to_numpy()
    own = slice(ends[1] + 1, ends[2])
    peak = cloud.x[own][np.argmin(cloud.y[own])]
    assert np.quantile(values, 0.2) < peak < np.quantile(values, 0.8)


def test_no_cloud_holds_shares_above_all():
    result = example_result(("stock", "cell-elu"), 10)
    result.scores["mda"][:] = np.linspace(0.8, 1, 10)
    figure = plot(result)["scores/mda"]
    assert figure.layout.xaxis.range[1] > 1
    assert np.nanmax(trace(figure, "density").x) == 1


def test_every_learning_rate_has_its_median_and_quartiles_and_the_chosen_one_is_filled(figures, result):
    figure = figures["tuning/0/1"]
    assert [one.name for one in figure.data] == list(VARIANTS)
    assert figure.layout.showlegend
    losses = result.tuning["validation_loss"].sel(variant="cell-relu").isel(origin=0).to_numpy()
    found = trace(figure, "cell-relu")
    np.testing.assert_allclose(found.y, np.median(losses, axis=1), rtol=1e-5)
    np.testing.assert_allclose(found.y + found.error_y.array, np.quantile(losses, 0.75, axis=1), rtol=1e-4)
    np.testing.assert_allclose(found.y - found.error_y.arrayminus, np.quantile(losses, 0.25, axis=1), rtol=1e-4)
    assert [symbol.endswith("-open") for symbol in found.marker.symbol] == [True, True, False]
    assert [symbol.endswith("-open") for symbol in trace(figure, "stock").marker.symbol] == [True, False, True]
    np.testing.assert_allclose(np.log10(found.x / [0.0003, 0.001, 0.003]), 0, atol=0.2)
    assert len({(one.line.dash, one.marker.symbol[0].partition("-open")[0]) for one in figure.data}) == 7


def test_many_variants_and_clip_norms_have_several_panels_with_the_reference_in_each():
    result = example_result(("stock", *(f"cell-{k}" for k in range(9))), seeds=2)
    tuning = result.tuning.assign_coords(clip_norm=("candidate", [0.0, 0.0, 1.0]))
    figures = plot(replace(result, tuning=tuning))
    names = [name for name in figures if name.startswith("tuning/")]
    assert names == ["tuning/0/1", "tuning/0/2", "tuning/1/1", "tuning/1/2"]
    assert [one.name for one in figures["tuning/1/2"].data] == ["stock", "cell-7", "cell-8"]
    assert "clipped to 1" in figures["tuning/1/2"].layout.title.text
    assert len(figures["tuning/1/2"].data[0].x) == 1


def test_nothing_is_drawn_of_a_grid_of_one():
    result = example_result(("stock", "cell-elu"), 2)
    tuning = result.tuning.isel(candidate=[1]).assign(chosen=result.tuning["chosen"] * 0)
    assert not [name for name in plot(replace(result, tuning=tuning)) if name.startswith("tuning/")]


def test_later_origins_are_marked(result):
    forecasts = result.forecasts.assign(origin=("time", np.repeat([0, 1, 2], [20, 20, 16])))
    figures = plot(replace(result, forecasts=forecasts, diagnostics=result.diagnostics.isel(origin=[0, 0, 0])))
    starts = [str(result.forecasts["time"].to_index()[at].isoformat()) for at in (20, 40)]
    assert [shape.x0 for shape in figures["forecast/stock"].layout.shapes] == starts
    assert [shape.x0 for shape in figures["series"].layout.shapes][3:] == starts


def test_the_ideal_or_stock_is_marked(figures, result):
    assert [figures[f"scores/{metric}"].layout.shapes[0].x0 for metric in ("mfe", "alpha", "slope")] == [0, 1, 1]
    assert figures["scores/rmse"].layout.shapes[0].x0 == pytest.approx(float(result.scores["rmse"][0].mean()))


def test_what_lies_outside_is_told():
    result = example_result()
    result.scores["rmse"][1, 3:5] = 1e9
    assert "2 outside" in plot(result)["scores/rmse"].layout.xaxis.title.text


def test_learning_curves_are_medians_over_seeds(figures, result):
    loss = result.histories["loss"].sel(variant="cell-elu").to_numpy()
    validation = result.histories["validation_loss"].sel(variant="stock").to_numpy()
    figure = figures["learning/cell-elu"]
    np.testing.assert_allclose(trace(figure, "training").y, np.median(loss, 0), rtol=1e-5)
    np.testing.assert_allclose(trace(figure, "stock, validation").y, np.median(validation, 0), rtol=1e-5)
    assert figure.layout.yaxis.type == "log"


def test_long_histories_are_thinned_and_keep_their_ends():
    result = example_result(variants=("stock", "cell-elu"), seeds=2)
    epochs = np.arange(1, 5001)
    histories = result.histories.isel(epoch=np.zeros(5000, int)).assign_coords(epoch=epochs)
    epoch = trace(plot(replace(result, histories=histories))["learning/stock"], "training").x
    assert len(epoch) == 200
    assert (epoch[0], epoch[-1]) == (1, 5000)


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_seeds_and_rows_without_dates(seeds):
    series = sunspots()
    series = replace(series, values=series.values.reset_index(drop=True), unit="")
    figures = plot(example_result(("stock", "cell-elu"), seeds, series))
    assert ("seeds, 95 %" in [one.name for one in figures["forecast/stock"].data]) == (seeds > 1)
    assert list(trace(figures["forecast/stock"], "actual").x[:2]) == [233, 234]
    assert figures["scores/alpha"].layout.xaxis.title.text == "nearest 1 is better"


def test_variants_whose_seeds_all_diverged_are_empty_panels():
    result = example_result(("stock", "cell-elu"), 3)
    result.forecasts["forecast"][:] = np.nan
    result.scores["rmse"][:] = np.nan
    result.histories["loss"][:] = np.nan
    result.histories["validation_loss"][:] = np.inf
    figures = plot(result)
    assert np.isnan(trace(figures["forecast/cell-elu"], "mean").y).all()
