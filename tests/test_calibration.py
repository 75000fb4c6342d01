"""The calibrations run, and fail where intervals are wrong."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tasks.numerics.atlas.settings import BUNDLED
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.statistics.effect_distribution import fitted
from tasks.numerics.statistics.odds import Expected
from tasks.numerics.statistics.variance_components import Components
from tasks.numerics.training_settings import TrainingSpec
from tests.calibration import (
    assumed_periods,
    cautions,
    evidence,
    evidence_trained,
    odds,
    out_of_time,
    simulated,
    trained,
    windows,
)
from tests.calibration.series import bundled
from tests.calibration.series import simulated as simulated_series

pytestmark = pytest.mark.slow

QUICK = replace(trained.TRAINING, epochs=2)


@pytest.fixture
def narrow(monkeypatch):
    """Intervals three times too narrow, and p with them."""
    margin, p = Components.margin, Components.p
    monkeypatch.setattr(Components, "margin", lambda parts, level: margin(parts, level) / 3)
    monkeypatch.setattr(Components, "p", lambda parts, difference: p(parts, 3 * difference))


@pytest.fixture
def made(monkeypatch):
    """Forecasts of no network: the actual values and noise, new at every seed and period."""

    def forecasts(case, seeds, training):
        noise = np.random.default_rng(seeds[0]).standard_normal((len(seeds), case.windows.split.test))
        return case.values[case.windows.test_rows] + case.values.std() * noise

    monkeypatch.setattr(trained, "train_side", forecasts)


def test_networks_are_trained_and_judged(capsys):
    assert trained.main(4, QUICK, [simulated_series("seasonal AR"), simulated_series("near random walk")]) == 0
    shown = capsys.readouterr().out
    assert "FAILS" not in shown
    assert "240 networks, 0 diverged" in shown


def test_verdicts_hold_their_bounds_on_made_forecasts(made):
    assert trained.main(16, cases=[bundled("nile")]) == 0


def test_intervals_too_narrow_fail(made, narrow, capsys):
    assert trained.main(16, cases=[bundled("nile")]) == 1
    assert "FAILS: `helps` or `hurts`" in capsys.readouterr().out


def test_every_split_of_training_is_honest_and_half_tested_with_origins_is_narrower(capsys):
    assert evidence.main(60, []) == 0
    assert "FAILS" not in capsys.readouterr().out
    half = evidence.Division(0.5, 4)
    assert (half.seeds, half.networks) == (12, 48)
    (_, wide), (_, narrower) = (evidence.simulated_cell(one, 60, 0.0) for one in (evidence.USUAL, half))
    # On average over lengths and memories: with long series and losses that remember, as wide.
    assert np.exp(np.log(narrower / wide).mean()) < 0.9
    # One training part cannot tell what training parts do.
    alone, several = (evidence.simulated_cell(evidence.Division(0.5, origins), 60, 0.3)[0] for origins in (1, 8))
    assert alone.mean() < 0.87 < 0.9 < several.mean()


def test_splits_with_intervals_too_narrow_fail(narrow, capsys):
    assert evidence.main(20, []) == 1
    assert "FAILS: coverage overall" in capsys.readouterr().out


def test_splits_are_compared_on_trained_networks(monkeypatch, capsys):
    monkeypatch.setattr(evidence_trained, "DIVISIONS", (evidence.USUAL, evidence.Division(0.5, 4)))
    monkeypatch.setattr(evidence_trained, "VARIANTS", evidence_trained.VARIANTS[:2])
    monkeypatch.setattr(evidence_trained, "TRAINING", QUICK)

    def made(variant, origins, seeds):
        rows = np.concatenate([one.first_rows[: one.own] for one in origins])
        noise = np.random.default_rng([len(variant.name), seeds]).standard_normal((seeds, len(rows)))
        return 900 + 150 * noise

    monkeypatch.setattr(evidence_trained, "forecasts_of", made)
    evidence_trained.trained_tables(Console(width=140), ["nile"])
    shown = capsys.readouterr().out
    assert "156 networks" in shown  # 30 and 12 times 4 of two variants
    widths = [float(one) for one in re.findall(r"12 seeds: (\d\.\d+)", shown)]
    # Two and a half times the test periods: an interval that is much narrower, and scores of noise that are alike.
    assert len(widths) == 2 and 0.3 < widths[0] < 0.9 < widths[1] < 1.1


@pytest.fixture
def few_windows(monkeypatch):
    """One case of overlapping windows, and one of a panel."""
    few = {
        "HORIZONS": (2,),
        "LENGTHS": (16,),
        "SERIES": (2,),
        "ALIKE": (0.8,),
        "WINDOWS": (30,),
        "PANEL_HORIZONS": (1,),
    }
    for name, values in few.items():
        monkeypatch.setattr(windows, name, values)


def test_overlapping_windows_and_panels_hold_their_bounds(few_windows, capsys):
    assert windows.main(40) == 0
    assert capsys.readouterr().out.count("holds") == 4


def test_intervals_too_narrow_fail_there_too(few_windows, narrow, capsys):
    assert windows.main(40) == 1
    assert capsys.readouterr().out.count("FAILS") == 4


def test_networks_that_are_all_the_same_fail():
    nile = bundled("nile")
    forecasts = np.ones((30, nile.windows.split.test))
    held = dict(trained.bounds({"nile": 200 * [trained.judge(nile, forecasts, forecasts)]}))
    assert [words.split(" holds")[0] for words, good in held.items() if not good] == ["the interval over retraining"]


def test_every_network_is_in_one_comparison():
    first = [trained.first_seed(place, number) for place in range(3) for number in range(4)]
    used = [seed for begin in first for seed in range(begin, begin + 60)]
    assert len(used) == len(set(used))


def test_simulated_intervals_cover():
    held, alone, same = simulated.cell(30, 60, 0.3, 0.8, 200)
    assert alone < held
    assert 0.9 <= held <= 0.99
    assert max(same[precision, True] for precision in simulated.PRECISIONS) <= 0.1


def test_simulated_intervals_too_narrow_do_not_cover(narrow):
    assert simulated.cell(30, 60, 0.3, 0.8, 200)[0] < 0.7


def test_odds_come_true():
    said, best, _ = odds.many_runs(30, 60, 0.3, 120)
    assert odds.furthest(said) < 0.03 and odds.furthest(best) < 0.03


def test_odds_of_spreads_too_small_do_not(monkeypatch):
    spread = Expected.spread.fget
    monkeypatch.setattr(Expected, "spread", property(lambda known: spread(known) / 3))
    assert odds.furthest(odds.many_runs(30, 60, 0.3, 120)[0]) > 0


def atlas_of(effects, spreads, random):
    """A table in which cell-relu has these true effects on as many series, seen dimly on first halves and clearly on second ones."""
    rows = []
    for number, (effect, spread) in enumerate(zip(effects, spreads, strict=True)):
        row = {"series": f"m3_{number}", "network": "default", "variant": "cell-relu", "test_windows": 40}
        for part, shrunk in (("", 2**-0.5), ("first_", 1.0), ("second_", 0.1)):
            row |= {
                f"{part}pairs": 10,
                f"{part}effect": effect + shrunk * spread * random.standard_normal(),
                f"{part}seeds_variance": 0.1 * (shrunk * spread) ** 2,
                f"{part}periods_variance": 0.9 * (shrunk * spread) ** 2,
                f"{part}interaction_variance": 0.0,
                f"{part}periods_freedom": 20.0,
            }
        rows.append(row)
    known = [{"series": row["series"], "source": "", "frequency": "MS", "digest": row["series"]} for row in rows]
    return Atlas.of(rows, known, {"networks": {"default": {}}})


def series_alike(folder):
    """Of two kinds, seen dimly: others say a lot of each."""
    random = np.random.default_rng(0)
    harmful = random.random(120) < 0.4
    effects = np.where(harmful, random.normal(0.3, 0.05, 120), random.normal(0, 0.01, 120))
    atlas_of(effects, np.full(120, 0.12), random).write(folder)


def series_of_their_own(folder):
    """As different as they can be, seen clearly: others say nothing of any."""
    random = np.random.default_rng(0)
    atlas_of(random.normal(0.0, 0.1, 60), np.full(60, 0.05), random).write(folder)


def test_a_prior_from_series_alike_earns_its_place_out_of_time(tmp_path, capsys):
    series_alike(tmp_path)
    out_of_time.main(tmp_path, "default")
    said = capsys.readouterr().out
    assert "the Atlas earns a place" in said and "Odds with the Atlas" in said and "keep their sign" in said


def test_own_evidence_alone_holds_its_bounds_whatever_the_prior_is_worth(tmp_path, monkeypatch, capsys):
    series_of_their_own(tmp_path)
    # As if all series were harmed by a fifth.
    wrong = fitted(np.full(60, 0.2), np.full(60, 0.01), np.full(60, 30.0))
    monkeypatch.setattr(out_of_time, "distributions", lambda rows: {"cell-relu": wrong})
    assert out_of_time.main(tmp_path, "default") == 0
    said = capsys.readouterr().out
    assert said.count("holds:") == 4 and "the Atlas does not earn a place" in said


def test_own_odds_that_are_too_sure_do_not_hold_out_of_time(tmp_path, monkeypatch, capsys):
    series_of_their_own(tmp_path)
    honest = out_of_time.student
    monkeypatch.setattr(out_of_time, "student", lambda mean, spread, freedom: honest(mean, spread / 5, freedom))
    assert out_of_time.main(tmp_path, "default") == 1
    assert "FAILS: odds alone are too sure" in capsys.readouterr().out


@pytest.mark.parametrize(("assumed", "code"), [(0.3, 0), (0.25, 1), (0.1, 1)])
def test_what_is_assumed_of_periods_is_what_the_atlas_says(monkeypatch, capsys, assumed, code):
    monkeypatch.setattr(assumed_periods, "UNKNOWN", assumed)
    assert assumed_periods.main(BUNDLED) == code
    assert ("FAILS: assumed of single periods" in capsys.readouterr().out) == bool(code)


def test_the_scale_of_what_is_assumed_is_found_again():
    variances = 0.4**2 * 2 / np.random.default_rng(0).chisquare(2, 100_000)
    assert [scale for _, scale in assumed_periods.scales(np.sqrt(variances)).values()] == pytest.approx(
        [0.4] * 5, rel=0.02
    )


def test_make_calibration_runs_all_that_says_whether_it_holds():
    """Every program of its own but those that only measure, and are named in the handbook with their numbers."""
    recipe = (Path(__file__).parents[1] / "Makefile").read_text().partition("\ncalibration:")[2].partition("\n\n")[0]
    assert re.findall(r"tests\.calibration\.(\w+)", recipe) == [
        "simulated",
        "windows",
        "odds",
        "assumed_periods",
        "out_of_time",
        "trained",
    ]


def test_first_comparisons_that_end_too_early_are_counted(monkeypatch, capsys):
    short = TrainingSpec(epochs=3, patience=0, learning_rates=1)
    monkeypatch.setattr(cautions, "TrainingSpec", lambda: short)
    monkeypatch.setattr(sys, "argv", ["cautions", "--series", "nile", "--seeds", "2"])
    assert cautions.main() == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "0 of 1 series end with neither caution" in shown and "1 still learn at the last epoch" in shown
