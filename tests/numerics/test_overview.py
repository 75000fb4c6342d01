from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.conclusions import cautions, conclusions
from tasks.numerics.overview import Overview, magnitude
from tests.examples import example_result, sunspots


@pytest.fixture(scope="module")
def result():
    return example_result()


def scaled(factor, unit="arrivals"):
    series = sunspots()
    return Overview(example_result(series=replace(series, values=series.values * factor, unit=unit)))


def with_rmse(result, **means):
    """The result with every seed's RMSE of a variant, or a baseline's, at a given value."""
    scores, baselines = result.scores.copy(deep=True), result.baseline_scores.copy(deep=True)
    differences = result.differences.copy()
    for name, value in means.items():
        name = name.replace("_", "-")
        if name in scores["variant"]:
            scores["rmse"].loc[{"variant": name}] = value
        else:
            baselines["rmse"].loc[{"baseline": name}] = value
    gap = scores["rmse"].mean("seed").to_series()
    rmse = differences["metric"] == "rmse"
    differences.loc[rmse, "difference"] = [gap[name] - gap["stock"] for name in differences.loc[rmse, "variant"]]
    differences.loc[rmse, "low"] = differences.loc[rmse, "difference"] - 0.5
    differences.loc[rmse, "high"] = differences.loc[rmse, "difference"] + 0.5
    return Overview(replace(result, scores=scores, baseline_scores=baselines, differences=differences))


def test_cells_are_the_scores(result):
    overview = Overview(result)
    stock, relu = overview.variants[:2]
    values = result.scores["rmse"].sel(variant="cell-relu").to_numpy()
    assert stock.name == "stock"
    assert stock.difference == ""
    assert relu.rmse == f"{values.mean():.1f} ± {values.std(ddof=1):.1f}"
    row = result.differences.query("variant == 'cell-relu' and metric == 'rmse'").iloc[0]
    assert relu.difference == f"{row['difference']:.1f} [{row['low']:.1f}, {row['high']:.1f}]"
    means = [float(result.scores[key].sel(variant="cell-relu").mean()) for key in ("mae", "mfe", "mda")]
    assert relu.means[:3] == (f"{means[0]:.1f}", f"{means[1]:.1f}", f"{100 * means[2]:.0f} %")
    assert [row.diverged for row in overview.variants] == ["0", "0", "0", "1", "0", "0", "0"]
    assert [row.name for row in overview.variants if row.best] == ["cell-gelu"]
    assert [row.name for row in overview.baselines if row.best] == ["last value"]
    assert [row.name for row in overview.baselines] == ["last value", "mean", "AutoETS", "AutoARIMA"]
    assert overview.baselines[1].means[4] == "—"  # a constant forecast has no slope


@pytest.mark.parametrize(
    ("factor", "unit"),
    [(1, "arrivals"), (100, "arrivals"), (3e3, "10^3 arrivals"), (1e-3, "10^-3 arrivals"), (1e8, "10^9 arrivals")],
)
def test_values_are_shown_in_a_readable_power_of_ten(factor, unit):
    overview = scaled(factor)
    assert overview.unit == unit
    mean = float(overview.variants[0].rmse.partition(" ")[0])
    power = float(unit.partition(" ")[0].replace("10^", "1e")) if "^" in unit else 1
    assert mean * power == pytest.approx(float(overview.rmse["stock"]), rel=0.05)
    assert len(overview.variants[1].rmse) < 15


def test_a_small_spread_is_shown_in_two_digits(result):
    overview = with_rmse(result, stock=15.0)
    overview.result.scores["rmse"][:] = 15 + np.linspace(0, 0.01, 30)
    assert Overview(overview.result).variants[0].rmse == "15.0050 ± 0.0030"


def test_no_negative_zero_and_no_unit_where_there_is_none():
    assert Overview(example_result(seeds=2)).number("mfe", -0.0001) == "0.0"
    assert Overview(example_result(seeds=2)).number("slope", -0.0001) == "0.00"
    assert scaled(1, "").unit == ""
    assert [magnitude(value) for value in (999.0, 1000.0, 0.01, 0.0, -1.0, np.nan, np.inf)] == [2, 3, -2, *[None] * 4]


def test_a_network_that_is_best(result):
    overview = with_rmse(result, stock=20.0, cell_elu=15.0, AutoARIMA=18.0)
    overview = with_rmse(overview.result, cell_gelu=19.0)
    first, second = conclusions(overview)
    assert first.startswith("Lowest mean RMSE (relative number): cell-elu with 15.0 ± 0.0, 5.0 (25.0 %) below stock")
    assert "95 % interval -5.5 to -4.5: the seeds tell the two apart" in first
    assert second == "Best baseline: AutoARIMA with 18.0; 2 of 7 variants beat it on mean RMSE."


def test_stock_that_is_best(result):
    first, second = conclusions(with_rmse(result, stock=10.0, cell_gelu=10.2, AutoARIMA=5.0))
    assert first.startswith("Lowest mean RMSE (relative number): stock with 10.0 ± 0.0. The closest is cell-gelu, ")
    assert "0.2 (2.0 %) above stock (95 % interval -0.3 to 0.7: the seeds do not tell the two apart)" in first
    assert second == "Best baseline: AutoARIMA with 5.0; no variant beats it on mean RMSE."


def test_conclusions_of_odd_results():
    alone = Overview(example_result(variants=("stock",)))
    assert conclusions(alone)[0].endswith("stock with 16.1 ± 1.4.")
    assert conclusions(alone)[1].endswith("stock beats it on mean RMSE.")
    assert "an interval takes two seeds" in conclusions(Overview(example_result(seeds=1)))[0]
    lost = example_result()
    lost.scores["rmse"][:] = np.nan
    assert conclusions(Overview(lost))[0] == "No variant has an RMSE: every seed diverged."
    lost = example_result()
    lost.scores["rmse"].loc[{"variant": "stock"}] = np.nan
    assert conclusions(Overview(lost))[0].endswith("stock has none, its seeds diverged.")
    lost.baseline_scores["rmse"][:] = np.nan
    assert len(conclusions(Overview(lost))) == 1


def test_cautions_name_what_diverged_is_constant_or_failed(result):
    forecasts = result.forecasts.copy(deep=True)
    forecasts["baseline_note"] = ("baseline", ["", "", "failed: tiny datasets", ""])
    series = replace(result.series, warnings=("value: every value is positive: 3 are not.",))
    found = cautions(Overview(replace(result, forecasts=forecasts, series=series)))
    assert found == (
        "value: every value is positive: 3 are not.",
        "Seeds that diverged and are in no mean: cell-gelu 1 (of 30 each).",
        "Seeds that forecast a constant, and so have no slope: cell-relu 20 %, between-relu 13 %.",
        "Baseline AutoETS failed: tiny datasets.",
    )
    assert cautions(Overview(example_result(variants=("stock", "cell-elu")))) == ()


def test_data_in_a_line(result):
    assert Overview(result).data == "sunspots: 289 rows, the last 56 tested (1933-01-01 to 1988-01-01)"
    series = replace(result.series, values=result.series.values.reset_index(drop=True), dropped=("one", "two"))
    assert (
        Overview(example_result(series=series)).data
        == "sunspots: 289 rows, 2 partial periods dropped, the last 56 tested (row 233 to row 288)"
    )
