"""A panel of series, as it is scored, ranked and shown."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from tasks.numerics.errors import InputError
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.symptoms import symptoms
from tasks.numerics.findings.tracked_runs import account_of, seed_runs
from tasks.numerics.problems.forecasting.baselines import forecast_baselines
from tasks.numerics.problems.forecasting.evaluation import evaluate, judge_forecasts, paired_of
from tasks.numerics.problems.forecasting.outcomes import windows_of
from tasks.numerics.problems.forecasting.scores_by_series import rank_rows, series_rows, variant_rows
from tasks.numerics.problems.forecasting.words import series_sentences
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.summary_parts import verdict_summary
from tasks.numerics.series.panel_windows import cut_windows
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, WindowSpec
from tasks.numerics.statistics.metrics import METRICS, naive_scale
from tasks.numerics.statistics.verdicts import ONLY_LOOK, all_decided
from tasks.plot import plot
from tasks.report import render_report
from tasks.show import show
from tasks.summarize import summarize
from tests.examples import SUMMARY_KEYS, VARIANTS, example_panel, sunspots
from tests.test_report import BACKGROUND, VALIDATION, Page

pytestmark = pytest.mark.slow

IN_UNIT = ("rmse", "mae", "mfe")


@pytest.fixture(scope="module")
def result():
    return evaluate(*example_panel())


def test_scores_are_means_over_series_in_multiples_of_the_naive_error_of_each(result):
    errors = [
        naive_scale(one.array[:rows], one.season_length).absolute
        for one, rows in zip(result.series.members, result.training_rows, strict=True)
    ]
    assert result.naive_errors == tuple(errors) and result.unit == "naive errors"
    for table in ("scores", "baseline_scores", "step_scores", "baseline_step_scores", "untuned_scores"):
        for metric in METRICS:
            own = [getattr(one, table)[metric].to_numpy() for one in result.members]
            scaled = [
                values / error if metric in IN_UNIT else values for values, error in zip(own, errors, strict=True)
            ]
            np.testing.assert_allclose(getattr(result, table)[metric], np.mean(scaled, axis=0), rtol=1e-9)
    np.testing.assert_allclose(result.scores["mae"], result.scores["mase"])


def test_every_series_is_what_it_would_be_alone(result):
    series, rows, outcome = example_panel()
    for number, one in enumerate(series.members):
        windows = np.flatnonzero(outcome.forecasts["member"] == number)
        own = outcome.forecasts.isel(time=windows, series=number, drop=True).drop_vars(["member", "moment"])
        alone = evaluate(
            one, rows[number : number + 1], replace(outcome, forecasts=own, tuning=outcome.tuning.isel(time=windows))
        )
        for metric in METRICS:
            np.testing.assert_array_equal(result.members[number].scores[metric], alone.scores[metric])
        for found, expected in zip(result.members[number].verdicts, alone.verdicts, strict=True):
            assert verdict_summary(found) == pytest.approx(verdict_summary(expected), nan_ok=True)
        assert result.members[number].unit == one.unit


def test_units_do_not_matter(result):
    other = evaluate(*example_panel(factors=(1.0, 1.0, 1.0)))
    for found, expected in zip(other.verdicts, result.verdicts, strict=True):
        assert found.word == expected.word
        assert found.difference == pytest.approx(expected.difference, rel=1e-6, nan_ok=True)
        assert found.high == pytest.approx(expected.high, rel=1e-5, nan_ok=True)
    for found, expected in zip(other.accuracy, result.accuracy, strict=True):
        assert (found.model, found.in_set) == (expected.model, expected.in_set)
        assert found.p == pytest.approx(expected.p, rel=1e-5, nan_ok=True)


def test_what_the_given_candidate_would_have_said_is_judged_too(result):
    series, rows, outcome = example_panel()
    given = evaluate(series, rows, replace(outcome, forecasts=outcome.untuned_forecasts))
    pairs = list(zip(result.untuned_verdicts, given.verdicts, result.verdicts, strict=True))
    for found, expected, _ in pairs:
        assert verdict_summary(found) == pytest.approx(verdict_summary(expected), nan_ok=True)
    assert any(found.difference != tuned.difference for found, _, tuned in pairs)


def test_losses_over_time_are_in_naive_errors(result):
    forecasts = result.forecasts
    scale = np.array(result.naive_errors)[forecasts["member"].to_numpy()]
    error = (forecasts["baseline_forecast"].sel(baseline="mean", step=1) - forecasts["actual"].sel(step=1)) / scale
    found = next(test for test in result.accuracy if test.model == "mean")
    assert found.mean_loss == pytest.approx(float((error**2).mean()))


def test_a_series_that_repeats_its_season_is_measured_by_its_last_value_and_one_that_never_moves_is_refused():
    series, rows, outcome = example_panel(factors=(1.0, 2.0))
    first = series.members[0]
    seasonal = replace(first, season_length=2, values=first.values * 0 + np.arange(len(first.values)) % 2)
    found = evaluate(Series.panel("panel", (seasonal, series.members[1])), rows, outcome)
    assert found.naive_errors[0] == 1
    panel = Series.panel("panel", (seasonal, series.members[1]))
    assert paired_of(panel, rows, outcome.forecasts, ComparisonSpec()).memory == (2, 1)
    constant = replace(first, values=first.values * 0 + 3)
    with pytest.raises(InputError, match=r"Series 'times 1' never moves in the 186 rows before its validation part"):
        evaluate(Series.panel("panel", (constant, series.members[1])), rows, outcome)


def test_verdicts_that_end_a_sequence_are_those_over_all_series(result):
    wide = ComparisonSpec(rope=50.0)
    judged = judge_forecasts(result.series, result.training_rows, result.forecasts, wide, ONLY_LOOK)
    assert all_decided(judged, "rmse")
    narrow = ComparisonSpec(rope=0.0)
    words = {one.word for one in evaluate(*example_panel(), narrow).verdicts if one.metric == "rmse"}
    judged = judge_forecasts(result.series, result.training_rows, result.forecasts, narrow, ONLY_LOOK)
    assert all_decided(judged, "rmse") == ("undecided" not in words)


def test_every_window_is_held_against_its_own_series_at_its_own_moment():
    index = sunspots().values.index
    values = sunspots().values
    ends = Series.panel(
        "two",
        (
            replace(sunspots(), name="old", values=values[:200]),
            replace(sunspots(), name="new", values=values[100:] * 5),
        ),
    )
    found = windows_of(ends, np.array([150, 199, 200 + 60]), 1)
    assert found["member"].to_numpy().tolist() == [0, 0, 1]
    assert found["moment"].to_numpy().tolist() == [150, 199, 160]
    assert found["time"].to_index().tolist() == [index[150], index[199], index[160]]
    np.testing.assert_array_equal(found["actual"][:, 0], [values.iloc[150], values.iloc[199], 5 * values.iloc[160]])
    np.testing.assert_array_equal(found["previous"], [values.iloc[149], values.iloc[198], 5 * values.iloc[159]])


def test_later_origins_have_more_of_every_series():
    members = example_panel(factors=(1.0, 10.0))[0].members
    windows = cut_windows(Series.panel("two", members), WindowSpec(lookback=3, test=12, validation=12, origins=2))
    assert sum(one.own_by_series for one in windows).tolist() == [12, 12]
    assert all(one.own_by_series.sum() == one.own for one in windows)


def test_baselines_are_those_of_each_series_alone():
    members = [replace(sunspots(), name=str(rows), values=sunspots().values[-rows:]) for rows in (40, 50)]
    seasonal = replace(members[1], season_length=4)
    found = forecast_baselines(Series.panel("two", (members[0], seasonal)), (5, 4))
    parts = [forecast_baselines(members[0], (5,)), forecast_baselines(seasonal, (4,))]
    assert found.sizes == {"baseline": 5, "time": 9, "step": 1, "series": 2}
    for number, (part, windows) in enumerate(zip(parts, (slice(0, 5), slice(5, 9)), strict=True)):
        own = found.isel(time=windows, series=number)
        for name in part["baseline"].to_numpy():
            xr.testing.assert_equal(
                own["baseline_forecast"].sel(baseline=name, drop=True).drop_vars("series"),
                part["baseline_forecast"].sel(baseline=name, drop=True),
            )
            assert own["baseline_note"].sel(baseline=name) == part["baseline_note"].sel(baseline=name)
    # The first has no season.
    assert found["baseline_note"].sel(baseline="seasonal last value").to_numpy().tolist()[0] == ""
    assert np.isnan(found["baseline_forecast"].sel(baseline="seasonal last value")[:5]).all()


def test_a_baseline_that_not_every_series_has_has_no_score_over_all():
    series, rows, outcome = example_panel()
    notes = outcome.forecasts["baseline_note"].copy()
    notes[1, 2] = ""
    notes[2, 1] = "failed: no luck"
    found = evaluate(series, rows, replace(outcome, forecasts=outcome.forecasts.assign(baseline_note=notes)))
    assert list(found.members[2].baseline_scores["baseline"].to_numpy()) == ["last value", "AutoETS", "AutoARIMA"]
    assert np.isnan(found.baseline_scores["rmse"].sel(baseline="mean"))
    assert list(found.baseline_scores["baseline"].to_numpy()) == ["last value", "mean", "AutoETS", "AutoARIMA"]
    assert "Baseline AutoETS of times 1000 failed: no luck." in cautions(Overview(found))


def test_a_network_is_constant_where_it_is_for_every_series(result):
    constant = symptoms(result)["constant"].sel(variant="cell-relu").isel(origin=0)
    # Of six seeds of the example, seeds 0 and 5 of cell-relu are constant in every series.
    assert constant.to_numpy().tolist() == [True, False, False, False, False, True]
    moved = result.forecasts["forecast"].copy()
    moved.loc[{"variant": "cell-relu", "seed": 0}] += xr.where(
        result.forecasts["member"] == 1, result.forecasts["actual"], 0.0
    )
    series, rows, outcome = example_panel()
    other = evaluate(series, rows, replace(outcome, forecasts=outcome.forecasts.assign(forecast=moved)))
    assert symptoms(other)["constant"].sel(variant="cell-relu", seed=0).to_numpy().tolist() == [False]
    # A third of its series has a constant forecast less.
    assert other.scores["constant"].sel(variant="cell-relu", seed=0) == pytest.approx(2 / 3)


def test_tables_say_what_every_series_says(result):
    overview = Overview(result)
    words = {
        name: [next(v.word for v in one.verdicts if v.variant == name and v.metric == "rmse") for one in result.members]
        for name in VARIANTS[1:3]
    }
    rows = variant_rows(overview)
    assert [row[0] for row in rows] == list(VARIANTS[:3]) and rows[0][3:] == ("",) * 4
    for row in rows[1:]:
        assert list(map(int, row[3:])) == [
            words[row[0]].count(word) for word in ("helps", "hurts", "same", "undecided")
        ]
    assert sum(int(row[2]) for row in rows) == 3
    for row, one in zip(series_rows(overview), result.members, strict=True):
        assert row[0] == one.series.name and one.series.unit in row[1] and row[2] == str(one.forecasts.sizes["time"])
        best = str(one.scores["rmse"].mean("seed").idxmin("variant").item())
        assert row[4].startswith(f"{best} ") and len(row) == 6 + 2
    assert len(rank_rows(overview)[1]) == len(rows[1]) + 2
    counted, ranked = series_sentences(overview)
    assert counted in conclusions(overview) and ranked in conclusions(overview)
    two = evaluate(*example_panel(factors=(1.0, 10.0)))
    assert "2 series are too few to tell any of 2 variants apart" in series_sentences(Overview(two))[1]
    assert "too few" not in ranked


def test_what_ranks_show_of_other_series_is_told():
    many = evaluate(*example_panel(factors=(1.0,) * 5))
    better = replace(
        many.ranks,
        by_series=np.tile([2.0, 3.0, 1.0], (9, 1)),
        p=0.0,
        tests=(
            replace(many.ranks.tests[0], difference=1.0, p_adjusted=0.02),
            replace(many.ranks.tests[1], difference=-1.0, p_adjusted=0.03),
        ),
    )
    said = series_sentences(Overview(replace(many, ranks=better)))[1]
    assert "beyond chance: cell-elu better and cell-relu worse" in said


def test_the_terminal_tells_of_series_and_of_what_numbers_are_in(result):
    text = StringIO()
    show(result, {}, {}, Console(file=text, width=100), explain=True)
    said = " ".join(text.getvalue().split())
    assert "By series, on RMSE: 3 series" in said
    assert "RMSE, MAE and MFE in naive errors" in said
    assert "panel: 3 series, 867 rows; 138 windows tested, the first 1933-01-01, the last 1988-01-01" in said
    assert "Scores are means over 3 series, all counting alike" in said


@pytest.mark.parametrize("horizon", [1, 4])
def test_the_page_has_every_series_with_its_tables_and_figures(horizon):
    result = evaluate(*example_panel(horizon=horizon))
    figures = plot(result)
    drawn = {"ranks/rmse", "over_series/cell-relu", "over_series/cell-elu", *(f"series/{n}" for n in (1, 2, 3))}
    last = [f"/{horizon}"] if horizon > 1 else []
    forecasts = {f"forecast/{n}/{name}{end}" for n in (1, 2, 3) for name in VARIANTS[:3] for end in ("", *last)}
    assert drawn | forecasts <= set(figures) and "series" not in figures and "forecast/stock" not in figures
    page = Page(render_report(result, figures, VALIDATION, BACKGROUND))
    assert "by-series" in page.sections and not {"forecasts", "directions"} & set(page.sections)
    assert sorted(page.figures) == sorted(figures)
    overview = Overview(result)
    rows = [[cell.strip() for cell in row] for row in page.rows("by-series")]
    for row in (*series_rows(overview), *rank_rows(overview)):
        assert list(row) in rows
    assert [row[0] for row in page.rows("data")[1:4]] == [
        f"{one.name}{one.description}" for one in result.series.members
    ]


def test_differences_by_series_are_in_naive_errors(result):
    figure = plot(result)["over_series/cell-elu"]
    own = [
        next(v.difference for v in one.verdicts if v.variant == "cell-elu" and v.metric == "rmse") / error
        for one, error in zip([*result.members, result], [*result.naive_errors, 1.0], strict=True)
    ]
    np.testing.assert_allclose(figure.data[0].x, own, rtol=1e-5)
    assert figure.layout.yaxis.ticktext[-1].startswith("<b>all series</b>")


def test_the_summary_holds_every_series_in_its_own_unit_and_the_ranks(result):
    summary = summarize(result, {}, {}, {})
    assert list(summary) == SUMMARY_KEYS
    assert [one["data"]["name"] for one in summary["series"]] == ["times 1", "times 1000", "times 0.01"]
    for one, member, error in zip(summary["series"], result.members, result.naive_errors, strict=True):
        assert one["naive_error"] == error and one["unit"] == member.series.unit
        assert one["variants"][0]["scores"]["mae"] == member.scores["mae"].sel(variant="stock").to_numpy().tolist()
        assert len(one["verdicts"]) == len(member.verdicts) and one["accuracy"] and one["directions"]
    assert summary["ranks"]["variants"][1]["by_series"] == result.ranks.by_series[:, 1].tolist()
    assert summary["ranks"]["critical"] == 2 and summary["ranks"]["variants"][0]["p"] is None


def test_trackers_are_told_the_scores_of_every_series(result):
    named = [
        replace(one, series=replace(one.series, name=name))
        for one, name in zip(result.members, ("ä/b", "ä:b", "c d"), strict=True)
    ]
    account = account_of(replace(result, members=tuple(named)))
    assert {"ä_b 1/rmse", "ä_b 2/mae", "c d/mase"} <= set(account.inside)
    for _, run in seed_runs(account, {}):
        if run.name == "cell-elu seed 3":
            expected = result.members[1].scores["rmse"].sel(variant="cell-elu", seed=3)
            assert run.metrics["ä_b 2/rmse"] == pytest.approx(float(expected))
            break
    else:
        pytest.fail("no such run")
    scores = account.datasets["series_scores"]
    assert scores["series"].to_numpy().tolist() == ["ä/b", "ä:b", "c d"]
    np.testing.assert_array_equal(scores["mae"].isel(series=2), result.members[2].scores["mae"])
    assert account.datasets["series_baseline_scores"].sizes == {"series": 3, "baseline": 4}
