from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.answer import weightiest
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.page_sections import verdict_section
from tasks.numerics.problems.forecasting.evaluation import evaluate
from tasks.numerics.problems.forecasting.results import HELD_BY_ALPHA
from tasks.numerics.problems.overview import Overview, magnitude
from tasks.numerics.statistics.group_sequential import Look
from tests.examples import example_panel, example_result, sunspots

pytestmark = pytest.mark.slow


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
    assert relu.leading == f"{values.mean():.1f} ± {values.std(ddof=1):.1f}"
    (row,) = [verdict for verdict in result.verdicts if (verdict.variant, verdict.metric) == ("cell-relu", "rmse")]
    assert relu.difference == f"{row.difference:.1f} [{row.low:.1f}, {row.high:.1f}]"
    assert (stock.verdict, relu.verdict) == ("", "? undecided")
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
    mean = float(overview.variants[0].leading.partition(" ")[0])
    power = float(unit.partition(" ")[0].replace("10^", "1e")) if "^" in unit else 1
    assert mean * power == pytest.approx(float(overview.leading["stock"]), rel=0.05)
    assert len(overview.variants[1].leading) < 15


def test_a_small_spread_is_shown_in_two_digits(result):
    overview = with_rmse(result, stock=15.0)
    overview.result.scores["rmse"][:] = 15 + np.linspace(0, 0.01, 30)
    assert Overview(overview.result).variants[0].leading == "15.0050 ± 0.0030"


def test_no_negative_zero_and_no_unit_where_there_is_none():
    assert Overview(example_result(seeds=2)).number("mfe", -0.0001) == "0.0"
    assert Overview(example_result(seeds=2)).number("slope", -0.0001) == "0.00"
    assert scaled(1, "").unit == ""
    assert [magnitude(value) for value in (999.0, 1000.0, 0.01, 0.0, -1.0, np.nan, np.inf)] == [2, 3, -2, *[None] * 4]


def judged(result, variant="cell-relu", metric="rmse", difference=1.0, **changes):
    """The result with one verdict changed."""
    changed = [
        replace(one, difference=difference, **changes) if (one.variant, one.metric) == (variant, metric) else one
        for one in result.verdicts
    ]
    return Overview(replace(result, verdicts=tuple(changed)))


def of_variant(overview, variant="cell-relu"):
    (sentence,) = [sentence for sentence in conclusions(overview) if sentence.startswith(variant)]
    return sentence


def test_a_verdict_says_word_size_side_and_interval(result):
    helps = judged(result, difference=-2.0, low=-3.0, high=-1.0, word="helps", needed="")
    assert of_variant(helps) == (
        "cell-relu helps: RMSE 2.0 (12.4 %) better than stock's, 95 % interval -3.0 to -1.0 (below 0 is better); "
        "yet it hurts alpha and slope b."
    )
    hurts = judged(result, difference=2.0, low=1.0, high=3.0, word="hurts", needed="")
    assert of_variant(hurts) == (
        "cell-relu hurts: RMSE 2.0 (12.4 %) worse than stock's, 95 % interval 1.0 to 3.0 (below 0 is better)."
    )
    same = judged(result, difference=0.1, low=-0.1, high=0.3, word="same", needed="")
    assert of_variant(same).startswith(
        "cell-relu does the same: RMSE 0.1 (0.6 %) worse than stock's, 95 % interval -0.1 to 0.3 (below 0 is better), "
        "within the ±0.3 that count as equal"
    )
    undecided = judged(result, low=-1.0, high=3.0, word="undecided", needed="about 90 seeds instead of 30")
    assert (
        "95 % interval -1.0 to 3.0 (below 0 is better); to decide it takes about 90 seeds instead of 30"
        in of_variant(undecided)
    )
    adjusted = judged(result, low=0.1, high=3.0, p_adjusted=0.081, word="undecided", needed="")
    assert "0.1 to 3.0 (below 0 is better), but p 0.08 after Holm's adjustment" in of_variant(adjusted)


def test_what_is_only_another_unit_contradicts_nothing(result):
    overview = judged(result, metric="rmsse", word="helps")
    assert "RMSSE" not in of_variant(overview)
    overview = judged(result, metric="mae", word="helps")
    assert "yet it helps MAE, and hurts alpha and slope b" in of_variant(overview)


def test_the_best_baseline_stands_first_where_nothing_beats_it(result):
    overview = with_rmse(result, stock=20.0, cell_elu=15.0, AutoARIMA=18.0)
    sentences = conclusions(with_rmse(overview.result, cell_gelu=19.0))
    assert sentences[0].startswith("Choose ")
    assert sentences[1].startswith("Proven on RMSE, against stock: ")
    assert sentences[-2] == "Lowest mean RMSE (relative number): cell-elu with 15.0 ± 0.0."
    beaten = "Best baseline: AutoARIMA with 18.0; 2 of 7 variants beat it on mean RMSE"
    assert (
        sentences[-1] == f"{beaten}; mean forecasts over seeds that do beyond chance (Diebold and Mariano): 5 variants."
    )
    assert len(sentences) == 10
    unbeaten = conclusions(with_rmse(result, AutoARIMA=5.0))
    assert unbeaten[1] == "Best baseline: AutoARIMA with 5.0; no variant beats it on mean RMSE."


def test_a_baseline_that_is_not_beaten_beyond_chance_stands_first(result):
    # Of seven tests one of p 0.03 is no wonder.
    chance = tuple(replace(test, p=0.03 if test.model == "stock" else 0.9) for test in result.accuracy)
    first = conclusions(with_rmse(replace(result, accuracy=chance), AutoARIMA=25.0))[1]
    assert first.startswith("Best baseline: AutoARIMA with 25.0; ")
    assert first.endswith(
        " on mean RMSE, but no mean forecast over seeds does beyond chance (Diebold and Mariano, least p 0.21 after "
        "Holm's adjustment)."
    )


def test_verdicts_that_tuning_changed_are_among_the_conclusions(result):
    untuned = tuple(replace(one, word="same") for one in result.untuned_verdicts)
    found = conclusions(Overview(replace(result, untuned_verdicts=untuned)))
    assert found[-3].startswith("Without tuning (0.001 for all) the verdict would be: cell-relu same, not undecided; ")


def test_conclusions_of_odd_results():
    alone = Overview(example_result(variants=("stock",)))
    assert conclusions(alone) == (
        "Lowest mean RMSE (relative number): stock with 16.1 ± 1.4.",
        "Best baseline: last value with 33.7; stock beats it on mean RMSE; mean forecasts over seeds that do beyond "
        "chance (Diebold and Mariano): stock.",
    )
    assert "an interval takes two seeds" in of_variant(Overview(example_result(seeds=1)))
    lost = example_result()
    lost.scores["rmse"][:] = np.nan
    assert "No variant has an RMSE: every seed diverged." in conclusions(Overview(lost))
    lost = example_result()
    lost.scores["rmse"].loc[{"variant": "stock"}] = np.nan
    assert conclusions(Overview(lost))[-2].endswith("stock has none, its seeds diverged.")
    lost.baseline_scores["rmse"][:] = np.nan
    assert not any("baseline" in sentence for sentence in conclusions(Overview(lost)))


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
        "The best learning rate is at the edge of the grid, the highest for cell-relu and between-relu: a better one "
        "may lie beyond (--learning-rate-moves).",
    )
    assert cautions(Overview(example_result(variants=("stock", "cell-elu")))) == ()


def test_data_in_a_line(result):
    assert result.data == "sunspots: 289 rows, the last 56 tested (1933-01-01 to 1988-01-01)"
    series = replace(result.series, values=result.series.values.reset_index(drop=True), dropped=("one", "two"))
    assert (
        example_result(series=series).data
        == "sunspots: 289 rows, 2 partial periods dropped, the last 56 tested (row 233 to row 288)"
    )


def test_seeds_that_were_added_are_told_with_the_level_of_their_look(result):
    added = replace(result.comparison, until_decided=True, max_seeds=90)
    found = cautions(Overview(replace(result, comparison=added, look=Look(0.0169, 0.0169))))
    assert any(
        "or there were 90: there are 30. Intervals of 98.3 % each keep 95 % over all looks" in one for one in found
    )
    assert not any("Seeds were added" in one for one in cautions(Overview(result)))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: example_result(("stock", "cell-elu"), 6, horizon=4), "windows overlap"),
        (lambda: evaluate(*example_panel()), "series move together"),
        (lambda: evaluate(*example_panel(horizon=3)), "windows overlap and series move together"),
        (lambda: example_result(("stock", "cell-elu"), 6), ""),
    ],
    ids=["horizon", "panel", "both", "neither"],
)
def test_where_intervals_of_alpha_are_too_narrow_it_stands_beside_them(made, reason):
    overview = Overview(made())
    said = (
        f"Intervals of alpha are too narrow where {reason}: of 100 that should hold the truth 95 times, {HELD_BY_ALPHA} do, by case. Read its "
        "verdicts with care."
    )
    paragraph = verdict_section(overview).blocks[0].text
    assert (said in paragraph, said in cautions(overview)) == (bool(reason), bool(reason))
    assert reason or "too narrow" not in paragraph
    alone = Overview(evaluate(*example_panel(horizon=3)).members[0])
    assert "where windows overlap:" in alone.result.too_narrow


@pytest.mark.parametrize(
    ("quantile", "metric", "said"),
    [
        (0.9, "rmse", "the quantile 0.9 (--loss quantile) and judged by RMSE, which is made for forecasts of the mean"),
        (0.1, "mae", "the quantile 0.1 (--loss quantile) and judged by MAE, which is made for forecasts of the median"),
        (0.5, "mae", ""),
        (0.5, "rmse", ""),
        (np.nan, "rmse", ""),
    ],
)
def test_a_quantile_that_no_metric_is_for_is_cautioned(quantile, metric, said):
    made = example_result(("stock", "cell-elu"), 6)
    made.tuning.attrs["quantile"] = quantile
    overview = Overview(replace(made, comparison=replace(made.comparison, metric=metric)))
    found = [one for one in cautions(overview) if "quantile" in one]
    assert len(found) == bool(said)
    if said:
        side = "high" if quantile > 0.5 else "low"
        assert (
            said in found[0] and f"a forecast is {side} on purpose" in found[0] and "train with --loss mse" in found[0]
        )
        assert weightiest(overview) == found[0]


def test_how_a_file_was_read_is_not_the_weightiest_caution_where_there_is_another():
    made = example_result(("stock", "cell-elu"), 6)
    read = "Numbers in sold are read with a decimal comma: '1,5' (line 2) is 1.5."
    warned = replace(made, series=replace(made.series, warnings=(read,)))
    assert weightiest(Overview(warned)) == read
    adding = replace(warned, comparison=replace(made.comparison, until_decided=True))
    assert cautions(Overview(adding))[0] == read
    assert weightiest(Overview(adding)).startswith("Seeds were added until every verdict was decided")
